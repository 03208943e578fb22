/**
 * One look at the schedules of all armed accounts: does what is due, once. Entry point: `passSchedules`.
 *
 * 1. Time is the market's, as the account's engine last saw it. While no engine watches, a paper account goes by the
 *    wall's clock, and what its engine saw last is not passed off as the present; on a simulated market nothing becomes
 *    due, and what is still of use is made up for afterwards.
 * 2. What a duty tells is committed to the journal together with the mark that it was told: a crash between two steps,
 *    or a second bot at the same time, repeats nothing.
 * 3. A campaign that was stopped is followed on: what waits for reviewers is told when it is over, and its week when
 *    the week is. Its clock is that of an engine on the same market, else the simulated market's own; of a paper
 *    account, the wall's.
 * 4. Nothing of a campaign's past is made up for: its schedule begins when it is first seen.
 * 5. What could not be done is tried again (`retries.ts`) and holds up no other; what waits is saved with the position,
 *    in the same write that leaves its time behind.
 */
import type { Logger } from 'pino'
import type { MarketClock, WallClock } from '../config/clock.ts'
import { reasonOf } from '../config/reason.ts'
import type { JournalEvent } from '../session/events.ts'
import type { AgedEngineRecord, EngineRecord } from '../store/engine-records.ts'
import { EVENTS_ALONE, type SessionStore, StoreUnreachable } from '../store/port.ts'
import type { FailedDuty, SchedulePosition, ScheduleStore } from '../store/schedule-store.ts'
import { MINUTE_MS } from '../time/units.ts'
import { type Duty, type DutyKind, dueBetween } from './due.ts'
import { failedOnce, givenUp, tryNow } from './retries.ts'

/** What there is to tell; null: nothing. `tries`: how often it has failed; absent: never. */
export type DutyAction = (
  engine: EngineRecord,
  duty: Duty & { readonly tries?: number },
) => Promise<JournalEvent | null>

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
const ADVANCE_ENDED_MS = 10 * MINUTE_MS
/** An engine shows life twice a second, waiting sessions too. */
const LIVE_STALE_MS = 10_000

