/** What the runner holds back: everything before the broker was read, and what was not committed. */
import { pino } from 'pino'
import { describe, expect, test } from 'vitest'
import type { Broker, BrokerOrder, BrokerResult, BrokerStreamHandlers } from '../../src/broker/port.ts'
import { createMemoryStore, reachAtOnce, sessionLeaseName, storePorts } from '../../src/chaos/store/memory-store.ts'
import type { WallClock } from '../../src/config/clock.ts'
import { pollUntil, systemWallClock } from '../../src/config/wall-clock.ts'
import type { JournalEntry } from '../../src/session/events.ts'
import type { SessionInput } from '../../src/session/input.ts'
import { createBrokerSide } from '../../src/session/runner/broker-side.ts'
import { MarketMemory } from '../../src/session/runner/market-memory.ts'
import { runSession, type SessionHandle } from '../../src/session/runner/runner.ts'
import type { SessionState } from '../../src/session/state.ts'
import { type SessionStore, StoreUnreachable } from '../../src/store/port.ts'
import { armedCampaign } from '../support/armed-campaign.ts'
import { ACCOUNT, at, brokerOrder, CHAIN, calmBars, holdingDesk, watchingDesk } from '../support/session.ts'

const log = pino({ level: 'silent' })
const ok = <T>(value: T): BrokerResult<T> => ({ ok: true, value })

const POSITIONS = [
  { symbol: 'SPY260717P00742000', qty: -25, avgEntryPrice: '1.90' },
  { symbol: 'SPY260717P00737000', qty: 25, avgEntryPrice: '0.22' },
]

interface World {
  readonly submitted: string[]
  readonly handlers: () => BrokerStreamHandlers
  readonly handle: SessionHandle
  /** What the store has. */
  journal(): Promise<readonly JournalEntry[]>
  stored(): Promise<SessionState | null>
  /** Resolves once `what` holds. */
  until(what: string, holds: () => boolean): Promise<void>
}

interface Options {
  readonly state: SessionState
  readonly time: string
  readonly broker?: Partial<Broker>
  readonly commit?: (store: SessionStore) => SessionStore['commit']
  readonly wall?: WallClock
}

