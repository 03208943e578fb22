/** `/pause`, `/resume` and the halt: the account's switch. It holds over nights, campaigns and restarts. */
import type { SessionMode } from '../session/mode.ts'
import type { CommandJob, CommandResult } from './jobs.ts'
import type { CampaignDeps } from './start-campaign.ts'
import { activeCampaigns, notArmed } from './stop-campaign.ts'
import { updateCampaign } from './update-campaign.ts'

type ControlCommand = Extract<CommandJob, { kind: 'control' }>

const DONE: Readonly<Record<SessionMode, string>> = {
  ACTIVE: 'may open again',
  REDUCING: 'opens nothing new; what is open is managed as ever',
  HALTED: 'opens nothing new; what is open is closed now',
}

const VERB: Readonly<Record<SessionMode, string>> = { ACTIVE: 'resume', REDUCING: 'pause', HALTED: 'halt' }

export async function controlCampaign(job: ControlCommand, deps: CampaignDeps): Promise<CommandResult> {
  const campaigns = await activeCampaigns(job.profile, deps)
  const [first] = campaigns
  if (first === undefined) return notArmed(job.profile, VERB[job.mode])
  const { actor, mode, reason } = job
  for (const { accountId } of campaigns) {
    await updateCampaign(accountId, deps, (campaign) => ({
      campaign: { ...campaign, control: { seq: campaign.control.seq + 1, mode, actor, reason } },
      events: [{ type: 'control_set', actor, mode, reason }],
    }))
  }
  const names = campaigns.map((campaign) => campaign.plan.profile).join(' and ')
  return { ok: true, accountId: first.accountId, message: `${names} ${DONE[mode]}.`, plan: first.plan }
}
