/**
 * An account that holds a spread whose exit fires at the next quote: the position is opened at the simulator, and the
 * session is stored as a worker would have left it. Entry points: `benchSpread`, `openSpread`, `holdingSession`.
 */
import { putSymbol } from '../../src/broker/occ.ts'
import type { Broker, BrokerOrder, MarketSnapshot, OrderRequest } from '../../src/broker/port.ts'
import { type Campaign, CONTROL_ACTIVE } from '../../src/session/campaign.ts'
import { DEFAULT_ENGINE_LIMITS } from '../../src/session/engine-limits.ts'
import { createSession, type Instant, type SessionState } from '../../src/session/state.ts'
import { transition } from '../../src/session/transition.ts'
import { PROFILES } from '../../src/strategy/profiles.ts'
import { DEFAULT_LIMITS } from '../../src/strategy/rules.ts'
import type { SessionHours } from '../../src/strategy/types.ts'
import { PLAN } from '../../test/support/desk-samples.ts'

const WIDTH = 5
const QTY = 25
const actor = { id: 'bench', name: 'the benchmark', via: 'cli' } as const

export interface Spread {
  readonly strike: number
  readonly hedgeStrike: number
  readonly symbols: readonly [string, string]
}

/** The put nearest above spot and its hedge, both with a two-sided quote. */
export function benchSpread({ spot, chain }: MarketSnapshot, date: string): Spread {
  const quoted = new Set(chain.filter(({ bid, ask }) => bid !== null && ask !== null).map(({ strike }) => strike))
  const above = (spot.ask ?? 0) + 0.5
  const strike = [...quoted].filter((each) => each >= above && quoted.has(each - WIDTH)).sort((a, b) => a - b)[0]
  if (strike === undefined) throw new Error(`expected a spread of $${WIDTH} near ${above} with quotes, got none`)
  const hedgeStrike = strike - WIDTH
  return { strike, hedgeStrike, symbols: [putSymbol(date, strike), putSymbol(date, hedgeStrike)] }
}

/** Half of the short put's premium would fire the profit target; the decision's mid is set so that any quote does. */
const DECISION_MID = 4.9

export function campaignOf(accountId: string, session: SessionHours): Campaign {
  return {
    campaignId: `bench-${accountId}`,
    accountId,
    source: { kind: 'SIM', label: 'bench' },
    strategy: { profile: PROFILES['25k'], limits: DEFAULT_LIMITS, structure: 'put_spread', width: WIDTH },
    engine: DEFAULT_ENGINE_LIMITS,
    plan: { ...PLAN, width: WIDTH, contracts: QTY, configHash: 'bench' },
    armedBy: actor,
    armedAt_ms: session.open_ms,
    session,
    next: null,
    stop: null,
    control: CONTROL_ACTIVE,
    active: true,
  }
}

function openingRequest({ symbols }: Spread, id: string): OrderRequest {
  return {
    clientOrderId: id,
    qty: QTY,
    limitPrice: '0.01',
    legs: [
      { symbol: symbols[0], side: 'sell', positionIntent: 'sell_to_open' },
      { symbol: symbols[1], side: 'buy', positionIntent: 'buy_to_open' },
    ],
  }
}

const FILL_LOOKS_MAX = 200

/** Sells the spread at the touch; resolves to the filled order. */
export async function openSpread(broker: Broker, spread: Spread, id: string): Promise<BrokerOrder> {
  const sent = await broker.submit(openingRequest(spread, id))
  if (!sent.ok) throw new Error(`the opening order of the benchmark was not taken: ${sent.error.message}`)
  for (let look = 0; look < FILL_LOOKS_MAX; look += 1) {
    const found = await broker.orderByClientId(id)
    if (found.ok && found.value.status === 'filled') return found.value
  }
  throw new Error(`expected ${id} to be filled at once, got a working order`)
}

/**
 * The session as it stands after that fill, made by its own reconciliation; `exits`: whether the next quote ends it.
 */
export function holdingSession(
  campaign: Campaign,
  { symbols }: Spread,
  filled: BrokerOrder,
  now: Instant,
  exits: boolean,
): SessionState {
  const started: SessionState = { ...createSession(campaign), phase: 'watching', decidedMinute: 60 }
  const positions = symbols.map((symbol, leg) => ({ symbol, qty: leg === 0 ? -QTY : QTY, avgEntryPrice: '1' }))
  const books = { orders: [filled], positions, activities: [], cash: null }
  const view = { now, latency_s: 0, spot: null, legs: [], lastBar_ms: null }
  const { state } = transition(started, { kind: 'reconcile', isFirst: true, books }, view)
  const { trade } = state
  if (state.phase !== 'holding' || trade?.openedQty !== QTY) {
    throw new Error(`expected the fill to be taken into the books, got ${JSON.stringify({ filled, trade })}`)
  }
  const decisionMid = exits ? DECISION_MID : trade.decisionMid
  return { ...state, mode: 'ACTIVE', modeReason: 'bench', trade: { ...trade, decisionMid } }
}
