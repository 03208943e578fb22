/** Which accounts are armed and what the engine that trades each last said of itself. */
import type { Redis } from 'ioredis'
import { z } from 'zod'
import type { Campaign } from '../session/campaign.ts'
import type { Keys } from './keys.ts'
import { liveAge_ms, readLive } from './live-record.ts'
import type { LiveRecord, SessionStore } from './port.ts'
import { reached } from './session-store.ts'

export interface EngineRecord {
  readonly campaign: Campaign
  /** Null before the first session of the account was watched. */
  readonly live: LiveRecord | null
}

/** With how long ago that was, by the store's own clock: those of two machines may differ. */
export interface AgedEngineRecord extends EngineRecord {
  /** Null: it never said anything, or a worker of an older version did. */
  readonly liveAge_ms: number | null
}

/** Of GET and PTTL of each account, as ioredis answers in a MULTI. */
const repliesSchema = z.array(z.tuple([z.null(), z.union([z.string(), z.int(), z.null()])]))

/** Every campaign that is not over, its stop asked for or not. Throws `StoreUnreachable`. */
export async function readEngines(
  redis: Redis,
  keys: Keys,
  sessions: Pick<SessionStore, 'campaigns'>,
): Promise<readonly AgedEngineRecord[]> {
  return withLive(
    (await sessions.campaigns()).filter(({ active }) => active),
    redis,
    keys,
  )
}

/** Simulated markets that are gone leave accounts behind. */
const ENDED_MAX = 20

/** The campaigns that are over, those armed last. Throws `StoreUnreachable`. */
export async function readEnded(
  redis: Redis,
  keys: Keys,
  sessions: Pick<SessionStore, 'campaigns'>,
): Promise<readonly AgedEngineRecord[]> {
  const over = (await sessions.campaigns()).filter(({ active }) => !active)
  return withLive(over.toSorted((a, b) => b.armedAt_ms - a.armedAt_ms).slice(0, ENDED_MAX), redis, keys)
}

async function withLive(
  campaigns: readonly Campaign[],
  redis: Redis,
  keys: Keys,
): Promise<readonly AgedEngineRecord[]> {
  if (campaigns.length === 0) return []
  const asked = redis.multi()
  for (const { accountId } of campaigns) asked.get(keys.live(accountId)).pttl(keys.live(accountId))
  const replies = repliesSchema.parse(await reached(() => asked.exec())).map(([, reply]) => reply)
  return campaigns.map((campaign, index) => {
    const [text, left_ms] = replies.slice(2 * index)
    const known = typeof text === 'string' ? text : null
    return { campaign, live: readLive(known), liveAge_ms: liveAge_ms(known, Number(left_ms ?? -1)) }
  })
}
