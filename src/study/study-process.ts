/**
 * Runs a study in a process of its own, bounded in time and memory. Entry point: `runInProcess`.
 *
 * 1. Whatever becomes of the process, there is exactly one outcome; a process that outlives its time or is not wanted
 *    any more is killed.
 * 2. What it says is checked like any outside input.
 */
import { type ChildProcess, fork } from 'node:child_process'
import type { TriedRun } from '../backtest/tried-variants.ts'
import type { WallClock } from '../config/clock.ts'
import { compiledModule } from '../config/paths.ts'
import { reasonOf } from '../config/reason.ts'
import { MINUTE_MS } from '../time/units.ts'
import { fromStudySchema, type StudyFile, type StudyRequest } from './messages.ts'

const STDERR_CHARS_MAX = 4_000

export type StudyOutcome =
  | { readonly state: 'done'; readonly files: readonly StudyFile[] }
  /** What was asked for cannot be answered, or not within the bounds; what to do. */
  | { readonly state: 'refused'; readonly message: string }
  /** The process failed; `message` is for the log. */
  | { readonly state: 'crashed'; readonly message: string }
  | { readonly state: 'stopped' }

interface StudyProcessOptions {
  readonly timeMax_ms: number
  readonly heapMax_mb: number
  readonly clock: WallClock
  readonly signal: AbortSignal
  readonly onProgress: (progress: { readonly done: number; readonly total: number | null }) => void
  readonly remember: (run: TriedRun) => Promise<number>
  readonly say: (note: string) => void
}

function start(request: StudyRequest, heapMax_mb: number): ChildProcess {
  const child = fork(compiledModule(import.meta.url, 'child.js'), [], {
    execArgv: [`--max-old-space-size=${heapMax_mb}`],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // A session of its own: Linux shares out processors by session, so its computing is not charged to the worker's.
    detached: true,
  })
  // A process that ended already does not hear it; its end is heard by itself.
  child.send(request, () => undefined)
  return child
}

export async function runInProcess(request: StudyRequest, options: StudyProcessOptions): Promise<StudyOutcome> {
  const { timeMax_ms, heapMax_mb, clock, signal } = options
  if (signal.aborted) return { state: 'stopped' }
  const child = start(request, heapMax_mb)
  const over = new AbortController()
  const late = clock.sleep(timeMax_ms, over.signal).then((): StudyOutcome => {
    const minutes = Math.round(timeMax_ms / MINUTE_MS)
    return { state: 'refused', message: `it took longer than ${minutes} minutes: choose fewer days or variants` }
  })
  const stopped = new Promise<StudyOutcome>((resolve) => {
    signal.addEventListener('abort', () => resolve({ state: 'stopped' }), { once: true, signal: over.signal })
  })
  try {
    return await Promise.race([outcomeOf(child, options), late, stopped])
  } finally {
    over.abort()
    child.removeAllListeners()
    child.on('error', () => undefined)
    child.kill('SIGKILL')
  }
}

function outcomeOf(child: ChildProcess, options: StudyProcessOptions): Promise<StudyOutcome> {
  let errors = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-STDERR_CHARS_MAX)
  })
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ state: 'crashed', message: error.message }))
    child.on('exit', (code, killedBy) => {
      const end = (): void =>
        resolve({ state: 'crashed', message: `ended with ${killedBy ?? `status ${code}`}. ${errors}`.trim() })
      // What it said last may still be on its way.
      if (child.connected) child.once('disconnect', end)
      else end()
    })
    child.on('message', (raw) => {
      const parsed = fromStudySchema.safeParse(raw)
      if (!parsed.success) return resolve({ state: 'crashed', message: `said ${JSON.stringify(raw).slice(0, 200)}` })
      void hear(parsed.data, child, options, resolve)
    })
  })
}

async function hear(
  message: ReturnType<typeof fromStudySchema.parse>,
  child: ChildProcess,
  { onProgress, remember, say }: StudyProcessOptions,
  resolve: (outcome: StudyOutcome) => void,
): Promise<void> {
  switch (message.type) {
    case 'progress':
      return onProgress(message)
    case 'note':
      return say(message.text)
    case 'done':
      return resolve({ state: 'done', files: message.files })
    case 'refused':
      return resolve({ state: 'refused', message: message.message })
    case 'tried':
      try {
        const variants = await remember(message.run)
        if (child.connected) child.send({ type: 'counted', variants }, () => undefined)
      } catch (error) {
        resolve({ state: 'crashed', message: reasonOf(error) })
      }
  }
}
