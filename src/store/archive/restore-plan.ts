/**
 * What a folder of journal files would restore: everything is checked here, nothing is written. Entry point:
 * `planRestore`.
 *
 * 1. Every line of every file is checked: chain, form, ids ascending, account and date those of the file.
 * 2. An account's feed numbers follow each other without gap or double over all its files. After the store had lost its
 *    data they began anew: those entries get the numbers that follow, and it is said.
 * 3. An incomplete last line, as a crash leaves it, is left out, and it is said.
 */
import { join, relative, sep } from 'node:path'
import { fileDigest } from '../../config/file-digest.ts'
import { checkDay, type DayPlan, type FeedMark } from './day-check.ts'
import { DESK_FILE, type DeskRecords, loadDeskRecords } from './desk-records.ts'
import { type ArchivedAccount, type DocumentLine, timeOf } from './line.ts'
import { MANIFEST_NAME, type Manifest, type ManifestFile, readManifest } from './manifest.ts'
import { accountsIn, datesIn, journalPath } from './paths.ts'

export interface AccountPlan {
  readonly account: ArchivedAccount
  /** By date. */
  readonly days: readonly DayPlan[]
  /** First and last number, as they will be. */
  readonly feed: { readonly first: number; readonly last: number } | null
  /** Ids of entries whose feed number changes. */
  readonly renumbered: ReadonlyMap<string, number>
  /** The campaign's last known version. */
  readonly campaign: DocumentLine | null
}

export type RestorePlan =
  | {
      readonly ok: true
      readonly accounts: readonly AccountPlan[]
      /** Null: the folder has none. */
      readonly desk: DeskRecords | null
      readonly notes: readonly string[]
    }
  | { readonly ok: false; readonly problems: readonly string[] }

export interface PlanOptions {
  /** Restores although feed numbers are missing: a day's file is gone for good. */
  readonly gapsAllowed: boolean
  readonly ignoreManifest?: boolean
}

/** Paths in messages are as `folder` was given. Throws what the file system throws. */
export async function planRestore(folder: string, options: PlanOptions): Promise<RestorePlan> {
  const problems: string[] = []
  const notes: string[] = []
  const accounts: AccountPlan[] = []
  if (!options.ignoreManifest) problems.push(...(await compareManifest(folder)))
  for (const accountId of await accountsIn(folder)) {
    const days: DayPlan[] = []
    for (const date of await datesIn(folder, accountId)) {
      const check = await checkDay(journalPath(folder, accountId, date), accountId, date)
      if (check.ok) days.push(check.day)
      else problems.push(check.problem)
    }
    const numbers = numberFeed(days, options.gapsAllowed)
    problems.push(...numbers.problems)
    notes.push(...days.flatMap(notesOf), ...numbers.notes)
    const last = days.at(-1)
    if (last === undefined) continue
    const campaign = days.findLast((day) => day.campaign !== null)?.campaign ?? null
    accounts.push({ account: last.account, days, feed: numbers.feed, renumbered: numbers.renumbered, campaign })
  }
  const desk = await loadDeskRecords(folder)
  if (typeof desk === 'string') problems.push(desk)
  if (problems.length > 0 || typeof desk === 'string') return { ok: false, problems }
  if (accounts.length === 0) {
    return { ok: false, problems: [`${folder}: expected journal files ACCOUNT/DATE.jsonl in it, got none`] }
  }
  return { ok: true, accounts, desk, notes }
}

function notesOf(day: DayPlan): readonly string[] {
  const notes: string[] = []
  if (day.torn !== null) notes.push(`${day.torn}: the last line is incomplete and is left out`)
  if (day.unknownTypes.size > 0) {
    const types = [...day.unknownTypes].join(', ')
    notes.push(`${day.path}: this version does not know events of type ${types}; they are kept as they are`)
  }
  return notes
}

/** An export is restored as it was made, or not at all. */
async function compareManifest(folder: string): Promise<readonly string[]> {
  const manifest = await readManifest(folder)
  if (manifest === null) return []
  if (typeof manifest === 'string') return [manifest]
  const listed = new Map(manifest.accounts.flatMap(({ files }) => files).map((file) => [file.path, file]))
  const problems: string[] = []
  for (const accountId of await accountsIn(folder)) {
    for (const date of await datesIn(folder, accountId)) {
      const path = journalPath(folder, accountId, date)
      const name = relative(folder, path).split(sep).join('/')
      const file = listed.get(name)
      listed.delete(name)
      const problem = file === undefined ? `it is not in ${MANIFEST_NAME}` : await compareFile(path, file)
      if (problem !== null) problems.push(`${path}: ${problem}`)
    }
  }
  problems.push(...(await compareDesk(folder, manifest)))
  for (const name of listed.keys()) problems.push(`${join(folder, name)}: it is in ${MANIFEST_NAME}, but not there`)
  return problems
}

