/** A session that runs against a broker by hand and a store in memory. */
import { pino } from 'pino'
import type { Broker, BrokerResult, BrokerStreamHandlers } from '../../src/broker/port.ts'
import { notSent } from '../../src/broker/requests.ts'
import { createMemoryStore, reachAtOnce, sessionLeaseName, storePorts } from '../../src/chaos/store/memory-store.ts'
import type { WallClock } from '../../src/config/clock.ts'
import { systemWallClock } from '../../src/config/wall-clock.ts'
import type { JournalEntry } from '../../src/session/events.ts'
import { runSession, type SessionHandle } from '../../src/session/runner/runner.ts'
import type { SessionState } from '../../src/session/state.ts'
import type { SessionStore } from '../../src/store/port.ts'
import { armedCampaign } from './armed-campaign.ts'
import { type HandHold, handHold } from './lease-holds.ts'
import { ACCOUNT, at, brokerOrder } from './session.ts'
import { until } from './waits.ts'

const log = pino({ level: 'silent' })
export const ok = <T>(value: T): BrokerResult<T> => ({ ok: true, value })

export const POSITIONS = [
  { symbol: 'SPY260717P00742000', qty: -25, avgEntryPrice: '1.90' },
  { symbol: 'SPY260717P00737000', qty: 25, avgEntryPrice: '0.22' },
]

interface RunningSession {
  readonly submitted: string[]
  readonly handlers: () => BrokerStreamHandlers
  readonly handle: SessionHandle
  /** What the store has. */
  journal(): Promise<readonly JournalEntry[]>
  stored(): Promise<SessionState | null>
  /** Resolves once `what` holds. */
  until(what: string, holds: () => boolean): Promise<void>
}

interface RunningOptions {
  readonly state: SessionState
  readonly time: string
  readonly broker?: Partial<Broker>
  readonly commit?: (store: SessionStore) => SessionStore['commit']
  readonly wall?: WallClock
  readonly hold?: HandHold
}

export async function running(
  { state, time, broker = {}, commit, wall = systemWallClock, hold = handHold() }: RunningOptions,
  use: (world: RunningSession) => Promise<void>,
) {
  const { sessions, leases } = storePorts(createMemoryStore({ now_ms: () => 0 }), reachAtOnce)
  const lease = await leases.acquire(sessionLeaseName(state.accountId), 'w', 60_000)
  if (lease === null) throw new Error('expected a fresh lease')
  const submitted: string[] = []
  let handlers: BrokerStreamHandlers | null = null
  const fake: Partial<Broker> = {
    account: async () => ok(ACCOUNT),
    orders: async () => ok([]),
    positions: async () => ok(state.trade === null ? [] : POSITIONS),
    activities: async () => ok([]),
    optionQuotes: async () =>
      ok(
        new Map([
          ['SPY260717P00742000', { bid: 1.9, ask: 1.94, t_ms: at('09:50') }],
          ['SPY260717P00737000', { bid: 0.2, ask: 0.22, t_ms: at('09:50') }],
        ]),
      ),
    submit: async (request, maySend) => {
      if (maySend?.() === false) return { ok: false, error: notSent() }
      submitted.push(request.clientOrderId)
      return ok(brokerOrder(request, 'new', 0, null, at(time)))
    },
    orderByClientId: async () => ({
      ok: false,
      error: { kind: 'unavailable', code: null, message: '', retryAfter_ms: null },
    }),
    streams: (given) => {
      handlers = given
      return { watchOptions: () => undefined, renew: () => undefined, close: async () => undefined }
    },
    ...broker,
  }
  const clock = {
    now_ms: () => at(time),
    observe: () => undefined,
    speed: () => 1,
    until: (_at: number, signal: AbortSignal) =>
      new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true })),
  }
  const store = commit === undefined ? sessions : { ...sessions, commit: commit(sessions) }
  const campaign = armedCampaign(0)
  await sessions.commit({
    accountId: state.accountId,
    profile: '25k',
    source: state.source,
    date: state.session.date,
    atMarket_ms: 0,
    atWall_ms: 0,
    events: [],
    epoch: null,
    session: null,
    campaign: { expectedSeq: 0, value: { ...campaign, campaignId: state.campaignId } },
    openGuard: null,
  })
  const handle = runSession(
    { broker: fake as Broker, store, clock, wall, log, worker: 'w' },
    { state, campaign, seq: 0, epoch: lease.epoch, hold, resumed: false, failures: 0 },
  )
  const found = () => {
    if (handlers === null) throw new Error('expected the streams to be opened')
    return handlers
  }
  try {
    const journal = () => sessions.journal(state.accountId, state.session.date)
    const stored = async () => (await sessions.session(state.accountId, state.session.date)).value
    await use({ submitted, handlers: found, handle, journal, stored, until })
  } finally {
    handle.lose()
    await handle.ended
  }
}

/** A quote at which the loss limit of the trade is passed. */
export const stopQuotes = new Map([
  ['SPY260717P00742000', { bid: 4.5, ask: 4.54, t_ms: at('09:51') }],
  ['SPY260717P00737000', { bid: 0.2, ask: 0.22, t_ms: at('09:51') }],
])

const QUICK_TIMES = 20

/** Time runs twenty times as fast. */
export const quick: WallClock = {
  now_ms: () => systemWallClock.now_ms(),
  monotonic_ms: () => systemWallClock.monotonic_ms() * QUICK_TIMES,
  sleep: (wait_ms, signal) => systemWallClock.sleep(wait_ms / QUICK_TIMES, signal),
}

/**
 * Stands still until `begin`, and runs twenty times as fast from then on: an order must go out within a tenth of a
 * second after its last checks, and a busy machine takes that for itself. Waits take their own time meanwhile.
 */
export function stillThenQuick(): { readonly wall: WallClock; begin(): void } {
  const still_ms = systemWallClock.monotonic_ms()
  let began_ms: number | null = null
  const wall: WallClock = {
    ...quick,
    monotonic_ms: () =>
      began_ms === null ? still_ms : still_ms + (systemWallClock.monotonic_ms() - began_ms) * QUICK_TIMES,
    sleep: (wait_ms, signal) => (began_ms === null ? systemWallClock : quick).sleep(wait_ms, signal),
  }
  const begin = (): void => {
    began_ms ??= systemWallClock.monotonic_ms()
  }
  return { wall, begin }
}
