/** The schedule's part of the active bot: what it looks at, and whom it asks. Entry point: `followDeskSchedule`. */
import type { Logger } from 'pino'
import { followDayEnds } from '../day-end/follow.ts'
import { dutyActions } from '../schedule/actions.ts'
import type { SchedulePorts } from '../schedule/pass.ts'
import { followSchedules } from '../schedule/ticks.ts'
import type { Actor } from '../session/events.ts'
import type { Desk } from './desk.ts'
import { wholePreflight } from './views/validate-reply.ts'

export type ScheduleStores = Pick<SchedulePorts, 'schedules' | 'sessions' | 'simulated'>

const ACTOR: Actor = { id: 'desk', name: 'the schedule', via: 'system' }
const PREFLIGHT_WAIT_MS = 10_000

/** Until `signal` aborts: what is due by the market's clock, and the reports of days that have ended. */
export async function followDeskSchedule(
  stores: ScheduleStores,
  desk: Pick<Desk, 'reader' | 'reviews' | 'commands' | 'checkDiscord' | 'wall'>,
  log: Logger,
  signal: AbortSignal,
): Promise<'stopped'> {
  const actions = dutyActions({
    reader: desk.reader,
    reviewersNeeded: desk.reviews.policy.needed,
    preflight: ({ campaign }, id) =>
      wholePreflight(campaign.plan.profile, desk, { id, actor: ACTOR }, PREFLIGHT_WAIT_MS),
  })
  const { wall, reader } = desk
  await Promise.all([
    followSchedules({ ...stores, actions, wall, log }, signal),
    followDayEnds({ reader, sessions: stores.sessions, wall, log }, signal),
  ])
  return 'stopped'
}
