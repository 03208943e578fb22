/**
 * Asks for a second person: the request is an event of the journal, whose post has the buttons. Entry point:
 * `askApproval`.
 *
 * 1. The same command asks once. While a request for the same is open, another is refused.
 * 2. Only a person who can be told from others asks: one of the chat. A terminal has no second person.
 */
import { approvalsOf, isOpen } from '../approval/approvals.ts'
import type { Campaign } from '../session/campaign.ts'
import type { ApprovalSubject } from '../session/desk-events.ts'
import { EVENTS_ALONE } from '../store/port.ts'
import { MINUTE_MS } from '../time/units.ts'
import type { CommandJob } from './jobs.ts'
import { type Refused, refused } from './refused.ts'
import type { CampaignDeps } from './start-campaign.ts'

/** How long the others have to decide, unless configured otherwise. */
export const APPROVAL_EXPIRES_MS = 15 * MINUTE_MS

export interface PendingApproval {
  readonly approval: { readonly accountId: string; readonly approvalId: string; readonly expires_wall_ms: number }
  readonly message: string
}

export interface ApprovalWish {
  readonly campaign: Campaign
  readonly subject: ApprovalSubject
  readonly job: Pick<CommandJob, 'id' | 'actor'> & { readonly reason: string }
}

export async function askApproval(
  { campaign, subject, job }: ApprovalWish,
  deps: Pick<CampaignDeps, 'store' | 'clock' | 'wall' | 'approvalExpires_ms'>,
): Promise<PendingApproval | Refused> {
  const { accountId, plan, source, session } = campaign
  const what =
    subject.kind === 'resume' ? `resuming ${plan.profile} (${subject.why})` : `raising a limit of ${plan.profile}`
  if (job.actor.via !== 'discord') {
    const command = subject.kind === 'resume' ? '/resume' : '/limit'
    const message = `Two persons decide on ${what}: type ${command} in the channel, where somebody else approves it.`
    return refused('needs_approval', message)
  }
  const now_ms = deps.wall.now_ms()
  const approvalId = `${job.id}-${plan.profile}`
  const known = approvalsOf(await deps.store.journal(accountId, session.date))
  const mine = known.get(approvalId)
  const other = known.all().find((one) => isOpen(one, now_ms) && isSameWish(one.request.subject, subject))
  if (mine === null && other !== undefined) {
    const message = `${other.request.requester.name} has asked for ${what} already: see #${other.entry.feedNo ?? '?'} in the channel.`
    return refused('already_requested', message)
  }
  const expires_wall_ms = mine?.request.expires_wall_ms ?? now_ms + (deps.approvalExpires_ms ?? APPROVAL_EXPIRES_MS)
  const { actor: requester, reason } = job
  await deps.store.commit({
    accountId,
    profile: plan.profile,
    source,
    date: session.date,
    atMarket_ms: deps.clock.now_ms() ?? session.open_ms,
    atWall_ms: now_ms,
    events: [{ type: 'approval_requested', approvalId, requester, reason, subject, expires_wall_ms }],
    ...EVENTS_ALONE,
    once: `approval-${approvalId}`,
  })
  const message = `${capital(what)} needs a second person: another approver decides on the post in the channel. No answer is a no.`
  return { approval: { accountId, approvalId, expires_wall_ms }, message }
}

const isSameWish = (one: ApprovalSubject, other: ApprovalSubject): boolean =>
  one.kind === 'resume' || other.kind === 'resume' ? one.kind === other.kind : one.limit === other.limit

const capital = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`
