/** The result of a transition: the next state, what happened, and what is to be done about it, in order. */
import type { OrderRequest } from '../broker/port.ts'
import type { ConfirmedExit } from '../strategy/confirm.ts'
import type { Decision, DecisionInput, ExitInput, Quote } from '../strategy/types.ts'
import type { JournalEvent } from './events.ts'
import type { SessionState } from './state.ts'

export type Effect =
  /** Check account, level and buying power for the plan; answered by `preflight`. */
  | { readonly kind: 'preflight' }
  /** Read spot, chain and bars for the decision of `minute`; answered by `snapshot`. */
  | {
      readonly kind: 'take_snapshot'
      readonly minute: number
      /** The stream brings no quote of SPY: the broker is asked at a slower pace. */
      readonly isFallback: boolean
    }
  /** `again`: a request for it went out, or may have: what became of that is not known. */
  | { readonly kind: 'submit'; readonly request: OrderRequest; readonly again?: true }
  | { readonly kind: 'cancel'; readonly clientOrderId: string; readonly orderId: string }
  /** Ask the broker what became of an order; answered by `order` or `order_missing`. */
  | { readonly kind: 'lookup'; readonly clientOrderId: string }
  /** Subscribe to the quotes of these symbols, and to nothing else. */
  | { readonly kind: 'watch'; readonly symbols: readonly string[] }
  /** Take an opening as far as the last guard before the broker, and no further; answered by `drill_probed`. */
  | { readonly kind: 'probe'; readonly drillId: string }
  /** Read the broker's side in full, now. */
  | { readonly kind: 'reconcile' }
  /** Read the position's quotes at once; answered as quotes. */
  | { readonly kind: 'read_quotes' }

/** What a rule was given and what it said, for the decision tape; the session itself never reads it. */
export type Seen =
  | { readonly kind: 'entry'; readonly input: DecisionInput; readonly decision: Decision }
  | {
      readonly kind: 'exit'
      readonly input: ExitInput
      readonly legs: readonly Quote[]
      readonly awaiting: boolean
      readonly confirmed: ConfirmedExit
    }

export interface Step {
  readonly state: SessionState
  readonly events: readonly JournalEvent[]
  readonly effects: readonly Effect[]
  readonly seen?: readonly Seen[]
}

const NO_EVENTS: readonly JournalEvent[] = []
const NO_EFFECTS: readonly Effect[] = []

export function stay(state: SessionState): Step {
  return { state, events: NO_EVENTS, effects: NO_EFFECTS }
}

export function step(state: SessionState, events: readonly JournalEvent[], effects: readonly Effect[] = []): Step {
  return { state, events, effects }
}

/** Continues a step from the state it reached. */
export function andThen(first: Step, next: (state: SessionState) => Step): Step {
  const second = next(first.state)
  const state = second.state
  const events = joined(first.events, second.events)
  const effects = joined(first.effects, second.effects)
  if (first.seen === undefined && second.seen === undefined) return { state, events, effects }
  return { state, events, effects, seen: joined(first.seen ?? [], second.seen ?? []) }
}

/** Mostly one of them is empty: then it is the other itself. */
function joined<T>(first: readonly T[], second: readonly T[]): readonly T[] {
  if (first.length === 0) return second
  return second.length === 0 ? first : [...first, ...second]
}
