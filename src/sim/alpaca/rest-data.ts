/** The market data API's endpoints that a desk uses: SPY's bars and quotes, the puts' quotes and snapshots. */
import type { FastifyInstance } from 'fastify'
import { newYorkToEpoch } from '../../strategy/newyork-time.ts'
import { DAY_MS, MINUTE_MS } from '../../time/units.ts'
import type { BookQuote, VolumeBar } from '../market/price-source.ts'
import { barFigures } from './bar-figures.ts'
import { parsePut, putSymbol, UNDERLYING } from './contracts.ts'
import { malformed, noSubscription } from './errors.ts'
import { date, decimal, instant, list, page, type Query, text, whole } from './query.ts'
import { quoteFigures } from './quote-figures.ts'
import type { Simulation } from './simulation.ts'
import { quoteOf } from './touch.ts'

const SYMBOLS_MAX = 100
const BARS_DEFAULT = 1_000
const BARS_MAX = 10_000
const CHAIN_DEFAULT = 100
const CHAIN_MAX = 1_000
/** Puts here live for a day: each expiry is a day whose chain is priced for the answer. */
const EXPIRIES_MAX = 10
/** The last bar before an open is at most a long weekend old. */
const LATEST_WITHIN_MS = 5 * DAY_MS
/** The free plan sees consolidated data only after a quarter of an hour. */
const DELAY_MS = 15 * MINUTE_MS

export function dataRoutes(app: FastifyInstance, sim: Simulation): void {
  stockBarRoutes(app, sim)
  stockQuoteRoutes(app, sim)
  optionRoutes(app, sim)
}

const barView = (bar: VolumeBar): object => ({
  t: new Date(bar.t_ms).toISOString(),
  ...barFigures(bar),
})

const stockQuoteView = (quote: BookQuote, t_ms: number): object => ({
  t: new Date(t_ms).toISOString(),
  ...quoteFigures(quote, 'V'),
  c: ['R'],
  z: 'B',
})

const optionQuoteView = (quote: BookQuote, t_ms: number): object => ({
  t: new Date(t_ms).toISOString(),
  ...quoteFigures(quote, 'C'),
  c: 'A',
})

interface Period {
  readonly start_ms: number
  readonly end_ms: number
}

/** Which bars of `timeframes` are asked for, by their beginning. */
function periodOf(query: Query, { market }: Simulation, timeframes: readonly string[]): Period {
  const timeframe = text(query, 'timeframe')
  if (timeframe === null) throw malformed('timeframe is required')
  if (!timeframes.includes(timeframe)) {
    throw malformed(`invalid timeframe: expected ${timeframes.join(' or ')} of this market, got ${timeframe}`)
  }
  const start_ms = instant(query, 'start') ?? market.session.open_ms
  return { start_ms, end_ms: instant(query, 'end') ?? market.now_ms }
}

const MINUTES = ['1Min', '1T']
const DAYS = ['1Day', '1D']

/** Of days that have closed; the close is the official one, so it is known as soon as contracts are settled at it. */
function dailyBars({ market }: Simulation, { start_ms, end_ms }: Period): readonly VolumeBar[] {
  return market.closedDays(start_ms, end_ms).flatMap(({ session, bars, closePrice: c }) => {
    const t_ms = newYorkToEpoch(session.date, 0)
    const [first] = bars
    if (first === undefined || t_ms < start_ms || t_ms > end_ms) return []
    const [h, l] = [Math.max(c, ...bars.map((bar) => bar.h)), Math.min(c, ...bars.map((bar) => bar.l))]
    const [volume, trades] = [sumOf(bars, ({ volume }) => volume), sumOf(bars, ({ trades }) => trades)]
    return { t_ms, o: first.o, h, l, c, volume, trades }
  })
}

const sumOf = (bars: readonly VolumeBar[], pick: (bar: VolumeBar) => number): number =>
  bars.reduce((sum, bar) => sum + pick(bar), 0)

