/**
 * The process of one study: gets a request, answers with progress and files, and ends. Its priority is low, so that
 * whoever trades on the same machine comes first.
 *
 * 1. It ends with the worker that started it, however that one ends.
 * 2. Beyond its memory it ends by itself, and says so.
 */
import { readdirSync, writeFileSync } from 'node:fs'
import { setPriority } from 'node:os'
import type { CacheSettings } from '../backtest/sources.ts'
import type { TriedRun } from '../backtest/tried-variants.ts'
import { systemWallClock } from '../config/wall-clock.ts'
import type { FromStudy, StudyRequest, TriedAnswer } from './messages.ts'
import { runStudy, StudyRefused } from './run.ts'

const MEMORY_LOOK_MS = 500
const BYTES_PER_MB = 1e6
/** Progress is read by people. */
const PROGRESS_EVERY_MS = 250

const say = (message: FromStudy): Promise<void> =>
  new Promise((resolve) => {
    if (process.send === undefined) return resolve()
    process.send(message, () => resolve())
  })

/**
 * On Linux priority is a thread's own, and some run already; where it shares out processors by session, the session has
 * one too. Elsewhere the first call is for the whole process.
 */
function stepBack(priority: number): void {
  setPriority(priority)
  try {
    for (const thread of readdirSync('/proc/self/task')) setPriority(Number(thread), priority)
    writeFileSync('/proc/self/autogroup', String(priority))
  } catch {
    // No Linux, or one that does not share out by session.
  }
}

function watchMemory(memoryMax_mb: number): void {
  const look = async (): Promise<void> => {
    if (process.memoryUsage.rss() / BYTES_PER_MB <= memoryMax_mb) return
    await say({ type: 'refused', message: `it needed more than ${memoryMax_mb} MB: choose fewer days or variants` })
    process.exit(1)
  }
  setInterval(() => void look(), MEMORY_LOOK_MS).unref()
}

/** Asks the worker to record what was tried; it knows where. */
function remember(run: TriedRun): Promise<number> {
  return new Promise((resolve) => {
    process.on('message', (answer: TriedAnswer) => {
      if (answer.type === 'counted') resolve(answer.variants)
    })
    void say({ type: 'tried', run })
  })
}

async function alpaca(range: { readonly from: string; readonly to: string }, cache: CacheSettings) {
  const { loadConfig } = await import('../config/env.ts')
  const { alpacaHistory } = await import('../cli/alpaca-history.ts')
  const { UsageError } = await import('../cli/usage.ts')
  try {
    const signal = new AbortController().signal
    return alpacaHistory({ config: loadConfig(), cache, clock: systemWallClock, signal }, range)
  } catch (error) {
    throw error instanceof UsageError ? new StudyRefused(error.message) : error
  }
}

async function run(request: StudyRequest): Promise<void> {
  stepBack(request.priority)
  watchMemory(request.memoryMax_mb)
  const cache: CacheSettings = {
    folder: request.cacheDir,
    unique: `study-${process.pid}`,
    say: (text) => void say({ type: 'note', text }),
  }
  let said_ms = Number.NEGATIVE_INFINITY
  try {
    const files = await runStudy(request, {
      cache,
      clock: systemWallClock,
      signal: new AbortController().signal,
      onProgress: ({ done, total }) => {
        const now_ms = systemWallClock.monotonic_ms()
        if (now_ms - said_ms < PROGRESS_EVERY_MS) return
        said_ms = now_ms
        void say({ type: 'progress', done, total })
      },
      remember,
      alpaca: (range) => alpaca(range, cache),
    })
    await say({ type: 'done', files })
  } catch (error) {
    if (!(error instanceof StudyRefused)) throw error
    await say({ type: 'refused', message: error.message })
  }
  process.exit(0)
}

process.once('disconnect', () => process.exit(1))
process.once('message', (request: StudyRequest) => void run(request))
