/**
 * The switch's part of `/drill`: it is set as by a halt, and put back as it was. Entry points: `drillCampaign`,
 * `endLeftDrills`.
 *
 * 1. Only where nothing can be lost by it: on a simulator, or flat; with no order at work, and with an account that
 *    nobody and nothing holds back but a person's pause. The engine closes nothing for it (`session/holds.ts`).
 * 2. Putting back is no resuming: it happens only while the switch is still the drill's own and nothing else holds the
 *    account back. What does holds on, under its own name.
 * 3. Whose bot or worker died is ended by any bot or worker there is, and the team is told.
 */
import { DRILL_REASON, DRILL_SWITCH_MAX_MS } from '../approval/drills.ts'
import { resumeGuard } from '../approval/guard.ts'
import type { KnownFor } from '../config/known-for.ts'
import type { Campaign, Control } from '../session/campaign.ts'
import type { Actor, EventOf } from '../session/events.ts'
import { isHalted } from '../session/holds.ts'
import type { Refusal } from '../session/refusal.ts'
import type { SessionState } from '../session/state.ts'
import { sessionsBetween } from '../strategy/exchange-calendar.ts'
import { addDays } from '../strategy/newyork-time.ts'
import { forEachAccount, profileOf } from './each-account.ts'
import type { CommandJob, CommandResult } from './jobs.ts'
import { refused } from './refused.ts'
import type { CampaignDeps } from './start-campaign.ts'
import { activeCampaigns, notArmed } from './stop-campaign.ts'
import { updateCampaign } from './update-campaign.ts'

export type DrillCommand = Extract<CommandJob, { kind: 'drill' }>

/** Of any two sessions in a row, the first is among the days so far back. */
const DAYS_BACK = 10

const DESK: Actor = { id: 'desk', name: 'the desk', via: 'system' }

export async function drillCampaign(job: DrillCommand, deps: CampaignDeps): Promise<CommandResult> {
  const campaign =
    (await drilled(job, deps)) ?? (await activeCampaigns(job.profile, deps))[0] ?? (await drilledOnce(job, deps))
  if (campaign === undefined) return notArmed(job.profile, 'drill')
  return job.step === 'begin' ? begin(job, campaign, deps) : restore(job, campaign, deps)
}

const sessionOf = async ({ accountId, session }: Campaign, deps: CampaignDeps): Promise<SessionState | null> =>
  (await deps.store.session(accountId, session.date)).value

/** Whose switch the drill has set: stopped meanwhile, it is put back all the same. */
async function drilled({ drillId }: DrillCommand, deps: CampaignDeps): Promise<Campaign | undefined> {
  return (await deps.store.campaigns()).find(({ control }) => control.drill?.id === drillId)
}

/** Set otherwise since, and stopped: that there is nothing to put back is told where the drill was begun, for good. */
async function drilledOnce({ step, profile }: DrillCommand, deps: CampaignDeps): Promise<Campaign | undefined> {
  if (step !== 'restore') return undefined
  const known = (await deps.store.campaigns()).toSorted((a, b) => b.armedAt_ms - a.armedAt_ms)
  return known.find(({ plan }) => plan.profile === profile)
}

/** Why there is no drill now; null: there can be one. */
function drillRefusal(campaign: Campaign, session: SessionState | null): Refusal | null {
  const no = (why: string): Refusal => ({ code: 'not_now', message: `No drill now: ${why}.`, numbers: {} })
  if (session !== null && (session.phase === 'entering' || session.phase === 'exiting')) {
    return no('an order is at work, and a drill must not touch it; try again in a moment')
  }
  if (session?.trade != null && campaign.source.kind === 'PAPER') {
    return no('a position is open on a paper account; drill when it is flat')
  }
  if (campaign.stop !== null) return no('the account is being stopped')
  const guard = resumeGuard(campaign.control, session)
  if (guard !== null) return no(`the account is held back (${guard.why}); resume it first`)
  return campaign.control.drill === undefined ? null : no('another drill is under way')
}

