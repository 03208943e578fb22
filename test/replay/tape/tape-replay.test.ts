/** A day of several entries replayed from its tape: what the rules hold, one position after the other. */
import { describe, expect, test } from 'vitest'
import { TapeReplay } from '../../../src/replay/tape/tape-replay.ts'
import type { Seen } from '../../../src/session/step.ts'
import { at, config } from '../../strategy/fixtures.ts'
import { decidedMid, entry, quote } from '../../support/taped.ts'

function replayOf(maxDailyTrades: number, ...seen: readonly Seen[]): TapeReplay {
  const rules = config()
  const head = { config: { ...rules, limits: { ...rules.limits, maxDailyTrades } } }
  const replay = new TapeReplay()
  for (const one of seen) replay.add(one.kind === 'entry' ? { kind: 'entry', input: one.input, head } : one)
  return replay
}

const replayed = (maxDailyTrades: number, ...seen: readonly Seen[]) => replayOf(maxDailyTrades, ...seen).result()

/** The same entry later, on a spot of its own time. */
function again(now: string): Seen {
  const first = entry('10:00:00', 25)
  if (first.kind !== 'entry') throw new Error('expected an entry')
  const { input } = first
  return { ...first, input: { ...input, now_ms: at(now), spot: { ...input.spot, t_ms: at(now) } } }
}

const TWO = [
  entry('10:00:00', 25),
  quote('10:01:00', decidedMid, decidedMid),
  quote('10:30:00', 0.05, decidedMid),
  again('11:00:00'),
  quote('11:01:00', decidedMid, decidedMid),
  quote('11:30:00', 0.05, decidedMid),
] as const

describe('the rules alone', () => {
  test('make as many trades as the configuration allows, in their order', () => {
    expect(replayed(2, ...TWO)).toMatchObject({
      status: 'traded',
      trades: [
        { decided_ms: at('10:00:00'), exit_ms: at('10:30:00'), end: 'profit_target' },
        { decided_ms: at('11:00:00'), exit_ms: at('11:30:00'), end: 'profit_target' },
      ],
    })
    expect(replayed(1, ...TWO)).toMatchObject({ trades: [{ decided_ms: at('10:00:00') }] })
  })

  test('with the second position still open there is no settled day', () => {
    expect(replayed(2, ...TWO.slice(0, 5))).toEqual({
      status: 'unsettled',
      reason: 'the tape ends with the position of the rules still open',
    })
  })

  test('of two positions decided at one mid each has its own quotes', () => {
    const first = entry('10:00:00', 25)
    const second = again('10:05:00')
    if (first.kind !== 'entry' || second.kind !== 'entry') throw new Error('expected entries')
    // The desk missed the first; the market has moved a strike, and its second costs what the first did.
    const moved = second.input.chain.map((row) => ({ ...row, strike: row.strike + 1 }))
    const spot = { ...second.input.spot, bid: 601.19, ask: 601.21 }
    const other: Seen = { ...second, input: { ...second.input, chain: moved, spot } }
    expect(replayed(2, first, other, quote('10:30:00', 0.05, decidedMid))).toEqual({
      status: 'unsettled',
      reason: 'the desk held a position that the rules had not entered',
    })
  })

  test('have an entry left, or none', () => {
    const left = (maxDailyTrades: number, ...seen: readonly Seen[]) => replayOf(maxDailyTrades, ...seen).mayEnter()
    const [first, held, out] = TWO
    expect(left(2, first, held)).toBe(false)
    expect(left(2, first, held, out)).toBe(true)
    expect(left(1, first, held, out)).toBe(false)
    expect(left(2, ...TWO)).toBe(false)
  })

  test('what the desk held longer than they did says nothing of the day', () => {
    const [first, held, out] = TWO
    expect(replayed(2, first, held, out, quote('10:31:00', 0.04, decidedMid))).toMatchObject({
      status: 'traded',
      trades: [{ exit_ms: at('10:30:00') }],
    })
  })
})
