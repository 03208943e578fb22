/** What a worker tells the verdict about where it runs. Entry point: `verdictFactsOf`. */
import type { Logger } from 'pino'
import { countTried, triedRun } from '../backtest/tried-variants.ts'
import type { AlpacaConfig, BaselineTables } from '../config/config.ts'
import { strategyVersion } from '../config/strategy-version.ts'
import type { Store } from '../store/open-store.ts'
import { readTried } from '../store/tried-runs.ts'
import type { StrategyConfig } from '../strategy/types.ts'
import { baselineOf } from '../validation/verdict/baseline-record.ts'
import { configuredBaseline } from './configured-baseline.ts'
import type { VerdictFacts } from './register-campaign.ts'

export interface VerdictFactsOptions {
  readonly alpaca: Pick<AlpacaConfig, 'optionFeed' | 'stockFeed'>
  readonly dataDir: string
  readonly dataSetsDir: string
  /** Tables to audit at every arming; null: none are configured. */
  readonly baseline: BaselineTables | null
  readonly store: Pick<Store, 'redis' | 'keys'>
  readonly log: Logger
}

export async function verdictFactsOf(options: VerdictFactsOptions): Promise<VerdictFacts> {
  const { alpaca, dataDir, dataSetsDir, baseline, store, log } = options
  const places = { dataDir, store, say: (note: string) => log.warn(note) }
  return {
    feeds: { option: alpaca.optionFeed, stock: alpaca.stockFeed },
    strategyVersion: await strategyVersion(),
    async baselineOf(profile) {
      const configured = baseline === null ? null : await configuredBaseline(baseline, dataSetsDir, profile)
      return configured ?? (await baselineOf(dataDir, profile))
    },
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
