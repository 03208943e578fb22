/** An account's connection to the broker, as configured. Entry points: `connectBroker`, `secretsOf`. */
import { createAlpacaBroker } from '../broker/alpaca-broker.ts'
import type { Broker } from '../broker/port.ts'
import { REQUEST_SHARES, type Share } from '../broker/shares.ts'
import type { MarketClock } from '../config/clock.ts'
import type { AlpacaConfig, Config } from '../config/config.ts'
import type { Logger } from '../config/logger.ts'
import { systemWallClock } from '../config/wall-clock.ts'
import type { ProfileName } from '../strategy/types.ts'

/** An accelerated market fits many of its minutes into one of ours; the simulator's own limit is scaled alike. */
const SIM_REQUESTS_PER_MINUTE = 100_000

/** Null: the profile has no keys. Without a market clock, the market's time is the machine's. */
export function connectBroker(
  { alpaca, simClock }: Pick<Config, 'alpaca' | 'simClock'>,
  profile: ProfileName,
  log: Logger,
  share: Share,
  marketClock?: Pick<MarketClock, 'now_ms'>,
): Broker | null {
  const keys = alpaca?.credentials[profile]
  if (alpaca === null || keys === undefined) return null
  const { credentials: _others, ...endpoints } = alpaca
  return createAlpacaBroker({
    ...keys,
    ...endpoints,
    requestsPerMinute: simClock === null ? REQUEST_SHARES[share] : SIM_REQUESTS_PER_MINUTE,
    ...(marketClock === undefined ? {} : { marketClock }),
    log: log.child({ profile }),
    wallClock: systemWallClock,
  })
}

/** What must never be logged. */
export function secretsOf(alpaca: AlpacaConfig): string[] {
  return Object.values(alpaca.credentials).flatMap(({ keyId, secret }) => [keyId, secret])
}
