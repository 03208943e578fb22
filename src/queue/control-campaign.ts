/**
 * `/pause`, `/resume` and the halt: the account's switch. It holds over nights, campaigns and restarts.
 *
 * 1. Pausing and halting never wait for anybody. Resuming after a breach or a halt waits for a second person.
 * 2. Of several accounts, those that need nobody are resumed, and the others asked about; one that is refused holds up
 *    no other.
 */
import { resumeGuard, switched } from '../approval/guard.ts'
import type { Campaign } from '../session/campaign.ts'
import { holdsOf } from '../session/holds.ts'
import type { SessionMode } from '../session/mode.ts'
import type { SessionState } from '../session/state.ts'
import { askApproval, type PendingApproval } from './ask-approval.ts'
import { forEachAccount, profileOf } from './each-account.ts'
import type { CommandJob, CommandResult } from './jobs.ts'
import type { Refused } from './refused.ts'
import { notSettled } from './settle-expired.ts'
import type { CampaignDeps } from './start-campaign.ts'
import { activeCampaigns, notArmed } from './stop-campaign.ts'
import { updateCampaign } from './update-campaign.ts'

export type ControlCommand = Extract<CommandJob, { kind: 'control' }>

const DONE: Readonly<Record<SessionMode, string>> = {
  ACTIVE: 'may open again',
  REDUCING: 'opens nothing new; what is open is managed as ever',
  HALTED: 'opens nothing new; what is open is closed now',
}

/** Of a pause on top of a halt. */
const KEPT = 'is halted and stays so: it opens nothing, and what is open is closed'

/** Nothing to set: what is wanted is so. */
const ALREADY: Readonly<Record<SessionMode, string>> = {
  ACTIVE: 'is not held back: it may open already',
  REDUCING: 'is paused already',
  HALTED: KEPT,
}

/** A resume that others come before, each time, is given up. */
const TRIES_MAX = 3

const VERB: Readonly<Record<SessionMode, string>> = { ACTIVE: 'resume', REDUCING: 'pause', HALTED: 'halt' }

export async function controlCampaign(job: ControlCommand, deps: CampaignDeps): Promise<CommandResult> {
  const campaigns = await activeCampaigns(job.profile, deps)
  const [first] = campaigns
  if (first === undefined) return notArmed(job.profile, VERB[job.mode])
  const said: Record<Answer, string[]> = { done: [], kept: [], already: [] }
  const [asked, denied]: [PendingApproval[], Refused[]] = [[], []]
  await forEachAccount(campaigns, profileOf, async (campaign) => {
    const answer = await setSwitch(campaign, job, deps)
    if (typeof answer === 'string') said[answer].push(campaign.plan.profile)
    else if ('ok' in answer) denied.push(answer)
    else asked.push(answer)
  })
  const [refusal] = denied
  if (refusal !== undefined && denied.length === campaigns.length) return refusal
  const sentences = [
    ...told(said.done, DONE[job.mode]),
    ...told(said.kept, KEPT),
    ...told(said.already, ALREADY[job.mode]),
    ...asked.map(({ message }) => message),
    ...denied.map(({ refusal: { message } }) => message),
  ]
  const answer = { ok: true, accountId: first.accountId, message: sentences.join(' '), plan: first.plan } as const
  return asked.length === 0 ? answer : { ...answer, approvals: asked.map(({ approval }) => approval) }
}

const told = (profiles: readonly string[], what: string): readonly string[] =>
  profiles.map((profile) => `${profile} ${what}.`)

type Answer = 'done' | 'kept' | 'already'

/**
 * A halt is set again whenever it is asked for: that closes what is open, whatever the books say. A drill's switch is
 * not the person's: it is put back in a moment.
 */
function isSo({ control }: Campaign, session: SessionState | null, mode: SessionMode): boolean {
  if (control.drill !== undefined) return false
  return mode !== 'HALTED' && control.mode === mode && (mode === 'REDUCING' || (session?.mode ?? mode) === mode)
}

async function setSwitch(
  campaign: Campaign,
  job: ControlCommand,
  deps: CampaignDeps,
  tries = TRIES_MAX,
): Promise<Answer | PendingApproval | Refused> {
  const { actor, mode, reason } = job
  const { accountId } = campaign
  const unsettled = mode === 'ACTIVE' ? await notSettled(campaign, deps) : null
  if (unsettled !== null) return unsettled
  const read = async ({ session }: Campaign) => (await deps.store.session(accountId, session.date)).value
  const session = await read(campaign)
  const guard = mode === 'ACTIVE' ? resumeGuard(campaign.control, session) : null
  if (guard !== null) {
    const subject = { kind: 'resume', ...guard, controlSeq: campaign.control.seq, lifts: holdsOf(session) } as const
    return askApproval({ campaign, subject, job: { ...job, reason } }, deps)
  }
  if (isSo(campaign, session, mode)) return 'already'
  let isSet = false
  await updateCampaign(accountId, deps, async (current) => {
    isSet = false
    const session = await read(current)
    // A halt is more than a pause; and what was held back in this very moment is resumed by two.
    const isHalted = current.control.mode === 'HALTED' && current.control.drill === undefined
    if (mode === 'REDUCING' && isHalted) return null
    if (mode === 'ACTIVE' && resumeGuard(current.control, session) !== null) return null
    isSet = true
    return {
      campaign: { ...current, control: switched(current.control, session, { mode, actor, reason }) },
      events: [{ type: 'control_set', actor, mode, reason }],
    }
  })
  if (isSet) return 'done'
  const now = mode === 'ACTIVE' && tries > 1 ? (await deps.store.campaign(accountId)).value : null
  // Held back since it was looked at: two persons are asked about what holds it back now.
  return now === null ? 'kept' : setSwitch(now, job, deps, tries - 1)
}
