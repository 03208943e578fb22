/**
 * Writes the journal's streams to daily files. Entry point: `Archiver`; run by one process at a time.
 *
 * 1. A file holds its stream's entries in order, each once: what comes next is what follows the file's last entry.
 * 2. A file may hold what its stream has lost (a store that came back empty): it is kept, and a `restart` line says
 *    that what follows is another history.
 * 3. The newest file of an account holds the campaign in force, each day's file that day's session and what its tape
 *    showed.
 * 4. A pass that resolved has everything on the disk that was committed before it began.
 */
import type { Redis } from 'ioredis'
import type { Logger } from 'pino'
import type { WallClock } from '../../config/clock.ts'
import type { Keys } from '../keys.ts'
import { reached } from '../session-store.ts'
import { type JournalFile, openJournalFile } from './journal-file.ts'
import { type ArchivedAccount, compareIds, type LineBody } from './line.ts'
import { datesIn, journalPath } from './paths.ts'
import {
  campaignLine,
  checksLine,
  countDates,
  entryLine,
  type Row,
  sessionLine,
  storedAccounts,
  storedDates,
} from './stream.ts'
import { lastEntryId } from './tail.ts'

/** Entries read and written at a time. */
const PAGE = 200
/** A stream of more pages than this in one pass is finished in the next one. */
const PAGES_MAX = 5000
/** Dates of an account that can still grow; older ones are looked at in a sweep only. */
const HOT_DATES = 2

export interface ArchiverOptions {
  readonly redis: Redis
  readonly keys: Keys
  /** The folder of the accounts' folders. */
  readonly folder: string
  readonly wall: WallClock
  readonly log: Logger
  /** Which accounts and dates; everything by default. */
  selects?(account: ArchivedAccount, date: string): boolean
  /** True when another process archives now: nothing is written any more. */
  lost(): boolean
  /** A day's journal has grown by these rows, and they are on the disk. */
  onRows?(accountId: string, date: string, rows: readonly Row[]): void
  /** A file was found damaged and was mended as far as possible. */
  onDamage(message: string): void
}

interface Followed {
  readonly account: ArchivedAccount
  readonly dates: readonly string[]
  /** Dates in the store, selected or not. */
  readonly dateCount: number
  /** Open files of the hot dates. */
  readonly files: Map<string, JournalFile>
  /** Older dates whose files were found complete. */
  readonly complete: Set<string>
}

/**
 * Methods throw `StoreUnreachable`, or what the file system throws; the next call goes on where the last one came to.
 */
export class Archiver {
  readonly #options: ArchiverOptions
  readonly #followed = new Map<string, Followed>()

  constructor(options: ArchiverOptions) {
    this.#options = options
  }

  /** Every account and date. */
  async sweep(): Promise<void> {
    await this.#discover(true)
    for (const of of this.#followed.values()) {
      await this.#archiveOlder(of)
      await this.#archiveAccount(of)
    }
  }

