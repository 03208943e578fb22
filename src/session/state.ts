/**
 * A trading session as data: one account, one trading day. Plain JSON, so that what is stored is what is known.
 *
 * 1. Only `transition` makes a new state; a state is never changed in place.
 * 2. What the market shows right now (quotes, bars) is not state: it is handed in with every input as a `MarketView`.
 * 3. Money is integer cents, sums of fills are exact decimal strings.
 */
import type { Source } from '../broker/port.ts'
import type { ExitReason, Quote, SessionHours, SkipReason, StrategyConfig } from '../strategy/types.ts'
import type { Control } from './campaign.ts'
import type { EngineLimits } from './engine-limits.ts'
import type { Actor, CloseReason, Plan } from './events.ts'
import type { SessionMode, SessionPhase } from './mode.ts'

export const SESSION_STATE_VERSION = 2

/** An order the desk has decided to send. `intent` → `working` → (`cancelling` →) `ended`. */
export interface OrderState {
  readonly clientOrderId: string
  readonly purpose: 'open' | 'close'
  readonly attempt: number
  readonly qty: number
  /** The one leg it closes, where that has lost its partner; null: the whole position. */
  readonly leg: string | null
  /** Dollars a share, exact; null is a market order. */
  readonly limitPrice: string | null
  readonly status: 'intent' | 'working' | 'cancelling' | 'ended'
  /** The broker's id, once known. */
  readonly orderId: string | null
  readonly filledQty: number
  /** Σ price × quantity over the fills, dollars a share × contracts, exact. */
  readonly filledNotional: string
  /** When it was last acted on, on both clocks: a wait has passed when it has passed on both. */
  readonly since: Instant
  /** How often its cancel was asked for again, because the broker had not said how it ended; absent: not once. */
  readonly cancelsRepeated?: number
}

/** A moment on both clocks, epoch milliseconds. */
export interface Instant {
  readonly market_ms: number
  readonly wall_ms: number
}

export interface ExitPlan {
  readonly reason: CloseReason
  readonly alsoFired: readonly ExitReason[]
  readonly mid: number | null
  readonly rulePnlCents: number | null
  readonly netPnlCents: number | null
}

/** A leg that has lost its partner; signed contracts, short is negative. */
export interface Leftover {
  readonly symbol: string
  readonly qty: number
}

/** One trade from the decision to enter until it is flat again. */
export interface Trade {
  readonly tradeId: string
  readonly strike: number
  readonly hedgeStrike: number | null
  /** OCC symbols: the short put, then the long one of a spread. */
  readonly symbols: readonly string[]
  readonly decided_ms: number
  readonly decisionMid: number
  readonly sellPrice: number
  readonly entry_ms: number | null
  /** Contracts (or spreads) opened and closed so far, with Σ price × quantity, exact. */
  readonly openedQty: number
  readonly openedNotional: string
  readonly closedQty: number
  readonly closedNotional: string
  /** Of the closed ones: how many somebody else closed at a price that is an estimate. */
  readonly estimatedQty: number
  /** Those with Σ price × quantity, exact, and when they were missed last; absent: none were. */
  readonly estimate?: { readonly notional: string; readonly until_ms: number }
  readonly leftovers: readonly Leftover[]
  /** Time of the last closing fill. */
  readonly exit_ms: number | null
  readonly exit: ExitPlan | null
  /** Time of the wide quote on which a loss exit was seen and awaits confirmation. */
  readonly unconfirmed_ms: number | null
  /** Time of the last position quote the exits were checked with, and the wall time of that check. */
  readonly checked_ms: number
  /** Time of the short put's quote last seen. */
  readonly shortQuoted_ms: number
  /**
   * Since when the short put's quotes are missed, on both clocks: the last check, or when this worker took the session
   * over.
   */
  readonly watchedSince: Instant
  /** Opening orders sent for this entry. */
  readonly openAttempts: number
  /** The market minute of the last recorded mark. */
  readonly markMinute: number
  readonly warnedTrade: boolean
  /** The team was told that its quotes are late, and none has come since. */
  readonly toldLate: boolean
}

export interface LastDecision {
  readonly at_ms: number
  readonly reason: SkipReason | null
  readonly value: number | null
  readonly limit: number | null
  readonly vixEstimate: number | null
  readonly rangePct: number | null
}

/**
 * Why the session is to end early: by the team's `/stop`, or because its last worker is going down. `drain` ends it
 * too, but lets what is open run to its own exit.
 */
export interface StopRequest {
  readonly actor: Actor
  readonly kind: 'operator' | 'drain' | 'shutdown'
}

