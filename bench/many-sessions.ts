/**
 * 200 sessions in one worker process, each with a position and a quote a second; then it is killed beside two others,
 * which share them, and one of these two is killed.
 *
 * Real: worker, queue, store on Redis, adapters and streams; the simulator is a process of its own. All quotes of a
 * second come at once, as they do when every account holds the same contracts: the worst case for lateness, which is
 * counted from before the market is told to move until the exits were checked with the new quotes.
 */
import { pino } from 'pino'
import { systemWallClock } from '../src/config/wall-clock.ts'
import { openStore } from '../src/store/open-store.ts'
import type { BenchContext, Benchmark, Row } from './lib/benchmark.ts'
import { prepare, until } from './lib/held-sessions.ts'
import { ACCOUNTS_MAX, type Market, startMarket } from './lib/market.ts'
import { median, percentile } from './lib/stats.ts'
import { type BenchWorker, startWorker } from './lib/worker.ts'

const SESSIONS = ACCOUNTS_MAX
const WARM_UP_BOOKS = 5
const BOOKS = 30
const BOOK_EVERY_MS = 1000
const LATENESS_MS_MAX = 100
const TAKE_OVER_S_MAX = 10
const START_MS_MAX = 90_000
const RECOVERY_MS_MAX = 30_000
const PREFIX = 'bench-many'

const wall = systemWallClock
const log = pino({ level: 'silent' })
const epoch_ms = () => performance.timeOrigin + performance.now()

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
  about: `${SESSIONS} sessions in one worker, and when a worker is killed`,
  run,
}
