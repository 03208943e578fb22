/**
 * What days of a source can prove of a parameter of the cost model. Pure. Entry points: `costProof`, `commissionNote`,
 * `impactWords`.
 */
import type { ProfileName } from '../../strategy/types.ts'
import { money } from '../format.ts'

export interface CostSource {
  readonly kind: 'SIM' | 'REPLAY' | 'PAPER'
  readonly optionFeed: 'indicative' | 'opra' | null
}

export type CostParameter = 'commission' | 'spread' | 'slippage'

/** Whether days of this source can show what a parameter really is, and why. */
export function costProof(
  parameter: CostParameter,
  { kind, optionFeed }: CostSource,
): { proves: boolean; reason: string } {
  if (kind === 'SIM') return { proves: false, reason: 'a made-up market charges what it was told to' }
  if (parameter === 'commission') {
    return kind === 'REPLAY'
      ? { proves: false, reason: 'recorded quotes hold no fees' }
      : { proves: false, reason: 'paper accounts are charged no fees' }
  }
  if (parameter === 'slippage') {
    return kind === 'REPLAY'
      ? { proves: false, reason: 'a replay fills at the quote by assumption' }
      : { proves: false, reason: 'paper fills at the quote whatever the size' }
  }
  if (kind === 'REPLAY') return { proves: true, reason: 'the recorded quotes were real' }
  if (optionFeed === null) return { proves: false, reason: 'the days do not tell where their quotes came from' }
  return optionFeed === 'opra'
    ? { proves: true, reason: 'the quotes are the exchanges’ own' }
    : { proves: false, reason: 'indicative quotes are derived, not the exchanges’ own' }
}

/**
 * Said beside a total of costs: fills show spread and slippage, the commission in it is the estimate's on either side,
 * whatever the broker charged.
 */
export const commissionNote = (estimatedCommissionCents: number): string =>
  estimatedCommissionCents === 0 ? '' : `; both with ${money(estimatedCommissionCents)} of estimated commission`

/** Of market impact there is no figure of its own; what is known of it instead. */
export const impactWords = (profile: ProfileName, kind: CostSource['kind']): string =>
  `${impactEstimated(profile)}; ${impactMeasured(kind)}`

/** The plan's own words of its costs: "market impact included" at 25 contracts, none named for two. */
export const impactEstimated = (profile: ProfileName): string =>
  profile === '25k' ? 'the plan has market impact within its slippage' : 'the plan names no market impact for this size'

export function impactMeasured(kind: CostSource['kind']): string {
  switch (kind) {
    case 'PAPER':
      return 'not measurable on paper, whose orders take nothing from the market'
    case 'REPLAY':
      return 'not measurable: the recorded market never saw these orders'
    case 'SIM':
      return 'not measurable: the made-up market is not moved by orders'
  }
}
