/** The trading API's endpoints that a desk uses: account, clock, calendar, contracts, orders, positions, activities. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { newYorkTime } from '../../strategy/newyork-time.ts'
import type { SessionHours } from '../../strategy/types.ts'
import type { Account } from './account.ts'
import { CONTRACT_SIZE, parsePut, putSymbol, UNDERLYING, uuidOf } from './contracts.ts'
import { malformed, missing, notFound } from './errors.ts'
import type { Order } from './order.ts'
import { date, decimal, instant, list, page, type Query, text, whole } from './query.ts'
import type { Simulation } from './simulation.ts'
import { accountView, activityView, contractView, legView, orderView, positionView } from './views.ts'

const ORDERS_DEFAULT = 50
const ORDERS_MAX = 500
const CONTRACTS_DEFAULT = 100
const CONTRACTS_MAX = 10_000
const ACTIVITIES_MAX = 100
const CALENDAR_FROM = '2010-01-01'
const CALENDAR_TO = '2040-12-31'

export function tradingRoutes(
  app: FastifyInstance,
  sim: Simulation,
  accountOf: (request: FastifyRequest) => Account,
): void {
  const markOf = (symbol: string): number => sim.marks.of(symbol)
  app.get('/v2/account', (request) => accountView(accountOf(request), markOf, sim.market.now_ms))
  app.get('/v2/clock', () => clockView(sim))
  app.get<{ Querystring: Query }>('/v2/calendar', ({ query }) =>
    sim.market.source
      .sessions(date(query, 'start') ?? CALENDAR_FROM, date(query, 'end') ?? CALENDAR_TO)
      .map((session) => calendarView(session, sim)),
  )
  contractRoutes(app, sim)
  orderRoutes(app, sim, accountOf)
  positionRoutes(app, sim, accountOf)
  activityRoutes(app, sim, accountOf)
}

function clockView(sim: Simulation): object {
  const { now_ms, session, isOpen, source } = sim.market
  const next = source.sessionAfter(session.date)
  const iso = (t_ms: number): string => new Date(t_ms).toISOString()
  return {
    timestamp: iso(now_ms),
    is_open: isOpen,
    next_open: iso(now_ms < session.open_ms ? session.open_ms : next.open_ms),
    next_close: iso(now_ms < session.close_ms ? session.close_ms : next.close_ms),
  }
}

function calendarView(session: SessionHours, sim: Simulation): object {
  return {
    date: session.date,
    open: newYorkTime(session.open_ms).slice(0, 5),
    close: newYorkTime(session.close_ms).slice(0, 5),
    session_open: '0400',
    session_close: '2000',
    settlement_date: sim.market.source.sessionAfter(session.date).date,
  }
}

function contractRoutes(app: FastifyInstance, sim: Simulation): void {
  app.get<{ Querystring: Query }>('/v2/options/contracts', ({ query }) => {
    const { session, strikes } = sim.market
    const underlyings = list(query, 'underlying_symbols')
    const exact = date(query, 'expiration_date')
    const wanted =
      (underlyings.length === 0 || underlyings.includes(UNDERLYING)) &&
      (text(query, 'root_symbol') ?? UNDERLYING) === UNDERLYING &&
      (text(query, 'type') ?? 'put') === 'put' &&
      (text(query, 'style') ?? 'american') === 'american' &&
      (text(query, 'status') ?? 'active') === 'active' &&
      (exact === null || exact === session.date) &&
      (date(query, 'expiration_date_gte') ?? session.date) <= session.date &&
      (date(query, 'expiration_date_lte') ?? session.date) >= session.date
    const low = decimal(query, 'strike_price_gte') ?? 0
    const high = decimal(query, 'strike_price_lte') ?? Number.POSITIVE_INFINITY
    const matching = wanted ? strikes.filter((strike) => strike >= low && strike <= high) : []
    const limit = whole(query, 'limit', CONTRACTS_DEFAULT, CONTRACTS_MAX)
    const { items, next } = page(matching, limit, text(query, 'page_token'))
    return {
      option_contracts: items.map((strike) => contractView(putSymbol(session.date, strike), session)),
      next_page_token: next,
    }
  })
  app.get<{ Params: { id: string } }>('/v2/options/contracts/:id', ({ params }) => {
    const { session, strikes } = sim.market
    const symbol = strikes
      .map((strike) => putSymbol(session.date, strike))
      .find((candidate) => candidate === params.id || uuidOf(candidate) === params.id)
    if (symbol === undefined) throw notFound(`option contract not found for ${params.id}`)
    return { ...contractView(symbol, session), multiplier: String(CONTRACT_SIZE) }
  })
}

function orderRoutes(app: FastifyInstance, sim: Simulation, accountOf: (request: FastifyRequest) => Account): void {
  const view = (order: Order, nested: boolean): object => orderView(order, nested, sim.market.session)
  app.post('/v2/orders', (request) => view(sim.exchange.submit(accountOf(request), request.body), true))
  app.get<{ Querystring: Query }>('/v2/orders', (request) => {
    const nested = text(request.query, 'nested') === 'true'
    return listOrders(accountOf(request), request.query).flatMap((order) => [
      view(order, nested),
      ...(nested || order.orderClass === 'simple' ? [] : order.legs.map((leg) => legView(order, leg))),
    ])
  })
  app.delete('/v2/orders', (request, reply) => {
    const account = accountOf(request)
    const orders = [...account.working]
    for (const order of orders) sim.exchange.cancel(account, order.id)
    reply.code(207)
    return orders.map((order) => ({ id: order.id, status: 200 }))
  })
  app.get<{ Params: { id: string } }>('/v2/orders/:id', (request) => {
    const { id } = request.params
    for (const order of accountOf(request).orders) {
      if (order.id === id) return view(order, true)
      const leg = order.legs.find((candidate) => candidate.id === id)
      if (leg !== undefined) return legView(order, leg)
    }
    throw notFound(`order not found for ${id}`)
  })
  app.delete<{ Params: { id: string } }>('/v2/orders/:id', (request, reply) => {
    sim.exchange.cancel(accountOf(request), request.params.id)
    return reply.code(204).send()
  })
  app.patch('/v2/orders/:id', () => {
    throw malformed('replacing orders is not supported: cancel the order and submit another')
  })
  // The colon belongs to the path.
  app.get<{ Querystring: Query }>('/v2/orders::by_client_order_id', (request) => {
    const id = text(request.query, 'client_order_id')
    if (id === null) throw missing('client_order_id')
    const order = accountOf(request).orders.find((candidate) => candidate.clientOrderId === id)
    if (order === undefined) throw notFound(`order not found for ${id}`)
    return view(order, true)
  })
}

function listOrders(account: Account, query: Query): Order[] {
  const status = text(query, 'status') ?? 'open'
  const after_ms = instant(query, 'after') ?? Number.NEGATIVE_INFINITY
  const until_ms = instant(query, 'until') ?? Number.POSITIVE_INFINITY
  const symbols = list(query, 'symbols')
  const side = text(query, 'side')
  const matching = account.orders.filter(
    (order) =>
      (status === 'all' || (status === 'open') === account.working.has(order)) &&
      order.createdAt_ms > after_ms &&
      order.createdAt_ms < until_ms &&
      (symbols.length === 0 || order.legs.some((leg) => symbols.includes(leg.symbol))) &&
      (side === null || order.legs.some((leg) => leg.side === side)),
  )
  if ((text(query, 'direction') ?? 'desc') === 'desc') matching.reverse()
  return matching.slice(0, whole(query, 'limit', ORDERS_DEFAULT, ORDERS_MAX))
}

function positionRoutes(app: FastifyInstance, sim: Simulation, accountOf: (request: FastifyRequest) => Account): void {
  app.get('/v2/positions', (request) => {
    const account = accountOf(request)
    return [...account.positions.values()].map((position) =>
      positionView(account, position, sim.marks.of(position.symbol)),
    )
  })
  app.get<{ Params: { symbol: string } }>('/v2/positions/:symbol', (request) => {
    const account = accountOf(request)
    const { symbol } = request.params
    const position =
      account.positions.get(symbol) ??
      [...account.positions.values()].find((candidate) => uuidOf(candidate.symbol) === symbol)
    if (position === undefined) throw notFound('position does not exist')
    return positionView(account, position, sim.marks.of(position.symbol))
  })
  app.delete<{ Params: { symbol: string }; Querystring: Query }>('/v2/positions/:symbol', (request) => {
    const account = accountOf(request)
    const position = account.positions.get(request.params.symbol)
    if (position === undefined) throw notFound('position does not exist')
    const side = position.qty > 0 ? 'sell' : 'buy'
    const order = sim.exchange.submit(account, {
      symbol: position.symbol,
      qty: text(request.query, 'qty') ?? String(Math.abs(position.qty)),
      side,
      type: 'market',
      time_in_force: 'day',
      position_intent: parsePut(position.symbol) === null ? undefined : `${side}_to_close`,
    })
    return orderView(order, true, sim.market.session)
  })
}

function activityRoutes(app: FastifyInstance, sim: Simulation, accountOf: (request: FastifyRequest) => Account): void {
  const answer = (account: Account, query: Query, types: readonly string[]): object[] => {
    const now_ms = sim.market.now_ms
    const day = date(query, 'date')
    const after_ms = instant(query, 'after') ?? Number.NEGATIVE_INFINITY
    const until_ms = instant(query, 'until') ?? Number.POSITIVE_INFINITY
    const category = text(query, 'category')
    const matching = account.activities
      .filter(
        ({ type, createdAt_ms }) =>
          createdAt_ms <= now_ms &&
          createdAt_ms > after_ms &&
          createdAt_ms < until_ms &&
          (types.length === 0 || types.includes(type)) &&
          (category === null || (category === 'trade_activity') === (type === 'FILL')) &&
          (day === null || new Date(createdAt_ms).toISOString().startsWith(day)),
      )
      .sort((a, b) => a.createdAt_ms - b.createdAt_ms)
    if ((text(query, 'direction') ?? 'desc') === 'desc') matching.reverse()
    const token = text(query, 'page_token')
    const start = token === null ? 0 : matching.findIndex((activity) => activity.id === token) + 1
    const size = whole(query, 'page_size', ACTIVITIES_MAX, ACTIVITIES_MAX)
    return matching.slice(start, start + size).map(activityView)
  }
  app.get<{ Querystring: Query }>('/v2/account/activities', (request) =>
    answer(accountOf(request), request.query, list(request.query, 'activity_types')),
  )
  app.get<{ Params: { type: string }; Querystring: Query }>('/v2/account/activities/:type', (request) =>
    answer(accountOf(request), request.query, [request.params.type]),
  )
}
