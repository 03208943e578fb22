/**
 * Loss exits seen on a wide quote need the next quote to confirm them: one bad print must not close a position.
 *
 * Entry points: `needsConfirmation` (is this quote wide?), `confirmExit` (what to do with an exit seen on it).
 */
import { exact, signOf } from './exact.ts'
import type { ExitDecision, ExitReason, Quote } from './types.ts'

/** A spread up to this is never wide, dollars a share. */
const WIDE_SPREAD_MIN = 0.5
/** Above that, a spread wider than this share of the leg's mid is. */
const WIDE_MID_SHARE = 0.5

const LOSS_EXITS: ReadonlySet<ExitReason> = new Set<ExitReason>(['daily_loss_limit', 'stop_loss'])
/** What closes a position whatever its price: these never wait for a better quote. */
const TIMED_EXITS: ReadonlySet<ExitReason> = new Set<ExitReason>(['session_end', 'operator_stop'])

function isWide({ bid, ask }: Pick<Quote, 'bid' | 'ask'>): boolean {
  if (bid === null || ask === null) return false
  const magnitude = 2 * (Math.abs(ask) + Math.abs(bid)) + WIDE_SPREAD_MIN
  const spread = () => exact(ask).minus(bid)
  if (signOf(ask - bid - WIDE_SPREAD_MIN, magnitude, () => spread().minus(WIDE_SPREAD_MIN)) <= 0) return false
  const halfMid = () => exact(ask).plus(bid).times(0.5).times(WIDE_MID_SHARE)
  const excess = ask - bid - ((ask + bid) / 2) * WIDE_MID_SHARE
  return signOf(excess, magnitude, () => spread().minus(halfMid())) > 0
}

/** Whether ask − bid exceeds max(0.50, half the mid) on any leg. */
export function needsConfirmation(legs: readonly Pick<Quote, 'bid' | 'ask'>[]): boolean {
  return legs.some(isWide)
}

export interface ConfirmedExit {
  /** What to do on this quote. */
  readonly decision: ExitDecision
  /** Whether the next quote is to be read as the confirmation of a loss exit. */
  readonly awaiting: boolean
}

/**
 * Holds a loss exit back on a wide quote, unless the quote before it was already held back (`awaiting`): then this quote,
 * wide or not, confirms it. Session end and the operator's stop, where they hold too, close the position at once; the loss
 * exits stay in their `alsoFired`. A profit target does not: a quote that shows both a loss and a profit proves neither.
 */
export function confirmExit(
  exit: ExitDecision,
  legs: readonly Pick<Quote, 'bid' | 'ask'>[],
  awaiting: boolean,
): ConfirmedExit {
  if (exit.action === 'hold' || !LOSS_EXITS.has(exit.reason)) return { decision: exit, awaiting: false }
  if (awaiting || !needsConfirmation(legs)) return { decision: exit, awaiting: false }
  const { rulePnl, netPnl } = exit
  const fired = [exit.reason, ...exit.alsoFired]
  const reason = fired.find((candidate) => TIMED_EXITS.has(candidate))
  if (reason === undefined) return { decision: { action: 'hold', reason: null, rulePnl, netPnl }, awaiting: true }
  const alsoFired = fired.filter((candidate) => candidate !== reason)
  return { decision: { action: 'exit', reason, alsoFired, rulePnl, netPnl }, awaiting: false }
}
