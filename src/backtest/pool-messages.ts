/** What a backtest and its threads say to each other. */
import type { FillModel } from '../replay/fill-model.ts'
import type { StrategyConfig } from '../strategy/types.ts'

export type PoolRequest =
  /** The days that the next requests are about, in shared memory. */
  | { readonly kind: 'days'; readonly days: readonly Float64Array[] }
  | { readonly kind: 'replay'; readonly configs: readonly StrategyConfig[]; readonly fills: FillModel }

export interface PoolAnswer {
  /** One a variant, as `replayVariant` gives it; empty after `days`. */
  readonly results: readonly Float64Array[]
}