async function begin({ actor, drillId }: DrillCommand, campaign: Campaign, deps: CampaignDeps): Promise<CommandResult> {
  const refusal = drillRefusal(campaign, await sessionOf(campaign, deps))
  if (refusal !== null && campaign.control.drill?.id !== drillId) return { ok: false, refusal }
  const { accountId, plan } = campaign
  const set = await updateCampaign(accountId, deps, async (current) => {
    if (drillRefusal(current, await sessionOf(current, deps)) !== null) return null
    const seq = current.control.seq + 1
    const drill = { id: drillId, before: current.control }
    return {
      campaign: { ...current, control: { seq, mode: 'HALTED', actor, reason: DRILL_REASON, drill } },
      events: [{ type: 'drill_started', drillId, actor }],
      once: `drill-${drillId}`,
    }
  })
  if (set?.control.drill?.id !== drillId) return refused('not_now', 'No drill now: the account changed in this moment.')
  const drill = { controlSeq: set.control.seq }
  return { ok: true, accountId, message: 'The account is halted, for a moment.', plan, drill }
}

async function restore(
  { drillId, actor }: DrillCommand,
  { accountId, plan, session: { date } }: Campaign,
  deps: CampaignDeps,
): Promise<CommandResult> {
  const set = await updateCampaign(accountId, deps, async (current) => {
    const { control } = current
    const session = await sessionOf(current, deps)
    const isOwn = control.drill?.id === drillId
    const restored = isOwn && resumeGuard(control, session) === null
    const told = actor.via === 'system' ? [leftBehind(current, restored)] : []
    return {
      campaign: { ...current, control: isOwn ? afterDrill(control, session) : control },
      events: [{ type: 'drill_restored', drillId, restored }, ...told],
      once: `drill-restored-${drillId}`,
    }
  })
  // What the journal says counts: it may have been done before, also on the day before this one.
  const today = set?.session.date ?? date
  const days = sessionsBetween(addDays(today, -DAYS_BACK), today).slice(-2)
  const entries = (await Promise.all(days.map((day) => deps.store.journal(accountId, day.date)))).flat()
  const restored = entries.some(
    ({ event }) => event.type === 'drill_restored' && event.drillId === drillId && event.restored,
  )
  const message = restored
    ? 'The switch is as it was.'
    : 'The switch was left as it is: somebody or something else set it meanwhile.'
  const controlSeq = set?.control.seq ?? 0
  return { ok: true, accountId, message, plan, drill: { controlSeq, restored } }
}

/** It lifts nothing: what holds the account back since this very moment is not the drill's to forget. */
function afterDrill({ seq: last, drill, ...set }: Control, session: SessionState | null): Control {
  const seq = last + 1
  const before = drill?.before ?? { seq, ...set }
  const guard = resumeGuard(before, session)
  if (guard === null) return { ...before, seq, lifts: [] }
  const mode = session !== null && isHalted(session) ? 'HALTED' : 'REDUCING'
  return { seq, mode, actor: DESK, reason: guard.why, guard }
}

function leftBehind({ plan, control }: Campaign, restored: boolean): EventOf<'engine_alert'> {
  const by = control.drill === undefined ? '' : ` by ${control.actor.name}`
  const left = restored ? 'The switch is as it was before it.' : AFTER_KEPT
  const message = `A drill of ${plan.profile}${by} was left in the middle: the bot or the worker that did it went away. ${left} It proved nothing: /drill again.`
  return { type: 'engine_alert', code: 'drill_left_behind', message, critical: false }
}

const AFTER_KEPT =
  'The switch stays as somebody or something else has set it meanwhile: /status shows it, /resume sets it back.'

/**
 * Drills that no bot ended in time: the account is not left halted for one, also while every bot is away. `known`: the
 * drills that this worker has seen so far; whoever began one may have another clock.
 */
export async function endLeftDrills(deps: CampaignDeps, known: KnownFor): Promise<void> {
  const campaigns = await deps.store.campaigns()
  known.keep(new Set(campaigns.flatMap(({ control: { drill } }) => drill?.id ?? [])))
  await forEachAccount(campaigns, profileOf, async ({ control, plan }) => {
    const { drill } = control
    if (drill === undefined || known.ms(drill.id) < DRILL_SWITCH_MAX_MS) return
    const requestedAt_ms = deps.wall.now_ms()
    const job = { kind: 'drill', id: `drill-left-${drill.id}`, actor: DESK, requestedAt_ms } as const
    await drillCampaign({ ...job, profile: plan.profile, drillId: drill.id, step: 'restore' }, deps)
  })
}
