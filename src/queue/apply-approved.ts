/**
 * Does what two persons decided, once. Entry point: `applyApproved`.
 *
 * 1. The job only names the request: that it was approved, in time and by somebody else, is read from the journal.
 * 2. The effect and the event that it was applied are one commit, under a name that is taken once: two jobs, or one job
 *    twice, change nothing more.
 * 3. Where the account has changed since the request, nothing is done, and that is journalled instead.
 */
import { type Approval, approvalsOf, isInTime, isSamePerson } from '../approval/approvals.ts'
import { resumeGuard, switched } from '../approval/guard.ts'
import { dayName } from '../report/format.ts'
import type { Campaign } from '../session/campaign.ts'
import { DAY_LIMIT_ENTRIES, dayLimitRefusal, limitInForce } from '../session/day-limits.ts'
import type { Actor, EventOf, JournalEvent } from '../session/events.ts'
import { unlifted } from '../session/holds.ts'
import type { Refusal } from '../session/refusal.ts'
import type { SessionState } from '../session/state.ts'
import { EVENTS_ALONE } from '../store/port.ts'
import type { CommandJob, CommandResult } from './jobs.ts'
import { withLimit } from './limit-campaign.ts'
import { refused } from './refused.ts'
import { notSettled } from './settle-expired.ts'
import type { CampaignDeps } from './start-campaign.ts'
import { updateCampaign } from './update-campaign.ts'

export type ApprovedCommand = Extract<CommandJob, { kind: 'approved' }>

export async function applyApproved(job: ApprovedCommand, deps: CampaignDeps): Promise<CommandResult> {
  const { accountId, approvalId, date } = job
  const approval = approvalsOf(await deps.store.journal(accountId, date)).get(approvalId)
  const approver = approval === null ? null : approverOf(approval)
  if (approval === null || approver === null) {
    const nobody = refused('needs_approval', 'No second person has approved this in time; nothing was done.')
    // An approval that counts for nothing is settled, too: nobody goes on waiting for it.
    if (approval?.decided?.decision === 'approved') await settle(approval, nobody.refusal, deps)
    return nobody
  }
  const known = (await deps.store.campaign(accountId)).value
  if (known === null) {
    const gone = refused('not_running', 'The store does not know the account any more; nothing was done.')
    await settle(approval, gone.refusal, deps)
    return gone
  }
  await updateCampaign(accountId, deps, async (current) => {
    const session = (await deps.store.session(accountId, current.session.date)).value
    const refusal = outdated(approval, current, session, deps.wall.now_ms()) ?? (await notYet(approval, current, deps))
    const change = refusal === null ? effectOf(approval, approver, current, session, deps) : null
    const done = appliedEvent(approvalId, refusal, `${change?.message ?? ''}`)
    const once = appliedMark(approvalId)
    return { campaign: change?.campaign ?? current, events: [...(change?.events ?? []), done], once }
  })
  // What the journal says counts: it may have been another job that came first.
  const dates = new Set([date, known.session.date])
  const entries = (await Promise.all([...dates].map((day) => deps.store.journal(accountId, day)))).flat()
  const outcome = entries.find(({ event }) => event.type === 'approval_applied' && event.approvalId === approvalId)
  if (outcome?.event.type !== 'approval_applied')
    throw new Error(`the journal does not say what became of ${approvalId}`)
  const { ok, message } = outcome.event
  return ok ? { ok: true, accountId, message, plan: known.plan } : refused('approval_outdated', message)
}

const appliedMark = (approvalId: string): string => `applied-${approvalId}`

/** Journals, under the day it was asked on, that nothing was done, where there is no account to do anything to. */
async function settle({ entry, request }: Approval, refusal: Refusal, deps: CampaignDeps): Promise<void> {
  const { accountId, profile, source, date } = entry
  await deps.store.commit({
    accountId,
    profile,
    source,
    date,
    atMarket_ms: deps.clock.now_ms() ?? entry.atMarket_ms,
    atWall_ms: deps.wall.now_ms(),
    events: [appliedEvent(request.approvalId, refusal, '')],
    ...EVENTS_ALONE,
    once: appliedMark(request.approvalId),
  })
}

/** Who approved; null: nobody did who could. */
function approverOf({ request, decided }: Approval): Actor | null {
  if (decided?.decision !== 'approved' || decided.actor === null) return null
  if (decided.at_wall_ms >= request.expires_wall_ms) return null
  return isSamePerson(decided.actor, request.requester) ? null : decided.actor
}

function appliedEvent(approvalId: string, refusal: Refusal | null, message: string): EventOf<'approval_applied'> {
  const [ok, code] = [refusal === null, refusal?.code ?? null]
  return { type: 'approval_applied', approvalId, ok, code, message: refusal?.message ?? message }
}

/** Why what was approved is not what would be done now; null: it is. */
function outdated(
  { request, decided }: Approval,
  campaign: Campaign,
  session: SessionState | null,
  now_ms: number,
): Refusal | null {
  const no = (what: string): Refusal => {
    return {
      code: 'approval_outdated',
      message: `${what}; nothing was done. Ask again if it is still wanted.`,
      numbers: {},
    }
  }
  if (decided === null || !isInTime(decided, now_ms))
    return no('It was approved, but no worker was there in time to do it')
  if (!campaign.active) return no('The account was stopped since it was asked for')
  const { subject } = request
  if (subject.kind === 'resume') {
    if (subject.controlSeq !== campaign.control.seq) return no("The account's switch was set since it was asked for")
    // A breach sets no switch: what holds the account back now must be what was agreed to.
    const guard = resumeGuard(campaign.control, session)
    const isKnown = subject.lifts === undefined || unlifted(subject, session).length === 0
    const isSame = isKnown && guard?.cause === subject.cause && guard.why === subject.why
    return isSame ? null : no('What holds the account back is not what it was when it was asked for')
  }
  if (campaign.session.date !== subject.date || session?.phase === 'ended') return no('That trading day is over')
  const inForce = limitInForce(campaign)
  if (DAY_LIMIT_ENTRIES[subject.limit].read(inForce) !== subject.from)
    return no('The limit was set since it was asked for')
  return dayLimitRefusal(subject.limit, subject.to, campaign.strategy, inForce)
}

/** Asked for before the close, and decided after it: what was held through it is known before anything is opened. */
async function notYet({ request }: Approval, campaign: Campaign, deps: CampaignDeps): Promise<Refusal | null> {
  const unsettled = request.subject.kind === 'resume' ? await notSettled(campaign, deps) : null
  return unsettled?.refusal ?? null
}

interface Effect {
  readonly campaign: Campaign
  readonly events: readonly JournalEvent[]
  readonly message: string
}

function effectOf(
  { request }: Approval,
  approver: Actor,
  campaign: Campaign,
  session: SessionState | null,
  deps: Pick<CampaignDeps, 'clock'>,
): Effect {
  const { requester, reason, subject, approvalId } = request
  const { profile } = campaign.plan
  if (subject.kind === 'resume') {
    const set = { mode: 'ACTIVE', actor: requester, reason } as const
    return {
      campaign: { ...campaign, control: switched(campaign.control, session, set) },
      events: [{ type: 'control_set', ...set, approver }],
      message: `${profile} may open again.`,
    }
  }
  const { kind: _, date, ...change } = subject
  const at_ms = deps.clock.now_ms() ?? campaign.session.open_ms
  return {
    campaign: withLimit(campaign, change.limit, change.to),
    events: [{ type: 'day_limit_raised', approvalId, requester, approver, reason, at_ms, ...change }],
    message: `The limit is in force on ${dayName(date)}.`,
  }
}