  /** The days that can still grow: of these accounts, whose documents may have changed, and of all that have grown. */
  async follow(accountIds: readonly string[]): Promise<void> {
    await this.#discover(false)
    for (const accountId of new Set([...accountIds, ...(await this.#grown())])) {
      const of = this.#followed.get(accountId)
      if (of !== undefined) await this.#archiveAccount(of)
    }
  }

  #selects(account: ArchivedAccount, date: string): boolean {
    return this.#options.selects?.(account, date) ?? true
  }

  /**
   * New accounts and dates; looked for in every pass, for a wake-up can be missed. A count is enough, most of the time.
   */
  async #discover(thoroughly: boolean): Promise<void> {
    const accounts = [...(await storedAccounts(this.#options.redis, this.#options.keys)).values()]
    const counts = await countDates(
      this.#options.redis,
      this.#options.keys,
      accounts.map((account) => account.accountId),
    )
    for (const [i, account] of accounts.entries()) {
      const known = this.#followed.get(account.accountId)
      const dateCount = counts[i] ?? 0
      if (!thoroughly && known?.dateCount === dateCount) continue
      const dates = (await storedDates(this.#options.redis, this.#options.keys, account.accountId)).filter((date) =>
        this.#selects(account, date),
      )
      const files = known?.files ?? new Map<string, JournalFile>()
      const complete = known?.complete ?? new Set<string>()
      this.#followed.set(account.accountId, { account, dates, dateCount, files, complete })
    }
  }

  async #open(of: Followed, date: string): Promise<JournalFile> {
    const known = of.files.get(date)
    if (known !== undefined) return known
    const file = await openJournalFile(this.#options.folder, of.account, date)
    if (file.repair !== null) {
      this.#options.log[file.repair.damaged ? 'error' : 'warn'](file.repair.message)
      if (file.repair.damaged) this.#options.onDamage(file.repair.message)
    }
    if (file.lastId === null && !file.restarted) await this.#noteRestartBefore(of, date, file)
    const stored = await this.#lastStored(of.account.accountId, date)
    if (file.lastId !== null && (stored === null || compareIds(stored, file.lastId) < 0)) {
      this.#options.log.error(
        { file: file.path, stored },
        'the store holds less of this day than the file: restore it from the files',
      )
    }
    of.files.set(date, file)
    return file
  }

  /** A day that begins after the store lost the days before it belongs to another history than the files so far. */
  async #noteRestartBefore({ account }: Followed, date: string, file: JournalFile): Promise<void> {
    const { accountId } = account
    const before = (await datesIn(this.#options.folder, accountId)).filter((other) => other < date).at(-1)
    if (before === undefined) return
    const lastId = await lastEntryId(journalPath(this.#options.folder, accountId, before))
    if (lastId === null || (await this.#holds(accountId, before, lastId))) return
    await this.#append(file, [{ kind: 'restart', at_ms: this.#options.wall.now_ms(), lastId }])
  }

  async #lastStored(accountId: string, date: string): Promise<string | null> {
    const rows = await reached(() =>
      this.#options.redis.xrevrange(this.#options.keys.journal(accountId, date), '+', '-', 'COUNT', 1),
    )
    return rows[0]?.[0] ?? null
  }

  async #holds(accountId: string, date: string, id: string): Promise<boolean> {
    return (
      (await reached(() => this.#options.redis.xrange(this.#options.keys.journal(accountId, date), id, id))).length > 0
    )
  }

  async #append(file: JournalFile, bodies: readonly LineBody[]): Promise<void> {
    if (bodies.length > 0 && !this.#options.lost()) await file.append(bodies)
  }

  /** Everything of a day that is not in its file yet. */
  async #archiveDay(of: Followed, date: string): Promise<void> {
    try {
      await this.#completeFile(of, date, await this.#open(of, date))
    } catch (error) {
      // The file may hold a part of what was written: it is read again before the next append.
      of.files.delete(date)
      throw error
    }
  }

  async #completeFile(of: Followed, date: string, file: JournalFile): Promise<void> {
    const stream = this.#options.keys.journal(of.account.accountId, date)
    for (let page = 0; page < PAGES_MAX && !this.#options.lost(); page += 1) {
      const { lastId } = file
      const start = lastId === null ? '-' : `(${lastId}`
      const rows: Row[] = await reached(() => this.#options.redis.xrange(stream, start, '+', 'COUNT', PAGE))
      if (rows.length === 0) break
      const restart = lastId !== null && !file.restarted && !(await this.#holds(of.account.accountId, date, lastId))
      if (restart)
        this.#options.log.error(
          { file: file.path, lastId },
          'the store has lost entries that this file holds; it is kept',
        )
      const note: LineBody[] = restart ? [{ kind: 'restart', at_ms: this.#options.wall.now_ms(), lastId }] : []
      await this.#append(file, [...note, ...rows.map(entryLine)])
      this.#options.onRows?.(of.account.accountId, date, rows)
      if (rows.length < PAGE) break
    }
    await this.#archiveDocuments(of, date, file)
  }

  async #archiveDocuments({ account, dates }: Followed, date: string, file: JournalFile): Promise<void> {
    const { accountId } = account
    const campaign =
      date === dates.at(-1) ? await campaignLine(this.#options.redis, this.#options.keys, accountId) : null
    const session = await sessionLine(this.#options.redis, this.#options.keys, accountId, date)
    const checks = await checksLine(this.#options.redis, this.#options.keys, accountId, date)
    await this.#append(
      file,
      [campaign, session, checks].filter((line) => line !== null).filter((line) => file.isNews(line)),
    )
  }

  async #archiveAccount(of: Followed): Promise<void> {
    const hot = of.dates.slice(-HOT_DATES)
    for (const date of of.files.keys()) if (!hot.includes(date)) of.files.delete(date)
    for (const date of hot) await this.#archiveDay(of, date)
  }

  /** Once each: an older day does not grow. */
  async #archiveOlder(of: Followed): Promise<void> {
    const { accountId } = of.account
    for (const date of of.dates.slice(0, -HOT_DATES)) {
      if (of.complete.has(date)) continue
      if (this.#options.lost()) return
      const inFile = await lastEntryId(journalPath(this.#options.folder, accountId, date))
      const stored = await this.#lastStored(accountId, date)
      if (inFile === null || (stored !== null && compareIds(inFile, stored) < 0)) await this.#archiveDay(of, date)
      of.files.delete(date)
      of.complete.add(date)
    }
  }

  /** Accounts whose hot days have grown, found with one request. */
  async #grown(): Promise<readonly string[]> {
    const streams: { key: string; lastId: string; accountId: string }[] = []
    const unopened: string[] = []
    for (const [accountId, { dates, files }] of this.#followed) {
      for (const date of dates.slice(-HOT_DATES)) {
        const file = files.get(date)
        if (file === undefined) unopened.push(accountId)
        else streams.push({ key: this.#options.keys.journal(accountId, date), lastId: file.lastId ?? '0-0', accountId })
      }
    }
    if (streams.length === 0) return unopened
    const names = streams.map(({ key }) => key)
    const ids = streams.map(({ lastId }) => lastId)
    const news = new Set(
      (await reached(() => this.#options.redis.xread('COUNT', 1, 'STREAMS', ...names, ...ids)))?.map(([key]) => key),
    )
    return [...unopened, ...streams.filter(({ key }) => news.has(key)).map(({ accountId }) => accountId)]
  }
}
