/** Alpaca's history for `backtest` and `lookahead`, with the keys of the first account that has some. */

import { HistoryReads } from '../backtest/alpaca/history-reads.ts'
import { historySource } from '../backtest/alpaca/history-source.ts'
import type { CacheSettings, DaySource } from '../backtest/sources.ts'
import { createClients } from '../broker/clients.ts'
import { isLoopback } from '../broker/hosts.ts'
import { parseBrokerOptions } from '../broker/options.ts'
import { REQUEST_SHARES } from '../broker/shares.ts'
import type { WallClock } from '../config/clock.ts'
import type { Config } from '../config/config.ts'
import { PROFILE_NAMES } from '../strategy/types.ts'
import { UsageError } from './usage.ts'

interface HistoryContext {
  readonly config: Config
  readonly cache: CacheSettings
  readonly clock: WallClock
  readonly signal: AbortSignal
}

/** @throws UsageError where no Alpaca account is configured. */
export function alpacaHistory(
  { config, cache, clock, signal }: HistoryContext,
  range: { readonly from: string; readonly to: string },
): DaySource {
  const { alpaca } = config
  const profile = alpaca === null ? undefined : PROFILE_NAMES.find((name) => alpaca.credentials[name] !== undefined)
  const credentials = profile === undefined ? undefined : alpaca?.credentials[profile]
  if (alpaca === null || credentials === undefined) {
    throw new UsageError('--source alpaca: expected ALPACA_API_KEY and ALPACA_SECRET_KEY of a paper account in .env')
  }
  const { tradingUrl, dataUrl, tradingStreamUrl, stockFeed, optionFeed } = alpaca
  const settings = parseBrokerOptions({
    ...credentials,
    tradingUrl,
    dataUrl,
    tradingStreamUrl,
    stockFeed,
    optionFeed,
    requestsPerMinute: REQUEST_SHARES.tools,
    timeout_ms: 30_000,
  })
  const reads = new HistoryReads(createClients(settings, clock), settings.stockFeed, clock, signal)
  const isSimulated = isLoopback(dataUrl)
  return historySource({ ...range, reads, feed: stockFeed, isSimulated, cache, now_ms: clock.now_ms() })
}
