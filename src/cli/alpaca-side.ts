/** The broker's side of a process: one connection an account, and the market clock. Entry point: `openAlpacaSide`. */
import type { Share } from '../broker/shares.ts'
import type { AlpacaConfig, Config } from '../config/config.ts'
import type { Logger } from '../config/logger.ts'
import { liveMarketClock, type RunningMarketClock, simMarketClock } from '../config/market-clock.ts'
import { systemWallClock } from '../config/wall-clock.ts'
import { endpointOf } from '../preflight/facts.ts'
import { type Brokers, createBrokers } from '../queue/brokers.ts'
import { PROFILE_NAMES } from '../strategy/types.ts'
import { connectBroker } from './connect-broker.ts'

interface AlpacaSide {
  readonly brokers: Brokers
  /** Running. */
  readonly clock: RunningMarketClock
  close(): Promise<void>
}

/** Resolves after the first attempt to read the market's time. */
export async function openAlpacaSide(
  config: Config,
  alpaca: AlpacaConfig,
  log: Logger,
  share: Share,
): Promise<AlpacaSide> {
  let clock: RunningMarketClock | null = null
  const brokers = createBrokers(
    (profile) => connectBroker(config, profile, log, share, { now_ms: () => clock?.now_ms() ?? null }),
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
