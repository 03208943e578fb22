/**
 * What the verdict rests on beside the journals, as a file `desk.json` among them: which variants were ever tried, and
 * the look-ahead checks of each version of the rules. Entry points: `readDeskRecords`, `keepDeskRecords`,
 * `loadDeskRecords`,
 * `writeDeskRecords`.
 *
 * 1. The file is replaced as a whole and carries a checksum over itself.
 * 2. It only grows: what the store has lost meanwhile stays in it, and a restore takes nothing back that is newer.
 */
import { createHash } from 'node:crypto'
import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { Redis } from 'ioredis'
import { z } from 'zod'
import { type TriedRun, triedRunSchema } from '../../backtest/tried-variants.ts'
import { codeOf, reasonOf } from '../../config/reason.ts'
import { type LookaheadRun, lookaheadRunSchema } from '../../replay/lookahead-run.ts'
import type { Keys } from '../keys.ts'
import { readLookaheads, saveLookahead } from '../lookahead-runs.ts'
import { reached } from '../session-store.ts'
import { readTried } from '../tried-runs.ts'
import { issuesOf } from './line.ts'

export const DESK_FILE = 'desk.json'
const DESK_SCHEMA = 'phase4d.desk/1'

const recordsSchema = z.object({
  schema: z.literal(DESK_SCHEMA),
  tried: z.array(triedRunSchema),
  lookaheads: z.array(lookaheadRunSchema),
})
export type DeskRecords = Pick<z.infer<typeof recordsSchema>, 'tried' | 'lookaheads'>

const sumOf = (records: DeskRecords): string =>
  createHash('sha256')
    .update(JSON.stringify([records.tried, records.lookaheads]))
    .digest('hex')

export interface RecordsPlace {
  readonly redis: Redis
  readonly keys: Pick<Keys, 'triedRuns' | 'lookaheads'>
}

/** `dataDir`: where runs made without a store were written; null: only the store's. @throws StoreUnreachable */
export async function readDeskRecords(store: RecordsPlace, dataDir: string | null): Promise<DeskRecords> {
  const { redis, keys } = store
  const tried = await readTried({ dataDir, store, say: () => undefined })
  return merged([{ tried: [...tried], lookaheads: [...(await readLookaheads(redis, keys))] }])
}

/** Every run once; of the checks of one version and structure the newest. Sorted. */
function merged(parts: readonly DeskRecords[]): DeskRecords {
  const tried = new Map<string, TriedRun>()
  const lookaheads = new Map<string, LookaheadRun>()
  for (const part of parts) {
    for (const run of part.tried) tried.set(run.id, run)
    for (const run of part.lookaheads) {
      const key = `${run.strategyVersion}/${run.structure}`
      if ((lookaheads.get(key)?.at_ms ?? Number.NEGATIVE_INFINITY) <= run.at_ms) lookaheads.set(key, run)
    }
  }
  return { tried: sorted(tried), lookaheads: sorted(lookaheads) }
}

/** By time, then by key: the store gives them in any order. */
function sorted<T extends { readonly at_ms: number }>(of: ReadonlyMap<string, T>): T[] {
  const byTime = ([a, one]: [string, T], [b, other]: [string, T]): number => one.at_ms - other.at_ms || (a < b ? -1 : 1)
  return [...of].toSorted(byTime).map(([, record]) => record)
}

/** Writes what the folder's file does not hold yet; true when it wrote. A damaged file is kept beside the new one. */
export async function keepDeskRecords(folder: string, records: DeskRecords): Promise<boolean> {
  const path = join(folder, DESK_FILE)
  const known = await loadDeskRecords(folder)
  if (typeof known === 'string') await rename(path, `${path}.damaged`)
  const all = merged([...(known === null || typeof known === 'string' ? [] : [known]), records])
  const isEmpty = all.tried.length + all.lookaheads.length === 0
  if (isEmpty || (known !== null && typeof known !== 'string' && sumOf(known) === sumOf(all))) return false
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const handle = await open(`${path}.new`, 'w', 0o600)
  try {
    await handle.writeFile(`${JSON.stringify({ schema: DESK_SCHEMA, ...all, sum: sumOf(all) })}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(`${path}.new`, path)
  return true
}

/** Null where there is no file; a string says what is wrong with it. */
export async function loadDeskRecords(folder: string): Promise<DeskRecords | string | null> {
  const path = join(folder, DESK_FILE)
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'))
    const parsed = recordsSchema.extend({ sum: z.string() }).safeParse(value)
    if (!parsed.success) return `${path}: ${issuesOf(parsed.error)}`
    const { tried, lookaheads, sum } = parsed.data
    return sum === sumOf({ tried, lookaheads })
      ? { tried, lookaheads }
      : `${path}: it was changed: its sum does not fit`
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    return `${path}: ${reasonOf(error)}`
  }
}

/** Adds what the store does not know yet; how many records that were. @throws StoreUnreachable */
export async function writeDeskRecords({ redis, keys }: RecordsPlace, records: DeskRecords): Promise<number> {
  const known = await readDeskRecords({ redis, keys }, null)
  let added = 0
  for (const run of records.tried) {
    added += await reached(() => redis.hsetnx(keys.triedRuns, run.id, JSON.stringify(run)))
  }
  for (const run of records.lookaheads) {
    const old = known.lookaheads.find(
      ({ strategyVersion, structure }) => strategyVersion === run.strategyVersion && structure === run.structure,
    )
    if (old !== undefined && old.at_ms >= run.at_ms) continue
    await saveLookahead(redis, keys, run)
    added += 1
  }
  return added
}
