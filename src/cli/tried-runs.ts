/** A terminal's backtests among those that were ever made. Entry point: `rememberHere`. */
import { randomUUID } from 'node:crypto'
import { userInfo } from 'node:os'
import { triedRun } from '../backtest/tried-variants.ts'
import type { WallClock } from '../config/clock.ts'
import type { Config } from '../config/config.ts'
import { createLogger } from '../config/logger.ts'
import { openStore, type Store } from '../store/open-store.ts'
import { rememberTried } from '../store/tried-runs.ts'
import type { RememberRun } from './backtest.ts'
import { readRunningDesk } from './supervisor/running-desk.ts'

/** In the data folder, and in the store where a desk has one; a store that does not answer is said and done without. */
export async function rememberHere(
  run: Parameters<RememberRun>[0],
  { dataDir, redisUrl }: Pick<Config, 'dataDir' | 'redisUrl'>,
  clock: WallClock,
  say: (note: string) => void,
): Promise<number> {
  const url = redisUrl ?? readRunningDesk(dataDir)?.environment.REDIS_URL ?? null
  const store = url === null ? null : await opened(url, clock, say)
  try {
    const facts = { ...run, id: randomUUID(), at_ms: clock.now_ms(), actor: userInfo().username }
    return await rememberTried(triedRun(facts), { dataDir, store, say })
  } finally {
    store?.close()
  }
}

async function opened(redisUrl: string, wall: WallClock, say: (note: string) => void): Promise<Store | null> {
  const log = await createLogger({ level: 'silent', name: 'cli' })
  try {
    return await openStore({ redisUrl, wall, log })
  } catch (error) {
    say(`the variants tried are not told to the desk: ${(error as Error).message}`)
    return null
  }
}
