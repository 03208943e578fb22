/** The watchdog's loop over its accounts. Entry point: `runGuards`. */
import type { Logger } from 'pino'
import type { Broker } from '../broker/port.ts'
import type { WallClock } from '../config/clock.ts'
import type { ProfileName } from '../strategy/types.ts'
import type { WatchdogLimits } from './decide.ts'
import { AccountGuard } from './guard.ts'
import { signsOfLife } from './health.ts'
import type { HealthClient } from './health-client.ts'

export interface GuardedAccount {
  readonly profile: ProfileName
  readonly broker: Broker
  readonly limits: WatchdogLimits
}

export interface WatchdogPorts {
  readonly workers: HealthClient
  readonly wall: WallClock
  readonly log: Logger
}

const LOOK_EVERY_MS = 1000
/** No pause between two looks takes so long: the process itself, or its machine, stood still. */
const STOOD_STILL_MS = 5000

/** Guards until `signal` aborts. True: nothing of the desk was left open without an engine. */
export async function runGuards(
  accounts: readonly GuardedAccount[],
  { workers, wall, log }: WatchdogPorts,
  signal: AbortSignal,
): Promise<boolean> {
  const ask = async () => signsOfLife(await workers.ask())
  const guards = accounts.map((account) => new AccountGuard({ ...account, wall, log, signsOfLife: ask }))
  while (!signal.aborted) {
    const signs = await ask()
    if (signal.aborted) break
    await Promise.all(guards.map((guard) => guard.look(signs)))
    const paused_ms = wall.monotonic_ms()
    await wall.sleep(LOOK_EVERY_MS, signal)
    if (wall.monotonic_ms() - paused_ms < STOOD_STILL_MS) continue
    log.warn('the watchdog stood still: it listens to the workers anew')
    for (const guard of guards) guard.awoke()
  }
  await Promise.all(guards.map((guard) => guard.lastLook()))
  return guards.every((guard) => !guard.isExposed)
}
