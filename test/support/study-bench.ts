/**
 * Studies in a test: a store of its own, and workers that run what is asked for. Entry points: `useStudyBench`, and
 * what a person sees (`result`, `ended`, `results`).
 */
import { randomUUID } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, expect } from 'vitest'
import { systemWallClock } from '../../src/config/wall-clock.ts'
import { createStudyQueue } from '../../src/queue/study-queue.ts'
import {
  STUDY_BOUNDS,
  type StudyWorker,
  type StudyWorkerOptions,
  startStudyWorker,
} from '../../src/queue/study-worker.ts'
import { createDataSetStore } from '../../src/store/data-set-store.ts'
import { BOT_LEASE } from '../../src/store/feed-store.ts'
import { openStore } from '../../src/store/open-store.ts'
import { createStudyStore } from '../../src/store/study-store.ts'
import { PROFILES } from '../../src/strategy/profiles.ts'
import { DEFAULT_LIMITS, DEFAULT_WIDTH } from '../../src/strategy/rules.ts'
import { desk } from './bot-bench.ts'
import { type ChatUser, textOf } from './chat-user.ts'
import { EPOCH } from './feed-memory.ts'

const log = pino({ level: process.env.TEST_LOG_LEVEL ?? 'silent' }, pino.destination(2))
const wall = systemWallClock

export type StudyBench = Awaited<ReturnType<typeof openStudyBench>>

export async function openStudyBench() {
  const redisUrl = process.env.TEST_REDIS_URL ?? ''
  const prefix = `test-${randomUUID()}`
  const folder = mkdtempSync(join(tmpdir(), 'phase4d-studies-'))
  const store = await openStore({ redisUrl, wall, log, prefix })
  await store.redis.set(store.leases.epochKey(BOT_LEASE), EPOCH)
  const queue = await createStudyQueue(redisUrl, prefix)
  const ports = {
    store: createStudyStore(store.redis, store.keys, store.leases),
    queue,
    dataSets: createDataSetStore(store.redis, store.keys),
  }
  const workers: StudyWorker[] = []
  const dataSetsDir = join(folder, 'sets')
  return {
    store,
    ports,
    folder,
    redisUrl,
    prefix,
    addWorker(changes: Partial<StudyWorkerOptions> = {}): StudyWorker {
      const settingsFor = (profile: '2k' | '25k') => ({
        profile: PROFILES[profile],
        limits: DEFAULT_LIMITS,
        width: DEFAULT_WIDTH,
      })
      const name = `worker-${workers.length}`
      // Of ordinary priority: on a busy machine a test would wait for everybody else.
      const bounds = { ...STUDY_BOUNDS, priority: 0 }
      const options = { bounds, redisUrl, store, wall, log, prefix, dataDir: folder, dataSetsDir, name, settingsFor }
      const worker = startStudyWorker({ ...options, ...changes })
      workers.push(worker)
      return worker
    },
    /** A data set of the workers: file name → its lines. */
    addDataSet(name: string, files: Readonly<Record<string, readonly string[]>>): void {
      mkdirSync(join(dataSetsDir, name), { recursive: true })
      for (const [file, lines] of Object.entries(files)) {
        writeFileSync(join(dataSetsDir, name, file), `${lines.join('\n')}\n`)
      }
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.stop()))
      await queue.close()
      store.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Two days of books that the rules trade on: a target, then a stop. */
export const TWO_DAYS = {
  'quotes.csv': [
    'date,time,spot,strike,bid,ask',
    '2026-07-16,09:50:00,600.2,601,1.19,1.21',
    '2026-07-16,10:00:00,600.2,601,0.39,0.41',
    '2026-07-17,09:50:00,600.2,601,1.19,1.21',
    '2026-07-17,10:00:00,600.2,601,1.59,1.61',
  ],
  'bars.csv': [
    'date,time,open,high,low,close',
    ...['2026-07-16', '2026-07-17'].flatMap((date) =>
      Array.from({ length: 25 }, (_, at) => `${date},09:${30 + at},600,600.1,599.9,${at % 2 === 0 ? 600 : 600.05}`),
    ),
  ],
} as const

/** A bench of its own for every test of a file; `current()` is that of the running one. */
export function useStudyBench(): { current(): StudyBench } {
  let bench: StudyBench | null = null
  beforeEach(async () => {
    bench = await openStudyBench()
  })
  afterEach(() => bench?.close())
  return {
    current() {
      if (bench === null) throw new Error('expected a test to run, got none')
      return bench
    },
  }
}

/** The post with a study's result. */
export const result = (user: ChatUser) => user.waitFor((message) => textOf(message).includes('result of study'))
/** The message of a study once its headline says `word`. */
export const ended = (user: ChatUser, word: string) => user.waitFor((message) => textOf(message).includes(`: ${word}`))
export const results = (user: ChatUser) =>
  user.messages().filter((message) => textOf(message).includes('result of study'))

const BOUNDS = { timeMax_ms: 60_000, heapMax_mb: 512, memoryMax_mb: 1_000, priority: 0 }

/** A study that is too much for `bounds` ends with this word and reason, and has no result. */
export async function endsBeyond(
  bench: StudyBench,
  bounds: Partial<typeof BOUNDS>,
  word: string,
  reason: string,
): Promise<void> {
  const { user } = await desk({ parts: { studies: bench.ports } })
  bench.addWorker({ bounds: { ...BOUNDS, ...bounds } })
  await user.slash('backtest', { fills: 'touch', days: 1000 })
  const over = await ended(user, word)
  expect(textOf(over)).toContain(reason)
  expect(textOf(over)).toContain('fewer days or variants')
  expect(results(user)).toEqual([])
}
