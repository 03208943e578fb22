/** The broker's side of a process: one connection an account, and the market clock. Entry point: `openAlpacaSide`. */
import { createAlpacaBroker } from '../broker/alpaca-broker.ts'
import type { Broker } from '../broker/port.ts'
import type { AlpacaConfig, Config } from '../config/config.ts'
import type { Logger } from '../config/logger.ts'
import { liveMarketClock, type RunningMarketClock, simMarketClock } from '../config/market-clock.ts'
import { systemWallClock } from '../config/wall-clock.ts'
import { endpointOf } from '../preflight/facts.ts'
import { type Brokers, createBrokers } from '../queue/brokers.ts'
import { PROFILE_NAMES, type ProfileName } from '../strategy/types.ts'

/** An accelerated market fits many of its minutes into one of ours; the simulator's own limit is scaled alike. */
const SIM_REQUESTS_PER_MINUTE = 100_000

export interface AlpacaSide {
  readonly brokers: Brokers
  /** Running. */
  readonly clock: RunningMarketClock
  close(): Promise<void>
}

/** Resolves after the first attempt to read the market's time. */
export async function openAlpacaSide(config: Config, alpaca: AlpacaConfig, log: Logger): Promise<AlpacaSide> {
  let clock: RunningMarketClock | null = null
  const brokers = createBrokers(
    (profile) => makeBroker(config, alpaca, profile, log, () => clock?.now_ms() ?? null),
    (profile) => endpointOf(alpaca, profile),
  )
  const running = marketClock(config, brokers, log)
  clock = running
  await running.start()
  return {
    brokers,
    clock: running,
    async close() {
      await Promise.allSettled([brokers.close(), running.close()])
    },
  }
}

export function secretsOf(alpaca: AlpacaConfig): string[] {
  return Object.values(alpaca.credentials).flatMap(({ keyId, secret }) => [keyId, secret])
}

function makeBroker(
  config: Config,
  alpaca: AlpacaConfig,
  profile: ProfileName,
  log: Logger,
  now_ms: () => number | null,
): Broker | null {
  const credentials = alpaca.credentials[profile]
  if (credentials === undefined) return null
  const { tradingUrl, dataUrl, tradingStreamUrl, stockStreamUrl, optionStreamUrl, optionFeed, stockFeed } = alpaca
  return createAlpacaBroker({
    ...credentials,
    tradingUrl,
    dataUrl,
    tradingStreamUrl,
    stockStreamUrl,
    optionStreamUrl,
    optionFeed,
    stockFeed,
    ...(config.simClock === null ? {} : { requestsPerMinute: SIM_REQUESTS_PER_MINUTE }),
    log: log.child({ profile }),
    wallClock: systemWallClock,
    marketClock: { now_ms },
  })
}

function marketClock(config: Config, brokers: Brokers, log: Logger): RunningMarketClock {
  const onProblem = (problem: string | null) =>
    problem === null ? log.info('market clock works') : log.error({ problem }, 'market clock')
  if (config.simClock !== null) return simMarketClock({ ...config.simClock, wall: systemWallClock, onProblem })
  return liveMarketClock({ wall: systemWallClock, onProblem, brokerNow_ms: () => brokerNow(brokers) })
}

/** Any account's broker tells the same time. */
async function brokerNow(brokers: Brokers): Promise<number | null> {
  for (const profile of PROFILE_NAMES) {
    const clock = await brokers.of(profile)?.clock()
    if (clock?.ok) return clock.value.now_ms
  }
  return null
}
