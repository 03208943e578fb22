/**
 * The projection of an account's journal that reviews are read from: fields of one hash, written by the commit that
 * writes the entries. Pure. Entry points: `reviewFieldsOf` (entry → fields), `recordsOf` (fields → records).
 *
 * 1. A field's name and value follow from its entry alone: a restore writes the same ones, in whatever order.
 * 2. Fields are only added. Two submissions of one number are one field, and the second is refused.
 */
import { z } from 'zod'
import type { Submission, TradeRecord } from '../review/types.ts'
import { actorSchema } from '../session/actor.ts'
import { CLOSE_REASONS, type JournalEntry, journalEntrySchema, journalEventSchema } from '../session/events.ts'
import { REVIEW_EVENTS } from '../session/review-events.ts'
import { STRUCTURES } from '../strategy/types.ts'

export interface ReviewField {
  readonly name: string
  readonly json: string
  /** The commit is refused where the field is there already. */
  readonly once: boolean
}

export type ReviewedEntry = Pick<JournalEntry, 'profile' | 'atWall_ms' | 'event'>

const STOP = 'stop'
const TRADE = 'trade'
const REVIEW = 'review'
const SOURCES: ReadonlySet<unknown> = new Set(['exit_decided', 'trade_closed', 'review_submitted'])

export function reviewFieldsOf({ profile, atWall_ms, event }: ReviewedEntry): readonly ReviewField[] {
  switch (event.type) {
    case 'exit_decided': {
      if (event.actor === null) return []
      return [{ name: `${STOP}:${event.tradeId}`, json: JSON.stringify(event.actor), once: false }]
    }
    case 'trade_closed': {
      const { tradeId, date, structure, strike, hedgeStrike, contracts, exit_ms, reason, netPnlCents } = event
      const trade = { tradeId, date, profile, structure, strike, hedgeStrike, contracts, exit_ms, reason, netPnlCents }
      return [{ name: `${TRADE}:${tradeId}`, json: JSON.stringify(trade), once: false }]
    }
    case 'review_submitted': {
      const { type: _, tradeId, ...said } = event
      const name = `${REVIEW}:${tradeId}:${said.number}`
      return [{ name, json: JSON.stringify({ ...said, atWall_ms } satisfies Submission), once: true }]
    }
    default:
      return []
  }
}

const stored = z.object({ profile: journalEntrySchema.shape.profile, atWall_ms: z.int(), event: z.unknown() })

/** The same of an entry as it stands in a stream or a file; none of one that this version does not know. */
export function reviewFieldsOfStored(entry: { readonly event: { readonly type: unknown } }): readonly ReviewField[] {
  if (!SOURCES.has(entry.event.type)) return []
  const envelope = stored.safeParse(entry)
  const event = journalEventSchema.safeParse(entry.event)
  return envelope.success && event.success ? reviewFieldsOf({ ...envelope.data, event: event.data }) : []
}

const tradeSchema = z.object({
  tradeId: z.string(),
  date: z.string(),
  profile: journalEntrySchema.shape.profile,
  structure: z.enum(STRUCTURES),
  strike: z.number(),
  hedgeStrike: z.number().nullable(),
  contracts: z.int(),
  exit_ms: z.int(),
  reason: z.enum(CLOSE_REASONS),
  netPnlCents: z.int(),
})
const [submitted] = REVIEW_EVENTS
const submissionSchema = submitted.omit({ type: true, tradeId: true }).extend({ atWall_ms: z.int() })

/** The fields of one trade. */
interface Raw {
  trade: string | null
  stop: string | null
  readonly reviews: string[]
}

/** What was read before, by the text it was read from: of hundreds of trades one or two have changed. */
export type KnownRecords = ReadonlyMap<string, TradeRecord>

/** The closed trades, oldest first. `fields`: of the whole hash. */
export function recordsOf(
  fields: Readonly<Record<string, string>>,
  known: KnownRecords = new Map(),
): { readonly records: readonly TradeRecord[]; readonly known: KnownRecords } {
  const read = new Map<string, TradeRecord>()
  for (const raw of byTrade(fields).values()) {
    if (raw.trade === null) continue
    const text = [raw.trade, raw.stop, ...raw.reviews].join('\n')
    read.set(text, known.get(text) ?? recordOf(raw.trade, raw.stop, raw.reviews))
  }
  const records = [...read.values()].sort(
    (a, b) => a.trade.exit_ms - b.trade.exit_ms || (a.trade.tradeId < b.trade.tradeId ? -1 : 1),
  )
  return { records, known: read }
}

function byTrade(fields: Readonly<Record<string, string>>): ReadonlyMap<string, Raw> {
  const trades = new Map<string, Raw>()
  for (const [name, json] of Object.entries(fields)) {
    const [kind, tradeId = ''] = name.split(':')
    const raw = trades.get(tradeId) ?? { trade: null, stop: null, reviews: [] }
    trades.set(tradeId, raw)
    if (kind === STOP) raw.stop = json
    if (kind === TRADE) raw.trade = json
    if (kind === REVIEW) raw.reviews.push(json)
  }
  return trades
}

function recordOf(trade: string, stop: string | null, reviews: readonly string[]): TradeRecord {
  return {
    trade: {
      ...tradeSchema.parse(JSON.parse(trade)),
      stoppedBy: stop === null ? null : actorSchema.parse(JSON.parse(stop)),
    },
    submissions: reviews
      .map((json): Submission => submissionSchema.parse(JSON.parse(json)))
      .sort((a, b) => a.number - b.number),
  }
}
