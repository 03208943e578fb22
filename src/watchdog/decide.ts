/**
 * What the watchdog does next: (broker's side, quotes, silence) → actions. Pure. Entry point: `decide`.
 *
 * 1. Nothing before no engine has watched the account for `silent_ms`.
 * 2. It cancels openings and sends closes; it never opens. A close is never larger than what the broker reports open of
 *    this desk, less working closes, so nothing crosses zero (I9).
 * 3. One close works at a time. One that an engine left behind is this one too: waited for, then re-priced by cancel →
 *    confirmed → new; never doubled.
 * 4. The id of a close is a function of the broker's side (I6): an engine that comes back derives the same one, and the
 *    broker takes one of the two.
 */
import type { BrokerOrder, BrokerPosition, OrderLeg, OrderRequest } from '../broker/port.ts'
import { limitPrice } from '../session/pricing.ts'
import { positionMarks } from '../strategy/structure.ts'
import type { ProfileName, Quote } from '../strategy/types.ts'
import { closesOf, exposureOf, isWorking, type OpenLeg, opensOf, orderPrefix } from './exposure.ts'

export interface Facts {
  readonly profile: ProfileName
  /** New York date at the broker, `YYYY-MM-DD`. */
  readonly date: string
  /** The broker's clock. */
  readonly now_ms: number
  readonly isOpen: boolean
  /** Wall time since an engine last showed life for this account, and since the watchdog began to act on that. */
  readonly silent_ms: number
  readonly acting_ms: number
  /** Every order of the day, and every position, as the broker reports them. */
  readonly orders: readonly BrokerOrder[]
  readonly positions: readonly BrokerPosition[]
  /** Latest quotes by symbol; a symbol without one is closed at market. */
  readonly quotes: ReadonlyMap<string, Quote>
}

export interface WatchdogLimits {
  readonly silentMax_ms: number
  /** How long a close with a limit may work before it is re-priced, market time. */
  readonly exitWait_s: number
  /** Closes with a limit before market orders. */
  readonly exitLimitAttempts: number
  /** An older quote gives no limit: the close goes at market. Market time. */
  readonly quoteAgeMax_s: number
  /** How long closing waits for canceled openings to be confirmed. */
  readonly openingsWait_ms: number
  /** Closes a day; beyond it only a person helps. */
  readonly attemptsMax: number
}

export const WATCHDOG_DEFAULTS: Omit<WatchdogLimits, 'silentMax_ms' | 'exitWait_s' | 'exitLimitAttempts'> = {
  quoteAgeMax_s: 60,
  openingsWait_ms: 10_000,
  attemptsMax: 500,
}

export type Action =
  | { readonly kind: 'cancel'; readonly order: BrokerOrder; readonly why: 'opening' | 're-price' }
  | { readonly kind: 'close'; readonly request: OrderRequest }

export interface Decision {
  readonly actions: readonly Action[]
  /**
   * `watched`: an engine may still be there. `flat`: nothing of this desk is open. `exposed`: something is; there may
   * be nothing to do but wait. `given_up`: too many closes, a person must look.
   */
  readonly state: 'watched' | 'flat' | 'exposed' | 'given_up'
}

export function decide(facts: Facts, limits: WatchdogLimits): Decision {
  if (facts.silent_ms < limits.silentMax_ms) return { state: 'watched', actions: [] }
  const openings = opensOf(facts).filter(isWorking)
  const cancels = openings.filter(isCancelable).map((order): Action => ({ kind: 'cancel', order, why: 'opening' }))
  if (openings.length > 0 && facts.acting_ms < limits.openingsWait_ms) return { state: 'exposed', actions: cancels }
  const closes = closesOf(facts).filter(isWorking)
  if (closes.length > 0) {
    const late = closes.filter((order) => isLate(order, facts, limits))
    const reprice = late.map((order): Action => ({ kind: 'cancel', order, why: 're-price' }))
    return { state: 'exposed', actions: [...cancels, ...reprice] }
  }
  const legs = nextLegs(facts)
  if (legs === null) return { state: openings.length > 0 ? 'exposed' : 'flat', actions: cancels }
  // The broker takes no order for options while the market is closed.
  if (!facts.isOpen) return { state: 'exposed', actions: cancels }
  const attempt = nextAttempt(facts)
  if (attempt > limits.attemptsMax) return { state: 'given_up', actions: cancels }
  return {
    state: 'exposed',
    actions: [...cancels, { kind: 'close', request: closeOrder(facts, legs, attempt, limits) }],
  }
}

