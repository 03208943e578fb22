/**
 * How long positions go unwatched when a worker is killed, and when one is told to stop; and how soon the team hears
 * that no engine is there at all.
 *
 * Real: workers as processes, queue, leases and store on Redis, adapters and streams, the bot's watch over the engines.
 * A session counts as watched when its new worker has read the broker's side and looked at its exits.
 */
import './lib/many-profiles.ts'

import { pino } from 'pino'
import { systemWallClock } from '../src/config/wall-clock.ts'
import { BOT_LEASE } from '../src/store/feed-store.ts'
import { openStore, type Store } from '../src/store/open-store.ts'
import { createSilenceStore } from '../src/store/silence-store.ts'
import { watchEngines } from '../src/watchdog/engine-watch.ts'
import type { BenchContext, Benchmark, Row } from './lib/benchmark.ts'
import { DATE, prepare, until } from './lib/held-sessions.ts'
import { type Market, startMarket } from './lib/market.ts'
import { median, percentile } from './lib/stats.ts'
import { type BenchWorker, startWorker } from './lib/worker.ts'

const SESSIONS = 10
const KILLS = 25
const HAND_OVERS = 10
const SILENCES = 3
const KILL_S_MAX = 10
const HAND_OVER_S_MAX = 1
const TOLD_S_MAX = 15
const START_MS_MAX = 60_000
const RECOVERY_MS_MAX = 30_000
/** Between two looks at who watches what: what is measured is this much too long at most. */
const LOOK_EVERY_MS = 5
const BOT_LEASE_MS = 3_600_000
const PREFIX = 'bench-recovery'

const wall = systemWallClock
const log = pino({ level: 'silent' })
const now_ms = () => performance.timeOrigin + performance.now()

interface Desk {
  readonly market: Market
  readonly store: Store
  readonly redisUrl: string
  /** Those that live; the first one watches. */
  readonly workers: BenchWorker[]
}

const start = ({ market, redisUrl }: Pick<Desk, 'market' | 'redisUrl'>) => startWorker(market, redisUrl, PREFIX)

async function everythingIsWatched({ workers }: Desk): Promise<void> {
  await until('all sessions to be watched', START_MS_MAX, async () => (await watchedBy(workers)).size === SESSIONS)
}

async function watchedBy(workers: readonly BenchWorker[]): Promise<ReadonlySet<string>> {
  const all = await Promise.all(workers.map((worker) => worker.health()))
  return new Set(all.flatMap(({ watched }) => watched))
}

/** `end` ends the worker that watches most; seconds until each of its sessions is watched by another one. */
async function unwatched(desk: Desk, end: (worker: BenchWorker) => Promise<void>): Promise<readonly number[]> {
  desk.workers.push(await start(desk))
  await everythingIsWatched(desk)
  const held = await Promise.all(desk.workers.map(async (worker) => (await worker.health()).watched))
  const at = held.reduce((most, { length }, index) => (length > (held[most]?.length ?? 0) ? index : most), 0)
  const [leaving] = desk.workers.splice(at, 1)
  const left = new Set(held[at])
  const took: number[] = []
  if (leaving === undefined) throw new Error('expected a worker that watches something')
  const began_ms = now_ms()
  const ended = end(leaving)
  while (left.size > 0 && now_ms() - began_ms < RECOVERY_MS_MAX) {
    const watched = await watchedBy(desk.workers)
    const at_s = (now_ms() - began_ms) / 1000
    for (const accountId of left) {
      if (watched.has(accountId) && left.delete(accountId)) took.push(at_s)
    }
    await wall.sleep(LOOK_EVERY_MS)
  }
  await ended
  // One that nobody took is as late as this looked.
  return [...took, ...Array.from(left, () => RECOVERY_MS_MAX / 1000)]
}

