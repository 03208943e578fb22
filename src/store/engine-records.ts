/** Which accounts are armed and what the engine that trades each last said of itself. */
import type { Redis } from 'ioredis'
import type { Campaign } from '../session/campaign.ts'
import type { Keys } from './keys.ts'
import { readLive } from './live-record.ts'
import type { LiveRecord, SessionStore } from './port.ts'
import { reached } from './session-store.ts'

export interface EngineRecord {
  readonly campaign: Campaign
  /** Null before the first session of the account was watched. */
  readonly live: LiveRecord | null
}

/** Every campaign that is not over, its stop asked for or not. Throws `StoreUnreachable`. */
export async function readEngines(
  redis: Redis,
  keys: Keys,
  sessions: Pick<SessionStore, 'campaigns'>,
): Promise<readonly EngineRecord[]> {
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
): Promise<readonly EngineRecord[]> {
  const over = (await sessions.campaigns()).filter(({ active }) => !active)
  return withLive(over.toSorted((a, b) => b.armedAt_ms - a.armedAt_ms).slice(0, ENDED_MAX), redis, keys)
}

async function withLive(campaigns: readonly Campaign[], redis: Redis, keys: Keys): Promise<readonly EngineRecord[]> {
  if (campaigns.length === 0) return []
  const texts = await reached(() => redis.mget(campaigns.map(({ accountId }) => keys.live(accountId))))
  return campaigns.map((campaign, index) => ({ campaign, live: readLive(texts[index]) }))
}