export interface SessionState extends NewSession {
  readonly version: typeof SESSION_STATE_VERSION
  readonly phase: SessionPhase
  readonly mode: SessionMode
  /** Why the mode is what it is. */
  readonly modeReason: string
  /** Entries of the day that were filled, at least in part. */
  readonly entries: number
  readonly openAttempts: number
  readonly closeAttempts: number
  readonly netPnlCents: number
  readonly brokerPnlCents: number
  readonly trade: Trade | null
  /** The entry given up last: a fill that arrives late brings it back. */
  readonly givenUp: Trade | null
  /** The broker's difference seen last, to be seen again before it counts; null: none. */
  readonly difference: string | null
  /** Set by a worker that hands the session over in order; whoever continues says so. */
  readonly handedOver: boolean
  /** Orders that have not ended, and those that have, by client order id. */
  readonly orders: Readonly<Record<string, OrderState>>
  /** Of the closes up to this attempt those that ended with nothing may be gone from `orders`; absent: none is. */
  readonly forgottenCloses?: number
  readonly lastDecision: LastDecision | null
  /** Completed market minutes (since the open) up to which decisions were taken or missed. */
  readonly decidedMinute: number
  readonly decisions: number
  readonly skips: Readonly<Partial<Record<SkipReason, number>>>
  readonly minutesMissed: number
  /** Minutes of the entry window in which the switch was off. */
  readonly minutesPaused: number
  readonly stop: StopRequest | null
  /** Asked to end once what is open has run to its own exit; absent: not asked. */
  readonly drain?: StopRequest
  /** Number of the day's limits applied last; absent: none was. */
  readonly limitsSeq?: number
  readonly warnedDay: boolean
  readonly breachedDay: boolean
  /** Ids of the assignments the team was told of. */
  readonly assignments: readonly string[]
  /** Ids of other people's orders the team was told of; absent: none. */
  readonly foreignOrders?: readonly string[]
  /** What was told last of each kind of difference, by its code; absent: nothing was. */
  readonly differencesTold?: Readonly<Record<string, string>>
  /** Cash before the day's first order, dollars, exact; null: not read yet. */
  readonly cashAtStart: string | null
  /** What cash moved beyond the day's fills, as last seen; to be seen again before it counts. */
  readonly cashDifferenceCents: number
  readonly cashTold: boolean
  /** What settling the expiry came to, cents: in the day's P&L, and of no order; absent: nothing was settled. */
  readonly settlementCents?: number
  /** Wall time since when the broker has not answered, once the team was told; null: it answers. */
  readonly brokerAwaySince_ms: number | null
}

/** What the market shows at the moment of an input. Never stored. */
export interface MarketView {
  readonly now: Instant
  /**
   * How much older than the rules allow a quote may be because an accelerated market runs on while it travels and is
   * decided on, market seconds; 0 on a real market.
   */
  readonly latency_s: number
  readonly spot: Quote | null
  /** The position's legs in the order of `Trade.symbols`; null where no quote is known. */
  readonly legs: readonly (Quote | null)[]
  /** Start of the newest completed bar known; null before the first. */
  readonly lastBar_ms: number | null
}

export interface NewSession {
  readonly accountId: string
  readonly campaignId: string
  readonly source: Source
  readonly strategy: StrategyConfig
  readonly engine: EngineLimits
  readonly plan: Plan
  readonly session: SessionHours
  /** The account's switch as the session knows it. */
  readonly control: Control
  /** The trading day after this one, for the end-of-day post; null where the calendar ends. */
  readonly next: SessionHours | null
  /**
   * Market time at which the account was armed; absent: not known, then no minute before the session began is missed.
   */
  readonly armedAtMarket_ms?: number
  /** Date of the session whose plan was said at the arming. */
  readonly planToldFor?: string
}

export function createSession(given: NewSession): SessionState {
  const { accountId, campaignId, source, strategy, engine, plan, session, next, control } = given
  const { armedAtMarket_ms, planToldFor } = given
  return {
    accountId,
    campaignId,
    source,
    strategy,
    engine,
    plan,
    session,
    next,
    control,
    ...(armedAtMarket_ms === undefined ? {} : { armedAtMarket_ms }),
    ...(planToldFor === undefined ? {} : { planToldFor }),
    version: SESSION_STATE_VERSION,
    phase: 'waiting',
    // What halted or paused the account holds for the new day too.
    mode: control.mode,
    modeReason: control.reason,
    entries: 0,
    openAttempts: 0,
    closeAttempts: 0,
    netPnlCents: 0,
    brokerPnlCents: 0,
    trade: null,
    givenUp: null,
    difference: null,
    handedOver: false,
    orders: {},
    lastDecision: null,
    decidedMinute: 0,
    decisions: 0,
    skips: {},
    minutesMissed: 0,
    minutesPaused: 0,
    stop: null,
    warnedDay: false,
    breachedDay: false,
    assignments: [],
    cashAtStart: null,
    cashDifferenceCents: 0,
    cashTold: false,
    brokerAwaySince_ms: null,
  }
}

/** The order that is not terminal yet; the desk never has two. */
export function activeOrder(state: SessionState): OrderState | null {
  // Asked at every tick: no array is made of them.
  for (const id in state.orders) {
    const order = state.orders[id]
    if (order !== undefined && order.status !== 'ended') return order
  }
  return null
}

/** Asked to end, at once or once it is flat: nothing more is opened. */
export function isStopping({ stop, drain }: SessionState): boolean {
  return stop !== null || drain !== undefined
}

/** Contracts (or spreads) held. */
export function heldQty(trade: Trade | null): number {
  return trade === null ? 0 : trade.openedQty - trade.closedQty
}

/** Opened, and nothing of it left, no single leg either; closed by more than it had, too. */
export function isFlat({ openedQty, closedQty, leftovers }: Trade): boolean {
  return openedQty > 0 && openedQty <= closedQty && leftovers.length === 0
}
