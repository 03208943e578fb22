/** What a worker tells the verdict about where it runs. Entry point: `verdictFactsOf`. */
import type { Logger } from 'pino'
import { countTried, triedRun } from '../backtest/tried-variants.ts'
import type { AlpacaConfig } from '../config/config.ts'
import { strategyVersion } from '../config/strategy-version.ts'
import type { Store } from '../store/open-store.ts'
import { readTried } from '../store/tried-runs.ts'
import type { StrategyConfig } from '../strategy/types.ts'
import { baselineOf } from '../validation/verdict/baseline-record.ts'
import type { VerdictFacts } from './register-campaign.ts'

export interface VerdictFactsOptions {
  readonly alpaca: Pick<AlpacaConfig, 'optionFeed' | 'stockFeed'>
  readonly dataDir: string
  readonly store: Pick<Store, 'redis' | 'keys'>
  readonly log: Logger
}

export async function verdictFactsOf({ alpaca, dataDir, store, log }: VerdictFactsOptions): Promise<VerdictFacts> {
  const places = { dataDir, store, say: (note: string) => log.warn(note) }
  return {
    feeds: { option: alpaca.optionFeed, stock: alpaca.stockFeed },
    strategyVersion: await strategyVersion(),
    baselineOf: (profile) => baselineOf(dataDir, profile),
    async triedWith(config) {
      const tried = await readTried(places)
      const all = countTried([...tried, asRun(config)], { profile: config.profile.name })
      return { variants: all.variants, runs: all.runs - 1 }
    },
  }
}

/** The configuration to be armed as the record knows those that were tried: it is one of them. */
function asRun(config: StrategyConfig): ReturnType<typeof triedRun> {
  const source = { kind: 'market', label: 'to be armed' } as const
  const run = { id: 'to be armed', at_ms: 0, kind: 'backtest', actor: 'the desk', source, fills: 'touch' } as const
  return triedRun({ ...run, config, set: {}, sweeps: [] })
}
