/** Whether everything the desk needs is alive, as far as the store knows. Pure. Entry point: `healthProblems`. */

import { OPEN_ALERTS_MAX } from '../approval/alerts.ts'
import { HOUR_MS } from '../time/units.ts'
import { duration, withDayNames } from './format.ts'
import type { FeedProgress, QueueDepths, StoreHealth } from './store-health.ts'
import { isOver, type StatusView } from './views.ts'

export interface HealthView {
  readonly store: StoreHealth
  readonly queues: Readonly<Record<'commands' | 'sessions' | 'studies', QueueDepths>>
  readonly accounts: readonly {
    readonly status: StatusView
    readonly feed: FeedProgress
  }[]
}

/** A worker beats once a second, an engine twice. */
export const WORKER_SILENT_MS = 3_000
export const ENGINE_SILENT_MS = 10_000
/** A watchdog asks every worker once a second, and waits for answers. */
export const WATCHDOG_SILENT_MS = 10_000
/** A worker that died is worth a look for this long; after that it stands in the list of workers only. */
const WORKER_LOST_MAX_MS = HOUR_MS
const ALERTS_NAMED_MAX = 3
/** A command takes well under a second; more than this many waiting means that nobody takes them. */
const COMMANDS_WAITING_MAX = 10
/** A post takes well under a second; more than this many behind means that nothing is posted. */
const FEED_BEHIND_MAX = 10

/** What is wrong, worst first, each with what to do; empty: nothing. */
export function healthProblems({ store, queues, accounts }: HealthView): readonly string[] {
  const isAlive = store.workers.some(({ age_ms }) => age_ms <= WORKER_SILENT_MS)
  return [
    ...(isAlive ? [] : ['No worker is alive: nothing is traded. Start one (`npm start`), or look at its log.']),
    ...accounts.flatMap(({ status, feed }) => [
      ...alertProblems(status),
      ...engineProblems(status),
      ...feedProblems(status, feed),
    ]),
    ...(isAlive ? lostWorkers(store) : []),
    ...guardProblems(store),
    ...(queues.commands.waiting > COMMANDS_WAITING_MAX
      ? [`${queues.commands.waiting} commands wait for a worker to take them.`]
      : []),
  ]
}

/** Beside a living worker: its sessions go on there, but nobody stands by any more. */
function lostWorkers({ workers }: StoreHealth): string[] {
  return workers
    .filter(({ age_ms }) => age_ms > WORKER_SILENT_MS && age_ms <= WORKER_LOST_MAX_MS)
    .map(
      ({ name, age_ms }) =>
        `Worker ${name} is silent for ${duration(age_ms)} and was not stopped in order. Its sessions go to another; look at its log.`,
    )
}

/** Nothing of it is needed to trade; without them nobody closes for a dead worker, or posts. */
function guardProblems({ bot, watchdogs }: StoreHealth): string[] {
  const guards = watchdogs.some(({ age_ms }) => age_ms <= WATCHDOG_SILENT_MS)
  return [
    ...(bot === null ? ['No bot holds the lease: nothing is posted. One that stands by takes it within seconds.'] : []),
    ...(guards
      ? []
      : [
          'The watchdog is not running, or reaches no worker: what a dead worker leaves open is closed by nobody. `npm start` runs one; see its log.',
        ]),
  ]
}

/** `95 more alerts`; where more may be open than are kept, `at least 95 more alerts`. */
export function moreAlerts(known: number, named: number): string {
  const more = known - named
  return `${known >= OPEN_ALERTS_MAX ? 'at least ' : ''}${more} more ${more === 1 ? 'alert' : 'alerts'}`
}

function alertProblems({ profile, guard, openAlerts: alerts = [] }: StatusView): string[] {
  const held =
    guard === undefined ? [] : [`${profile} opens nothing (${withDayNames(guard.why)}) until two persons \`/resume\`.`]
  const named = alerts.slice(0, ALERTS_NAMED_MAX).map(({ alertNo, title, age_ms }) => {
    return `${profile}: nobody has acknowledged #${alertNo} (${title}) for ${duration(age_ms)}. Press Acknowledge at it.`
  })
  const more = alerts.length - named.length
  const many = `${profile}: ${moreAlerts(alerts.length, named.length)} are not acknowledged.`
  return [...named, ...(more === 0 ? [] : [many]), ...held]
}

/** Streams and engine of a session that is under way; before the market's hours nothing is expected of the streams. */
function engineProblems(status: StatusView): string[] {
  if (isOver(status) || (!status.armed && status.position === null)) return []
  const { profile, health, now_ms, open_ms, close_ms } = status
  if (health.heartbeatAge_ms === null) return [`${profile}: no worker has its session.`]
  if (health.heartbeatAge_ms > ENGINE_SILENT_MS) {
    return [
      `${profile}: its engine is silent for ${duration(health.heartbeatAge_ms)}. \`/stop\` works as soon as a worker is back.`,
    ]
  }
  if (now_ms === null || now_ms < open_ms || now_ms >= close_ms) return []
  return Object.entries(health.streams)
    .filter(([, state]) => state === 'disconnected')
    .map(([name]) => `${profile}: the ${name} stream is disconnected; the desk asks by requests meanwhile.`)
}

function feedProblems({ profile }: StatusView, { feedNo, postedNo }: FeedProgress): string[] {
  const behind = feedNo - postedNo
  return behind > FEED_BEHIND_MAX ? [`${profile}: ${behind} posts are waiting to be posted.`] : []
}