/** Throws `StoreUnreachable`: what was due then is done at the next look. */
export async function passSchedules(ports: SchedulePorts, signal?: AbortSignal): Promise<void> {
  const running = await ports.schedules.engines()
  for (const engine of running) {
    if (signal?.aborted) return
    await passSchedule(watched(engine), ports, signal)
  }
  for (const engine of await ports.schedules.ended()) {
    if (signal?.aborted) return
    await passEnded(engine, clockOf(engine, running, ports), ports, signal)
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

/**
 * Without what an engine of a paper account said before it fell silent: the wall's time goes on, its market's too. How
 * old that is says the store: the clock of the worker's machine may be another than this one's.
 */
function watched({ campaign, live, liveAge_ms }: AgedEngineRecord): EngineRecord {
  const isStale = liveAge_ms === null || liveAge_ms > LIVE_STALE_MS
  return isStale && campaign.source.kind === 'PAPER' ? { campaign, live: null } : { campaign, live }
}

async function passEnded(
  engine: EngineRecord,
  now_ms: number | null,
  ports: SchedulePorts,
  signal?: AbortSignal,
): Promise<void> {
  const { accountId, campaignId, session } = engine.campaign
  const known = await ports.schedules.position(accountId)
  // One that was over before anybody looked is a past.
  if (known === null || known.campaignId !== campaignId) return
  const due: Duty[] = []
  if (known.isOver !== true && known.at_ms < session.close_ms) {
    const { date, close_ms: until_ms } = session
    due.push({ kind: 'reviews', key: `reviews-${date}-stopped-${campaignId}`, at_ms: known.at_ms, until_ms, date })
  }
  const at_ms = Math.max(known.at_ms, now_ms ?? known.at_ms)
  const passed = at_ms > known.at_ms ? dueBetween(known.at_ms, at_ms, [known.session]) : []
  due.push(...passed.filter(({ kind }) => kind === 'week'))
  const done = await performAll({ due, known, engine, now_ms: at_ms }, ports, signal)
  if (done === 'aborted') return
  if (known.isOver === true && !done.isNews && at_ms - known.at_ms < ADVANCE_ENDED_MS) return
  const { failed: _, ...position } = known
  await ports.schedules.advance(accountId, { ...position, at_ms, isOver: true, ...failedField(done.failed) })
}

async function passSchedule(engine: EngineRecord, ports: SchedulePorts, signal?: AbortSignal): Promise<void> {
  const { campaign, live } = engine
  const { accountId, campaignId, session, source } = campaign
  const now_ms = live?.now_ms ?? (source.kind === 'PAPER' ? Math.floor(ports.wall.now_ms()) : null)
  if (now_ms === null) return
  const known = await ports.schedules.position(accountId)
  const before = known?.campaignId === campaignId ? known : null
  const isSame = before?.at_ms === now_ms && before.session.date === session.date
  const calendar = [session, ...(campaign.next === null ? [] : [campaign.next])]
  // A clock that went back is another market's.
  const due =
    before === null || before.at_ms > now_ms || isSame
      ? []
      : dueBetween(before.at_ms, now_ms, [before.session, ...calendar])
  const done = await performAll({ due, known, engine, now_ms }, ports, signal)
  if (done === 'aborted' || (isSame && !done.isNews)) return
  await ports.schedules.advance(accountId, { campaignId, at_ms: now_ms, session, ...failedField(done.failed) })
}

const failedField = (failed: readonly FailedDuty[]) => (failed.length === 0 ? {} : { failed })

interface Look {
  readonly due: readonly Duty[]
  /** What failed before is the account's, whichever campaign it is under by now. */
  readonly known: SchedulePosition | null
  readonly engine: EngineRecord
  /** Market time. */
  readonly now_ms: number
}

/** `failed`: what is to be tried again. `isNews`: something was tried. */
async function performAll(
  { due, known, engine, now_ms }: Look,
  ports: SchedulePorts,
  signal?: AbortSignal,
): Promise<{ readonly failed: readonly FailedDuty[]; readonly isNews: boolean } | 'aborted'> {
  const { now, waiting } = tryNow(known?.failed ?? [], due, ports.wall.now_ms())
  const failed = [...waiting]
  for (const duty of now) {
    if (signal?.aborted) return 'aborted'
    const again = await attempt(duty, engine, now_ms, ports)
    if (again !== null) failed.push(again)
  }
  return { failed, isNews: now.length > 0 || failed.length !== (known?.failed ?? []).length }
}

/** Null: it is over with. */
async function attempt(
  duty: Duty | FailedDuty,
  engine: EngineRecord,
  now_ms: number,
  ports: SchedulePorts,
): Promise<FailedDuty | null> {
  const { wall, log } = ports
  try {
    await perform(duty, engine, now_ms, ports)
    return null
  } catch (error) {
    if (error instanceof StoreUnreachable) throw error
    const again = failedOnce(duty, reasonOf(error), wall.now_ms())
    const next = again === null ? 'never' : Math.round(again.next_wall_ms)
    log.error({ err: error, duty: duty.key, tries: again?.tries, next }, 'a duty of the schedule failed; others go on')
    return again
  }
}

async function perform(
  duty: Duty | FailedDuty,
  engine: EngineRecord,
  now_ms: number,
  { actions, sessions, wall, log }: SchedulePorts,
): Promise<void> {
  const event = givenUp(duty, now_ms) ?? (await actions[duty.kind]?.(engine, duty)) ?? null
  if (event === null) return
  const { accountId, source, plan, session } = engine.campaign
  const result = await sessions.commit({
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
  // Told by another bot, or before a crash: it is told.
  if (!result.ok && result.reason !== 'already_done') throw new Error(`the store did not take it: ${result.reason}`)
  log.info({ accountId, duty: duty.key, told: result.ok }, 'a duty of the schedule')
}
