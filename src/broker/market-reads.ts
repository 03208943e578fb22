/**
 * Market data over REST: bars, quotes, and the snapshot that a decision is taken on.
 *
 * Entry point: `MarketReads`.
 *
 * 1. Spot and chain of a snapshot are asked for together, the chain around the last spot seen, so that they are of one
 *    moment; when spot is not known or has moved out of that range, the chain is asked for (again) after it.
 * 2. Paging is bounded; more pages than the bound is an error, never a part of the answer.
 */
import { newYorkDate, newYorkToEpoch } from '../strategy/newyork-time.ts'
import type { Bar, Quote, SessionHours } from '../strategy/types.ts'
import { MINUTE_MS } from '../time/units.ts'
import type { BrokerClients } from './clients.ts'
import { brokerError } from './errors.ts'
import type { Page } from './mapping/market-data.ts'
import { toBars, toChain, toQuotes } from './mapping/market-data.ts'
import type { BrokerSettings } from './options.ts'
import type { BrokerResult, MarketSnapshot, SnapshotRow } from './port.ts'
import { type RequestTerms, send } from './requests.ts'

const SPY = 'SPY'
const BARS_PER_PAGE = 10_000
const BAR_PAGES_MAX = 10
/** One day is asked for. */
const DAILY_BARS = 2
const CHAIN_ROWS_PER_PAGE = 1000
const CHAIN_PAGES_MAX = 5
const QUOTES_PER_REQUEST = 100
/** How far spot may move between two snapshots before the chain has to be asked for again, dollars. */
const SPOT_DRIFT = 5

interface StrikeRange {
  readonly low: number
  readonly high: number
}

function spotOf(quote: Quote): number | null {
  const sides = [quote.bid, quote.ask].filter((side) => side !== null && side > 0)
  const sum = sides.reduce((total: number, side) => total + (side ?? 0), 0)
  return sides.length === 0 ? null : sum / sides.length
}

export class MarketReads {
  readonly #clients: BrokerClients
  readonly #settings: BrokerSettings
  readonly #now_ms: () => number
  #lastSpot: number | null = null

  /** @param now_ms market time, for the stamp of a snapshot. */
  constructor(clients: BrokerClients, settings: BrokerSettings, now_ms: () => number) {
    this.#clients = clients
    this.#settings = settings
    this.#now_ms = now_ms
  }

  /** SPY's one-minute bars that lie wholly within [from_ms, to_ms), oldest first. */
  async bars(from_ms: number, to_ms: number): Promise<BrokerResult<readonly Bar[]>> {
    if (to_ms <= from_ms) return { ok: true, value: [] }
    const query = {
      symbols: SPY,
      timeframe: '1Min',
      start: new Date(from_ms),
      end: new Date(to_ms),
      feed: this.#settings.stockFeed,
      limit: BARS_PER_PAGE,
      sort: 'asc',
    } as const
    const read = await this.#pages('bars', BAR_PAGES_MAX, async (pageToken) =>
      toBars(await this.#clients.stocks.stockBars({ ...query, ...pageToken }), SPY),
    )
    if (!read.ok) return read
    const within = read.value.filter((bar) => bar.t_ms >= from_ms && bar.t_ms + MINUTE_MS <= to_ms)
    return { ok: true, value: within.toSorted((a, b) => a.t_ms - b.t_ms) }
  }

