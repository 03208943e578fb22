/** The worst that happened, against what was modelled. Entry point: `tailFacts`. */
import type { VerdictDay } from './day.ts'
import type { Registration } from './registration.ts'

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
    aboveCeiling: known.filter(({ netPnlCents }) => netPnlCents > ceilingCents).length,
  }
}
