import { describe, expect, test } from 'vitest'
import { FAULT_KINDS, FaultCounts, type FaultKind } from '../../src/chaos/faults/fault.ts'
import { Gate } from '../../src/chaos/faults/gate.ts'
import { isListed, rateOf, SITES } from '../../src/chaos/faults/sites.ts'
import { SimProcess } from '../../src/chaos/time/sim-process.ts'
import { VirtualTime } from '../../src/chaos/time/virtual-time.ts'

/** One call under one fault: how often it was done and when, and what the process saw of it when. */
async function callUnder(kind: FaultKind | null, spoil?: (answer: string) => string) {
  const time = new VirtualTime()
  const process = new SimProcess('p', time, { wall_ms: 0, market_ms: 0, marketEnd_ms: 1e9 })
  const counts = new FaultCounts()
  const seen = { done: [] as number[], answer: 'none' as string, answered_ms: -1, isAlive: true, silences: 0 }
  let left = 1
  const gate = new Gate({
    process,
    counts,
    plan: { draw: () => (kind === null || left-- <= 0 ? null : { kind, wait_ms: 100, variant: 0.25 }) },
    onSilence: () => (seen.silences += 1),
    trace: null,
  })
  const fail = () => 'failed'
  const perform = () => {
    seen.done.push(time.now_ms)
    return 'done'
  }
  time.at(10, () => {
    const call = { site: 'broker.submit', perform, fail, ...(spoil === undefined ? {} : { spoil }) }
    void gate.reach(call).then((answer) => {
      seen.answer = answer
      seen.answered_ms = time.now_ms
    })
  })
  await time.run(10_000)
  seen.isAlive = process.isAlive
  return {
    ...seen,
    calls: counts.callsAt('broker.submit'),
    faults: kind === null ? 0 : counts.faultsAt('broker.submit', kind),
  }
}

describe('the gate', () => {
  test('a call without a fault is done and answered at once', async () => {
    expect(await callUnder(null)).toMatchObject({ done: [10], answer: 'done', answered_ms: 10, calls: 1, faults: 0 })
  })

  const expected: Record<FaultKind, object> = {
    crash_before: { done: [], answer: 'none', isAlive: false, silences: 1 },
    crash_after: { done: [10], answer: 'none', isAlive: false, silences: 1 },
    pause: { done: [110], answer: 'done', answered_ms: 110, isAlive: true, silences: 1 },
    delay: { done: [35], answer: 'done', answered_ms: 110 },
    error: { done: [], answer: 'failed', answered_ms: 110 },
    lost_answer: { done: [10], answer: 'failed', answered_ms: 110 },
    late: { done: [135], answer: 'failed', answered_ms: 110 },
    duplicate: { done: [10, 10], answer: 'done', answered_ms: 10 },
  }
  test.each(FAULT_KINDS)('%s', async (kind) => {
    expect(await callUnder(kind)).toMatchObject({ ...expected[kind], calls: 1, faults: 1 })
  })

  test('a read is not repeated but spoiled, where its source can be at fault', async () => {
    const seen = await callUnder('duplicate', (answer) => `${answer}, crossed`)
    expect(seen).toMatchObject({ done: [10], answer: 'done, crossed', answered_ms: 10, faults: 1 })
  })

  test('every call site has a rate', () => {
    for (const site of SITES) expect(rateOf(site)).toBeGreaterThan(0)
    expect(isListed('broker.unheard')).toBe(false)
  })
})
