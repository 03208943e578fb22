/**
 * One-minute bars of the past over Alpaca's REST: SPY's and those of puts. Paging and repeats are bounded, requests go
 * through the account's budget of market data.
 *
 * Entry point: `HistoryReads`.
 */
import type { BrokerClients } from '../../broker/clients.ts'
import { brokerError } from '../../broker/errors.ts'
import { type Page, toBars } from '../../broker/mapping/market-data.ts'
import type { BrokerSettings } from '../../broker/options.ts'
import type { BrokerResult } from '../../broker/port.ts'
import { send } from '../../broker/requests.ts'
import type { WallClock } from '../../config/clock.ts'
import type { Bar } from '../../strategy/types.ts'
import { MINUTE_MS } from '../../time/units.ts'
import { HistoryError } from './history-error.ts'

const SPY = 'SPY'
const ROWS_PER_PAGE = 10_000
const SYMBOLS_PER_REQUEST = 100
const PAGES_MAX = 50
/** Turns are waited for longer than live: nobody waits for a quote here. */
const TURN_WAIT_MS = MINUTE_MS
const ATTEMPTS_MAX = 5
const PAUSE_MIN_MS = 1_000
const PAUSE_MAX_MS = 30_000

export class HistoryReads {
  readonly #clients: Pick<BrokerClients, 'stocks' | 'options' | 'dataBudget'>
  readonly #feed: BrokerSettings['stockFeed']
  readonly #clock: WallClock
  readonly #signal: AbortSignal

  constructor(
    clients: Pick<BrokerClients, 'stocks' | 'options' | 'dataBudget'>,
    feed: BrokerSettings['stockFeed'],
    clock: WallClock,
    signal: AbortSignal,
  ) {
    this.#clients = clients
    this.#feed = feed
    this.#clock = clock
    this.#signal = signal
  }

  /**
   * SPY's bars that start in [from_ms, to_ms), as they were answered: not checked, not sorted.
   * @throws HistoryError where the answer does not come, or cannot be read.
   */
  async spyBars(from_ms: number, to_ms: number): Promise<readonly Bar[]> {
    const query = { symbols: SPY, timeframe: '1Min', ...period(from_ms, to_ms), feed: this.#feed, ...PAGE }
    const bars = await this.#pages('SPY bars', [SPY], (pageToken) =>
      this.#clients.stocks.stockBars({ ...query, ...pageToken }),
    )
    return bars.get(SPY) ?? []
  }

  /** Bars by symbol, as they were answered; a contract that did not trade has none. */
  async putBars(
    symbols: readonly string[],
    from_ms: number,
    to_ms: number,
  ): Promise<ReadonlyMap<string, readonly Bar[]>> {
    const all = new Map<string, readonly Bar[]>()
    for (let at = 0; at < symbols.length; at += SYMBOLS_PER_REQUEST) {
      const some = symbols.slice(at, at + SYMBOLS_PER_REQUEST)
      const query = { symbols: some.join(','), timeframe: '1Min', ...period(from_ms, to_ms), ...PAGE }
      const bars = await this.#pages('option bars', some, (pageToken) =>
        this.#clients.options.optionBars({ ...query, ...pageToken }),
      )
      for (const [symbol, found] of bars) all.set(symbol, found)
    }
    return all
  }

  async #pages(
    what: string,
    symbols: readonly string[],
    ask: (pageToken: { readonly pageToken?: string }) => Promise<unknown>,
  ): Promise<ReadonlyMap<string, readonly Bar[]>> {
    const rows = new Map<string, Bar[]>()
    let pageToken: { readonly pageToken?: string } = {}
    for (let page = 0; page < PAGES_MAX; page++) {
      const answer = await this.#patiently(what, async () => barsOf(await ask(pageToken), symbols))
      for (const [symbol, bars] of answer.rows) rows.set(symbol, [...(rows.get(symbol) ?? []), ...bars])
      if (answer.next === null) return rows
      pageToken = { pageToken: answer.next }
    }
    throw new HistoryError(`expected at most ${PAGES_MAX} pages of ${what}, got more`)
  }

  /** Asks again after a pause where that may help: limits and outages. */
  async #patiently<T>(what: string, ask: () => Promise<T>): Promise<T> {
    const terms = {
      budget: this.#clients.dataBudget,
      priority: 'read',
      effect: 'reads',
      wait_ms: TURN_WAIT_MS,
    } as const
    let result: BrokerResult<T> = { ok: false, error: brokerError('unavailable', 'not asked') }
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      if (this.#signal.aborted) throw new HistoryError(`reading ${what} was cancelled`)
      result = await send(terms, ask)
      if (result.ok) return result.value
      const { kind, retryAfter_ms } = result.error
      if (kind !== 'rate_limited' && kind !== 'unavailable') break
      const pause_ms = retryAfter_ms ?? PAUSE_MIN_MS * 2 ** attempt
      await this.#clock.sleep(Math.min(pause_ms, PAUSE_MAX_MS), this.#signal)
    }
    const message = result.ok ? '' : result.error.message
    throw new HistoryError(`${what} could not be read from Alpaca: ${message}. Days read so far are kept: run it again`)
  }
}

const PAGE = { limit: ROWS_PER_PAGE, sort: 'asc' } as const

/** Alpaca's end is included: a bar that starts at `to_ms` is not asked for. */
const period = (from_ms: number, to_ms: number) => ({ start: new Date(from_ms), end: new Date(to_ms - 1) })

/** One page of several symbols; each symbol's rows, and where the next page is. */
function barsOf(answer: unknown, symbols: readonly string[]): Page<readonly [string, readonly Bar[]]> {
  const pages = symbols.map((symbol) => ({ symbol, page: toBars(answer, symbol) }))
  return {
    rows: pages.filter(({ page }) => page.rows.length > 0).map(({ symbol, page }) => [symbol, page.rows] as const),
    next: pages[0]?.page.next ?? null,
  }
}
