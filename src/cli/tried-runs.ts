/**
 * What a terminal's study has from the desk, and leaves with it. Entry points: `rememberHere` (among the runs that were
 * ever made), `structureHere` (what the desk trades), `storeHere`.
 */
import { randomUUID } from 'node:crypto'
import { userInfo } from 'node:os'
import { triedRun } from '../backtest/tried-variants.ts'
import type { WallClock } from '../config/clock.ts'
import type { Config } from '../config/config.ts'
import { createLogger } from '../config/logger.ts'
import { reasonOf } from '../config/reason.ts'
import { openStore, type Store } from '../store/open-store.ts'
import { rememberTried } from '../store/tried-runs.ts'
import type { ProfileName, Structure } from '../strategy/types.ts'
import { defaultStructure } from '../study/default-structure.ts'
import type { RememberRun } from './backtest.ts'
import { readRunningDesk } from './supervisor/running-desk.ts'

/** In the data folder, and in the store where a desk has one; a store that does not answer is said and done without. */
export async function rememberHere(
  run: Parameters<RememberRun>[0],
  { dataDir, redisUrl }: Pick<Config, 'dataDir' | 'redisUrl'>,
  clock: WallClock,
  say: (note: string) => void,
): Promise<number> {
  const store = await storeHere({ dataDir, redisUrl }, clock, (why) =>
    say(`the variants tried are not told to the desk: ${why}`),
  )
  try {
    const facts = { ...run, id: randomUUID(), at_ms: clock.now_ms(), actor: userInfo().username }
    return await rememberTried(triedRun(facts), { dataDir, store, say })
  } finally {
    store?.close()
  }
}

/** What the desk that runs here or is configured trades; as configured where there is none or it does not answer. */
export async function structureHere(
  profile: ProfileName,
  config: Pick<Config, 'dataDir' | 'redisUrl' | 'strategyFor'>,
  clock: WallClock,
  say: (note: string) => void,
): Promise<Structure> {
  const configured = config.strategyFor(profile).structure
  const store = await storeHere(config, clock, (why) => say(`the structure is the configured one: ${why}`))
  try {
    return await defaultStructure(profile, configured, store?.reader ?? null)
  } finally {
    store?.close()
  }
}

/** The store of the desk that runs here or is configured; null without one. One that does not answer is said. */
export async function storeHere(
  { dataDir, redisUrl: configured }: Pick<Config, 'dataDir' | 'redisUrl'>,
  wall: WallClock,
  unreachable: (why: string) => void,
): Promise<Store | null> {
  const redisUrl = configured ?? readRunningDesk(dataDir)?.environment.REDIS_URL ?? null
  if (redisUrl === null) return null
  const log = await createLogger({ level: 'silent', name: 'cli' })
  try {
    return await openStore({ redisUrl, wall, log })
  } catch (error) {
    unreachable(reasonOf(error))
    return null
  }
}
