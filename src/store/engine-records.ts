/** Which accounts are armed and what the engine that trades each last said of itself. */
import type { Redis } from 'ioredis'
import type { Campaign } from '../session/campaign.ts'
import type { Keys } from './keys.ts'
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
  const campaigns = (await sessions.campaigns()).filter(({ active }) => active)
  if (campaigns.length === 0) return []
  const texts = await reached(() => redis.mget(campaigns.map(({ accountId }) => keys.live(accountId))))
  return campaigns.map((campaign, index) => {
    const text = texts[index]
    return { campaign, live: text === null || text === undefined ? null : (JSON.parse(text) as LiveRecord) }
  })
}
