/**
 * The worst that happened, against what was modelled, and what days beyond the limits of the bets move the bounds by.
 * Entry points: `tailFacts`, `chargeOf`, `TAIL_RUNGS`, `BEYOND_RUNGS`.
 *
 * 1. The lower bound is reduced by what days beyond the floor were allowed to cost, or, where they have cost more so
 *    far, by the next of a few steps that covers it. Beyond the last step there is no CONSISTENT.
 * 2. The upper bound is raised in the same steps by what days above the ceiling earned beyond it: none is expected
 *    there, but a limit of entries raised for a day allows one. Beyond the last step there is no INCONSISTENT.
 */

import type { Registration } from '../../session/registration.ts'
import { chargeStep } from '../stats/charged-wager.ts'
import type { VerdictDay } from './day.ts'

/** What the lower bound is reduced by, in allowances. */
export const TAIL_RUNGS = [1, 2, 4, 8] as const
/** Of what nothing is expected to lie beyond: charged only once something did. */
export const BEYOND_RUNGS = [0, ...TAIL_RUNGS] as const

/** What the bound is moved by, cents a day, and whether that covers what lay beyond so far. */
export interface Charge {
  readonly cents: number
  readonly isCovered: boolean
}

export function chargeOf(steps: readonly number[], beyondCents: number, days: number, allowanceCents: number): Charge {
  const step = chargeStep(steps, beyondCents, days, allowanceCents)
  return { cents: (steps[step ?? steps.length - 1] ?? 0) * allowanceCents, isCovered: step !== null }
}

/** Of the ceiling there is no tail: a day above it is one with more entries than were registered, or bad data. */
export const aboveAllowance = ({ ceilingCents }: Pick<Registration, 'ceilingCents'>): number => ceilingCents / 150

export interface TailFacts {
  readonly worst: { readonly date: string; readonly netPnlCents: number } | null
  /** The most a day's positions can lose by their structure; null where neither a plan nor an entry tells it. */
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
  /** Days above the ceiling: more than the entries registered can earn. */
  readonly aboveCeiling: number
  /** What the upper bound is raised by for them; null: more than can be covered. */
  readonly raisedCents: number | null
}

/** Over all days: of the plan, or of what was entered where the plan was made without a spot price. */
function modelledMax(days: readonly VerdictDay[], { entriesPerDay }: Registration): number | null {
  const known = days.flatMap(({ plan, worstCaseCents }) => {
    const planned = plan.trueMaxLossCents === null ? null : Math.abs(plan.trueMaxLossCents) * entriesPerDay
    return planned === null && worstCaseCents === null ? [] : [Math.max(planned ?? 0, worstCaseCents ?? 0)]
  })
  return known.length === 0 ? null : Math.max(...known)
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
  const charge = chargeOf(TAIL_RUNGS, excessCents, days.length, tailAllowanceCents)
  const above = known.filter(({ netPnlCents }) => netPnlCents > ceilingCents)
  const aboveCents = above.reduce((sum, { netPnlCents }) => sum + netPnlCents - ceilingCents, 0)
  const raised = chargeOf(BEYOND_RUNGS, aboveCents, days.length, aboveAllowance(registration))
  const modelledMaxCents = modelledMax(days, registration)
  return {
    worst: worst === null ? null : { date: worst.date, netPnlCents: worst.netPnlCents },
    modelledMaxCents,
    worstBeyondModel: worst !== null && modelledMaxCents !== null && worst.netPnlCents < -Math.abs(modelledMaxCents),
    beyondDailyLimit: known.filter(({ netPnlCents, plan }) => netPnlCents < -plan.maxDailyLossCents).length,
    beyondFloor: below.length,
    excessCents,
    excessPerDayCents: days.length === 0 ? 0 : excessCents / days.length,
    allowanceCents: tailAllowanceCents,
    chargeCents: charge.isCovered ? charge.cents : null,
    aboveCeiling: above.length,
    raisedCents: raised.isCovered ? raised.cents : null,
  }
}