function stockBarRoutes(app: FastifyInstance, sim: Simulation): void {
  const bars = (query: Query): { readonly items: readonly VolumeBar[]; readonly next: string | null } => {
    const { start_ms, end_ms } = periodOf(query, sim, [...MINUTES, ...DAYS])
    const isDaily = DAYS.includes(text(query, 'timeframe') ?? '')
    const isRecent = !isDaily && end_ms > sim.market.now_ms - DELAY_MS
    if (text(query, 'feed') === 'sip' && isRecent) throw noSubscription('recent SIP')
    const matching = [...(isDaily ? dailyBars(sim, { start_ms, end_ms }) : sim.market.bars(start_ms, end_ms))]
    if (text(query, 'sort') === 'desc') matching.reverse()
    return page(matching, whole(query, 'limit', BARS_DEFAULT, BARS_MAX), text(query, 'page_token'))
  }
  app.get<{ Querystring: Query }>('/v2/stocks/bars', ({ query }) => {
    const { items, next } = bars(query)
    const has = list(query, 'symbols').includes(UNDERLYING) && items.length > 0
    return { bars: has ? { [UNDERLYING]: items.map(barView) } : {}, next_page_token: has ? next : null }
  })
  app.get<{ Params: { symbol: string }; Querystring: Query }>('/v2/stocks/:symbol/bars', ({ params, query }) => {
    const { items, next } = bars(query)
    const has = params.symbol === UNDERLYING
    return { symbol: params.symbol, bars: has ? items.map(barView) : [], next_page_token: has ? next : null }
  })
  app.get<{ Querystring: Query }>('/v2/stocks/bars/latest', ({ query }) => {
    const { session, now_ms } = sim.market
    const bar = sim.market.barsToday.at(-1) ?? sim.market.bars(session.open_ms - LATEST_WITHIN_MS, now_ms).at(-1)
    const has = list(query, 'symbols').includes(UNDERLYING) && bar !== undefined
    return { bars: has ? { [UNDERLYING]: barView(bar) } : {} }
  })
}

function stockQuoteRoutes(app: FastifyInstance, sim: Simulation): void {
  const latest = (query: Query): object | null => {
    if (text(query, 'feed') === 'sip') throw noSubscription('recent SIP')
    const { spot } = sim.market
    return spot === null ? null : stockQuoteView(spot, spot.t_ms)
  }
  app.get<{ Querystring: Query }>('/v2/stocks/quotes/latest', ({ query }) => {
    const quote = latest(query)
    return { quotes: quote !== null && list(query, 'symbols').includes(UNDERLYING) ? { [UNDERLYING]: quote } : {} }
  })
  app.get<{ Params: { symbol: string }; Querystring: Query }>(
    '/v2/stocks/:symbol/quotes/latest',
    ({ params, query }, reply) => {
      const quote = latest(query)
      if (quote === null || params.symbol !== UNDERLYING) {
        return reply.code(404).send({ code: 40410000, message: `no quote found for ${params.symbol}` })
      }
      return { symbol: params.symbol, quote }
    },
  )
  app.get<{ Querystring: Query }>('/v2/stocks/snapshots', ({ query }) => {
    const quote = latest(query)
    const bar = sim.market.barsToday.at(-1)
    if (quote === null || !list(query, 'symbols').includes(UNDERLYING)) return {}
    return { [UNDERLYING]: { latestQuote: quote, ...(bar === undefined ? {} : { minuteBar: barView(bar) }) } }
  })
}

