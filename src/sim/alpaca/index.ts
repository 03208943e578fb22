/**
 * The Alpaca-compatible market simulator. A client of the real broker sees no difference but the URL: trading and data
 * REST, the order, stock and option streams, and under `/sim` the simulator's own clock and controls (`control.ts`).
 *
 * Entry point: `startAlpacaSim`.
 *
 * Accounts start with their equity in cash when the market starts, under a fresh account id: a restarted market is a
 * new world. Days follow each other: what an account has at the close it has next morning.
 */
import { randomUUID } from 'node:crypto'
import { sequence } from '../../config/prng.ts'
import { loadRecordedDays } from '../../replay/recorded.ts'
import { SimClock } from '../clock.ts'
import { Market, type MarketListener } from '../market/market.ts'
import type { PriceSource } from '../market/price-source.ts'
import { loadTradeableDays } from '../market/recorded-files.ts'
import { recordedSource } from '../market/recorded-source.ts'
import { seededSource } from '../market/seeded-source.ts'
import { Account } from './account.ts'
import { watchClients } from './clients.ts'
import { DataStream } from './data-stream.ts'
import { Exchange } from './exchange.ts'
import { Frames } from './frames.ts'
import { Marks } from './marks.ts'
import { type AlpacaSimOptions, type AlpacaSimSettings, readOptions } from './options.ts'
import { OrderStream } from './order-stream.ts'
import { Provocations } from './provocations.ts'
import { createServer } from './server.ts'
import type { Simulation } from './simulation.ts'
import { tradeUpdateView } from './views.ts'

export interface AlpacaSim {
  /** `http://host:port`, without a slash. */
  readonly url: string
  /** What `SIM_CLOCK_URL` is set to. */
  readonly clockUrl: string
  readonly streamUrls: { readonly trading: string; readonly stock: string; readonly option: string }
  readonly market: Market
  readonly accounts: readonly Account[]
  /** A stream is open, or a request has come since this was asked last. */
  isUsed(): boolean
  close(): Promise<void>
}

/**
 * @throws RangeError for wrong options or a recording without a day that can be traded, DataFileError for files that
 * cannot be used, and what listening on the port throws.
 */
export async function startAlpacaSim(options: AlpacaSimOptions): Promise<AlpacaSim> {
  const settings = readOptions(options)
  const source = await priceSource(settings)
  const frames = new Frames()
  const { sim, streams } = assemble(settings, source, frames)
  const { log } = options
  const server = createServer(sim, streams, frames, { requestsPerMinute: settings.requestsPerMinute, log })
  const url = await server.listen({ port: settings.port, host: settings.host })
  sim.clock.start()
  log?.info({ url, source: source.label, kind: source.kind, date: sim.market.session.date }, 'market simulator started')
  const streamBase = url.replace('http', 'ws')
  return {
    url,
    clockUrl: `${url}/sim/clock`,
    streamUrls: {
      trading: `${streamBase}/stream`,
      stock: `${streamBase}/v2/iex`,
      option: `${streamBase}/v1beta1/indicative`,
    },
    market: sim.market,
    accounts: sim.accounts,
    isUsed: watchClients(server.server),
    close: async () => {
      sim.clock.close()
      sim.exchange.close()
      await server.close()
    },
  }
}

async function priceSource({ source }: AlpacaSimSettings): Promise<PriceSource> {
  if (source.kind === 'seed') return seededSource(source)
  const range = { from: source.from ?? null, to: source.to ?? null }
  const load = source.barsNeeded ? loadTradeableDays : loadRecordedDays
  return recordedSource(await load(source.quotesFile, source.barsFile, range))
}

function assemble(
  settings: AlpacaSimSettings,
  source: PriceSource,
  frames: Frames,
): { sim: Simulation; streams: { orders: OrderStream; stock: DataStream; option: DataStream } } {
  const prefix = source.kind === 'SIM' ? `SIM-${source.label}` : 'REPLAY'
  const accountOf = (keyId: unknown, secret: unknown): Account | null =>
    accounts.find((account) => account.options.keyId === keyId && account.options.secret === secret) ?? null
  const provocations = new Provocations(Date.now, (names) => {
    for (const name of names) streams[name].cut()
  })
  const orders = new OrderStream(frames, accountOf, () => provocations.isMute('orders'))
  const authMax_ms = settings.streamAuthMax_ms
  const dataStream = (kind: 'stock' | 'option'): DataStream =>
    new DataStream({ kind, frames, accountOf, authMax_ms, isMute: () => provocations.isMute(kind) })
  const stock = dataStream('stock')
  const option = dataStream('option')
  const streams = { orders, stock, option }
  const listener: MarketListener = {
    onBars: (bars) => stock.publishBars(bars),
    onBook: (book) => exchange.onBook(book),
    publish: (book) => {
      stock.publishBook(book, market.session.date)
      option.publishBook(book, market.session.date)
      for (const account of accounts) marks.observe(account.positions.keys())
    },
    onMoment: (moment, day) => {
      if (moment === 'liquidation') {
        exchange.onLiquidation()
        return
      }
      exchange.onClose(day)
      for (const account of accounts) account.lastEquityCents = account.equityCents((symbol) => marks.of(symbol))
    },
    onDay: () => marks.clear(),
  }
  const market = new Market(source, listener)
  const accounts = settings.accounts.map(
    (account) => new Account(account, randomUUID(), `${prefix}-${account.profile}`, market.now_ms),
  )
  const marks = new Marks(() => market.book)
  const exchange = new Exchange({
    accounts,
    market: () => market,
    random: sequence(`${source.label}/fills`),
    takeRejection: (isOpening) => provocations.takeRejection(isOpening),
    onTradeUpdate: (account, event, order, execution, at_ms) =>
      orders.publish(account, () => tradeUpdateView(account, event, order, execution, at_ms, market.session)),
  })
  exchange.setPartials({ probability: settings.partials })
  const clock = new SimClock(market, {
    speed: settings.speed,
    paused: settings.paused,
    beforeMove: () => exchange.settle(),
  })
  return { sim: { market, clock, exchange, accounts, marks, provocations, accountOf }, streams }
}
