/** Sessions, views and broker answers for tests of the state machine. */

import type {
  BrokerAccount,
  BrokerOrder,
  BrokerPosition,
  MarketSnapshot,
  OrderRequest,
  OrderStatus,
} from '../../src/broker/port.ts'
import { CONTROL_ACTIVE } from '../../src/session/campaign.ts'
import { DEFAULT_ENGINE_LIMITS } from '../../src/session/engine-limits.ts'
import type { EventOf, JournalEvent, JournalEventType, Plan } from '../../src/session/events.ts'
import type { SessionInput } from '../../src/session/input.ts'
import { createSession, type MarketView, type SessionState } from '../../src/session/state.ts'
import type { Effect } from '../../src/session/step.ts'
import { transition } from '../../src/session/transition.ts'
import { newYorkToEpoch, secondOfDay } from '../../src/strategy/newyork-time.ts'
import { PROFILES } from '../../src/strategy/profiles.ts'
import { DEFAULT_LIMITS } from '../../src/strategy/rules.ts'
import type { Bar, ChainRow, Quote, Structure } from '../../src/strategy/types.ts'
import { DAY_MS, MINUTE_MS } from '../../src/time/units.ts'
import { PLAN } from './desk-samples.ts'

export const DATE = '2026-07-17'

/** Epoch milliseconds of a New York time of the test's day. */
export function at(time: string): number {
  const second = secondOfDay(time.length === 5 ? `${time}:00` : time)
  if (second === null) throw new Error(`expected HH:MM or HH:MM:SS, got ${time}`)
  return newYorkToEpoch(DATE, second)
}

export const OPERATOR = { id: 'u1', name: 'Olivia', via: 'discord' } as const

export function planFor(structure: Structure): Plan {
  return { ...PLAN, structure, configHash: 'test' }
}

export function newSession(structure: Structure = 'put_spread'): SessionState {
  const hours = { date: DATE, open_ms: at('09:30'), close_ms: at('16:00') }
  return createSession({
    accountId: 'account-1',
    campaignId: 'campaign-1',
    source: { kind: 'SIM', label: '7' },
    strategy: { profile: PROFILES['25k'], limits: DEFAULT_LIMITS, structure, width: 5 },
    engine: DEFAULT_ENGINE_LIMITS,
    plan: planFor(structure),
    session: hours,
    control: CONTROL_ACTIVE,
    next: { date: '2026-07-20', open_ms: hours.open_ms + 3 * DAY_MS, close_ms: hours.close_ms + 3 * DAY_MS },
  })
}

export const ACCOUNT: BrokerAccount = {
  id: 'account-1',
  number: 'SIM-7-25k',
  source: { kind: 'SIM', label: '7' },
  status: 'ACTIVE',
  blocked: false,
  equity: '25000',
  cash: '25000',
  optionsBuyingPower: '25000',
  optionsLevel: 3,
}

/** Calm bars from the open to `until_ms`. */
export function calmBars(until_ms: number): Bar[] {
  const bars: Bar[] = []
  for (let t_ms = at('09:30'); t_ms + 60_000 <= until_ms; t_ms += 60_000) {
    const c = 741 + (((t_ms / MINUTE_MS) % 3) - 1) * 0.05
    bars.push({ t_ms, o: 741, h: 741.2, l: 740.8, c })
  }
  return bars
}

/** A session being driven: holds the state, gathers events and effects. */
export class Desk {
  state: SessionState
  readonly events: JournalEvent[] = []
  readonly effects: Effect[] = []
  now_ms: number
  spot: Quote | null = null
  latency_s = 0
  legs: (Quote | null)[] = []

  constructor(state: SessionState, time: string) {
    this.state = state
    this.now_ms = at(time)
  }

  get view(): MarketView {
    const lastBar_ms = Math.floor(this.now_ms / MINUTE_MS) * MINUTE_MS - 60_000
    return {
      now: { market_ms: this.now_ms, wall_ms: this.now_ms },
      latency_s: this.latency_s,
      spot: this.spot,
      legs: this.state.trade === null ? [] : this.legs,
      lastBar_ms: lastBar_ms >= at('09:30') ? lastBar_ms : null,
    }
  }

  give(input: SessionInput): this {
    const result = transition(this.state, input, this.view)
    this.state = result.state
    this.events.push(...result.events)
    this.effects.push(...result.effects)
    return this
  }

  tick(time: string): this {
    this.now_ms = at(time)
    return this.give({ kind: 'tick' })
  }

  /** A fresh SPY quote at `time`, then a tick. */
  spotAt(time: string, mid: number): this {
    this.spot = { bid: mid, ask: mid, t_ms: at(time) }
    return this.tick(time)
  }

