/** Everything that can happen to a session. Each input comes with the market as it is known at that moment. */
import type { BrokerAccount, BrokerError, BrokerOrder, MarketSnapshot, StreamName } from '../broker/port.ts'
import type { Bar, StrategyConfig } from '../strategy/types.ts'
import type { Control, DayLimitsSet } from './campaign.ts'
import type { Denial } from './denial.ts'
import type { DrillProbe } from './desk-events.ts'
import type { BrokerBooks } from './reconcile.ts'
import type { StopRequest } from './state.ts'

export type SessionInput =
  /** Market time moved on, or a quote came. */
  | { readonly kind: 'tick' }
  | { readonly kind: 'preflight'; readonly account: BrokerAccount | null; readonly error: BrokerError | null }
  | {
      readonly kind: 'snapshot'
      readonly snapshot: MarketSnapshot
      readonly bars: readonly Bar[]
    }
  /** The order as the broker has it: answer of a submit or a lookup, or a trade update. */
  | { readonly kind: 'order'; readonly order: BrokerOrder; readonly execution: Execution | null }
  | {
      readonly kind: 'order_refused'
      readonly clientOrderId: string
      readonly error: BrokerError
      /** It was sent again: the request before may have arrived all the same. */
      readonly again?: boolean
    }
  /** The desk's own risk check did not let the order out. */
  | {
      readonly kind: 'order_denied'
      readonly clientOrderId: string
      readonly denial: Denial
      /** It was to be sent again: the request before may have arrived. */
      readonly again?: boolean
    }
  /** The broker answered that it does not know the id. */
  | { readonly kind: 'order_missing'; readonly clientOrderId: string }
  | { readonly kind: 'stop'; readonly request: StopRequest }
  /** Limits set for the day, on top of what the campaign was configured with. */
  | { readonly kind: 'limits'; readonly limits: DayLimitsSet; readonly configured: StrategyConfig }
  /** The store has an opening of the day that this session's books do not (I8). */
  | { readonly kind: 'already_opened' }
  /** The store came back with less than it had confirmed, and was set up again from what this session knows. */
  | { readonly kind: 'store_lost' }
  /** How long the broker has answered nothing at all, wall seconds; null: it answers again. */
  | { readonly kind: 'broker_reach'; readonly silent_s: number | null }
  /** A stream that is connected brings nothing while the broker has news, or brings something again. */
  | { readonly kind: 'stream_mute'; readonly stream: StreamName; readonly isMute: boolean }
  /** The last worker leaves and could not close everything in time. */
  | { readonly kind: 'left_open'; readonly message: string }
  /** What the guards said to the order of a drill. */
  | { readonly kind: 'drill_probed'; readonly probe: DrillProbe }
  /** The account's switch, as last read. */
  | { readonly kind: 'control'; readonly control: Control }
  /** The broker's side, read in full: at start, after a reconnect, and periodically. */
  | {
      readonly kind: 'reconcile'
      /** The first reading of this worker: it takes the session over with it. */
      readonly isFirst: boolean
      readonly books: BrokerBooks
    }

export interface Execution {
  readonly executionId: string
  readonly price: string
  readonly qty: number
}
