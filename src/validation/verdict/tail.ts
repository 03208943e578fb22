/**
 * The worst that happened, against what was modelled, and what the tail takes off the lower bound. Entry points: `tailFacts`,
 * `tailRung`, `TAIL_RUNGS`.
 *
 * 1. The lower bound is reduced by what days beyond the floor were allowed to cost, or, where they have cost more so far, by
 *    the next of a few steps that covers it. Beyond the last step there is no CONSISTENT.
 */
import type { VerdictDay } from './day.ts'
import type { Registration } from './registration.ts'

/** What the lower bound is reduced by, in allowances. */
export const TAIL_RUNGS = [1, 2, 4, 8] as const

/** Index of the first of `TAIL_RUNGS` that covers what the tail has cost so far; null: none does. */
export function tailRung(excessCents: number, days: number, allowanceCents: number): number | null {
  const rung = TAIL_RUNGS.findIndex((times) => excessCents <= times * allowanceCents * days)
  return rung < 0 ? null : rung
}

export interface TailFacts {
  readonly worst: { readonly date: string; readonly netPnlCents: number } | null
  /** The most the position can lose by its structure; null where nothing bounds it. */
  readonly modelledMaxCents: number | null
  readonly worstBeyondModel: boolean
  /** Days that lost more than the daily limit: it triggers an exit, it does not guarantee its price. */
  readonly beyondDailyLimit: number
  /** Days below the floor of the bets, what they lost beyond it in all and a day, and what was allowed for. */
  readonly beyondFloor: number
  readonly excessCents: number
  readonly excessPerDayCents: number
  readonly allowanceCents: number
  /** What the lower bound is reduced by; null: the tail has cost more than can be covered. */
  readonly chargeCents: number | null
  /** Days above the ceiling: more than a sold put can earn, so the data or the rules are not what they seem. */
  readonly aboveCeiling: number
}

export function tailFacts(days: readonly VerdictDay[], registration: Registration): TailFacts {
  const known = days.flatMap(({ date, netPnlCents, plan }) =>
    netPnlCents === null ? [] : [{ date, netPnlCents, plan }],
  )
  const worst = known.reduce<(typeof known)[number] | null>(
    (low, day) => (low === null || day.netPnlCents < low.netPnlCents ? day : low),
    null,
  )
  const { floorCents, ceilingCents, tailAllowanceCents } = registration
  const below = known.filter(({ netPnlCents }) => netPnlCents < floorCents)
  const excessCents = below.reduce((sum, { netPnlCents }) => sum + floorCents - netPnlCents, 0)
  const rung = tailRung(excessCents, days.length, tailAllowanceCents)
  const modelledMaxCents = days[0]?.plan.trueMaxLossCents ?? null
  return {
    worst: worst === null ? null : { date: worst.date, netPnlCents: worst.netPnlCents },
    modelledMaxCents,
    worstBeyondModel: worst !== null && modelledMaxCents !== null && worst.netPnlCents < -Math.abs(modelledMaxCents),
    beyondDailyLimit: known.filter(({ netPnlCents, plan }) => netPnlCents < -plan.maxDailyLossCents).length,
    beyondFloor: below.length,
    excessCents,
    excessPerDayCents: days.length === 0 ? 0 : excessCents / days.length,
    allowanceCents: tailAllowanceCents,
    chargeCents: rung === null ? null : (TAIL_RUNGS[rung] ?? 1) * tailAllowanceCents,
    aboveCeiling: known.filter(({ netPnlCents }) => netPnlCents > ceilingCents).length,
  }
}
