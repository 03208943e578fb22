/** `/stop`: the running session closes what is open, at once or by its own exit, and ends. Never needs an approval. */
import { forEachAccount, profileOf } from './each-account.ts'
import type { CommandJob, CommandResult } from './jobs.ts'
import { refused } from './refused.ts'
import type { CampaignDeps } from './start-campaign.ts'
import { updateCampaign } from './update-campaign.ts'

type StopCommand = Extract<CommandJob, { kind: 'stop' }>

export async function stopCampaign(job: StopCommand, deps: CampaignDeps): Promise<CommandResult> {
  const campaigns = await activeCampaigns(job.profile, deps)
  const [first] = campaigns
  if (first === undefined) return notArmed(job.profile, 'stop')
  const isDrain = job.mode === 'drain'
  await forEachAccount(campaigns, profileOf, async ({ accountId, campaignId }) => {
    await updateCampaign(accountId, deps, (campaign) => {
      // What drains can still be stopped at once; what stops at once cannot be made to wait.
      const isNews = campaign.stop === null || (campaign.stop.kind === 'drain' && !isDrain)
      if (campaign.campaignId !== campaignId || !isNews) return null
      const mode = isDrain ? ({ mode: 'drain' } as const) : {}
      const event = { type: 'campaign_disarmed', actor: job.actor, campaignId, ...mode } as const
      const kind = isDrain ? 'drain' : 'operator'
      return { campaign: { ...campaign, stop: { actor: job.actor, kind } }, events: [event] }
    })
  })
  const names = campaigns.map((campaign) => campaign.plan.profile).join(' and ')
  const message = isDrain
    ? `Draining ${names}: no new entries, an open position runs to its own exit, then the session ends and no other follows.`
    : `Stopping ${names}: an open position is closed now, working orders are canceled, no session follows.`
  return { ok: true, accountId: first.accountId, message, plan: first.plan }
}

export async function activeCampaigns(profile: CommandJob['profile'], deps: Pick<CampaignDeps, 'store'>) {
  const campaigns = await deps.store.campaigns()
  return campaigns.filter((campaign) => campaign.active && (profile === null || campaign.plan.profile === profile))
}

export function notArmed(profile: CommandJob['profile'], verb: string) {
  const what = profile === null ? 'No account is' : `${profile} is not`
  return refused('not_running', `${what} armed, so there is nothing to ${verb}. /start begins.`)
}