  /** Fresh quotes of the position's legs, then a tick. */
  quote(time: string, ...sides: readonly (readonly [number, number])[]): this {
    this.legs = sides.map(([bid, ask]) => ({ bid, ask, t_ms: at(time) }))
    return this.tick(time)
  }

  snapshot(rows: readonly ChainRow[], spot = 741.15, age_s = 0): this {
    const quote = { bid: spot, ask: spot, t_ms: this.now_ms }
    const chain = rows.map((row) => ({ ...row, t_ms: this.now_ms - age_s * 1000 }))
    const snapshot: MarketSnapshot = { at_ms: this.now_ms, spot: quote, chain }
    return this.give({ kind: 'snapshot', snapshot, bars: calmBars(this.now_ms) })
  }

  /** The broker's answer on the newest order sent. */
  answer(status: OrderStatus, filledQty: number, price: string | null): this {
    return this.give({
      kind: 'order',
      order: brokerOrder(this.sent(), status, filledQty, price, this.now_ms),
      execution: null,
    })
  }

  /** The broker's side as read again; `isFirst` when a worker takes the session over. */
  reconcile(orders: readonly BrokerOrder[], positions: readonly BrokerPosition[], isFirst = false): this {
    return this.give({ kind: 'reconcile', isFirst, books: { orders, positions, activities: [], cash: null } })
  }

  /** The newest order sent. */
  sent(): OrderRequest {
    const effect = this.effects.findLast((candidate) => candidate.kind === 'submit')
    if (effect?.kind !== 'submit') throw new Error('expected an order to have been sent, got none')
    return effect.request
  }

  submits(): OrderRequest[] {
    return this.effects.flatMap((effect) => (effect.kind === 'submit' ? [effect.request] : []))
  }

  of<T extends JournalEventType>(type: T): EventOf<T>[] {
    return this.events.filter((event): event is EventOf<T> => event.type === type)
  }

  last<T extends JournalEventType>(type: T): EventOf<T> {
    const event = this.of(type).at(-1)
    if (event === undefined)
      throw new Error(`expected an event ${type}, got ${this.events.map((e) => e.type).join(', ')}`)
    return event
  }
}

export function brokerOrder(
  request: OrderRequest,
  status: OrderStatus,
  filledQty: number,
  price: string | null,
  at_ms: number,
): BrokerOrder {
  return {
    id: `broker-${request.clientOrderId}`,
    clientOrderId: request.clientOrderId,
    status,
    qty: request.qty,
    filledQty,
    filledAvgPrice: price,
    limitPrice: request.limitPrice,
    legs: [],
    submittedAt_ms: at_ms,
    updatedAt_ms: at_ms,
  }
}

/** The chain of the tests: the 742 put (nearest to spot + 0.5) and its hedge. */
export const CHAIN = [
  { strike: 737, bid: 0.2, ask: 0.22 },
  { strike: 741, bid: 1.4, ask: 1.42 },
  { strike: 742, bid: 1.9, ask: 1.94 },
] as const

/** A desk past preflight, at 09:50, about to decide. */
export function watchingDesk(structure: Structure = 'put_spread'): Desk {
  return new Desk(newSession(structure), '09:26')
    .tick('09:26')
    .give({ kind: 'preflight', account: ACCOUNT, error: null })
    .tick('09:50')
}

/** A desk holding the full position, entered at 09:50 at the sell price. */
export function holdingDesk(structure: Structure = 'put_spread'): Desk {
  const desk = watchingDesk(structure).spotAt('09:50', 741.15).snapshot(CHAIN)
  return desk.answer('filled', 25, structure === 'put_spread' ? '1.68' : '1.90')
}

/** A snapshot of now over a calm morning. */
export function snapshotInput(desk: Desk) {
  const spot = { bid: 741.15, ask: 741.15, t_ms: desk.now_ms }
  const bars = Array.from({ length: 20 }, (_, i) => ({
    t_ms: at('09:30') + i * MINUTE_MS,
    o: 741,
    h: 741.2,
    l: 740.8,
    c: 741 + (i % 2) * 0.05,
  }))
  return {
    kind: 'snapshot',
    snapshot: { at_ms: desk.now_ms, spot, chain: CHAIN.map((row) => ({ ...row, t_ms: desk.now_ms })) },
    bars,
  } as const
}

/** A snapshot whose quotes, spot and chain, are all of the same age. */
export function oldSnapshot(desk: Desk, age_s: number): SessionInput {
  const t_ms = desk.now_ms - age_s * 1000
  const chain = CHAIN.map((row) => ({ ...row, t_ms }))
  const snapshot = { at_ms: desk.now_ms, spot: { bid: 741.15, ask: 741.15, t_ms }, chain }
  return { kind: 'snapshot', snapshot, bars: calmBars(desk.now_ms) }
}