  /** The consolidated tape's daily bar: an exchange's own close is not what contracts are settled at. */
  async officialClose({ date, open_ms, close_ms }: SessionHours): Promise<BrokerResult<number | null>> {
    const query = {
      symbols: SPY,
      timeframe: '1Day',
      // A daily bar begins at New York's midnight.
      start: new Date(newYorkToEpoch(date, 0)),
      end: new Date(close_ms),
      feed: 'sip',
      limit: DAILY_BARS,
      sort: 'asc',
    } as const
    const read = await send(this.#terms(), async () => toBars(await this.#clients.stocks.stockBars(query), SPY))
    if (!read.ok) return read
    const own = read.value.rows.find(({ t_ms }) => t_ms <= open_ms && newYorkDate(t_ms) === date)
    return { ok: true, value: own === undefined || own.c <= 0 ? null : own.c }
  }

  async snapshot(expiry: string, strikeRange: number): Promise<BrokerResult<MarketSnapshot>> {
    const at_ms = this.#now_ms()
    const guess = this.#lastSpot === null ? null : around(this.#lastSpot, strikeRange + SPOT_DRIFT)
    const [quoted, guessed] = await Promise.all([this.#spot(), guess === null ? null : this.#chain(expiry, guess)])
    if (!quoted.ok) return quoted
    const spot = spotOf(quoted.value)
    this.#lastSpot = spot
    if (spot === null) return { ok: true, value: { at_ms, spot: quoted.value, chain: [] } }
    const wanted = around(spot, strikeRange)
    const covered = guess !== null && guess.low <= wanted.low && guess.high >= wanted.high
    const chain = covered && guessed !== null ? guessed : await this.#chain(expiry, wanted)
    if (!chain.ok) return chain
    const rows = chain.value.filter((row) => row.strike >= wanted.low && row.strike <= wanted.high)
    return { ok: true, value: { at_ms, spot: quoted.value, chain: rows.toSorted((a, b) => a.strike - b.strike) } }
  }

  async optionQuotes(symbols: readonly string[]): Promise<BrokerResult<ReadonlyMap<string, Quote>>> {
    const quotes = new Map<string, Quote>()
    for (let from = 0; from < symbols.length; from += QUOTES_PER_REQUEST) {
      const query = {
        symbols: symbols.slice(from, from + QUOTES_PER_REQUEST).join(','),
        feed: this.#settings.optionFeed,
      }
      const read = await send(this.#terms(), async () =>
        toQuotes(await this.#clients.options.optionLatestQuotes(query)),
      )
      if (!read.ok) return read
      for (const [symbol, quote] of read.value) quotes.set(symbol, quote)
    }
    return { ok: true, value: quotes }
  }

  async #spot(): Promise<BrokerResult<Quote>> {
    const query = { symbols: SPY, feed: this.#settings.stockFeed }
    const read = await send(this.#terms(), async () => toQuotes(await this.#clients.stocks.stockLatestQuotes(query)))
    if (!read.ok) return read
    return { ok: true, value: read.value.get(SPY) ?? { bid: null, ask: null, t_ms: null } }
  }

  #chain(expiry: string, range: StrikeRange): Promise<BrokerResult<readonly SnapshotRow[]>> {
    const query = {
      underlyingSymbol: SPY,
      type: 'put',
      expirationDate: new Date(`${expiry}T00:00:00Z`),
      strikePriceGte: range.low,
      strikePriceLte: range.high,
      feed: this.#settings.optionFeed,
      limit: CHAIN_ROWS_PER_PAGE,
    } as const
    return this.#pages('the option chain', CHAIN_PAGES_MAX, async (pageToken) =>
      toChain(await this.#clients.options.optionChain({ ...query, ...pageToken }), expiry),
    )
  }

  async #pages<T>(
    what: string,
    pagesMax: number,
    read: (pageToken: { readonly pageToken?: string }) => Promise<Page<T>>,
  ): Promise<BrokerResult<readonly T[]>> {
    const rows: T[] = []
    let pageToken: { readonly pageToken?: string } = {}
    for (let page = 0; page < pagesMax; page += 1) {
      const result = await send(this.#terms(), () => read(pageToken))
      if (!result.ok) return result
      rows.push(...result.value.rows)
      if (result.value.next === null) return { ok: true, value: rows }
      pageToken = { pageToken: result.value.next }
    }
    return { ok: false, error: brokerError('unavailable', `expected at most ${pagesMax} pages of ${what}, got more`) }
  }

  #terms(): RequestTerms {
    const { dataBudget } = this.#clients
    return { budget: dataBudget, priority: 'read', effect: 'reads', wait_ms: this.#settings.timeout_ms }
  }
}

/** Rounded outwards to the cent: a strike is never cut off by a binary fraction. */
function around(spot: number, width: number): StrikeRange {
  return { low: Math.floor((spot - width) * 100) / 100, high: Math.ceil((spot + width) * 100) / 100 }
}
