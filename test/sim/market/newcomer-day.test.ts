/** A newcomer types `/start` on a fresh seeded market and should see a trade that day. */
import { describe, expect, it } from 'vitest'
import { DEFAULT_SEED } from '../../../src/cli/sim-alpaca.ts'
import { replayDay } from '../../../src/replay/replay-day.ts'
import type { MarketDay } from '../../../src/sim/market/price-source.ts'
import { PROFILES } from '../../../src/strategy/profiles.ts'
import { DEFAULT_LIMITS, DEFAULT_WIDTH } from '../../../src/strategy/rules.ts'
import type { Structure } from '../../../src/strategy/types.ts'
import { asRecorded, seededDays } from '../../support/seeded-days.ts'

const DECISION_EVERY_S = 60
const FIRST_DATE = '2026-03-02'
const DAYS = 25
const AT_LEAST = 0.9

/** Share of days on which the rules enter, deciding once a minute. */
function entryShare(days: readonly MarketDay[], structure: Structure): number {
  const config = { profile: PROFILES['25k'], limits: DEFAULT_LIMITS, structure, width: DEFAULT_WIDTH }
  const entered = days.filter((day) => replayDay(asRecorded(day, DECISION_EVERY_S), config).entry !== null)
  return entered.length / days.length
}

describe('a day of the seeded market', () => {
  it.each(['put_spread', 'short_put'] as const)('usually leads to an entry on a first day, %s', (structure) => {
    const days = Array.from({ length: DAYS }, (_, at) => seededDays(String(at + 1), FIRST_DATE, 1)).flat()
    expect(entryShare(days, structure)).toBeGreaterThanOrEqual(AT_LEAST)
  })

  it('usually leads to an entry with the seed that is used without a choice', () => {
    expect(entryShare(seededDays(DEFAULT_SEED, FIRST_DATE, DAYS), 'put_spread')).toBeGreaterThanOrEqual(AT_LEAST)
  })
})
