/** `/limit`: a limit of today. Lower is done at once; higher waits for a second person. It is gone the next day. */
import { dayName } from '../report/format.ts'
import type { Campaign } from '../session/campaign.ts'
import { amountText, DAY_LIMIT_ENTRIES, type DayLimit, dayLimitRefusal, limitInForce } from '../session/day-limits.ts'
import { askApproval } from './ask-approval.ts'
import type { CommandJob, CommandResult } from './jobs.ts'
import { refused } from './refused.ts'
import type { CampaignDeps } from './start-campaign.ts'
import { activeCampaigns, notArmed } from './stop-campaign.ts'
import { updateCampaign } from './update-campaign.ts'

export type LimitCommand = Extract<CommandJob, { kind: 'limit' }>

export function withLimit(campaign: Campaign, limit: DayLimit, value: number): Campaign {
  const { dayLimits, session } = campaign
  const values = dayLimits?.date === session.date ? dayLimits.values : {}
  const seq = (dayLimits?.seq ?? 0) + 1
  return { ...campaign, dayLimits: { seq, date: session.date, values: { ...values, [limit]: value } } }
}

export async function limitCampaign(job: LimitCommand, deps: CampaignDeps): Promise<CommandResult> {
  const [campaign] = await activeCampaigns(job.profile, deps)
  if (campaign === undefined) return notArmed(job.profile, 'limit')
  const { accountId, session, plan, strategy } = campaign
  const { limit, value, actor, reason } = job
  const state = (await deps.store.session(accountId, session.date)).value
  if (state?.phase === 'ended') {
    return refused(
      'not_now',
      `The trading day ${dayName(session.date)} is over; a limit is set for one day, on that day.`,
    )
  }
  const refusal = dayLimitRefusal(limit, value, strategy, limitInForce(campaign))
  if (refusal !== null) return { ok: false, refusal }
  const { read, name } = DAY_LIMIT_ENTRIES[limit]
  const [from, configured] = [read(limitInForce(campaign)), read(strategy)]
  if (value > from) {
    const subject = { kind: 'raise_limit', date: session.date, limit, from, to: value, configured } as const
    const asked = await askApproval({ campaign, subject, job: { ...job, reason } }, deps)
    if ('ok' in asked) return asked
    return { ok: true, accountId, message: asked.message, plan, approvals: [asked.approval] }
  }
  const set = await updateCampaign(accountId, deps, (current) => {
    const now = read(limitInForce(current))
    if (current.session.date !== session.date || value >= now) return null
    const at_ms = deps.clock.now_ms() ?? session.open_ms
    const event = { type: 'day_limit_lowered', actor, reason, at_ms, limit, from: now, to: value, configured } as const
    return { campaign: withLimit(current, limit, value), events: [event] }
  })
  const inForce = set === null || set.session.date !== session.date ? null : read(limitInForce(set))
  if (inForce === null)
    return refused('not_now', `The trading day ${dayName(session.date)} is over; nothing was changed.`)
  return {
    ok: true,
    accountId,
    message: `${plan.profile} on ${dayName(session.date)}: ${name} ${amountText(DAY_LIMIT_ENTRIES[limit], inForce)}.`,
    plan,
  }
}
