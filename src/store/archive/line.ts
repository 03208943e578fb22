/**
 * One line of a journal file: a JSON object that ends in a checksum over itself and everything before it in its file.
 *
 * 1. `sum` is the last member: 16 hex digits of SHA-256 over the previous line's sum, a newline, and this line without
 *    its sum. A line that was changed, removed, inserted or moved breaks the chain at that line.
 * 2. What a line carries is kept as it was written: members and event types that this version does not know, too.
 */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { reasonOf } from '../../config/reason.ts'
import { journalEntrySchema } from '../../session/events.ts'

export const FILE_SCHEMA = 'phase4d.journal/1'
/** Longer than any event: a file without line ends is not read into memory as a whole. */
export const LINE_BYTES_MAX = 4 * 1024 * 1024

const SUM_DIGITS = 16
const SUFFIX = new RegExp(`,"sum":"([0-9a-f]{${SUM_DIGITS}})"\\}$`)

export const accountSchema = z.object({
  accountId: z.string().min(1),
  profile: journalEntrySchema.shape.profile,
  source: journalEntrySchema.shape.source,
})
export type ArchivedAccount = z.infer<typeof accountSchema>

/** `1784296800000-0`: orders the entries of an account. */
export const streamIdSchema = z.string().regex(/^\d{1,15}-\d{1,15}$/, 'expected a journal id like 1784296800000-0')

const headerSchema = z.object({
  kind: z.literal('header'),
  schema: z.literal(FILE_SCHEMA, `expected the schema ${FILE_SCHEMA}`),
  date: z.iso.date(),
  account: accountSchema,
})
/** `entry` is what the journal's stream holds: a `JournalEntry` without `id` and `feedNo`. */
const entrySchema = z.object({
  kind: z.literal('entry'),
  id: streamIdSchema,
  feedNo: z.int().positive().nullable(),
  entry: z.looseObject({ event: z.looseObject({ type: z.string() }) }),
})
/** The latest known version of a document that changes in place. */
const documentSchema = z.object({
  kind: z.literal('document'),
  name: z.string(),
  seq: z.int().positive(),
  value: z.looseObject({}),
})
/** The store had lost what this file (or an earlier one) holds, and began anew: feed numbers may begin anew too. */
const restartSchema = z.object({ kind: z.literal('restart'), at_ms: z.int(), lastId: streamIdSchema.nullable() })

const bodySchema = z.discriminatedUnion('kind', [headerSchema, entrySchema, documentSchema, restartSchema])
export type LineBody = z.infer<typeof bodySchema>
export type EntryLine = z.infer<typeof entrySchema>
export type DocumentLine = z.infer<typeof documentSchema>

export type ParsedLine =
  | { readonly ok: true; readonly body: LineBody | null; readonly sum: string }
  | { readonly ok: false; readonly reason: string }

/** The line (without its end) and its sum. `previous` is the sum of the line before, '' for the first. */
export function writeLine(body: LineBody, previous: string): { readonly text: string; readonly sum: string } {
  const open = JSON.stringify(body).slice(0, -1)
  const sum = chain(previous, open)
  return { text: `${open},"sum":"${sum}"}`, sum }
}

/** `body` is null for a kind of line that this version does not know: it is passed over. */
export function readLine(text: string, previous: string): ParsedLine {
  const sum = SUFFIX.exec(text)?.[1]
  if (sum === undefined) return { ok: false, reason: 'expected a JSON object that ends in its sum' }
  const expected = chain(previous, text.slice(0, text.lastIndexOf(',')))
  if (sum !== expected) {
    return { ok: false, reason: `expected the sum ${expected}, got ${sum}: this line, or one before it, was changed` }
  }
  try {
    return readBody(JSON.parse(text), sum)
  } catch (error) {
    return { ok: false, reason: `expected JSON: ${reasonOf(error)}` }
  }
}

const kindSchema = z.looseObject({ kind: z.string() })
const KINDS: ReadonlySet<string> = new Set(['header', 'entry', 'document', 'restart'])

function readBody(value: unknown, sum: string): ParsedLine {
  const kind = kindSchema.safeParse(value)
  if (kind.success && !KINDS.has(kind.data.kind)) return { ok: true, body: null, sum }
  const parsed = bodySchema.safeParse(value)
  // The value itself, not the schema's copy of it: the order of members is kept as it was written.
  if (parsed.success) return { ok: true, body: value as LineBody, sum }
  return { ok: false, reason: issuesOf(parsed.error) }
}

export function issuesOf(error: z.ZodError): string {
  return error.issues.map((issue) => `${issue.path.join('.') || 'line'}: ${issue.message}`).join('; ')
}

function chain(previous: string, open: string): string {
  return createHash('sha256').update(`${previous}\n${open}`).digest('hex').slice(0, SUM_DIGITS)
}

/** Order of two ids of one stream. */
export function compareIds(a: string, b: string): number {
  return timeOf(a) - timeOf(b) || Number(a.split('-')[1]) - Number(b.split('-')[1])
}

/** When the store took the entry, epoch milliseconds of its clock. */
export function timeOf(id: string): number {
  return Number(id.split('-')[0])
}
