/**
 * What the watchdog finds at a broker, for tests: one spread of one day, and orders as this desk or a person sends
 * them.
 */
import type { BrokerOrder, BrokerPosition, OrderStatus } from '../../src/broker/port.ts'
import type { Quote } from '../../src/strategy/types.ts'
import { type Action, type Facts, WATCHDOG_DEFAULTS, type WatchdogLimits } from '../../src/watchdog/decide.ts'

export const DATE = '2026-07-17'
export const NOW_MS = Date.parse('2026-07-17T11:00:00-04:00')
export const SHORT = 'SPY260717P00747000'
export const LONG = 'SPY260717P00742000'
export const PREFIX = 'p4d-25k-20260717-'

export const LIMITS: WatchdogLimits = {
  ...WATCHDOG_DEFAULTS,
  silentMax_ms: 30_000,
  exitWait_s: 5,
  exitLimitAttempts: 2,
}

export const quote = (bid: number, ask: number): Quote => ({ bid, ask, t_ms: NOW_MS - 1000 })
export const QUOTES = new Map([
  [SHORT, quote(1.2, 1.23)],
  [LONG, quote(0.31, 0.33)],
])

interface OrderSeed {
  readonly id?: string
  readonly status?: OrderStatus
  readonly qty?: number
  readonly filled?: number
  readonly symbols?: readonly string[]
  readonly limitPrice?: string | null
  readonly age_ms?: number
}

/** `open-1` of a spread, or another id; a close buys what an opening sold. */
export function order(what: string, seed: OrderSeed = {}): BrokerOrder {
  const { status = 'filled', qty = 25, symbols = [SHORT, LONG], limitPrice = '0.90', age_ms = 60_000 } = seed
  const filled = seed.filled ?? (status === 'filled' ? qty : 0)
  const opens = !what.includes('close')
  return {
    id: `broker-${what}`,
    clientOrderId: seed.id ?? `${PREFIX}${what}`,
    status,
    qty,
    filledQty: filled,
    filledAvgPrice: filled > 0 ? '0.90' : null,
    limitPrice,
    legs: symbols.map((symbol) => ({
      symbol,
      side: (symbol === SHORT) === opens ? 'sell' : 'buy',
      filledQty: filled,
      filledAvgPrice: filled > 0 ? '0.90' : null,
    })),
    submittedAt_ms: NOW_MS - age_ms,
    updatedAt_ms: NOW_MS - age_ms,
  }
}

export const position = (symbol: string, qty: number): BrokerPosition => ({ symbol, qty, avgEntryPrice: '1.00' })
const SPREAD = [position(SHORT, -25), position(LONG, 25)]

export function facts(change: Partial<Facts> = {}): Facts {
  return {
    profile: '25k',
    date: DATE,
    now_ms: NOW_MS,
    isOpen: true,
    silent_ms: 31_000,
    acting_ms: 0,
    orders: [order('open-1')],
    positions: SPREAD,
    quotes: QUOTES,
    ...change,
  }
}

export const closesIn = (actions: readonly Action[]) =>
  actions.flatMap((action) => (action.kind === 'close' ? [action.request] : []))
