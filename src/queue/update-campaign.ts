/** Changes an account's campaign document on top of whatever it is by then. */
import type { Campaign } from '../session/campaign.ts'
import type { JournalEvent } from '../session/events.ts'
import type { CampaignDeps } from './start-campaign.ts'

export interface CampaignChange {
  readonly campaign: Campaign
  readonly events: readonly JournalEvent[]
  /** Name under which it happens once: done before, nothing is changed. */
  readonly once?: string
}

/** Another commit can come between reading and writing, each time another. */
const TRIES_MAX = 10

/**
 * Applies `change` to the campaign as it is, anew at every try, so that it reads for itself what else it goes by; null
 * from it changes nothing. Resolves to the campaign as it then is.
 * Throws `StoreUnreachable`, and Error when others always come first.
 */
export async function updateCampaign(
  accountId: string,
  deps: Pick<CampaignDeps, 'store' | 'clock' | 'wall'>,
  change: (campaign: Campaign) => CampaignChange | null | Promise<CampaignChange | null>,
): Promise<Campaign | null> {
  for (let attempt = 0; attempt < TRIES_MAX; attempt += 1) {
    const { seq, value } = await deps.store.campaign(accountId)
    const changed = value === null ? null : await change(value)
    if (value === null || changed === null) return value
    const { campaign, events, once } = changed
    const committed = await deps.store.commit({
      accountId,
      profile: value.plan.profile,
      source: value.source,
      // Journalled under the day it happens in, also when the change is about the next one.
      date: value.session.date,
      atMarket_ms: deps.clock.now_ms() ?? value.session.open_ms,
      atWall_ms: deps.wall.now_ms(),
      events,
      epoch: null,
      session: null,
      campaign: { expectedSeq: seq, value: campaign },
      openGuard: null,
      ...(once === undefined ? {} : { once }),
    })
    if (committed.ok) return campaign
    if (committed.reason === 'already_done') return (await deps.store.campaign(accountId)).value
  }
  throw new Error(`the campaign of ${accountId} changed ${TRIES_MAX} times while it was being changed`)
}
