/**
 * The commission in a campaign's net P&L is assumed: how much it is, beside what the broker charged. Pure. Entry
 * points: `netCommissionOf`, `netCommissionLine`.
 */
import { money, several } from '../../report/format.ts'
import type { VerdictDay } from '../verdict/day.ts'

export interface NetCommission {
  /** Of the days that tell it, in sum. */
  readonly assumedCents: number
  /** What the broker charged on the days on which that is known, in sum. */
  readonly chargedCents: number
  readonly chargedDays: number
}

export function netCommissionOf(days: readonly Pick<VerdictDay, 'evidence' | 'trades'>[]): NetCommission {
  const traded = days.flatMap(({ evidence, trades }) => (evidence === null || trades.length === 0 ? [] : [evidence]))
  const charged = traded.flatMap(({ feesCents }) => feesCents ?? [])
  const sum = (values: readonly number[]): number => values.reduce((total, cents) => total + cents, 0)
  return {
    assumedCents: sum(traded.map(({ assumedCommissionCents }) => assumedCommissionCents ?? 0)),
    chargedCents: sum(charged),
    chargedDays: charged.length,
  }
}

/** `Net P&L is after $325.00 of assumed commission in all; the broker charged $0.00 on 5 days.` */
export function netCommissionLine({ assumedCents, chargedCents, chargedDays }: NetCommission): string {
  const charged =
    chargedDays === 0
      ? 'what the broker charged is not known'
      : `the broker charged ${money(chargedCents)} on ${several(chargedDays, 'day')} with a trade`
  return `Net P&L is after ${money(assumedCents)} of assumed commission in all; ${charged}`
}
