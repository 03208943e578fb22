/** A campaign whose simulated market is gone: it ends, and so does its session, with whatever was open. */
import type { Campaign } from '../session/campaign.ts'
import type { CampaignDeps } from './start-campaign.ts'
import { updateCampaign } from './update-campaign.ts'

/** Throws `StoreUnreachable`. Safe to repeat: what has ended stays as it is. */
export async function writeOff(
  campaign: Campaign,
  deps: Pick<CampaignDeps, 'store' | 'clock' | 'wall'>,
): Promise<void> {
  const { accountId, campaignId, plan, source, session } = campaign
  const stored = await deps.store.session(accountId, session.date)
  if (stored.value !== null && stored.value.phase !== 'ended') {
    const message =
      'The simulated market of this account is gone, and its open position with it; the day is written off.'
    const alert = { type: 'engine_alert', code: 'market_gone', message, critical: false } as const
    await deps.store.commit({
      accountId,
      profile: plan.profile,
      source,
      date: session.date,
      atMarket_ms: session.open_ms,
      atWall_ms: deps.wall.now_ms(),
      // Every new simulated market leaves an old one behind: only what was open is worth a word.
      events: stored.value.trade === null ? [] : [alert],
      epoch: null,
      session: { expectedSeq: stored.seq, value: { ...stored.value, phase: 'ended', trade: null } },
      campaign: null,
      openGuard: null,
    })
  }
  await updateCampaign(accountId, deps, (current) =>
    current.campaignId === campaignId && current.active
      ? { campaign: { ...current, active: false }, events: [] }
      : null,
  )
}
