/**
 * 200 sessions in one worker process, each with a position and a quote a second; then it is killed beside two others,
 * which share them, and one of these two is killed.
 *
 * Real: worker, queue, store on Redis, adapters and streams; the simulator is a process of its own. All quotes of a
 * second come at once, as they do when every account holds the same contracts: the worst case for lateness, which is
 * counted from before the market is told to move until the exits were checked with the new quotes.
 */
import { pino } from 'pino'
import { createAlpacaBroker } from '../src/broker/alpaca-broker.ts'
import { simMarketClock } from '../src/config/market-clock.ts'
import { pollUntil, systemWallClock } from '../src/config/wall-clock.ts'
import type { Campaign } from '../src/session/campaign.ts'
import { clientOrderId } from '../src/session/intents.ts'
import { createSession } from '../src/session/state.ts'
import { openStore, type Store } from '../src/store/open-store.ts'
import type { ProfileName, SessionHours } from '../src/strategy/types.ts'
import type { BenchContext, Benchmark, Row } from './lib/benchmark.ts'
import { keyOf, MARKET_SECRET, type Market, startMarket } from './lib/market.ts'
import { benchSpread, campaignOf, holdingSession, openSpread } from './lib/position.ts'
import { median, percentile } from './lib/stats.ts'
import { type BenchWorker, startWorker } from './lib/worker.ts'

const SESSIONS = 200
const WARM_UP_BOOKS = 5
const BOOKS = 30
const BOOK_EVERY_MS = 1000
const LATENESS_MS_MAX = 100
const TAKE_OVER_S_MAX = 10
const START_MS_MAX = 90_000
const RECOVERY_MS_MAX = 30_000
const PREFIX = 'bench-many'
const DATE = '2026-07-17'
const STRIKE_RANGE = 25

const wall = systemWallClock
const log = pino({ level: 'silent' })
const epoch_ms = () => performance.timeOrigin + performance.now()

/** No rule of the strategy ends these positions: they are there to be watched. */
function endless(campaign: Campaign, index: number): Campaign {
  const { strategy, plan } = campaign
  return {
    ...campaign,
    // A name of its own for each set of keys; ids of orders go by the strategy's profile.
    plan: { ...plan, profile: String(index) as ProfileName },
    strategy: {
      ...strategy,
      profile: { ...strategy.profile, maxDailyLoss: 1_000_000, maxLossPerTrade: 1_000_000 },
      limits: { ...strategy.limits, profitTargetShare: 100 },
    },
  }
}

async function until(what: string, limit_ms: number, holds: () => Promise<boolean>): Promise<void> {
  const limits = { timeout_ms: limit_ms, every_ms: 50 }
  if ((await pollUntil(async () => ((await holds()) ? true : null), limits)) === null) {
    throw new Error(`expected ${what} within ${limit_ms} ms, got nothing`)
  }
}

/** Positions at the simulator and their sessions in the store; `arm` then lets the workers take them. */
async function prepare(market: Market, store: Store): Promise<{ arm(): Promise<void> }> {
  const clock = simMarketClock({ url: market.clockUrl, poll_ms: 100, wall })
  await clock.start()
  const brokerOf = (index: number) =>
    createAlpacaBroker({
      keyId: keyOf(index),
      secret: MARKET_SECRET,
      tradingUrl: market.url,
      dataUrl: market.url,
      tradingStreamUrl: market.streamUrls.trading,
      requestsPerMinute: 1_000_000,
      log,
      wallClock: wall,
      marketClock: clock,
    })
  const probe = brokerOf(0)
  const session = await hours(probe)
  await market.stepTo(session.open_ms + 60 * 60_000)
  const snapshot = await probe.snapshot(session.date, STRIKE_RANGE)
  if (!snapshot.ok) throw new Error(`no snapshot: ${snapshot.error.message}`)
  const spread = benchSpread(snapshot.value, session.date)
  await until('the market clock', 5000, async () => (clock.now_ms() ?? 0) > session.open_ms)
  const campaigns: Campaign[] = []
  for (const [index, accountId] of market.accountIds.entries()) {
    const campaign = endless(campaignOf(accountId, session), index)
    const broker = brokerOf(index)
    const filled = await openSpread(broker, spread, clientOrderId(createSession(campaign), 'open', 1))
    await broker.close()
    const now = { market_ms: clock.now_ms() ?? 0, wall_ms: wall.now_ms() }
    await store.sessions.commit({
      ...envelope(campaign, now),
      session: { expectedSeq: 0, value: holdingSession(campaign, spread, filled, now, false) },
      campaign: null,
    })
    campaigns.push(campaign)
  }
  await Promise.all([probe.close(), clock.close()])
  return {
    async arm() {
      const now = { market_ms: session.open_ms, wall_ms: wall.now_ms() }
      for (const campaign of campaigns) {
        const value = { expectedSeq: 0, value: campaign }
        await store.sessions.commit({ ...envelope(campaign, now), session: null, campaign: value })
      }
    },
  }
}

