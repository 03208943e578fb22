/**
 * From the arrival of a position's quote in the worker to the answer of the exit order, against the floor: the same
 * order request sent by a bare `fetch` to the same simulator in the same run, in turns.
 *
 * Real: session runner, store on Redis, Alpaca adapter, streams and REST over loopback. Each exit is an account of its
 * own, taken over by a fresh session as after a change of workers; the market is paused and moved book by book.
 */
import { pino } from 'pino'
import { WebSocket } from 'ws'
import { createAlpacaBroker } from '../src/broker/alpaca-broker.ts'
import type { Broker, OrderRequest } from '../src/broker/port.ts'
import { type RunningMarketClock, simMarketClock } from '../src/config/market-clock.ts'
import { pollUntil, systemWallClock } from '../src/config/wall-clock.ts'
import { clientOrderId } from '../src/session/intents.ts'
import { runSession } from '../src/session/runner/runner.ts'
import { createSession } from '../src/session/state.ts'
import { createLeaseHold } from '../src/store/lease-hold.ts'
import { openStore, type Store } from '../src/store/open-store.ts'
import type { SessionStore } from '../src/store/port.ts'
import type { SessionHours } from '../src/strategy/types.ts'
import { HOUR_MS } from '../src/time/units.ts'
import type { BenchContext, Benchmark, Row } from './lib/benchmark.ts'
import { type ExitSample, type Measured, rowsOf, type Syncing } from './lib/exit-rows.ts'
import { keyOf, MARKET_SECRET, type Market, startMarket } from './lib/market.ts'
import { benchSpread, campaignOf, holdingSession, openSpread, type Spread } from './lib/position.ts'

const WARM_UP = 30
const EXITS = 250
/** The same with each commit on the disk before its answer, for comparison. */
const SYNCED_EXITS = 80
const ROUNDS_MAX = 2 * (WARM_UP + EXITS) + 2 * SYNCED_EXITS
const WAIT_MAX_MS = 5000
const BOOKS_MAX = 20
const CLOCK_POLL_MS = 100
const STRIKE_RANGE = 25
/** A session that did nothing for so long has taken over. */
const IDLE_MS = 60

const wall = systemWallClock
/** Longer than a measurement takes. */
const LEASE_MS = 60_000
const log = pino({ level: process.env.BENCH_LOG_LEVEL ?? 'silent' }, pino.destination(2))

interface Bench {
  readonly market: Market
  readonly store: Store
  readonly clock: RunningMarketClock
  readonly session: SessionHours
  readonly spread: Spread
}

/** When the last frame of quotes of options arrived at this process, before it was decoded. */
let frame_ms = Number.NaN

function watchFrames(): () => void {
  const { emit } = WebSocket.prototype
  WebSocket.prototype.emit = function (this: WebSocket, event: string | symbol, ...args: unknown[]) {
    if (event === 'message' && this.url.includes('/v1beta1/')) frame_ms = performance.now()
    return emit.call(this, event, ...args)
  }
  return () => {
    WebSocket.prototype.emit = emit
  }
}

function brokerOf({ market, clock }: Pick<Bench, 'market' | 'clock'>, index: number): Broker {
  return createAlpacaBroker({
    keyId: keyOf(index),
    secret: MARKET_SECRET,
    tradingUrl: market.url,
    dataUrl: market.url,
    tradingStreamUrl: market.streamUrls.trading,
    stockStreamUrl: market.streamUrls.stock,
    optionStreamUrl: market.streamUrls.option,
    requestsPerMinute: 1_000_000,
    log,
    wallClock: wall,
    marketClock: clock,
  })
}