function optionRoutes(app: FastifyInstance, sim: Simulation): void {
  const checkFeed = (query: Query): void => {
    if (text(query, 'feed') === 'opra') throw noSubscription('OPRA')
  }
  const symbolsOf = (query: Query): string[] => {
    checkFeed(query)
    const symbols = list(query, 'symbols')
    if (symbols.length === 0) throw malformed('symbols is required')
    if (symbols.length > SYMBOLS_MAX) {
      throw malformed(`too many symbols: expected at most ${SYMBOLS_MAX}, got ${symbols.length}`)
    }
    const bad = symbols.find((symbol) => !/^[A-Z]{1,6}\d{6}[CP]\d{8}$/.test(symbol))
    if (bad !== undefined) throw malformed(`invalid symbol: ${bad}`)
    return symbols
  }
  const quoted = (symbols: readonly string[]): [string, object][] => {
    const { book, session } = sim.market
    return symbols.flatMap((symbol): [string, object][] => {
      const quote = parsePut(symbol)?.expiry === session.date ? quoteOf(book, symbol) : null
      return quote === null || book === null ? [] : [[symbol, optionQuoteView(quote, book.t_ms)]]
    })
  }
  const snapshots = (quotes: readonly [string, object][], query: Query): object => {
    const limit = whole(query, 'limit', CHAIN_DEFAULT, CHAIN_MAX)
    const { items, next } = page(quotes, limit, text(query, 'page_token'))
    return {
      snapshots: Object.fromEntries(items.map(([symbol, latestQuote]) => [symbol, { latestQuote }])),
      next_page_token: next,
    }
  }
  app.get<{ Querystring: Query }>('/v1beta1/options/quotes/latest', ({ query }) => ({
    quotes: Object.fromEntries(quoted(symbolsOf(query))),
  }))
  app.get<{ Querystring: Query }>('/v1beta1/options/snapshots', ({ query }) =>
    snapshots(quoted(symbolsOf(query)), query),
  )
  app.get<{ Params: { underlying: string }; Querystring: Query }>(
    '/v1beta1/options/snapshots/:underlying',
    ({ params, query }) => {
      checkFeed(query)
      const { session, book } = sim.market
      const today = session.date
      const wanted =
        params.underlying === UNDERLYING &&
        (text(query, 'root_symbol') ?? UNDERLYING) === UNDERLYING &&
        (text(query, 'type') ?? 'put') === 'put' &&
        (date(query, 'expiration_date') ?? today) === today &&
        (date(query, 'expiration_date_gte') ?? today) <= today &&
        (date(query, 'expiration_date_lte') ?? today) >= today
      const low = decimal(query, 'strike_price_gte') ?? 0
      const high = decimal(query, 'strike_price_lte') ?? Number.POSITIVE_INFINITY
      const strikes = wanted && book !== null ? [...book.puts.keys()] : []
      const symbols = strikes.filter((strike) => strike >= low && strike <= high).map((k) => putSymbol(today, k))
      return snapshots(quoted(symbols), query)
    },
  )
  app.get<{ Querystring: Query }>('/v1beta1/options/bars', ({ query }) => {
    const symbols = symbolsOf(query).toSorted()
    const { start_ms, end_ms } = periodOf(query, sim, MINUTES)
    const puts = symbols.flatMap((symbol) => parsePut(symbol) ?? [])
    const days = new Set(puts.map(({ expiry }) => expiry)).size
    if (days > EXPIRIES_MAX) throw malformed(`expected puts of at most ${EXPIRIES_MAX} days at once, got ${days}`)
    const all = puts.flatMap(({ symbol, expiry, strike }) =>
      sim.market.putBars(expiry, strike).flatMap((bar): [string, VolumeBar][] => [[symbol, bar]]),
    )
    const matching = all.filter(([, { t_ms }]) => t_ms >= start_ms && t_ms <= end_ms)
    const { items, next } = page(matching, whole(query, 'limit', BARS_DEFAULT, BARS_MAX), text(query, 'page_token'))
    const bars: Record<string, object[]> = {}
    for (const [symbol, bar] of items) bars[symbol] = [...(bars[symbol] ?? []), barView(bar)]
    return { bars, next_page_token: next }
  })
}
