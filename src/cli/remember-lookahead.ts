/** Tells the desk that this version of the rules was checked for look-ahead. Entry point: `rememberLookahead`. */
import type { LookaheadDocument } from '../backtest/lookahead/lookahead.ts'
import { lookaheadRun } from '../backtest/lookahead/run-record.ts'
import type { WallClock } from '../config/clock.ts'
import type { Config } from '../config/config.ts'
import { reasonOf } from '../config/reason.ts'
import { strategyVersion } from '../config/strategy-version.ts'
import { saveLookahead } from '../store/lookahead-runs.ts'
import type { Structure } from '../strategy/types.ts'
import { storeHere } from './tried-runs.ts'

/** What was done with it, a line for people; the check's own result stands whatever becomes of this. */
export async function rememberLookahead(
  result: LookaheadDocument,
  structure: Structure,
  config: Pick<Config, 'dataDir' | 'redisUrl'>,
  clock: WallClock,
): Promise<string> {
  const version = await strategyVersion()
  let why = 'no desk runs here'
  const store = await storeHere(config, clock, (reason) => {
    why = reason
  })
  const not = (reason: string): string =>
    `version ${version} of the rules; the desk was not told for its verdict: ${reason}`
  if (store === null) return not(why)
  try {
    await saveLookahead(
      store.redis,
      store.keys,
      lookaheadRun(result, { strategyVersion: version, structure, at_ms: clock.now_ms() }),
    )
    return `version ${version} of the rules; recorded for the desk’s verdict`
  } catch (error) {
    return not(reasonOf(error))
  } finally {
    store.close()
  }
}
