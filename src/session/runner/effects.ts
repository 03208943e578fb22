/**
 * Runs a session's effects against the broker; what comes of them returns as inputs.
 *
 * 1. No effect throws; each is safe to run twice.
 * 2. Reads of one kind never overlap, and follow one another at a distance: a failing broker is not hammered.
 */
import type { Logger } from 'pino'
import type { Broker, BrokerError, BrokerStreams, OrderRequest } from '../../broker/port.ts'
import { isDuplicateClientOrderId } from '../../broker/refusals.ts'
import type { MarketClock, WallClock } from '../../config/clock.ts'
import type { SessionInput } from '../input.ts'
import type { SessionState } from '../state.ts'
import type { Effect } from '../step.ts'
import type { MarketMemory } from './market-memory.ts'

/** Distance between two starts of the same read. */
const READ_INTERVAL_MS = 100
const PREFLIGHT_INTERVAL_MS = 1000
/** An unknown id is asked for once more after this: the request may still be on its way. */
const LOOKUP_AGAIN_MS = 500
/** Strikes this far from spot, dollars, cover target and hedge. */
const STRIKE_RANGE = 25

export interface EffectsContext {
  readonly broker: Broker
  readonly streams: BrokerStreams
  readonly memory: MarketMemory
  readonly clock: MarketClock
  readonly wall: WallClock
  readonly log: Logger
  readonly push: (input: SessionInput) => void
}

export type EffectRunner = (effect: Effect, state: SessionState) => void

export function createEffectRunner(context: EffectsContext): EffectRunner {
  const { broker, streams, memory, clock, wall, log, push } = context
  const lastStart = new Map<string, number>()
  const running = new Set<string>()

  function once(key: string, interval_ms: number, work: () => Promise<void>): void {
    const now_ms = wall.monotonic_ms()
    const last_ms = lastStart.get(key)
    if (running.has(key) || (last_ms !== undefined && now_ms - last_ms < interval_ms)) return
    lastStart.set(key, now_ms)
    running.add(key)
    void work()
      .catch((error: unknown) => log.error({ err: error, effect: key }, 'an effect failed; this is a bug'))
      .finally(() => running.delete(key))
  }

  async function preflight(): Promise<void> {
    const account = await broker.account()
    if (account.ok) return push({ kind: 'preflight', account: account.value, error: null })
    log.warn({ error: account.error }, 'the broker did not answer the preflight; asking again')
    push({ kind: 'preflight', account: null, error: account.error })
  }

  async function takeSnapshot(minute: number, state: SessionState): Promise<void> {
    const { date } = state.session
    const market_ms = clock.now_ms() ?? state.session.open_ms
    const until_ms = state.session.open_ms + minute * 60_000
    const from_ms = memory.nextBar_ms()
    const [snapshot, bars] = await Promise.all([
      broker.snapshot(date, STRIKE_RANGE),
      from_ms < until_ms ? broker.bars(from_ms, Math.min(until_ms, market_ms)) : null,
    ])
    if (!snapshot.ok) return snapshotFailed(minute, snapshot.error)
    if (bars !== null && !bars.ok) return snapshotFailed(minute, bars.error)
    if (bars !== null) memory.addBars(bars.value)
    push({ kind: 'snapshot', minute, snapshot: snapshot.value, bars: memory.bars() })
  }

  function snapshotFailed(minute: number, error: BrokerError): void {
    log.warn({ error }, 'the snapshot for a decision failed; asking again within the minute')
    push({ kind: 'snapshot_failed', minute, error })
  }

  async function submit(request: OrderRequest): Promise<void> {
    const { clientOrderId } = request
    const sent = await broker.submit(request)
    if (sent.ok) return push({ kind: 'order', order: sent.value, execution: null })
    const { error } = sent
    log.warn({ error, clientOrderId }, 'the broker did not accept an order')
    const unsure = error.kind === 'ambiguous' || error.kind === 'rate_limited' || isDuplicateClientOrderId(error)
    if (unsure) return lookup(clientOrderId)
    push({ kind: 'order_refused', clientOrderId, error })
  }

  async function lookup(clientOrderId: string): Promise<void> {
    for (const wait_ms of [0, LOOKUP_AGAIN_MS]) {
      await wall.sleep(wait_ms)
      const found = await broker.orderByClientId(clientOrderId)
      if (found.ok) return push({ kind: 'order', order: found.value, execution: null })
      if (found.error.kind !== 'not_found') {
        log.warn({ error: found.error, clientOrderId }, 'an order could not be looked up; asking again later')
        return
      }
    }
    push({ kind: 'order_missing', clientOrderId })
  }

  async function cancel(clientOrderId: string, orderId: string): Promise<void> {
    const asked = await broker.cancel(orderId)
    // "Not cancelable" means that it ended by itself: what it ended as is what counts.
    if (!asked.ok) await lookup(clientOrderId)
  }

  async function readQuotes(state: SessionState): Promise<void> {
    const quotes = await broker.optionQuotes(state.trade?.symbols ?? [])
    if (!quotes.ok) return log.warn({ error: quotes.error }, 'the quotes of the position could not be read')
    memory.options(quotes.value)
    push({ kind: 'tick' })
  }

  return (effect, state) => {
    switch (effect.kind) {
      case 'preflight':
        return once('preflight', PREFLIGHT_INTERVAL_MS, preflight)
      case 'take_snapshot':
        return once('snapshot', READ_INTERVAL_MS, () => takeSnapshot(effect.minute, state))
      case 'read_quotes':
        return once('quotes', READ_INTERVAL_MS, () => readQuotes(state))
      case 'submit':
        return once(`submit:${effect.request.clientOrderId}`, 0, () => submit(effect.request))
      case 'cancel':
        return once(`cancel:${effect.orderId}`, 0, () => cancel(effect.clientOrderId, effect.orderId))
      case 'lookup':
        return once(`lookup:${effect.clientOrderId}`, 0, () => lookup(effect.clientOrderId))
      case 'watch':
        streams.watchOptions(effect.symbols)
        // A subscription brings the next quotes only, not the present ones.
        return effect.symbols.length === 0 ? undefined : once('quotes', READ_INTERVAL_MS, () => readQuotes(state))
    }
  }
}
