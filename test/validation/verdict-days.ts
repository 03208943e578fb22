/** Days of made-up campaigns. */
import { sequence } from '../../src/config/prng.ts'
import type { Plan } from '../../src/session/events.ts'
import { sessionsBetween } from '../../src/strategy/exchange-calendar.ts'
import { campaignsOf } from '../../src/validation/verdict/campaigns.ts'
import type { VerdictDay } from '../../src/validation/verdict/day.ts'
import { registrationOf } from '../../src/validation/verdict/registration.ts'
import { evaluateVerdict, type Gate, type Verdict } from '../../src/validation/verdict/verdict.ts'

export const PLAN: Plan = {
  profile: '25k',
  structure: 'short_put',
  width: 5,
  contracts: 25,
  targetDailyCents: 34_177,
  maxDailyLossCents: 150_000,
  maxLossPerTradeCents: 100_000,
  trueMaxLossCents: null,
  equityCents: 2_500_000,
  optionsBuyingPowerCents: 2_500_000,
  optionsLevel: 3,
  configHash: 'a'.repeat(64),
}

export const registration = registrationOf(PLAN, { source: 'PAPER', variants: 1, premiumMax: 2, entriesPerDay: 1 })

export const dates = (from: string, count: number): string[] =>
  sessionsBetween(from, '2026-12-31')
    .slice(0, count)
    .map(({ date }) => date)

export function madeDay(date: string, netPnlCents: number | null, changes: Partial<VerdictDay> = {}): VerdictDay {
  return {
    date,
    accountId: 'PA1',
    source: { kind: 'PAPER', label: 'PA1' },
    plan: PLAN,
    status: netPnlCents === null ? 'incomplete' : netPnlCents === 0 ? 'no_trade' : 'traded',
    netPnlCents,
    rulePnlCents: netPnlCents,
    replayNetPnlCents: null,
    replaySplit: null,
    unpaired: null,
    worstCaseCents: null,
    trades: netPnlCents === null || netPnlCents === 0 ? [] : [{ netPnlCents }],
    overridden: false,
    overrides: [],
    ended: true,
    stoppedAfter: null,
    armedFor: null,
    registered: null,
    evidence: null,
    ...changes,
  }
}

/** A day for each amount, from 2025-01-02 on, on consecutive sessions. */
export function madeDays(cents: readonly (number | null)[], changes: Partial<VerdictDay> = {}): VerdictDay[] {
  const on = dates('2025-01-02', cents.length)
  return cents.map((amount, index) => madeDay(on[index] ?? '', amount, changes))
}

export const sessions = (from: string, to: string): string[] => sessionsBetween(from, to).map(({ date }) => date)

/** The verdict on the last campaign of the days. */
export function judge(days: readonly VerdictDay[], gates: readonly Gate[] = []): Verdict {
  const campaign = campaignsOf(days, sessions).at(-1)
  if (campaign === undefined) throw new Error('no campaign')
  return evaluateVerdict({ campaign, registration, gates, uniform: sequence('test').uniform })
}
