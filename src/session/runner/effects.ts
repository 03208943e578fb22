/**
 * Runs a session's effects against the broker; what comes of them returns as inputs.
 *
 * 1. No effect throws; each is safe to run twice.
 * 2. Reads of one kind never overlap, and follow one another at a distance: a failing broker is not hammered.
 * 3. Once stopped, nothing goes out any more, also what was on its way to it: the session is somebody else's from then
 *    on.
 * 4. `settle` waits for orders that are on their way, so that a session is never handed over in the middle of one.
 */
import type { Logger } from 'pino'
import type { Broker, BrokerError, BrokerStreams } from '../../broker/port.ts'
import type { MarketClock, WallClock } from '../../config/clock.ts'
import type { LeaseHold } from '../../store/port.ts'
import { MINUTE_MS } from '../../time/units.ts'
import type { SessionInput } from '../input.ts'
import type { SessionState } from '../state.ts'
import type { Effect } from '../step.ts'
import type { MarketMemory } from './market-memory.ts'
import { createOrdersOut, isClosing, type OrderFacts } from './orders-out.ts'

/** Distance between two starts of the same read. */
const READ_INTERVAL_MS = 100
/** The same where a silent stream is made up for. */
const FALLBACK_INTERVAL_MS = 1000
const LOOKUP_INTERVAL_MS = 500
const PREFLIGHT_INTERVAL_MS = 1000
/** An order's request was answered by then or has timed out: the broker's timeout and a margin. */
const SENDING_MS_MAX = 6000
/** Strikes this far from spot, dollars, cover target and hedge. */
const STRIKE_RANGE = 25

export interface EffectsContext extends OrderFacts {
  readonly broker: Broker
  readonly streams: BrokerStreams
  readonly memory: MarketMemory
  readonly clock: MarketClock
  readonly wall: WallClock
  readonly log: Logger
  /** The session's lease. */
  readonly hold: LeaseHold
  readonly push: (input: SessionInput) => void
  readonly reconcile: () => Promise<unknown>
}

export interface EffectRunner {
  run(effect: Effect, state: SessionState): void
  /** Resolves when no order and no cancel is on its way, at the latest after `wait_ms`. */
  settle(wait_ms: number): Promise<void>
  /** No opening is decided or sent any more: what is left to do is done, and then the session is somebody else's. */
  openNothing(): void
  /** Nothing more is begun. Where an order is just being sent, nobody else gets the session before that is over. */
  stop(): void
}

export function createEffectRunner(context: EffectsContext): EffectRunner {
  const { streams, wall, log } = context
  const orders = createOrdersOut(context)
  const lastStart = new Map<string, number>()
  const running = new Map<string, Promise<void>>()
  let isStopped = false
  let opensNothing = false

  function once(key: string, interval_ms: number, work: () => Promise<unknown>): void {
    const now_ms = wall.monotonic_ms()
    const last_ms = lastStart.get(key)
    if (running.has(key) || (last_ms !== undefined && now_ms - last_ms < interval_ms)) return
    lastStart.set(key, now_ms)
    const done = work()
      .catch((error: unknown) => log.error({ err: error, effect: key }, 'an effect failed; this is a bug'))
      .then(() => void running.delete(key))
    running.set(key, done)
  }

  function run(effect: Effect, state: SessionState): void {
    if (isStopped) return
    switch (effect.kind) {
      case 'preflight':
        once('preflight', PREFLIGHT_INTERVAL_MS, () => preflight(context))
        break
      case 'take_snapshot':
        if (opensNothing) return
        once('snapshot', effect.isFallback ? FALLBACK_INTERVAL_MS : READ_INTERVAL_MS, () =>
          takeSnapshot(context, effect.minute, state),
        )
        break
      case 'read_quotes':
        once('quotes', READ_INTERVAL_MS, () => readQuotes(context, state))
        break
      case 'reconcile':
        once('reconcile', READ_INTERVAL_MS, context.reconcile)
        break
      case 'submit':
        // Its intent is saved: whoever goes on asks the broker for it, and sends it if it is still wanted.
        if (opensNothing && !isClosing(effect.request)) return
        once(`submit:${effect.request.clientOrderId}`, 0, () => orders.submit(effect.request, effect.again ?? false))
        break
      case 'cancel':
        once(`cancel:${effect.orderId}`, 0, () => orders.cancel(effect.clientOrderId, effect.orderId))
        break
      case 'probe':
        once(`probe:${effect.drillId}`, 0, () => orders.probe(effect.drillId))
        break
      case 'lookup':
        once(`lookup:${effect.clientOrderId}`, LOOKUP_INTERVAL_MS, () => orders.lookup(effect.clientOrderId))
        break
      case 'watch':
        streams.watchOptions(effect.symbols)
        // A subscription brings the next quotes only, not the present ones.
        if (effect.symbols.length > 0) run({ kind: 'read_quotes' }, state)
    }
  }

  return {
    run,
    openNothing() {
      opensNothing = true
    },
    stop() {
      isStopped = true
      orders.stop()
      if (orders.isSending()) context.hold.letRunOut(SENDING_MS_MAX)
    },
    async settle(wait_ms) {
      const sending = [...running].filter(([key]) => key.startsWith('submit:') || key.startsWith('cancel:'))
      await Promise.race([Promise.all(sending.map(([, done]) => done)), wall.sleep(wait_ms)])
    },
  }
}

async function preflight({ broker, push, log }: EffectsContext): Promise<void> {
  const account = await broker.account()
  if (account.ok) return push({ kind: 'preflight', account: account.value, error: null })
  log.warn({ error: account.error }, 'the broker did not answer the preflight; asking again')
  push({ kind: 'preflight', account: null, error: account.error })
}

async function takeSnapshot(context: EffectsContext, minute: number, state: SessionState): Promise<void> {
  const { broker, memory, push } = context
  const until_ms = state.session.open_ms + minute * MINUTE_MS
  const from_ms = memory.completeUntil_ms()
  const [snapshot, bars] = await Promise.all([
    broker.snapshot(state.session.date, STRIKE_RANGE),
    from_ms < until_ms ? broker.bars(from_ms, until_ms) : null,
  ])
  if (!snapshot.ok) return snapshotFailed(context, snapshot.error)
  if (bars !== null && !bars.ok) return snapshotFailed(context, bars.error)
  if (bars !== null) memory.readBars(bars.value, until_ms)
  memory.readSpot(snapshot.value.spot)
  renewMute(context)
  push({ kind: 'snapshot', snapshot: snapshot.value, bars: memory.bars() })
}

function snapshotFailed({ log }: EffectsContext, error: BrokerError): void {
  log.warn({ error }, 'the snapshot for a decision failed; asking again within the minute')
}

async function readQuotes(context: EffectsContext, state: SessionState): Promise<void> {
  const { broker, memory, push, log } = context
  const quotes = await broker.optionQuotes(state.trade?.symbols ?? [])
  if (!quotes.ok) return log.warn({ error: quotes.error }, 'the quotes of the position could not be read')
  memory.readOptions(quotes.value)
  renewMute(context)
  push({ kind: 'tick' })
}

/** Closed and made again: a connection that stays open and brings nothing would never be noticed otherwise. */
function renewMute({ memory, streams, log }: EffectsContext): void {
  const mute = memory.takeMute()
  if (mute === null) return
  log.warn({ stream: mute }, 'a stream is mute; it is connected again, and the broker asked meanwhile')
  streams.renew(mute)
}
