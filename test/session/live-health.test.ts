/** What a session says of itself to whoever asks whether the account is watched. */
import { expect, test } from 'vitest'
import { systemWallClock } from '../../src/config/wall-clock.ts'
import { sessionHealth } from '../../src/session/runner/live.ts'
import { MarketMemory } from '../../src/session/runner/market-memory.ts'
import { DAY_MS } from '../../src/time/units.ts'
import { at, newSession } from '../support/session.ts'

test.each([
  ['its own day', at('09:50'), true],
  ['the day before, for which it waits', at('09:50') - DAY_MS, false],
  ['the day after', at('09:50') + DAY_MS, false],
] as const)('a session vouches for its account on %s: %3$s', (_what, now_ms, vouches) => {
  const state = newSession()
  const clock = { now_ms: () => now_ms, observe: () => undefined, speed: () => 1, until: async () => undefined }
  const memory = new MarketMemory(clock, systemWallClock, state.session)
  const last = { processed: systemWallClock.monotonic_ms(), saved: null }
  const { lastTickAge_ms } = sessionHealth(state, memory, { clock, wall: systemWallClock }, last)
  expect(lastTickAge_ms !== null).toBe(vouches)
})
