/**
 * Checks one journal file and gathers what a restore needs to know of it before anything is written. Entry point:
 * `checkDay`. Entries themselves are not kept: they are read again when they are written.
 */
import { z } from 'zod'
import { journalEntrySchema, journalEventSchema } from '../../session/events.ts'
import { DOCUMENTS } from './documents.ts'
import { type ArchivedAccount, compareIds, type DocumentLine, type EntryLine, issuesOf } from './line.ts'
import { type NumberedLine, type Scan, scanJournal } from './scan.ts'

/** Where the feed number of an entry is to be checked against those before it. */
export interface FeedMark {
  readonly id: string
  readonly feedNo: number | null
  /** The first entry after a `restart` line. */
  readonly afterRestart: boolean
  readonly at: string
}

export interface DayPlan {
  readonly date: string
  readonly path: string
  readonly account: ArchivedAccount
  readonly lines: number
  readonly bytes: number
  readonly entries: number
  readonly feedMarks: readonly FeedMark[]
  /** Client order id of the day's first opening intent. */
  readonly openGuard: string | null
  readonly campaign: DocumentLine | null
  readonly session: DocumentLine | null
  /** What running the day's tape again has shown. */
  readonly checks: DocumentLine | null
  /** Event types that this version does not know. */
  readonly unknownTypes: ReadonlySet<string>
  /** The last line was incomplete: it is left out. */
  readonly torn: string | null
}

export type DayCheck = { readonly ok: true; readonly day: DayPlan } | { readonly ok: false; readonly problem: string }

const KNOWN_TYPES: ReadonlySet<string> = new Set(journalEventSchema.options.map((option) => option.shape.type.value))
const envelopeSchema = journalEntrySchema.omit({ event: true })

const documentSchemas: Readonly<Record<string, z.ZodType>> = {
  [DOCUMENTS.campaign]: z.looseObject({
    campaignId: z.string(),
    accountId: z.string(),
    active: z.boolean(),
    session: z.looseObject({ date: z.iso.date() }),
  }),
  [DOCUMENTS.session]: z.looseObject({
    version: z.int(),
    accountId: z.string(),
    phase: z.string(),
    session: z.looseObject({ date: z.iso.date() }),
  }),
}

/** Throws what the file system throws. */
export async function checkDay(path: string, accountId: string, date: string): Promise<DayCheck> {
  const facts = new DayFacts(path, accountId, date)
  const scan = await scanJournal({ path, accountId, date, check: (line) => facts.take(line) })
  if (scan.end.kind === 'damaged') return { ok: false, problem: `${path}:${scan.end.line}: ${scan.end.reason}` }
  const day = facts.plan(scan)
  return day === null ? { ok: false, problem: `${path}:1: expected a header, got an empty file` } : { ok: true, day }
}

class DayFacts {
  readonly #path: string
  readonly #accountId: string
  readonly #date: string
  readonly #feedMarks: FeedMark[] = []
  readonly #documents = new Map<string, DocumentLine>()
  readonly #unknownTypes = new Set<string>()
  #account: ArchivedAccount | null = null
  #lastId: string | null = null
  #afterRestart = false
  #entries = 0
  #openGuard: string | null = null

  constructor(path: string, accountId: string, date: string) {
    this.#path = path
    this.#accountId = accountId
    this.#date = date
  }

  /** Why the line is refused, or null. */
  take({ number, body }: NumberedLine): string | null {
    switch (body.kind) {
      case 'header':
        this.#account = body.account
        return null
      case 'entry':
        return this.#takeEntry(body, number)
      case 'document':
        return this.#takeDocument(body)
      case 'restart':
        this.#afterRestart = true
        return null
    }
  }

  plan(scan: Scan): DayPlan | null {
    if (this.#account === null) return null
    return {
      date: this.#date,
      path: this.#path,
      account: this.#account,
      lines: scan.lines,
      bytes: scan.bytes,
      entries: this.#entries,
      feedMarks: this.#feedMarks,
      openGuard: this.#openGuard,
      campaign: this.#documents.get(DOCUMENTS.campaign) ?? null,
      session: this.#documents.get(DOCUMENTS.session) ?? null,
      checks: this.#documents.get(DOCUMENTS.checks) ?? null,
      unknownTypes: this.#unknownTypes,
      torn: scan.end.kind === 'torn' ? `${this.#path}:${scan.end.line}` : null,
    }
  }

  #takeEntry(line: EntryLine, number: number): string | null {
    const { id, feedNo, entry } = line
    if (this.#lastId !== null && compareIds(id, this.#lastId) <= 0) {
      return `expected an id after ${this.#lastId}, got ${id}`
    }
    const known = KNOWN_TYPES.has(entry.event.type)
    const parsed = envelopeSchema.safeParse({ ...entry, id, feedNo })
    if (!parsed.success) return issuesOf(parsed.error)
    const { accountId, date, profile, source } = parsed.data
    if (accountId !== this.#accountId || date !== this.#date) {
      return `expected an entry of ${this.#accountId} on ${this.#date}, got one of ${accountId} on ${date}`
    }
    const event = known ? journalEventSchema.safeParse(entry.event) : null
    if (event?.success === false) return `${entry.event.type}: ${issuesOf(event.error)}`
    this.#account = { accountId, profile, source }
    this.#lastId = id
    this.#entries += 1
    if (!known) this.#unknownTypes.add(entry.event.type)
    if (feedNo !== null || this.#afterRestart) {
      this.#feedMarks.push({ id, feedNo, afterRestart: this.#afterRestart, at: `${this.#path}:${number}` })
    }
    this.#afterRestart = false
    if (event?.data?.type === 'order_intent' && event.data.purpose === 'open') {
      this.#openGuard ??= event.data.clientOrderId
    }
    return null
  }

  #takeDocument(line: DocumentLine): string | null {
    const parsed = documentSchemas[line.name]?.safeParse(line.value)
    if (parsed?.success === false) return issuesOf(parsed.error)
    this.#documents.set(line.name, line)
    return null
  }
}