async function running(
  { state, time, broker = {}, commit, wall = systemWallClock }: Options,
  use: (world: World) => Promise<void>,
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
    submit: async (request) => {
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
    { state, campaign, seq: 0, epoch: lease.epoch, resumed: false, failures: 0 },
  )
  const found = () => {
    if (handlers === null) throw new Error('expected the streams to be opened')
    return handlers
  }
  const until = async (what: string, holds: () => boolean) => {
    const held = await pollUntil(async () => (holds() ? true : null), { timeout_ms: 5000, every_ms: 2 })
    if (held === null) throw new Error(`expected ${what}`)
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
const stopQuotes = new Map([
  ['SPY260717P00742000', { bid: 4.5, ask: 4.54, t_ms: at('09:51') }],
  ['SPY260717P00737000', { bid: 0.2, ask: 0.22, t_ms: at('09:51') }],
])

const turns = async (count = 20) => {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

describe('a session that starts', () => {
  test('decides nothing before the broker was read, and all of it after', async () => {
    let answer: (orders: BrokerResult<readonly BrokerOrder[]>) => void = () => undefined
    let asked = 0
    const orders = () => {
      asked += 1
      return asked > 1
        ? Promise.resolve(ok([]))
        : new Promise<BrokerResult<readonly BrokerOrder[]>>((resolve) => {
            answer = resolve
          })
    }
    const { state } = holdingDesk()
    await running({ state, time: '09:51', broker: { orders } }, async ({ submitted, handlers, until }) => {
      await until('the broker to be asked', () => asked === 1)
      handlers().onOptionQuotes(stopQuotes)
      await turns()
      expect(submitted).toEqual([])
      answer(ok([]))
      await until('the exit', () => submitted.length > 0)
      expect(submitted).toEqual(['p4d-25k-20260717-close-1'])
    })
  })
})

describe('an opening', () => {
  const state = watchingDesk().state
  const at_ms = at('09:50:03')
  const snapshot = {
    at_ms,
    spot: { bid: 741.15, ask: 741.15, t_ms: at_ms },
    chain: CHAIN.map((row) => ({ ...row, t_ms: at_ms })),
  }
  const broker = { snapshot: async () => ok(snapshot), bars: async () => ok(calmBars(at_ms)) }

  test('is sent when its intent was saved', async () => {
    await running({ state, time: '09:50:03', broker }, async ({ submitted, handlers, until }) => {
      handlers().onSpot({ bid: 741.15, ask: 741.15, t_ms: at_ms })
      await until('the order', () => submitted.length > 0)
      expect(submitted).toEqual(['p4d-25k-20260717-open-1'])
    })
  })

  test('is not sent when it was not', async () => {
    let refused = 0
    const commit =
      (store: SessionStore): SessionStore['commit'] =>
      async (given) => {
        if (!given.events.some(({ type }) => type === 'order_intent')) return store.commit(given)
        refused += 1
        throw new StoreUnreachable(new Error('down'))
      }
    await running({ state, time: '09:50:03', broker, commit }, async ({ submitted, handlers, until }) => {
      handlers().onSpot({ bid: 741.15, ask: 741.15, t_ms: at_ms })
      await until('the commit to be refused', () => refused > 0)
      await turns()
      expect(submitted).toEqual([])
    })
  })
})

describe('a session that is handed over while the store is away', () => {
  /** Time runs twenty times as fast. */
  const quick: WallClock = {
    now_ms: () => systemWallClock.now_ms(),
    monotonic_ms: () => systemWallClock.monotonic_ms() * 20,
    sleep: (wait_ms, signal) => systemWallClock.sleep(wait_ms / 20, signal),
  }
  const { state } = holdingDesk()

  function awayStore() {
    let isAway = false
    const commit =
      (store: SessionStore): SessionStore['commit'] =>
      async (given) => {
        if (isAway) throw new StoreUnreachable(new Error('down'))
        return store.commit(given)
      }
    const set = (away: boolean): void => {
      isAway = away
    }
    return { commit, set }
  }

  test('waits for it: what was decided meanwhile is saved, and whoever continues learns of the handover', async () => {
    const { commit, set } = awayStore()
    const options = { state, time: '09:51', commit, wall: quick }
    await running(options, async ({ submitted, handlers, handle, journal, stored, until }) => {
      await until('the first reading', () => handle.health().lastTickAge_ms !== null)
      set(true)
      handlers().onOptionQuotes(stopQuotes)
      await until('the exit', () => submitted.length > 0)
      handle.handOver()
      await quick.sleep(1000)
      set(false)
      expect(await handle.ended).toBe('handed_over')
      expect((await journal()).map(({ event }) => event.type)).toContain('exit_decided')
      expect(await stored()).toMatchObject({ phase: 'exiting', handedOver: true })
    })
  })

  test('leaves it as lost when the store does not return: nothing says that it was handed over', async () => {
    const { commit, set } = awayStore()
    const options = { state, time: '09:51', commit, wall: quick }
    await running(options, async ({ submitted, handlers, handle, stored, until }) => {
      await until('the first reading', () => handle.health().lastTickAge_ms !== null)
      handle.handOver()
      set(true)
      handlers().onOptionQuotes(stopQuotes)
      expect(await handle.ended).toBe('lost')
      expect((await stored())?.handedOver ?? false).toBe(false)
      // Watched to the last.
      expect(submitted).toEqual(['p4d-25k-20260717-close-1'])
    })
  })
})

test('a reading of the broker during which an order moved is outdated', async () => {
  let { state } = holdingDesk()
  const pushed: SessionInput[] = []
  let moves = false
  const fake: Partial<Broker> = {
    account: async () => ok(ACCOUNT),
    positions: async () => ok(POSITIONS),
    activities: async () => ok([]),
    orders: async () => {
      if (moves) state = { ...state, orders: { ...state.orders } }
      return ok([])
    },
    streams: () => ({ watchOptions: () => undefined, renew: () => undefined, close: async () => undefined }),
  }
  const clock = { now_ms: () => at('09:51'), observe: () => undefined, speed: () => 1, until: async () => undefined }
  const side = createBrokerSide({
    broker: fake as Broker,
    clock,
    memory: new MarketMemory(clock, systemWallClock, state.session),
    log,
    heard: () => undefined,
    push: (input) => void pushed.push(input),
    state: () => state,
    isReconciled: () => true,
  })
  expect(await side.read()).toBe(true)
  moves = true
  expect(await side.read()).toBe(false)
  const [first, second] = pushed
  if (first === undefined || second === undefined) throw new Error('expected two readings')
  expect(side.isOutdated(second)).toBe(true)
  moves = false
  await side.read()
  expect(side.isOutdated(pushed[2] ?? first)).toBe(false)
})
