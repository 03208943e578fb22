/** The journal's line of a command that was given in a terminal; the bot writes those of the channel. */
import type { DeskEvent } from '../session/desk-events.ts'
import { EVENTS_ALONE } from '../store/port.ts'
import type { CommandJob, CommandResult } from './jobs.ts'
import type { CampaignDeps } from './start-campaign.ts'

type Audited = Extract<DeskEvent, { type: 'command_audited' }>

/** In the journal of the account it was about; nowhere while there is none. Throws `StoreUnreachable`. */
export async function auditTerminal(
  command: CommandJob,
  result: CommandResult,
  { store, clock, wall }: Pick<CampaignDeps, 'store' | 'clock' | 'wall'>,
): Promise<void> {
  const known = (await store.campaigns()).toSorted((a, b) => b.armedAt_ms - a.armedAt_ms)
  const named = result.ok ? known.find(({ accountId }) => accountId === result.accountId) : undefined
  const campaign = named ?? known.find(({ plan }) => command.profile === null || plan.profile === command.profile)
  if (campaign === undefined) return
  const { accountId, plan, source, session } = campaign
  await store.commit({
    accountId,
    profile: plan.profile,
    source,
    date: session.date,
    atMarket_ms: clock.now_ms() ?? session.open_ms,
    atWall_ms: wall.now_ms(),
    events: [auditedEvent(command, result)],
    ...EVENTS_ALONE,
    once: `audit-${command.id}`,
  })
}

function auditedEvent(command: CommandJob, result: CommandResult): Audited {
  const { kind, id: interactionId, actor, requestedAt_ms: at_wall_ms, ...options } = command
  const given = Object.entries(options).flatMap(([name, value]) => (value === null ? [] : [[name, String(value)]]))
  const [outcome, code] = result.ok ? (['done', null] as const) : (['refused', result.refusal.code] as const)
  const what = `phase4d ${kind}`
  return {
    type: 'command_audited',
    interactionId,
    actor,
    what,
    options: Object.fromEntries(given),
    outcome,
    code,
    at_wall_ms,
  }
}