async function compareDesk(folder: string, { desk }: Manifest): Promise<readonly string[]> {
  const path = join(folder, DESK_FILE)
  const found = await loadDeskRecords(folder)
  if (desk === null) return found === null ? [] : [`${path}: it is not in ${MANIFEST_NAME}`]
  if (found === null) return [`${path}: it is in ${MANIFEST_NAME}, but not there`]
  const problem = await compareFile(path, desk)
  return problem === null ? [] : [`${path}: ${problem}`]
}

async function compareFile(path: string, file: Pick<ManifestFile, 'sha256'>): Promise<string | null> {
  const sha256 = await fileDigest(path)
  return sha256 === file.sha256 ? null : `expected the SHA-256 ${file.sha256} of ${MANIFEST_NAME}, got ${sha256}`
}

interface FeedNumbers {
  readonly feed: AccountPlan['feed']
  readonly renumbered: ReadonlyMap<string, number>
  readonly problems: readonly string[]
  readonly notes: readonly string[]
}

function numberFeed(days: readonly DayPlan[], gapsAllowed: boolean): FeedNumbers {
  const numbering = new FeedNumbering(gapsAllowed)
  for (const mark of inOrder(days.flatMap((day) => day.feedMarks))) numbering.take(mark)
  return numbering
}

/**
 * By number; where the store began anew, a number alone does not tell which history it belongs to, and time goes first.
 * Ids of two days may be equal: each day has a stream of its own.
 */
function inOrder(marks: readonly FeedMark[]): readonly FeedMark[] {
  const byNumber = (a: FeedMark, b: FeedMark) => (a.feedNo ?? 0) - (b.feedNo ?? 0)
  if (!marks.some((mark) => mark.afterRestart)) return marks.toSorted(byNumber)
  return marks.toSorted((a, b) => timeOf(a.id) - timeOf(b.id) || byNumber(a, b))
}

class FeedNumbering implements FeedNumbers {
  readonly renumbered = new Map<string, number>()
  readonly problems: string[] = []
  readonly notes: string[] = []
  readonly #gapsAllowed: boolean
  #feed: { first: number; last: number } | null = null
  /** What numbers are raised by since the store began anew. */
  #shift = 0
  #restarted = false

  constructor(gapsAllowed: boolean) {
    this.#gapsAllowed = gapsAllowed
  }

  get feed(): FeedNumbers['feed'] {
    return this.#feed
  }

  take({ id, feedNo, afterRestart, at }: FeedMark): void {
    this.#restarted ||= afterRestart
    if (feedNo === null) return
    const number = this.#place(feedNo, at)
    this.#restarted = false
    if (number === null) return
    this.#feed = { first: this.#feed?.first ?? number, last: number }
    if (number !== feedNo) this.renumbered.set(id, number)
  }

  /** The number an entry gets; null when it cannot have any. */
  #place(feedNo: number, at: string): number | null {
    if (this.#feed === null) {
      if (feedNo > 1)
        this.notes.push(`${at}: the feed begins with number ${feedNo}: earlier days are not in these files`)
      return feedNo
    }
    const expected = this.#feed.last + 1
    if (feedNo + this.#shift === expected) return expected
    if (feedNo === expected) {
      this.#shift = 0
      return expected
    }
    if (this.#restarted && feedNo < expected) {
      this.#shift = expected - feedNo
      this.notes.push(`${at}: the store had lost its data and began at feed number ${feedNo}; restored as ${expected}`)
      return expected
    }
    const problem = `${at}: expected feed number ${expected - this.#shift}, got ${feedNo}`
    if (this.#gapsAllowed && feedNo + this.#shift > expected) {
      this.notes.push(problem)
      return feedNo + this.#shift
    }
    this.problems.push(`${problem}: what stood between is in none of these files`)
    this.#feed.last = Math.max(this.#feed.last, feedNo + this.#shift)
    return null
  }
}
