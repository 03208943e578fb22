/**
 * The broker on Alpaca, or on the market simulator, which speaks the same protocol. One object is one account: it owns
 * its clients, its request budgets and at most one set of streams (Alpaca allows one data connection a key).
 *
 * Entry point: `createAlpacaBroker`.
 */
import type { trading } from '@alpacahq/alpaca-trade-api'
import type { Logger } from 'pino'
import type { Bar, Quote, SessionHours } from '../strategy/types.ts'
import { type BrokerClients, createClients } from './clients.ts'
import { brokerError } from './errors.ts'
import type { Fetch } from './host-guard.ts'
import { toAccount } from './mapping/account.ts'
import { ACTIVITY_TYPES, toActivities } from './mapping/activities.ts'
import { toClock, toSessions } from './mapping/calendar.ts'
import { toPositions } from './mapping/positions.ts'
import { MarketReads } from './market-reads.ts'
import { type AlpacaBrokerOptions, type BrokerSettings, parseBrokerOptions } from './options.ts'
import { cancelOrder, findOrder, listOrders, type OrderCallContext, submitOrder } from './order-calls.ts'
import type {
  Broker,
  BrokerAccount,
  BrokerActivity,
  BrokerOrder,
  BrokerPosition,
  BrokerResult,
  BrokerStreamHandlers,
  BrokerStreams,
  MarketSnapshot,
  OrderRequest,
} from './port.ts'
import { send } from './requests.ts'
import { openStreams } from './streams/alpaca-streams.ts'

const ACTIVITIES_PER_PAGE = 100
const ACTIVITY_PAGES_MAX = 10

/**
 * @param transport what sends under the host guard, for tests; the process's `fetch` otherwise.
 * @throws Error naming every option that is wrong; ForbiddenHostError for a live host or key.
 */
export function createAlpacaBroker(options: AlpacaBrokerOptions, transport: Fetch = fetch): Broker {
  const { log, wallClock, marketClock, ...rest } = options
  const settings = parseBrokerOptions(rest)
  const clients = createClients(settings, wallClock, transport)
  const now_ms = (): number => marketClock?.now_ms() ?? wallClock.now_ms()
  return new AlpacaBroker(settings, clients, new MarketReads(clients, settings, now_ms), { log, wallClock })
}

class AlpacaBroker implements Broker {
  readonly #settings: BrokerSettings
  readonly #clients: BrokerClients
  readonly #market: MarketReads
  readonly #log: Logger
  readonly #closing = new AbortController()
  readonly #orderCalls: OrderCallContext
  #streams: BrokerStreams | null = null

  constructor(
    settings: BrokerSettings,
    clients: BrokerClients,
    market: MarketReads,
    { log, wallClock: clock }: Pick<AlpacaBrokerOptions, 'log' | 'wallClock'>,
  ) {
    this.#settings = settings
    this.#clients = clients
    this.#market = market
    this.#log = log
    this.#orderCalls = { clients, clock, wait_ms: settings.timeout_ms, closing: this.#closing.signal }
  }

  account(): Promise<BrokerResult<BrokerAccount>> {
    return this.#read(async () => toAccount(await this.#clients.accounts.getAccount()))
  }

  clock(): Promise<BrokerResult<{ readonly now_ms: number; readonly isOpen: boolean }>> {
    return this.#read(async () => toClock(await this.#clients.clock.legacyClock()))
  }

  calendar(from: string, to: string): Promise<BrokerResult<readonly SessionHours[]>> {
    const query = { start: new Date(`${from}T00:00:00Z`), end: new Date(`${to}T00:00:00Z`) }
    return this.#read(async () => toSessions(await this.#clients.calendar.legacyCalendar(query), from, to))
  }

  bars(from_ms: number, to_ms: number): Promise<BrokerResult<readonly Bar[]>> {
    return this.#market.bars(from_ms, to_ms)
  }

  officialClose(session: SessionHours): Promise<BrokerResult<number | null>> {
    return this.#market.officialClose(session)
  }

  snapshot(expiry: string, strikeRange: number): Promise<BrokerResult<MarketSnapshot>> {
    return this.#market.snapshot(expiry, strikeRange)
  }

  optionQuotes(symbols: readonly string[]): Promise<BrokerResult<ReadonlyMap<string, Quote>>> {
    return this.#market.optionQuotes(symbols)
  }

  submit(request: OrderRequest, maySend?: () => boolean): Promise<BrokerResult<BrokerOrder>> {
    return submitOrder(this.#orderCalls, request, maySend)
  }

  cancel(orderId: string): Promise<BrokerResult<null>> {
    return cancelOrder(this.#orderCalls, orderId)
  }

  orderByClientId(clientOrderId: string): Promise<BrokerResult<BrokerOrder>> {
    return findOrder(this.#orderCalls, clientOrderId)
  }

  orders(since_ms: number): Promise<BrokerResult<readonly BrokerOrder[]>> {
    return listOrders(this.#orderCalls, since_ms)
  }

  positions(): Promise<BrokerResult<readonly BrokerPosition[]>> {
    return this.#read(async () => toPositions(await this.#clients.positions.getAllOpenPositions()))
  }

  async activities(since: string): Promise<BrokerResult<readonly BrokerActivity[]>> {
    const all: BrokerActivity[] = []
    // `after` is exclusive and means the day they were recorded, which is never before their own.
    const query = {
      activityTypes: [...ACTIVITY_TYPES],
      after: new Date(Date.parse(`${since}T00:00:00Z`) - 1),
      direction: 'asc',
      pageSize: ACTIVITIES_PER_PAGE,
    } satisfies trading.GetAccountActivitiesRequest
    let paged: trading.GetAccountActivitiesRequest = query
    for (let page = 0; page < ACTIVITY_PAGES_MAX; page += 1) {
      const read = await this.#read(async () => {
        const answer = await this.#clients.activities.getAccountActivities(paged)
        return { rows: toActivities(answer), next: answer.length < ACTIVITIES_PER_PAGE ? null : answer.at(-1)?.id }
      })
      if (!read.ok) return read
      all.push(...read.value.rows)
      if (read.value.next) paged = { ...query, pageToken: read.value.next }
      else return { ok: true, value: all.filter((activity) => activity.date >= since) }
    }
    const most = ACTIVITY_PAGES_MAX * ACTIVITIES_PER_PAGE
    return {
      ok: false,
      error: brokerError('unavailable', `expected at most ${most} activities since ${since}, got more`),
    }
  }

  /** @throws Error where the streams of this account are open already: Alpaca would refuse the second connection. */
  streams(handlers: BrokerStreamHandlers): BrokerStreams {
    if (this.#streams !== null) throw new Error('expected one open set of streams per broker: close the first')
    const opened = openStreams({ settings: this.#settings, log: this.#log, clock: this.#orderCalls.clock }, handlers)
    this.#streams = opened
    return {
      watchOptions: (symbols) => opened.watchOptions(symbols),
      renew: (stream) => opened.renew(stream),
      close: async () => {
        await opened.close()
        if (this.#streams === opened) this.#streams = null
      },
    }
  }

  async close(): Promise<void> {
    this.#closing.abort()
    this.#clients.tradingBudget.close()
    this.#clients.dataBudget.close()
    await this.#streams?.close()
    this.#streams = null
  }

  #read<T>(request: () => Promise<T>): Promise<BrokerResult<T>> {
    const terms = { priority: 'read', effect: 'reads', wait_ms: this.#settings.timeout_ms } as const
    return send({ ...terms, budget: this.#clients.tradingBudget }, request)
  }
}
