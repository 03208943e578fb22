/**
 * What the bets of a campaign are made for, out of its registration alone. Entry points: `designsOf`, `driftDesign`.
 */

import type { Registration } from '../../session/registration.ts'
import type { BetDesign } from '../stats/stakes.ts'

interface Designs {
  /** Bets that the mean is above 0, made for a mean of the target. */
  readonly lower: BetDesign
  /** Bets that it is below the target, made for a mean of 0; null where no day can reach the target. */
  readonly upper: BetDesign | null
}

export function designsOf(
  registration: Pick<Registration, 'targetDailyCents' | 'tailAllowanceCents' | 'ceilingCents' | 'spreadCents'>,
): Designs {
  const { targetDailyCents: target, tailAllowanceCents: allowance, ceilingCents, spreadCents: spread } = registration
  // A target within the tail's allowance leaves no effect to plan for: then any small one does.
  const effect = Math.max(target - allowance, target / 2, 1)
  return {
    lower: { hypothesis: allowance, effect, spread, chargesMemory: true },
    upper:
      target < ceilingCents ? { hypothesis: target, effect: Math.max(target, 1), spread, chargesMemory: true } : null,
  }
}

/** A drift worth finding: a sixth of the target. */
export const DRIFT_PART = 1 / 6
/** The spread of live − replay as it is thought of before there are days, in drifts worth finding. */
const DRIFT_SPREAD = 4

/** Bets that live and replay are apart, on either side. */
export function driftDesign({ targetDailyCents }: Pick<Registration, 'targetDailyCents'>): BetDesign {
  const effect = Math.max(1, targetDailyCents * DRIFT_PART)
  return { hypothesis: 0, effect, spread: effect * DRIFT_SPREAD }
}
