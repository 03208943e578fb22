/**
 * Recorded data that a study may name: a folder a set, in it `quotes` and `bars` (days to trade), `trades` and `daily`
 * (an audit's tables), each as `.csv` or `.csv.gz`.
 *
 * Entry points: `listDataSets`, `findFiles`.
 */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { keysOf } from '../tables/typed-keys.ts'
import { dataSetName } from './spec.ts'

const SETS_MAX = 200
const ENDINGS = ['.csv.gz', '.csv'] as const
export const PARTS = { books: ['quotes', 'bars'], audit: ['trades', 'daily'] } as const
export type DataSetUse = keyof typeof PARTS

export interface DataSet {
  readonly name: string
  readonly uses: readonly DataSetUse[]
}

const partOf = (file: string): string => ENDINGS.reduce((name, ending) => name.replace(ending, ''), file)

async function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => [])
}

/** The sets of a folder, by name; a folder that is not there has none. */
export async function listDataSets(folder: string): Promise<readonly DataSet[]> {
  const names = (await namesIn(folder)).filter((name) => dataSetName.safeParse(name).success).sort()
  const sets: DataSet[] = []
  for (const name of names.slice(0, SETS_MAX)) {
    const parts = new Set((await namesIn(join(folder, name))).map(partOf))
    const uses = keysOf(PARTS).filter((use) => PARTS[use].every((part) => parts.has(part)))
    if (uses.length > 0) sets.push({ name, uses })
  }
  return sets
}

/** The set is not there, or lacks what it is wanted for. */
export class DataSetError extends Error {
  override readonly name = 'DataSetError'
}

/** The two files that a use needs. Throws `DataSetError` with the sets that there are. */
export async function findFiles(folder: string, name: string, use: DataSetUse): Promise<readonly [string, string]> {
  const there = await namesIn(join(folder, dataSetName.parse(name)))
  const [first, second] = PARTS[use].map((part) => ENDINGS.map((end) => `${part}${end}`).find((n) => there.includes(n)))
  if (first !== undefined && second !== undefined) return [join(folder, name, first), join(folder, name, second)]
  const known = (await listDataSets(folder)).filter(({ uses }) => uses.includes(use)).map((set) => set.name)
  const sets = known.length === 0 ? 'there is none' : `there is ${known.join(', ')}`
  throw new DataSetError(
    `data: expected a data set with ${PARTS[use].join('.csv and ')}.csv, got "${name}"; on the worker, in ${folder}, ${sets}`,
  )
}
