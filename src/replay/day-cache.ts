/**
 * Days kept on disk by what they were made from: reading them again costs a fraction of parsing or making them.
 *
 * Entry points: `throughCache`, `contentKey`.
 *
 * 1. The key is a digest of the source's contents and of everything that decides what comes of them: a changed source
 *    has another key, so nothing is ever out of date.
 * 2. A damaged file is not trusted: the days after the last one whose checksum holds come from the source again, and
 *    the file is written anew.
 * 3. A cache that cannot be written costs speed, never a result. At most `FILES_MAX` files are kept.
 */
import { createHash } from 'node:crypto'
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { reasonOf } from '../config/reason.ts'
import { DayFileError, type DayFileWriter, readDayFile, writeDayFile } from './day-file.ts'
import type { PackedDay } from './packed-day.ts'
import type { ReadCounts } from './quality.ts'

const FILES_MAX = 24
const SUFFIX = '.days'

export function contentKey(parts: readonly (string | number | null)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}

interface CachePlace {
  /** Folder of the cache; null: none. */
  readonly folder: string | null
  readonly key: string
  /** Makes temporary names of this process its own. */
  readonly unique: string
  /** Told what went wrong with the cache; the run goes on. */
  readonly say: (note: string) => void
}

const copyCounts = (from: ReadCounts, to: ReadCounts): ReadCounts => Object.assign(to, from)

/** The days of `read`, from the cache where it has them. `counts` is filled either way. */
export async function* throughCache(
  { folder, key, unique, say }: CachePlace,
  counts: ReadCounts,
  read: (counts: ReadCounts) => AsyncGenerator<PackedDay>,
): AsyncGenerator<PackedDay> {
  if (folder === null) {
    yield* read(counts)
    return
  }
  const file = join(folder, `${key}${SUFFIX}`)
  let given = 0
  const cached = readDayFile(file)
  try {
    for (let next = await cached.next(); ; next = await cached.next()) {
      if (next.done) {
        copyCounts(next.value, counts)
        return
      }
      given++
      yield next.value
    }
  } catch (error) {
    if (!(error instanceof DayFileError)) throw error
    if (!error.isAbsent) say(`the cached days ${file} are not used and made anew: ${error.message}`)
  } finally {
    await cached.return(counts)
  }
  yield* readAndKeep({ file, folder, unique, say }, counts, read, given)
}

async function* readAndKeep(
  { file, folder, unique, say }: { file: string; folder: string; unique: string; say: (note: string) => void },
  counts: ReadCounts,
  read: (counts: ReadCounts) => AsyncGenerator<PackedDay>,
  given: number,
): AsyncGenerator<PackedDay> {
  let writer: DayFileWriter | null = null
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work()
    } catch (error) {
      say(`days are not cached: ${reasonOf(error)}`)
      await writer?.abandon().catch(() => undefined)
      writer = null
    }
  }
  await attempt(async () => {
    writer = await writeDayFile(file, unique)
  })
  try {
    let index = 0
    for await (const day of read(counts)) {
      await attempt(async () => writer?.add(day))
      if (index++ >= given) yield day
    }
    await attempt(async () => writer?.finish(counts))
    await attempt(() => prune(folder, file))
  } finally {
    await attempt(async () => writer?.abandon())
  }
}

/** Removes the files used longest ago (by when they were written) beyond the bound. */
async function prune(folder: string, keep: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(SUFFIX))
  if (names.length <= FILES_MAX) return
  const dated = await Promise.all(
    names.map(async (name) => ({ file: join(folder, name), at_ms: (await stat(join(folder, name))).mtimeMs })),
  )
  dated.sort((a, b) => a.at_ms - b.at_ms)
  for (const { file } of dated.slice(0, names.length - FILES_MAX)) if (file !== keep) await rm(file, { force: true })
}
