/**
 * One look at the schedules of all armed accounts: does what is due, once. Entry point: `passSchedules`.
 *
 * 1. Time is the market's, as the account's engine last saw it. While no engine watches, a paper account goes by the wall's
 *    clock, and what its engine saw last is not passed off as the present; on a simulated market nothing becomes due, and
 *    what is still of use is made up for afterwards.
 * 2. What a duty tells is committed to the journal together with the mark that it was told: a crash between two steps, or
 *    a second bot at the same time, repeats nothing.
 * 3. A campaign that was stopped is followed on: what waits for reviewers is told when it is over, and its week when the
 *    week is. Its clock is that of an engine on the same market, else the simulated market's own; of a paper
 *    account, the wall's.
 * 4. Nothing of a campaign's past is made up for: its schedule begins when it is first seen.
 */
import type { Logger } from 'pino'
import type { MarketClock, WallClock } from '../config/clock.ts'
import type { JournalEvent } from '../session/events.ts'
import type { EngineRecord } from '../store/engine-records.ts'
import { EVENTS_ALONE, type SessionStore, StoreUnreachable } from '../store/port.ts'
import type { ScheduleStore } from '../store/schedule-store.ts'
import { type Duty, type DutyKind, dueBetween } from './due.ts'

/** What there is to tell; null: nothing. */
export type DutyAction = (engine: EngineRecord, duty: Duty) => Promise<JournalEvent | null>

/** A kind that is not there has nothing to tell. */
export type DutyActions = Readonly<Partial<Record<DutyKind, DutyAction>>>

export interface SchedulePorts {
  readonly schedules: ScheduleStore
  readonly sessions: Pick<SessionStore, 'commit'>
  readonly actions: DutyActions
  readonly wall: WallClock
  /** The clock of the simulated market there is, for accounts that no engine trades any more; absent: there is none. */
  readonly simulated?: MarketClock
  readonly log: Logger
}

/** Nothing but the end of a week is due to a campaign that is over. */
const ADVANCE_ENDED_MS = 10 * 60_000
/** An engine shows life twice a second, waiting sessions too. */
const LIVE_STALE_MS = 10_000

/** Throws `StoreUnreachable`: what was due then is done at the next look. */
export async function passSchedules(ports: SchedulePorts, signal?: AbortSignal): Promise<void> {
  const running = await ports.schedules.engines()
  for (const engine of running) {
    if (signal?.aborted) return
    await passSchedule(watched(engine, ports.wall), ports, signal)
  }
  for (const engine of await ports.schedules.ended()) {
    if (signal?.aborted) return
    await passEnded(engine, clockOf(engine, running, ports), ports)
  }
}

/** Market time of an account without an engine; null: nobody knows it. */
function clockOf(
  { campaign: { source } }: EngineRecord,
  running: readonly EngineRecord[],
  { wall, simulated }: SchedulePorts,
): number | null {
  if (source.kind === 'PAPER') return Math.floor(wall.now_ms())
  const same = running.filter(
    ({ campaign }) => campaign.source.kind === source.kind && campaign.source.label === source.label,
  )
  const seen = same.flatMap(({ live }) => (live === null ? [] : [live.now_ms]))
  return seen.length === 0 ? (simulated?.now_ms() ?? null) : Math.max(...seen)
}

/** Without what an engine of a paper account said before it fell silent: the wall's time goes on, its market's too. */
function watched(engine: EngineRecord, wall: WallClock): EngineRecord {
  const { campaign, live } = engine
  const isStale = live !== null && Math.abs(wall.now_ms() - live.atWall_ms) > LIVE_STALE_MS
  return isStale && campaign.source.kind === 'PAPER' ? { campaign, live: null } : engine
}

async function passEnded(engine: EngineRecord, now_ms: number | null, ports: SchedulePorts): Promise<void> {
  const { accountId, campaignId, session } = engine.campaign
  const known = await ports.schedules.position(accountId)
  // One that was over before anybody looked is a past.
  if (known === null || known.campaignId !== campaignId) return
  if (known.isOver !== true && known.at_ms < session.close_ms) {
    const { date, close_ms: until_ms } = session
    await perform(
      { kind: 'reviews', key: `reviews-${date}-stopped-${campaignId}`, at_ms: known.at_ms, until_ms, date },
      engine,
      ports,
    )
  }
  const at_ms = Math.max(known.at_ms, now_ms ?? known.at_ms)
  const duties = at_ms > known.at_ms ? dueBetween(known.at_ms, at_ms, [known.session]) : []
  for (const duty of duties) if (duty.kind === 'week') await perform(duty, engine, ports)
  if (known.isOver === true && duties.length === 0 && at_ms - known.at_ms < ADVANCE_ENDED_MS) return
  await ports.schedules.advance(accountId, { ...known, at_ms, isOver: true })
}

async function passSchedule(engine: EngineRecord, ports: SchedulePorts, signal?: AbortSignal): Promise<void> {
  const { campaign, live } = engine
  const { accountId, campaignId, session, source } = campaign
  const now_ms = live?.now_ms ?? (source.kind === 'PAPER' ? Math.floor(ports.wall.now_ms()) : null)
  if (now_ms === null) return
  const known = await ports.schedules.position(accountId)
  const before = known?.campaignId === campaignId ? known : null
  // A clock that went back is another market's.
  if (before !== null && before.at_ms <= now_ms) {
    if (before.at_ms === now_ms && before.session.date === session.date) return
    const calendar = [before.session, session, ...(campaign.next === null ? [] : [campaign.next])]
    for (const duty of dueBetween(before.at_ms, now_ms, calendar)) {
      if (signal?.aborted) return
      await perform(duty, engine, ports)
    }
  }
  await ports.schedules.advance(accountId, { campaignId, at_ms: now_ms, session })
}

async function perform(duty: Duty, engine: EngineRecord, ports: SchedulePorts): Promise<void> {
  const { wall, log } = ports
  const event = await eventOf(duty, engine, ports)
  if (event === null) return
  const { accountId, source, plan, session } = engine.campaign
  const result = await ports.sessions.commit({
    accountId,
    profile: plan.profile,
    source,
    date: duty.kind === 'week' ? session.date : duty.date,
    atMarket_ms: engine.live?.now_ms ?? duty.at_ms,
    atWall_ms: wall.now_ms(),
    events: [event],
    ...EVENTS_ALONE,
    once: duty.key,
  })
  log.info({ accountId, duty: duty.key, told: result.ok }, 'a duty of the schedule')
}

async function eventOf(
  duty: Duty,
  engine: EngineRecord,
  { actions, log }: SchedulePorts,
): Promise<JournalEvent | null> {
  const action = actions[duty.kind]
  if (action === undefined) return null
  try {
    return await action(engine, duty)
  } catch (error) {
    if (error instanceof StoreUnreachable) throw error
    log.error({ err: error, duty: duty.key }, 'a duty of the schedule failed; the others go on')
    return null
  }
}
