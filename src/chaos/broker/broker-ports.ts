/** The broker as one process sees it: every request through its gate. */
import type { Broker, BrokerResult, MarketSnapshot, OrderRequest } from '../../broker/port.ts'
import { notSent } from '../../broker/requests.ts'
import { sessionsBetween } from '../../strategy/exchange-calendar.ts'
import type { Quote, SessionHours } from '../../strategy/types.ts'
import type { Gate } from '../faults/gate.ts'
import type { SimProcess } from '../time/sim-process.ts'
import { ok, readFailure, submitFailure, unsureFailure } from './answers.ts'
import type { DataStreams } from './data-streams.ts'
import type { DayMarket } from './day-market.ts'
import type { SimBroker } from './sim-broker.ts'
import { spoiledAll, spoiledSnapshot } from './spoiled.ts'
import { strikeOf } from './touch.ts'

export interface BrokerWorld {
  readonly broker: SimBroker
  readonly market: DayMarket
  readonly streams: DataStreams
  readonly now_ms: () => number
}

/** Told of what a process asks, as it asks. */
export interface BrokerHooks {
  submitting(process: SimProcess, request: OrderRequest): void
  /** The broker's side was read: its orders, its positions. */
  read(process: SimProcess, what: 'ordersRead' | 'positionsRead'): void
}

let calendar: { readonly days: string; readonly sessions: readonly SessionHours[] } | null = null

/** All day long the same days are asked for: the last answer is kept. */
function calendarOf(from: string, to: string): readonly SessionHours[] {
  const days = `${from}/${to}`
  if (calendar?.days !== days) calendar = { days, sessions: sessionsBetween(from, to) }
  return calendar.sessions
}

export function brokerPorts(world: BrokerWorld, process: SimProcess, gate: Gate, hooks: BrokerHooks): Broker {
  const { broker, market, streams, now_ms } = world
  const read = <T>(site: string, perform: () => BrokerResult<T>) => gate.reach({ site, perform, fail: readFailure })
  const readQuotes = <T>(site: string, perform: () => T, spoil: (value: T, variant: number) => T) =>
    gate.reach<BrokerResult<T>>({
      site,
      perform: () => ok(perform()),
      fail: readFailure,
      spoil: (answer, variant) => (answer.ok ? ok(spoil(answer.value, variant)) : answer),
    })
  return {
    account: () => read('broker.account', () => ok(broker.accountView())),
    clock: () => {
      const { open_ms, close_ms } = market.session
      return read('broker.clock', () => ok({ now_ms: now_ms(), isOpen: now_ms() >= open_ms && now_ms() < close_ms }))
    },
    calendar: (from, to) => read('broker.calendar', () => ok(calendarOf(from, to))),
    bars: (from_ms, to_ms) => read('broker.bars', () => ok(market.bars(from_ms, to_ms, now_ms()))),
    officialClose: ({ close_ms }) => read('broker.bars', () => ok(now_ms() < close_ms ? null : market.level(close_ms))),
    snapshot: () =>
      readQuotes<MarketSnapshot>(
        'broker.snapshot',
        () => ({ at_ms: now_ms(), spot: market.spot(now_ms()), chain: market.chain(now_ms()) }),
        spoiledSnapshot,
      ),
    optionQuotes: (symbols) =>
      readQuotes<ReadonlyMap<string, Quote>>(
        'broker.optionQuotes',
        () => new Map(symbols.map((symbol) => [symbol, market.put(strikeOf(symbol), now_ms())])),
        spoiledAll,
      ),
    submit: async (request, maySend) => {
      // The budget of requests is used up, sometimes: an order waits for its turn.
      await gate.wait('broker.turn', (late_ms) => (late_ms === 0 ? Promise.resolve() : process.wall.sleep(late_ms)))
      if (maySend?.() === false) return { ok: false, error: notSent() }
      if (process.isAlive) hooks.submitting(process, request)
      return gate.reach({
        site: 'broker.submit',
        perform: () => broker.submit(request),
        fail: unsureFailure,
        refuse: submitFailure,
      })
    },
    cancel: (orderId) =>
      gate.reach({ site: 'broker.cancel', perform: () => broker.cancel(orderId), fail: unsureFailure }),
    orderByClientId: (id) => read('broker.orderByClientId', () => broker.orderByClientId(id)),
    orders: (since_ms) =>
      read('broker.orders', () => {
        hooks.read(process, 'ordersRead')
        return ok(broker.orders(since_ms))
      }),
    positions: () =>
      read('broker.positions', () => {
        hooks.read(process, 'positionsRead')
        return ok(broker.account.positions())
      }),
    activities: () => read('broker.activities', () => ok(broker.activities())),
    streams: (handlers) => streams.open(process, handlers),
    close: async () => undefined,
  }
}
