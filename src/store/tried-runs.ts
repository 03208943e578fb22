/**
 * The runs of backtests that were ever made, kept twice: a line each in `variants.jsonl` of the data folder of whoever
 * ran it, and in Redis, where the whole desk sees it. Entry points: `rememberTried`,
 * `recordTried`, `readTried`.
 *
 * 1. A run is recorded before its result is shown to anybody.
 * 2. Reading takes both places together, each run once: one of them may be lost, or be another machine's.
 */
import { appendFile, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Redis } from 'ioredis'
import { countTried, type TriedRun, triedRunSchema } from '../backtest/tried-variants.ts'
import { codeOf, reasonOf } from '../config/reason.ts'
import type { Keys } from './keys.ts'
import { reached } from './session-store.ts'

const FILE = 'variants.jsonl'

export interface TriedPlaces {
  readonly dataDir: string
  /** Null: no store is configured, and no desk runs. */
  readonly store: { readonly redis: Redis; readonly keys: Pick<Keys, 'triedRuns'> } | null
  /** Told what is wrong with one of the places. */
  readonly say: (note: string) => void
}

/** @throws Error where it can be written nowhere: then there is no result either. */
export async function recordTried(run: TriedRun, { dataDir, store, say }: TriedPlaces): Promise<void> {
  const text = JSON.stringify(triedRunSchema.parse(run))
  const writes = [
    mkdir(dataDir, { recursive: true }).then(() => appendFile(join(dataDir, FILE), `${text}\n`)),
    ...(store === null ? [] : [reached(() => store.redis.hset(store.keys.triedRuns, run.id, text))]),
  ]
  const failures = (await Promise.allSettled(writes)).filter((write) => write.status === 'rejected')
  const reasons = failures.map(({ reason }) => reasonOf(reason))
  if (failures.length === writes.length) throw new Error(`the variants tried could not be recorded: ${reasons[0]}`)
  for (const reason of reasons) say(`the variants tried are recorded in one place only: ${reason}`)
}

/** Records a run; how many different variants of its profile and structure were ever tried, with its own. */
export async function rememberTried(run: TriedRun, places: TriedPlaces): Promise<number> {
  await recordTried(run, places)
  const known = await readTried(places).catch(async () => readTried({ ...places, store: null }))
  return countTried([...known, run], run).variants
}

/** `dataDir` null: only of the store. @throws StoreUnreachable where the store is configured and does not answer. */
export async function readTried({
  dataDir,
  store,
  say,
}: Omit<TriedPlaces, 'dataDir'> & { readonly dataDir: string | null }): Promise<readonly TriedRun[]> {
  const file = dataDir === null ? '' : await readFile(join(dataDir, FILE), 'utf8').catch(absent)
  const lines = file.split('\n').filter((text) => text !== '')
  const stored = store === null ? [] : await reached(() => store.redis.hvals(store.keys.triedRuns))
  const runs = new Map<string, TriedRun>()
  for (const text of [...lines, ...stored]) {
    const run = parsed(text)
    if (run === null) say(`${FILE}: a line that is no run of a backtest is passed over: ${text.slice(0, 80)}`)
    else runs.set(run.id, run)
  }
  return [...runs.values()].toSorted((a, b) => a.at_ms - b.at_ms)
}

function absent(error: unknown): string {
  if (codeOf(error) === 'ENOENT') return ''
  throw error
}

/** A line that was cut off by a crash is no reason to lose the others. */
function parsed(text: string): TriedRun | null {
  try {
    return triedRunSchema.parse(JSON.parse(text))
  } catch {
    return null
  }
}
