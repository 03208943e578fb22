/**
 * What worker and bot occupy in the course of days: a whole desk as `npm start` runs it, in accelerated time, armed.
 * Linux only. A day that has just ended is the desk's heaviest hour: report, pictures, verdict.
 */
import { readFileSync } from 'node:fs'
import { readRunningDesk } from '../src/cli/supervisor/running-desk.ts'
import { createLogger } from '../src/config/logger.ts'
import { pollUntil, systemWallClock } from '../src/config/wall-clock.ts'
import { openStore, type Store } from '../src/store/open-store.ts'
import { cleanUp, phase4d, pidOf, type RunningUp, ready, startUp } from '../test/support/up-desk.ts'
import type { BenchContext, Benchmark, Row } from './lib/benchmark.ts'

const DAYS = 5
/** A trading day in about twenty seconds; the night is skipped. */
const SPEED = 1200
const DAY_MS_MAX = 180_000
const RSS_MB_MAX = 150
/** Entries that are read of a feed: far more than these days have. */
const FEED_MAX = 100_000
const PROGRAMS = ['worker', 'bot'] as const

/** Resident megabytes of a process, now and at most. */
function residentOf(pid: number): { readonly now: number; readonly peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const field = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1]) / 1024
  return { now: field('VmRSS'), peak: field('VmHWM') }
}

async function rowsAt(up: RunningUp, when: string): Promise<Row[]> {
  const rows: Row[] = []
  for (const program of PROGRAMS) {
    const { now, peak } = residentOf(await pidOf(up, program))
    const note = `peak ${peak.toFixed(0)} MB`
    rows.push({ what: `${program}: ${when}`, value: now, unit: 'MB', limit: RSS_MB_MAX, note })
  }
  return rows
}

/** Waits until the reports of `count` days are in the journal. */
async function daysOver(store: Store, count: number): Promise<void> {
  const reported = async (): Promise<true | null> => {
    const [account] = await store.reader.accounts()
    if (account === undefined) return null
    const feed = await store.reader.feed(account.accountId, 0, FEED_MAX)
    return feed.filter(({ event }) => event.type === 'day_reported').length >= count ? true : null
  }
  const found = await pollUntil(reported, { timeout_ms: DAY_MS_MAX, every_ms: 200 })
  if (found === null) throw new Error(`expected the reports of ${count} days, got fewer`)
}

async function run({ say }: BenchContext): Promise<readonly Row[]> {
  if (process.platform !== 'linux') {
    say('  read from /proc, which only Linux has')
    return []
  }
  const up = startUp({ args: ['--seed', '7', '--speed', String(SPEED)] })
  try {
    await ready(up)
    const rows = await rowsAt(up, 'ready')
    const redisUrl = readRunningDesk(up.dataDir)?.environment.REDIS_URL ?? ''
    const store = await openStore({
      redisUrl,
      wall: systemWallClock,
      log: await createLogger({ level: 'silent', name: 'bench' }),
    })
    try {
      if ((await phase4d(up, ['start', '--account', '25k'])) !== 0)
        throw new Error('expected the account to be armed, got another exit status of start than 0')
      for (const days of [1, DAYS]) {
        await daysOver(store, days)
        rows.push(...(await rowsAt(up, days === 1 ? 'after a day' : `after ${days} days`)))
        say(`  ${days} of ${DAYS} days`)
      }
    } finally {
      store.close()
    }
    return rows
  } finally {
    // The supervisor ends its processes; what they write then goes with the folder.
    up.process.kill('SIGTERM')
    await up.exit
    cleanUp()
  }
}

export const memory: Benchmark = { about: `worker and bot over ${DAYS} days at ${SPEED}×`, run }