/** Seconds from the last worker's death to the alert in the journal, of the account told first; then one comes back. */
async function silence(desk: Desk, accountIds: readonly string[]): Promise<number> {
  const told = async (): Promise<number> => {
    const journals = await Promise.all(accountIds.map((id) => desk.store.sessions.journal(id, DATE)))
    const codes = journals.flat().flatMap(({ event }) => (event.type === 'engine_alert' ? [event.code] : []))
    return codes.filter((code) => code === 'engine_silent').length
  }
  const before = await told()
  const began_ms = now_ms()
  await Promise.all(desk.workers.splice(0).map((worker) => worker.kill()))
  await until('every account to be told of', RECOVERY_MS_MAX, async () => (await told()) === before + SESSIONS)
  const took_s = (now_ms() - began_ms) / 1000
  desk.workers.push(await start(desk))
  await everythingIsWatched(desk)
  await until(
    'the silences to be over',
    START_MS_MAX,
    async () => (await desk.store.redis.hlen(desk.store.keys.silences)) === 0,
  )
  return took_s
}

async function silences(desk: Desk, accountIds: readonly string[]): Promise<readonly number[]> {
  const { redis, keys, leases, sessions } = desk.store
  const lease = await leases.acquire(BOT_LEASE, 'bench', BOT_LEASE_MS)
  if (lease === null) throw new Error('expected the lease of the bot to be free')
  const over = new AbortController()
  const ports = {
    silences: createSilenceStore(redis, keys, leases, sessions),
    sessions,
    wall,
    log,
    onStore: () => undefined,
  }
  const watching = watchEngines(ports, lease.epoch, over.signal)
  const took: number[] = []
  // The watch settles first: a bot that has just started cannot tell an engine's silence from its own.
  await wall.sleep(10_000)
  for (let count = 0; count < SILENCES; count += 1) took.push(await silence(desk, accountIds))
  over.abort()
  await watching
  return took
}

function rows(what: string, took: readonly number[], limit: number, note: string): readonly Row[] {
  const row = (name: string, value: number, at: number | null): Row => ({
    what: `${what}, ${name}`,
    value,
    unit: 's',
    limit: at,
    note,
  })
  return [
    row('p50', median(took), null),
    row('p99', percentile(took, 99), limit),
    row('longest', Math.max(...took), null),
  ]
}

async function run({ redisUrl, say }: BenchContext): Promise<readonly Row[]> {
  const market = await startMarket(SESSIONS)
  const store = await openStore({ redisUrl, wall, log, prefix: PREFIX })
  const desk: Desk = { market, store, redisUrl, workers: [await start({ market, redisUrl })] }
  try {
    const { arm } = await prepare(market, store)
    await arm()
    await everythingIsWatched(desk)
    const killed: number[] = []
    const handedOver: number[] = []
    say(`  ${SESSIONS} sessions; ${KILLS} times the worker that has them is killed beside another`)
    for (let count = 0; count < KILLS; count += 1) killed.push(...(await unwatched(desk, (worker) => worker.kill())))
    say(`  ${HAND_OVERS} times it is told to stop`)
    for (let count = 0; count < HAND_OVERS; count += 1) {
      handedOver.push(...(await unwatched(desk, (worker) => worker.leave())))
    }
    say(`  ${SILENCES} times all are killed, and the bot's watch has to notice`)
    const told = await silences(desk, market.accountIds)
    return [
      ...rows('killed, until watched again', killed, KILL_S_MAX, `${KILLS} kills, ${killed.length} sessions`),
      ...rows(
        'told to stop, the same',
        handedOver,
        HAND_OVER_S_MAX,
        `${HAND_OVERS} stops, ${handedOver.length} sessions`,
      ),
      ...rows('no engine, until all accounts are told', told, TOLD_S_MAX, `${SILENCES} times`),
    ]
  } finally {
    for (const worker of desk.workers) await worker.kill()
    store.close()
    await market.close()
  }
}

export const recovery: Benchmark = {
  about: `${SESSIONS} sessions, and when their worker is killed, told to stop, or the last one`,
  run,
}
