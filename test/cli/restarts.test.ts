import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type RestartLimits, Restarts } from '../../src/cli/supervisor/restarts.ts'

const LIMITS: RestartLimits = { max: 4, window_ms: 60_000, waitFirst_ms: 100, waitMax_ms: 500 }

test('waits grow with each restart of the window up to their maximum, then there are none', () => {
  const restarts = new Restarts(LIMITS)
  expect([0, 1, 2, 3, 4].map((now_ms) => restarts.next_ms(now_ms))).toEqual([100, 200, 400, 500, null])
})

test('restarts of long ago do not count', () => {
  const restarts = new Restarts(LIMITS)
  for (const now_ms of [0, 1, 2, 3]) restarts.next_ms(now_ms)
  expect(restarts.next_ms(59_999)).toBeNull()
  expect(restarts.next_ms(60_001)).toBe(400)
})

test('prop_no window holds more restarts than the maximum', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 60 }), (gaps_ms) => {
      const restarts = new Restarts(LIMITS)
      let now_ms = 0
      const at_ms: number[] = []
      for (const gap_ms of gaps_ms) {
        now_ms += gap_ms
        if (restarts.next_ms(now_ms) !== null) at_ms.push(now_ms)
      }
      for (const from_ms of at_ms) {
        const inWindow = at_ms.filter((other_ms) => other_ms >= from_ms && other_ms < from_ms + LIMITS.window_ms)
        expect(inWindow.length).toBeLessThanOrEqual(LIMITS.max)
      }
    }),
  )
})
