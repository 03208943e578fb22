/** `/stop`: the running session closes what is open and ends, and no other follows. Never needs anyone's approval. */
import type { Campaign } from '../session/campaign.ts'
import type { CommandJob, CommandResult } from './jobs.ts'
import { type CampaignDeps, refused } from './start-campaign.ts'

type StopCommand = Extract<CommandJob, { kind: 'stop' }>

/** Another commit can come between reading the campaign and stopping it, each time another. */
const TRIES_MAX = 5

export async function stopCampaign(job: StopCommand, deps: CampaignDeps): Promise<CommandResult> {
  const campaigns = (await deps.store.campaigns()).filter(
    (campaign) => campaign.active && (job.profile === null || campaign.plan.profile === job.profile),
  )
  const [first] = campaigns
  if (first === undefined) {
    const what = job.profile === null ? 'No account is' : `${job.profile} is not`
    return refused('not_running', `${what} armed, so there is nothing to stop. /start begins.`)
  }
  for (const campaign of campaigns) await stopOne(job, campaign, deps)
  const names = campaigns.map((campaign) => campaign.plan.profile).join(' and ')
  const message = `Stopping ${names}: an open position is closed now, working orders are canceled, no session follows.`
  return { ok: true, accountId: first.accountId, message, plan: first.plan }
}

async function stopOne(job: StopCommand, found: Campaign, deps: CampaignDeps): Promise<void> {
  for (let attempt = 0; attempt < TRIES_MAX; attempt += 1) {
    const { seq, value } = await deps.store.campaign(found.accountId)
    if (value === null || value.campaignId !== found.campaignId || value.stop !== null) return
    const committed = await deps.store.commit({
      accountId: value.accountId,
      profile: value.plan.profile,
      source: value.source,
      date: value.session.date,
      atMarket_ms: deps.clock.now_ms() ?? value.session.open_ms,
      atWall_ms: deps.wall.now_ms(),
      events: [{ type: 'campaign_disarmed', actor: job.actor, campaignId: value.campaignId }],
      epoch: null,
      session: null,
      campaign: { expectedSeq: seq, value: { ...value, stop: { actor: job.actor, kind: 'operator' } } },
      openGuard: null,
    })
    if (committed.ok) return
  }
  throw new Error(`the campaign of ${found.accountId} changed ${TRIES_MAX} times while it was being stopped`)
}
