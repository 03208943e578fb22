/** What the bets of a campaign are made for, out of its registration alone. Entry point: `designsOf`. */
import type { BetDesign } from '../stats/stakes.ts'
import type { Registration } from './registration.ts'

export interface Designs {
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
    lower: { hypothesis: allowance, effect, spread },
    upper: target < ceilingCents ? { hypothesis: target, effect: Math.max(target, 1), spread } : null,
  }
}