/** One exit of the desk. */
async function deskExit(bench: Bench, index: number): Promise<ExitSample> {
  const { market, store, clock, session, spread } = bench
  const campaign = campaignOf(market.accountIds[index] ?? '', session)
  const { accountId } = campaign
  const broker = brokerOf(bench, index)
  const filled = await openSpread(broker, spread, clientOrderId(createSession(campaign), 'open', 1))
  const now = { market_ms: clock.now_ms() ?? 0, wall_ms: wall.now_ms() }
  const state = holdingSession(campaign, spread, filled, now, true)
  await store.sessions.commit({
    accountId,
    profile: '25k',
    source: campaign.source,
    date: session.date,
    atMarket_ms: now.market_ms,
    atWall_ms: now.wall_ms,
    events: [],
    epoch: null,
    session: { expectedSeq: 0, value: state },
    campaign: { expectedSeq: 0, value: campaign },
    openGuard: null,
  })
  const lease = await store.leases.acquire(store.keys.sessionLease(accountId), 'bench', LEASE_MS)
  if (lease === null) throw new Error('expected the lease of a fresh account to be free')

  let sample: ExitSample | null = null
  let commit_ms = Number.NaN
  const sessions: SessionStore = {
    ...store.sessions,
    async commit(commit) {
      const from_ms = performance.now()
      const result = await store.sessions.commit(commit)
      if (commit.events.some(({ type }) => type === 'order_intent')) commit_ms = performance.now() - from_ms
      return result
    },
  }
  const timed: Broker = {
    ...forwarded(broker),
    async submit(request: OrderRequest, maySend?: () => boolean) {
      const [from_ms, sent_ms] = [frame_ms, performance.now()]
      const answer = await broker.submit(request, maySend)
      if (!answer.ok) throw new Error(`the exit was refused: ${answer.error.message}`)
      sample ??= { exit_ms: performance.now() - from_ms, before_ms: sent_ms - from_ms, commit_ms }
      return answer
    },
  }
  const asked = { monotonic_ms: wall.monotonic_ms(), now_ms: wall.now_ms() }
  const options = { name: lease.name, ttl_ms: LEASE_MS }
  const onLost = (): void => undefined
  const hold = createLeaseHold({ leases: store.leases, lease, options, wall, log, asked, onLost })
  const start = { state, campaign, seq: 1, epoch: lease.epoch, hold, resumed: true, failures: 0 }
  const handle = runSession({ broker: timed, store: sessions, clock, wall, log, worker: 'bench' }, start)
  try {
    await until('the session to watch its position', async () => {
      const { streams, lastTickAge_ms, lastCommitAge_ms } = handle.health()
      const isWatching = Object.values(streams).every((connection) => connection === 'connected')
      // What the take-over itself reads and commits is over.
      const isIdle = [lastTickAge_ms, lastCommitAge_ms].every((age_ms) => age_ms !== null && age_ms >= IDLE_MS)
      return isWatching && isIdle ? true : null
    })
    for (let book = 0; book < BOOKS_MAX && sample === null; book += 1) {
      await market.stepBook()
      await pollUntil(async () => sample, { timeout_ms: 100, every_ms: 2 })
    }
    return await until('an exit', async () => sample)
  } finally {
    handle.lose()
    await handle.ended
    await broker.close()
  }
}

function forwarded(broker: Broker): Broker {
  return {
    account: () => broker.account(),
    clock: () => broker.clock(),
    calendar: (from, to) => broker.calendar(from, to),
    bars: (from_ms, to_ms) => broker.bars(from_ms, to_ms),
    officialClose: (session) => broker.officialClose(session),
    snapshot: (expiry, range) => broker.snapshot(expiry, range),
    optionQuotes: (symbols) => broker.optionQuotes(symbols),
    submit: (request, maySend) => broker.submit(request, maySend),
    cancel: (id) => broker.cancel(id),
    orderByClientId: (id) => broker.orderByClientId(id),
    orders: (since_ms) => broker.orders(since_ms),
    positions: () => broker.positions(),
    activities: (since) => broker.activities(since),
    streams: (handlers) => broker.streams(handlers),
    close: () => broker.close(),
  }
}

async function until<T>(what: string, probe: () => Promise<T | null>): Promise<T> {
  const found = await pollUntil(probe, { timeout_ms: WAIT_MAX_MS, every_ms: 2 })
  if (found === null) throw new Error(`expected ${what} within ${WAIT_MAX_MS} ms, got nothing`)
  return found
}

