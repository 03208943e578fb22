/**
 * Writes the report of each day that ends: `{reports}/{account}/{date}.json`, and into the store. Entry point:
 * `createDayReports`; run by the process that archives.
 *
 * 1. A report follows from the journal and the tape: written again it says the same, and more once more is known.
 * 2. A file is replaced as a whole; whoever reads it sees the old one or the new one.
 * 3. A report that cannot be written stops nothing: it is logged, and tried again at the next sweep.
 */
import { mkdir, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from 'pino'
import type { WallClock } from '../../config/clock.ts'
import { checksOf, type TapeFindings } from '../../report/day/checks.ts'
import { buildDayDocument } from '../../report/day/day-document.ts'
import type { DayDocument } from '../../report/day/schema.ts'
import { MINUTE_MS } from '../../time/units.ts'
import type { Store } from '../open-store.ts'
import { StoreUnreachable } from '../port.ts'
import { saveDocument } from '../report-store.ts'
import { checkTapes, tapeProblem } from '../tape/read-tapes.ts'
import { tapeFiles } from '../tape/tape-files.ts'
import { accountFolder } from './paths.ts'
import type { Row } from './stream.ts'

/** A tape may be a moment behind the journal, and a disk full for a while. */
const ATTEMPTS_MAX = 10
const COMPLETE_ATTEMPTS_MAX = 3
/** What the rules hold is quoted on the tape also when the session has ended; after so long a silence that is over. */
const TAPE_QUIET_MS = MINUTE_MS
/** Days of an account whose tapes may still have grown. */
const RECENT_DAYS = 3

export interface DayReportsOptions {
  readonly store: Pick<Store, 'redis' | 'keys' | 'sessions' | 'reader'>
  readonly dataDir: string
  readonly reportsDir: string
  readonly wall: Pick<WallClock, 'now_ms'>
  readonly log: Logger
}

export interface DayReports {
  /** The day's journal grew by these rows. */
  noteRows(accountId: string, date: string, rows: readonly Row[]): void
  /**
   * Writes what is due; `isSweep`: days that have no file yet, whose tape grew since, and those to be tried again, too.
   * Never rejects.
   */
  write(isSweep: boolean): Promise<void>
}

interface Due {
  readonly accountId: string
  readonly date: string
  attempts: number
}

export function createDayReports(options: DayReportsOptions): DayReports {
  const { store, log } = options
  const due = new Map<string, Due>()
  const again = new Map<string, Due>()
  const ended = new Set<string>()
  const looked = new Set<string>()
  const keyOf = (accountId: string, date: string): string => `${accountId}/${date}`

  const add = (accountId: string, date: string): void => {
    due.set(keyOf(accountId, date), { accountId, date, attempts: 0 })
  }

  async function findUnwritten(): Promise<void> {
    for (const { accountId } of await store.reader.accounts()) {
      const dates = await store.reader.dates(accountId)
      // The newest come first.
      for (const date of dates.slice(0, RECENT_DAYS)) if (await hasGrown(options, accountId, date)) add(accountId, date)
      for (const date of dates) {
        const key = keyOf(accountId, date)
        if (looked.has(key)) continue
        looked.add(key)
        if ((await changed_ms(fileOf(options.reportsDir, accountId, date))) === null) add(accountId, date)
      }
    }
  }

  async function writeOne(one: Due): Promise<void> {
    const { accountId, date } = one
    try {
      const isSettled = await writeReport(options, accountId, date)
      if (isSettled === null) return
      ended.add(keyOf(accountId, date))
      if (!isSettled && one.attempts + 1 < COMPLETE_ATTEMPTS_MAX) retry(one)
    } catch (error) {
      const message = 'a day’s report could not be written; it is tried again'
      log[error instanceof StoreUnreachable ? 'warn' : 'error']({ err: error, accountId, date }, message)
      if (one.attempts + 1 < ATTEMPTS_MAX) retry(one)
    }
  }

  const retry = (one: Due): void => {
    again.set(keyOf(one.accountId, one.date), { ...one, attempts: one.attempts + 1 })
  }

  return {
    noteRows(accountId, date, rows) {
      const isEnd = rows.some(([, fields]) => fields.some((field) => field.includes('"session_ended"')))
      if (isEnd || ended.has(keyOf(accountId, date))) add(accountId, date)
    },
    async write(isSweep) {
      if (isSweep) {
        for (const [key, one] of again) if (!due.has(key)) due.set(key, one)
        again.clear()
        await findUnwritten().catch((error: unknown) =>
          log.warn({ err: error }, 'the days to report on could not be read'),
        )
      }
      const now = [...due.values()]
      due.clear()
      for (const one of now) await writeOne(one)
    },
  }
}

/** Whether nothing more is to be found out of it; null: the day has not ended. */
async function writeReport(options: DayReportsOptions, accountId: string, date: string): Promise<boolean | null> {
  const { store, dataDir, reportsDir } = options
  const entries = await store.sessions.journal(accountId, date)
  const draft = buildDayDocument(entries)
  if (draft === null || !draft.final) return null
  const events = entries.map(({ event }) => event)
  const checks = checksOf(events, date, await findings(dataDir, accountId, date))
  const document = buildDayDocument(entries, checks) ?? draft
  await saveDocument(store.redis, store.keys, document)
  await writeWhole(fileOf(reportsDir, accountId, date), document)
  return checks.parity?.complete ?? false
}

async function findings(dataDir: string, accountId: string, date: string): Promise<TapeFindings | string> {
  try {
    return (await checkTapes(dataDir, accountId, date)) ?? 'there is no decision tape of the day on this machine'
  } catch (error) {
    return tapeProblem(error)
  }
}

function fileOf(reportsDir: string, accountId: string, date: string): string {
  return join(accountFolder(reportsDir, accountId), `${date}.json`)
}

/** The tape is younger than the report, and nothing is written to it any more. */
async function hasGrown(options: DayReportsOptions, accountId: string, date: string): Promise<boolean> {
  const { dataDir, reportsDir, wall } = options
  const written_ms = await changed_ms(fileOf(reportsDir, accountId, date))
  if (written_ms === null) return false
  const taped = await Promise.all((await tapeFiles(dataDir, accountId, date)).map(changed_ms))
  const newest_ms = Math.max(0, ...taped.map((at_ms) => at_ms ?? 0))
  return newest_ms > written_ms && wall.now_ms() - newest_ms > TAPE_QUIET_MS
}

/** Null: there is no such file. */
const changed_ms = (path: string): Promise<number | null> =>
  stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => null,
  )

async function writeWhole(path: string, document: DayDocument): Promise<void> {
  await mkdir(join(path, '..'), { recursive: true })
  const draft = `${path}.${process.pid}.tmp`
  await writeFile(draft, `${JSON.stringify(document, null, 2)}\n`)
  await rename(draft, path)
}
