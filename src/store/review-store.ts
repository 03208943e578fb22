/**
 * The reviews of an account's trades on Redis. Entry points: `createRecordReader`, `createReviewDesk`.
 *
 * 1. What is read here holds hidden grades: everybody but the reviewing itself reads `DeskReader.reviews`.
 * 2. A submission is committed under the trade's next number: of two at once the second is refused by the store, and
 *    judged again on top of the first.
 * 3. It is committed under the interaction's id: the same one delivered twice is one.
 */
import type { Redis } from 'ioredis'
import type { WallClock } from '../config/clock.ts'
import type { DeskReader } from '../report/views.ts'
import type { ReviewDesk, SubmitResult, SubmittedAnswer } from '../review/port.ts'
import { visibleReview } from '../review/reveal.ts'
import { type Judgement, judgeAnswer } from '../review/submit.ts'
import type { ReviewPolicy, TradeRecord } from '../review/types.ts'
import type { Keys } from './keys.ts'
import { EVENTS_ALONE, type SessionStore } from './port.ts'
import { type KnownRecords, recordsOf } from './review-fields.ts'
import { reached } from './session-store.ts'

/** Others' answers that may come between reading and committing; then the person tries again. */
const ATTEMPTS_MAX = 20

/** Closed trades with everything said of them, oldest first. Throws `StoreUnreachable`. */
export type ReadRecords = (accountId: string) => Promise<readonly TradeRecord[]>

export function createRecordReader(redis: Redis, keys: Keys): ReadRecords {
  const knownOf = new Map<string, KnownRecords>()
  return async (accountId) => {
    const fields = await reached(() => redis.hgetall(keys.reviews(accountId)))
    const { records, known } = recordsOf(fields, knownOf.get(accountId))
    knownOf.set(accountId, known)
    return records
  }
}

export interface ReviewDeskDeps {
  readonly redis: Redis
  readonly keys: Keys
  readonly sessions: Pick<SessionStore, 'commit'>
  readonly reader: Pick<DeskReader, 'accounts' | 'status' | 'dates'>
  readonly wall: WallClock
}

export function createReviewDesk(deps: ReviewDeskDeps, policy: ReviewPolicy): ReviewDesk {
  const { redis, keys, wall } = deps
  const readRecords = createRecordReader(redis, keys)

  async function record(accountId: string, tradeId: string): Promise<TradeRecord | null> {
    const records = await readRecords(accountId)
    return records.find(({ trade }) => trade.tradeId === tradeId) ?? null
  }

  return {
    policy,
    record,
    async submit(answer) {
      const { accountId, tradeId, reviewer, content } = answer
      for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
        const known = await record(accountId, tradeId)
        const judged = judgeAnswer(known, { reviewer, content, needed: policy.needed, atWall_ms: wall.now_ms() })
        if (known === null || judged.kind === 'refused') {
          return { kind: 'refused', reason: judged.kind === 'refused' ? judged.reason : 'not_closed' }
        }
        if (judged.kind === 'unchanged') return judged
        const outcome = await commit(answer, judged, known, deps)
        if (outcome === 'committed') return { kind: judged.isEdit ? 'edited' : 'saved', review: judged.review }
        if (outcome === 'already_done') return alreadyDone(await record(accountId, tradeId))
      }
      return { kind: 'refused', reason: 'busy' }
    },
  }
}

/** The same interaction was committed before. */
const alreadyDone = (record: TradeRecord | null): SubmitResult =>
  record === null ? { kind: 'refused', reason: 'not_closed' } : { kind: 'saved', review: visibleReview(record) }

/** In the account's newest day: older ones are not followed by the archive any more. */
async function commit(
  { accountId, interactionId }: SubmittedAnswer,
  { events }: Extract<Judgement, { kind: 'saved' }>,
  { trade }: TradeRecord,
  { sessions, reader, wall }: ReviewDeskDeps,
): Promise<'committed' | 'conflict' | 'already_done'> {
  const [accounts, status, dates] = await Promise.all([
    reader.accounts(),
    reader.status(accountId),
    reader.dates(accountId),
  ])
  const account = accounts.find((known) => known.accountId === accountId)
  if (account === undefined) throw new Error(`expected the account ${accountId} of a closed trade, got none`)
  const result = await sessions.commit({
    accountId,
    profile: account.profile,
    source: account.source,
    date: dates[0] ?? trade.date,
    atMarket_ms: status?.now_ms ?? trade.exit_ms,
    atWall_ms: wall.now_ms(),
    events,
    ...EVENTS_ALONE,
    once: `review-${interactionId}`,
  })
  if (result.ok) return 'committed'
  if (result.reason === 'conflict' || result.reason === 'already_done') return result.reason
  throw new Error(`expected a review to be committed, or a conflict, got ${result.reason}`)
}
