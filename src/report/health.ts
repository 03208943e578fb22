/** Whether everything the desk needs is alive, as far as the store knows. Pure. Entry point: `healthProblems`. */
import { duration } from './format.ts'
import type { FeedProgress, QueueDepths, StoreHealth } from './store-health.ts'
import { isOver, type StatusView } from './views.ts'

export interface HealthView {
  readonly store: StoreHealth
  readonly queues: Readonly<Record<'commands' | 'sessions', QueueDepths>>
  readonly accounts: readonly { readonly status: StatusView; readonly feed: FeedProgress }[]
}

/** A worker beats once a second, an engine twice. */
export const WORKER_SILENT_MS = 3_000
export const ENGINE_SILENT_MS = 10_000
/** A command takes well under a second; more than this many waiting means that nobody takes them. */
const COMMANDS_WAITING_MAX = 10
/** A post takes well under a second; more than this many behind means that nothing is posted. */
const FEED_BEHIND_MAX = 10

/** What is wrong, worst first, each with what to do; empty: nothing. */
export function healthProblems({ store, queues, accounts }: HealthView): readonly string[] {
  const isAlive = store.workers.some(({ age_ms }) => age_ms <= WORKER_SILENT_MS)
  return [
    ...(isAlive ? [] : ['No worker is alive: nothing is traded. Start one (`npm start`), or look at its log.']),
    ...accounts.flatMap(({ status, feed }) => [...engineProblems(status), ...feedProblems(status, feed)]),
    ...(queues.commands.waiting > COMMANDS_WAITING_MAX
      ? [`${queues.commands.waiting} commands wait for a worker to take them.`]
      : []),
  ]
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
