import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Priority, RequestBudget } from '../../src/broker/budget.ts'
import type { WallClock } from '../../src/config/clock.ts'

/** Time that moves only when told to. */
function manualClock(): WallClock & { advance(by_ms: number): Promise<void> } {
  let now_ms = 0
  const sleepers = new Set<{ at_ms: number; wake: () => void }>()
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
  return {
    now_ms: () => now_ms,
    monotonic_ms: () => now_ms,
    sleep: (wait_ms, signal) =>
      new Promise((resolve) => {
        const sleeper = { at_ms: now_ms + wait_ms, wake: resolve }
        sleepers.add(sleeper)
        signal?.addEventListener('abort', () => {
          sleepers.delete(sleeper)
          resolve()
        })
      }),
    async advance(by_ms) {
      const until_ms = now_ms + by_ms
      await settle()
      for (;;) {
        const due = [...sleepers].filter((sleeper) => sleeper.at_ms <= until_ms).sort((a, b) => a.at_ms - b.at_ms)[0]
        if (due === undefined) break
        sleepers.delete(due)
        now_ms = Math.max(now_ms, due.at_ms)
        due.wake()
        await settle()
      }
      now_ms = until_ms
    },
  }
}

describe('the request budget', () => {
  it('keeps half of a burst for orders', () => {
    const budget = new RequestBudget(200, manualClock())
    let reads = 0
    while (budget.tryTake('read')) reads += 1
    let orders = 0
    while (budget.tryTake('order')) orders += 1
    expect([reads, orders]).toEqual([25, 25])
  })

  it('lets a waiting order go before reads that waited longer', async () => {
    const clock = manualClock()
    const budget = new RequestBudget(200, clock)
    while (budget.tryTake('order'));
    const admitted: Priority[] = []
    const wait = (priority: Priority): void =>
      void budget.take(priority, 60_000).then((ok) => ok && admitted.push(priority))
    wait('read')
    wait('read')
    await clock.advance(1)
    wait('order')
    await clock.advance(1000)
    expect(admitted).toEqual(['order'])
    await clock.advance(30_000)
    expect(admitted).toEqual(['order', 'read', 'read'])
  })

  it('refuses a request whose turn does not come in time', async () => {
    const clock = manualClock()
    const budget = new RequestBudget(60, clock)
    while (budget.tryTake('order'));
    const late = budget.take('order', 100)
    await clock.advance(200)
    await expect(late).resolves.toBe(false)
  })

  it('counts retries that nobody asked for', () => {
    const budget = new RequestBudget(200, manualClock())
    for (let i = 0; i < 50; i += 1) budget.charge()
    expect(budget.tryTake('order')).toBe(false)
    expect(budget.wait_ms('order')).toBeGreaterThan(0)
  })

  it('refuses everyone who waits when it is closed', async () => {
    const budget = new RequestBudget(10, manualClock())
    while (budget.tryTake('order'));
    const waiting = budget.take('order', 60_000)
    budget.close()
    await expect(waiting).resolves.toBe(false)
    await expect(budget.take('read', 60_000)).resolves.toBe(false)
  })

  it('prop_no_minute_has_more_requests_than_the_limit', async () => {
    const step = fc.record({ wait_ms: fc.integer({ min: 0, max: 4000 }), asked: fc.integer({ min: 0, max: 30 }) })
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 10, max: 300 }),
        fc.array(step, { maxLength: 60 }),
        async (perMinute, steps) => {
          const clock = manualClock()
          const budget = new RequestBudget(perMinute, clock)
          const sent_ms: number[] = []
          for (const { wait_ms, asked } of steps) {
            await clock.advance(wait_ms)
            for (let i = 0; i < asked; i += 1) if (budget.tryTake('order')) sent_ms.push(clock.monotonic_ms())
          }
          for (const [i, from_ms] of sent_ms.entries()) {
            const within = sent_ms.slice(i).filter((at_ms) => at_ms < from_ms + 60_000).length
            expect(within).toBeLessThanOrEqual(perMinute)
          }
        },
      ),
      { numRuns: 50 },
    )
  })
})
