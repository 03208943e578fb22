/**
 * The documents that change in place (campaign, session, what a day's tape showed) as lines of a journal file:
 * `documentLine`. What they hold is kept whole; which versions are worth a line is decided by `fingerprint`.
 */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { VOLATILE_OF_TRADE } from '../../session/durable.ts'
import type { DocumentLine } from './line.ts'

export const DOCUMENTS = { campaign: 'campaign', session: 'session', checks: 'checks' } as const

/** Members of a session that change with every quote or decision, and that a new owner finds out anew. */
const VOLATILE: ReadonlySet<string> = new Set([
  'lastDecision',
  'decidedMinute',
  'decisions',
  'skips',
  'minutesMissed',
  'unconfirmed_ms',
  ...VOLATILE_OF_TRADE,
  'markMinute',
])
const ENDED = 'ended'

/** Two versions with the same fingerprint need no second line. An ended session counts with everything. */
export function fingerprint(name: string, value: Readonly<Record<string, unknown>>): string {
  const everything = name !== DOCUMENTS.session || value.phase === ENDED
  const text = JSON.stringify(value, (key, member) => (!everything && VOLATILE.has(key) ? undefined : member))
  return createHash('sha256').update(text).digest('hex')
}

/** `seq` and `json` as the store has them; null where there is no document. */
export function documentLine(
  name: string,
  seq: string | null | undefined,
  json: string | null | undefined,
): DocumentLine | null {
  if (seq == null || json == null) return null
  return { kind: 'document', name, seq: Number(seq), value: z.looseObject({}).parse(JSON.parse(json)) }
}
