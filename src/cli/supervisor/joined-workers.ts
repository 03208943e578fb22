/**
 * Workers that joined a desk from other terminals. They use its Redis: where that ends with the desk, they leave first,
 * and hand what they watch to the desk's own worker, which closes it.
 *
 * Entry points: `joinedHaveLeft` (the desk's side), `joinedDeskEnds` (the worker's).
 */
import type { WallClock } from '../../config/clock.ts'
import type { Config } from '../../config/config.ts'
import { pollUntil } from '../../config/wall-clock.ts'
import type { SessionPhase } from '../../session/mode.ts'
import type { WorkerHealth } from '../../watchdog/health.ts'
import { createHealthClient } from '../../watchdog/health-client.ts'
import { healthAddress } from './plan.ts'
import { type RunningDesk, readRunningDesk, writeRunningDesk } from './running-desk.ts'
import type { Gone } from './shut-down.ts'

/** A session is handed over in under a second; waited for at most twice, within the bound of the whole shut-down. */
const LEAVE_MS = 5_000
/** Without Redis there is nobody to hand over to: a worker closes by itself. */
const CLOSE_MS = 20_000
const ASK_EVERY_MS = 200
const LOOK_EVERY_MS = 500
const OPEN_PHASES: ReadonlySet<SessionPhase> = new Set(['entering', 'holding', 'exiting'])

interface LeavingDesk {
  readonly dataDir: string
  readonly gone: Gone
  readonly wall: WallClock
  readonly say: (line: string) => void
}

/**
 * Tells them, and waits a bounded time until they are gone and the desk's own worker watches what they watched. False:
 * it may be open, and the Redis it is in ends.
 */
export async function joinedHaveLeft({ dataDir, gone, wall, say }: LeavingDesk): Promise<boolean> {
  const desk = readRunningDesk(dataDir)
  if (desk === null || desk.pid !== process.pid || !desk.ownsRedis) return true
  writeRunningDesk(dataDir, { ...desk, isEnding: true })
  const joined = createHealthClient(desk.joiningPorts.map(healthAddress))
  const before = await joined.ask()
  if (before.length === 0) return true
  const names = before.map(({ worker }) => worker).join(', ')
  say(`Waiting for the worker that joined this desk to leave: ${names} ...`)
  const limits = { timeout_ms: gone === 'redis' ? CLOSE_MS : LEAVE_MS, every_ms: ASK_EVERY_MS }
  const until = async (isSo: () => Promise<boolean>) =>
    (await pollUntil(async () => ((await isSo()) ? true : null), limits, wall)) !== null
  if (!(await until(async () => (await joined.ask()).length === 0))) {
    say(`${names} did not leave and goes on without Redis: end it (Ctrl+C), it closes what it watches.`)
    return false
  }
  // Without Redis each closes what it watched by itself; nothing changes hands.
  const own = createHealthClient([healthAddress(desk.healthPort)])
  const open = gone === 'redis' ? [] : openIn(before)
  if (await until(async () => isWatched(open, await own.ask()))) return true
  say(`What ${names} watched was not taken over. Check the account by hand.`)
  return false
}

function openIn(answers: readonly WorkerHealth[]): readonly string[] {
  const sessions = answers.flatMap((answer) => answer.sessions)
  return sessions.filter(({ phase }) => OPEN_PHASES.has(phase)).map(({ accountId }) => accountId)
}

function isWatched(accountIds: readonly string[], answers: readonly WorkerHealth[]): boolean {
  const sessions = answers.flatMap((answer) => answer.sessions)
  const watched = new Set(sessions.filter(({ lastTickAge_ms }) => lastTickAge_ms !== null).map((one) => one.accountId))
  return accountIds.every((accountId) => watched.has(accountId))
}

/**
 * Resolves when the desk that this worker joined is told to stop, or is gone, and Redis with it; never for any other.
 */
export async function joinedDeskEnds(config: Pick<Config, 'dataDir' | 'redisUrl'>, wall: WallClock): Promise<void> {
  const joined = joinedDesk(config)
  if (joined === null || !joined.ownsRedis) return new Promise(() => undefined)
  for (;;) {
    const now = readRunningDesk(config.dataDir)
    if (now === null || now.pid !== joined.pid || now.isEnding) return
    await wall.sleep(LOOK_EVERY_MS)
  }
}

/** The desk of this folder, where this worker uses its Redis and is not the one that the desk itself started. */
export function joinedDesk({ dataDir, redisUrl }: Pick<Config, 'dataDir' | 'redisUrl'>): RunningDesk | null {
  const desk = readRunningDesk(dataDir)
  const isJoined = desk !== null && desk.pid !== process.ppid && desk.environment.REDIS_URL === redisUrl
  return isJoined ? desk : null
}
