/**
 * Threads that replay variants. Days are shared, not copied; what each variant comes to depends on nothing but its days
 * and its numbers, so the number of threads shows in the time only.
 *
 * Entry point: `openPool`.
 */
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { compiledModule } from '../config/paths.ts'
import { dayToNumbers, numbersToDay } from '../replay/day-numbers.ts'
import type { FillModel } from '../replay/fill-model.ts'
import type { PackedDay } from '../replay/packed-day.ts'
import type { StrategyConfig } from '../strategy/types.ts'
import type { PoolAnswer, PoolRequest } from './pool-messages.ts'
import { replayVariant } from './variant-tally.ts'

export const WORKERS_MAX = 64
/** Variants a thread gets at a time: short enough for progress and an even end, long enough to cost nothing. */
const VARIANTS_AT_A_TIME = 8
/** Below this many replays a thread costs more to start than it saves. */
const REPLAYS_WORTH_THREADS = 4_000

/** The run was cancelled; nothing of it is used. */
export class CancelledError extends Error {
  override readonly name = 'CancelledError'
  constructor() {
    super('cancelled')
  }
}

export interface Pool {
  readonly workers: number
  /** One result a variant, in their order; `onDone` hears of finished variants. */
  replay(days: readonly PackedDay[], signal: AbortSignal, onDone: (variants: number) => void): Promise<Float64Array[]>
  close(): Promise<void>
}

interface PoolOptions {
  readonly configs: readonly StrategyConfig[]
  readonly fills: FillModel
  /** Null: as many as the machine has processors. */
  readonly workers: number | null
  /** Days in all. */
  readonly daysExpected: number
}

export function openPool({ configs, fills, workers, daysExpected }: PoolOptions): Pool {
  const replays = configs.length * daysExpected
  const wanted = workers ?? (replays < REPLAYS_WORTH_THREADS ? 1 : availableParallelism())
  const count = Math.min(wanted, WORKERS_MAX, Math.ceil(configs.length / VARIANTS_AT_A_TIME))
  return count <= 1 ? ownThread(configs, fills) : threads(configs, fills, count)
}

function batchesOf(configs: number): { readonly from: number; readonly to: number }[] {
  const batches = Math.ceil(configs / VARIANTS_AT_A_TIME)
  return Array.from({ length: batches }, (_, batch) => {
    const from = batch * VARIANTS_AT_A_TIME
    return { from, to: Math.min(from + VARIANTS_AT_A_TIME, configs) }
  })
}

function ownThread(configs: readonly StrategyConfig[], fills: FillModel): Pool {
  return {
    workers: 1,
    replay: async (days, signal, onDone) => {
      const results: Float64Array[] = []
      for (const { from, to } of batchesOf(configs.length)) {
        if (signal.aborted) throw new CancelledError()
        for (const config of configs.slice(from, to)) results.push(replayVariant(days, config, fills))
        onDone(to - from)
        // Signals and timers get their turn between batches.
        await new Promise((resolve) => setImmediate(resolve))
      }
      return results
    },
    close: async () => undefined,
  }
}

const startWorker = (): Worker => new Worker(compiledModule(import.meta.url, 'pool-worker.js'))

function threads(configs: readonly StrategyConfig[], fills: FillModel, count: number): Pool {
  const workers = Array.from({ length: count }, startWorker)
  for (const worker of workers) worker.setMaxListeners(0)
  const ask = (worker: Worker, request: PoolRequest, signal: AbortSignal): Promise<PoolAnswer> =>
    new Promise((resolve, reject) => {
      const settle = (finish: () => void) => (): void => {
        worker.off('message', onMessage).off('error', onError).off('exit', onExit)
        signal.removeEventListener('abort', onAbort)
        finish()
      }
      const onMessage = (answer: PoolAnswer): void => settle(() => resolve(answer))()
      const onError = (error: Error): void => settle(() => reject(error))()
      const onExit = settle(() => reject(new Error('a thread of the backtest ended early')))
      const onAbort = settle(() => reject(new CancelledError()))
      worker.on('message', onMessage).on('error', onError).on('exit', onExit)
      signal.addEventListener('abort', onAbort, { once: true })
      if (signal.aborted) onAbort()
      else worker.postMessage(request)
    })
  return {
    workers: count,
    replay: async (days, signal, onDone) => {
      const numbers = days.map((day) => dayToNumbers(day, (bytes) => new SharedArrayBuffer(bytes)))
      const batches = batchesOf(configs.length)
      const results = new Array<Float64Array>(configs.length)
      let next = 0
      await Promise.all(
        workers.map(async (worker) => {
          await ask(worker, { kind: 'days', days: numbers }, signal)
          for (let batch = batches[next++]; batch !== undefined; batch = batches[next++]) {
            const { from, to } = batch
            const answer = await ask(worker, { kind: 'replay', configs: configs.slice(from, to), fills }, signal)
            answer.results.forEach((result, index) => {
              results[from + index] = result
            })
            onDone(to - from)
          }
        }),
      )
      return results
    },
    close: async () => {
      await Promise.all(workers.map((worker) => worker.terminate()))
    },
  }
}

/** What a thread does with a request, given the days it was sent last. */
export function answerRequest(request: PoolRequest, days: readonly PackedDay[]): [PoolAnswer, readonly PackedDay[]] {
  if (request.kind === 'days') return [{ results: [] }, request.days.map(numbersToDay)]
  const { configs, fills } = request
  return [{ results: configs.map((config) => replayVariant(days, config, fills)) }, days]
}