function envelope(campaign: Campaign, now: { readonly market_ms: number; readonly wall_ms: number }) {
  const { accountId, source, session } = campaign
  const times = { atMarket_ms: now.market_ms, atWall_ms: now.wall_ms }
  return {
    accountId,
    profile: '25k',
    source,
    date: session.date,
    ...times,
    events: [],
    epoch: null,
    openGuard: null,
  } as const
}

async function hours(broker: ReturnType<typeof createAlpacaBroker>): Promise<SessionHours> {
  const calendar = await broker.calendar(DATE, DATE)
  const session = calendar.ok ? calendar.value[0] : undefined
  if (session === undefined) throw new Error(`expected the simulated market to have a session on ${DATE}`)
  return session
}

/** Lateness of every session at every book, milliseconds; a session that did not look counts as a whole second late. */
async function lateness(market: Market, worker: BenchWorker): Promise<readonly number[]> {
  const late: number[] = []
  for (let book = 0; book < WARM_UP_BOOKS + BOOKS; book += 1) {
    const began_ms = epoch_ms()
    const looking = worker.checkedSince(began_ms, BOOK_EVERY_MS - 50)
    await market.stepBook()
    const checked = Object.values(await looking)
    if (book >= WARM_UP_BOOKS) {
      for (const at_ms of checked) late.push(at_ms - began_ms)
      for (let missing = checked.length; missing < SESSIONS; missing += 1) late.push(BOOK_EVERY_MS)
    }
    await wall.sleep(Math.max(0, began_ms + BOOK_EVERY_MS - epoch_ms()))
  }
  return late
}

async function run({ redisUrl, say }: BenchContext): Promise<readonly Row[]> {
  const market = await startMarket(SESSIONS)
  const store = await openStore({ redisUrl, wall, log, prefix: PREFIX })
  const workers = [await startWorker(market, redisUrl, PREFIX)]
  const [first] = workers
  try {
    if (first === undefined) throw new Error('expected a worker')
    const { arm } = await prepare(market, store)
    const empty = await first.health()
    await arm()
    await until('one worker to watch all sessions', START_MS_MAX, async () => {
      const { watched, streaming } = await first.health()
      return watched.length === SESSIONS && streaming === SESSIONS
    })
    say(`  ${SESSIONS} sessions are watched by one worker; ${WARM_UP_BOOKS + BOOKS} books, one a second`)
    const rows = await watching(market, first, empty.rss_bytes)
    const [second, third] = [await startWorker(market, redisUrl, PREFIX), await startWorker(market, redisUrl, PREFIX)]
    workers.push(second, third)
    say('  it is killed beside two others, then one of these two')
    const all = await takenOver(first, [second, third])
    const half = await takenOver(second, [third])
    return [
      ...rows,
      { ...half, what: 'one of two workers killed: all watched again', limit: TAKE_OVER_S_MAX },
      { ...all, what: 'the only one killed beside two idle ones', limit: null },
    ]
  } finally {
    for (const worker of workers) await worker.kill()
    store.close()
    await market.close()
  }
}

async function watching(market: Market, worker: BenchWorker, empty_bytes: number): Promise<readonly Row[]> {
  const before = await worker.health()
  const began_ms = epoch_ms()
  const late = await lateness(market, worker)
  const after = await worker.health()
  const row = (what: string, value: number, unit: string, limit: number | null, note: string): Row => ({
    what,
    value,
    unit,
    limit,
    note,
  })
  const kib = (bytes: number) => (bytes - empty_bytes) / SESSIONS / 1024
  const cpuPct = (100 * (after.cpu_us - before.cpu_us)) / 1000 / (epoch_ms() - began_ms)
  return [
    row('lateness of exit checks, p50', median(late), 'ms', null, `${late.length} checks`),
    row('lateness of exit checks, p99', percentile(late, 99), 'ms', LATENESS_MS_MAX, 'all quotes at once'),
    row('memory of a session, at first', kib(before.rss_bytes), 'KiB', null, 'resident'),
    row('memory of a session, after the run', kib(after.rss_bytes), 'KiB', null, `${BOOKS + WARM_UP_BOOKS} s later`),
    row('CPU of the worker', cpuPct, '%', null, 'of one core'),
  ]
}

/** Kills `dying`; how long until `others` watch everything. */
async function takenOver(dying: BenchWorker, others: readonly BenchWorker[]): Promise<Row> {
  const lost = (await dying.health()).watched.length
  const killed_ms = epoch_ms()
  await dying.kill()
  await until('the other workers to watch all sessions', RECOVERY_MS_MAX, async () => {
    const shared = await Promise.all(others.map((worker) => worker.health()))
    return new Set(shared.flatMap(({ watched }) => watched)).size === SESSIONS
  })
  const value = (epoch_ms() - killed_ms) / 1000
  return { what: '', value, unit: 's', limit: null, note: `${lost} of ${SESSIONS} were the dead worker's` }
}

export const manySessions: Benchmark = {
  name: 'sessions',
  about: `${SESSIONS} sessions in one worker, and when a worker is killed`,
  run,
}