/** Symbols whose quotes a close would want. */
export function symbolsToQuote(facts: Pick<Facts, 'profile' | 'date' | 'orders' | 'positions'>): readonly string[] {
  const { shorts, longs } = exposureOf(facts)
  return [...shorts, ...longs].map(({ symbol }) => symbol)
}

const isCancelable = (order: BrokerOrder): boolean => order.status !== 'pending_cancel'

/** A market order is not waited out: there is no better price to send. */
function isLate(order: BrokerOrder, facts: Facts, limits: WatchdogLimits): boolean {
  if (order.limitPrice === null || !isCancelable(order)) return false
  return facts.now_ms - order.submittedAt_ms >= limits.exitWait_s * 1000
}

interface NextLegs {
  readonly short: OpenLeg | null
  readonly long: OpenLeg | null
  readonly qty: number
}

/** A spread as one order as far as it is whole; then what is left, the short leg first: alone it is the risk. */
function nextLegs(facts: Facts): NextLegs | null {
  const { shorts, longs } = exposureOf(facts)
  const [short] = shorts
  if (short !== undefined) {
    const long = longs.find(({ strike }) => strike < short.strike) ?? null
    return { short, long, qty: long === null ? short.qty : Math.min(short.qty, long.qty) }
  }
  const long = longs.find(({ symbol }) => !isWorthless(facts.quotes.get(symbol)))
  return long === undefined ? null : { short: null, long, qty: long.qty }
}

/** A long put that nobody bids for cannot be sold, and can lose nothing more. */
const isWorthless = (quote: Quote | undefined): boolean => quote?.bid === 0

/** One more than the highest at the broker. Every number below is used up, whether or not its order got there. */
function nextAttempt(facts: Facts): number {
  const prefix = `${orderPrefix(facts)}close-`
  const used = closesOf(facts).map(({ clientOrderId }) => Number(clientOrderId.slice(prefix.length)))
  return 1 + Math.max(0, ...used.filter((attempt) => Number.isSafeInteger(attempt)))
}

function closeOrder(facts: Facts, legs: NextLegs, attempt: number, limits: WatchdogLimits): OrderRequest {
  return {
    clientOrderId: `${orderPrefix(facts)}close-${attempt}`,
    qty: legs.qty,
    legs: orderLegs(legs),
    limitPrice: attempt > limits.exitLimitAttempts ? null : priceOf(facts, legs, limits),
  }
}

function orderLegs({ short, long }: NextLegs): OrderRequest['legs'] {
  const bought = (leg: OpenLeg): OrderLeg => ({ symbol: leg.symbol, side: 'buy', positionIntent: 'buy_to_close' })
  const sold = (leg: OpenLeg): OrderLeg => ({ symbol: leg.symbol, side: 'sell', positionIntent: 'sell_to_close' })
  if (short !== null) return long === null ? [bought(short)] : [bought(short), sold(long)]
  if (long !== null) return [sold(long)]
  throw new Error('expected a leg to close, got none')
}

/** The touch on the side that fills, in whole cents; null (market) without a usable price. */
function priceOf(facts: Facts, { short, long }: NextLegs, limits: WatchdogLimits): string | null {
  const shortQuote = short === null ? null : usableQuote(facts, short, limits)
  const longQuote = long === null ? null : usableQuote(facts, long, limits)
  if ((short !== null && shortQuote === null) || (long !== null && longQuote === null)) return null
  if (shortQuote === null) {
    const bid = longQuote?.bid ?? null
    return bid === null || bid <= 0 ? null : limitPrice(bid, 'down')
  }
  const { buy } = positionMarks(shortQuote, longQuote)
  return buy === null || buy <= 0 ? null : limitPrice(buy, 'up')
}

function usableQuote(facts: Facts, leg: OpenLeg, limits: WatchdogLimits): Quote | null {
  const quote = facts.quotes.get(leg.symbol)
  if (quote === undefined || quote.t_ms === null) return null
  const { bid, ask } = quote
  if (bid !== null && ask !== null && bid > ask) return null
  return facts.now_ms - quote.t_ms <= limits.quoteAgeMax_s * 1000 ? quote : null
}