/** The floor: the same close of the same position in an account of its own, by nothing but `fetch`. */
async function bareExit(bench: Bench, index: number): Promise<number> {
  const { market, spread, session } = bench
  const campaign = campaignOf(market.accountIds[index] ?? '', session)
  const state = createSession(campaign)
  const broker = brokerOf(bench, index)
  await openSpread(broker, spread, clientOrderId(state, 'open', 1))
  await broker.close()
  const headers = {
    'content-type': 'application/json',
    'APCA-API-KEY-ID': keyOf(index),
    'APCA-API-SECRET-KEY': MARKET_SECRET,
  }
  const [short, long] = spread.symbols
  const body = JSON.stringify({
    client_order_id: clientOrderId(state, 'close', 1),
    qty: '25',
    type: 'limit',
    time_in_force: 'day',
    order_class: 'mleg',
    limit_price: '4.99',
    legs: [
      { symbol: short, side: 'buy', position_intent: 'buy_to_close', ratio_qty: '1' },
      { symbol: long, side: 'sell', position_intent: 'sell_to_close', ratio_qty: '1' },
    ],
  })
  await wall.sleep(IDLE_MS)
  const from_ms = performance.now()
  const answer = await fetch(`${market.url}/v2/orders`, { method: 'POST', headers, body })
  await answer.json()
  const took_ms = performance.now() - from_ms
  if (!answer.ok) throw new Error(`the bare request was refused: HTTP ${answer.status}`)
  return took_ms
}

/** Bare requests and exits in turns, on accounts from `first` on. */
async function measure(bench: Bench, first: number, count: number, syncing: Syncing): Promise<Measured> {
  await bench.store.redis.config('SET', 'appendfsync', syncing)
  const floor: number[] = []
  const exits: ExitSample[] = []
  for (let round = 0; round < count; round += 1) {
    floor.push(await bareExit(bench, first + 2 * round))
    exits.push(await deskExit(bench, first + 2 * round + 1))
  }
  return { floor, exits }
}

async function run({ redisUrl, say }: BenchContext): Promise<readonly Row[]> {
  const market = await startMarket(ROUNDS_MAX)
  const stopWatching = watchFrames()
  const store = await openStore({ redisUrl, wall, log, prefix: 'bench-exit' })
  const clock = simMarketClock({ url: market.clockUrl, poll_ms: CLOCK_POLL_MS, wall })
  await clock.start()
  const probe = brokerOf({ market, clock }, 0)
  try {
    const calendar = await probe.calendar('2026-07-17', '2026-07-17')
    const session = calendar.ok ? calendar.value[0] : undefined
    if (session === undefined) throw new Error('expected the simulated market to have a session on 2026-07-17')
    await market.stepTo(session.open_ms + HOUR_MS)
    await until('the market clock', async () => ((clock.now_ms() ?? 0) > session.open_ms ? true : null))
    const snapshot = await probe.snapshot(session.date, STRIKE_RANGE)
    if (!snapshot.ok) throw new Error(`no snapshot: ${snapshot.error.message}`)
    const spread = benchSpread(snapshot.value, session.date)
    const bench = { market, store, clock, session, spread }
    say(`  ${EXITS} exits and as many bare requests in turns, then ${SYNCED_EXITS} with appendfsync always`)
    await measure(bench, 0, WARM_UP, 'everysec')
    const plain = await measure(bench, 2 * WARM_UP, EXITS, 'everysec')
    const synced = await measure(bench, 2 * (WARM_UP + EXITS), SYNCED_EXITS, 'always')
    return [...rowsOf(plain, 'everysec', true), ...rowsOf(synced, 'always', false)]
  } finally {
    stopWatching()
    await Promise.allSettled([probe.close(), clock.close()])
    store.close()
    await market.close()
  }
}

export const quoteToExit: Benchmark = {
  about: "from a position quote's arrival to the exit order's answer",
  run,
}
