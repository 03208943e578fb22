/** The worker process: trades until told to stop. */
import { createAlpacaBroker } from '../broker/alpaca-broker.ts'
import type { Broker } from '../broker/port.ts'
import type { AlpacaConfig, Config } from '../config/config.ts'
import { createLogger, type Logger } from '../config/logger.ts'
import { liveMarketClock, type RunningMarketClock, simMarketClock } from '../config/market-clock.ts'
import { systemWallClock } from '../config/wall-clock.ts'
import { type Brokers, createBrokers } from '../queue/brokers.ts'
import { startDeskWorker } from '../queue/desk-worker.ts'
import { openStore } from '../store/open-store.ts'
import { PROFILE_NAMES, type ProfileName } from '../strategy/types.ts'
import { announceReady, followParent } from './ready.ts'
import { EXIT, UsageError } from './usage.ts'

/** An accelerated market fits many of its minutes into one of ours; the simulator's own limit is scaled alike. */
const SIM_REQUESTS_PER_MINUTE = 100_000

export async function runWorker(config: Config): Promise<number> {
  const { alpaca, redisUrl } = config
  if (alpaca === null)
    throw new UsageError('no Alpaca keys: set ALPACA_API_KEY and ALPACA_SECRET_KEY, or use npm start')
  if (redisUrl === null)
    throw new UsageError('no REDIS_URL: say where Redis is, or use npm start, which brings its own')
  followParent()
  const log = await createLogger({ level: config.logLevel, name: 'worker', secrets: secretsOf(alpaca) })
  const wall = systemWallClock
  const store = await openStore({ redisUrl, wall, log })
  let clock: RunningMarketClock | null = null
  const brokers = createBrokers((profile) => makeBroker(config, alpaca, profile, log, () => clock?.now_ms() ?? null))
  clock = marketClock(config, brokers, log)
  await clock.start()
  const marketClockInUse = clock
  const worker = await startDeskWorker({
    redisUrl,
    store,
    brokers,
    clock: marketClockInUse,
    wall,
    log,
    settingsFor: (profile) => config.strategyFor(profile),
  })
  announceReady()
  await toldToStop()
  log.info('told to stop')
  await worker.stop()
  await Promise.allSettled([brokers.close(), marketClockInUse.close()])
  store.close()
  return EXIT.done
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
  const { tradingUrl, dataUrl, tradingStreamUrl, stockStreamUrl, optionStreamUrl, optionFeed } = alpaca
  return createAlpacaBroker({
    ...credentials,
    tradingUrl,
    dataUrl,
    tradingStreamUrl,
    stockStreamUrl,
    optionStreamUrl,
    optionFeed,
    stockFeed: alpaca.stockFeed === 'sip' ? 'sip' : 'iex',
    ...(config.simClock === null ? {} : { requestsPerMinute: SIM_REQUESTS_PER_MINUTE }),
    log: log.child({ profile }),
    wallClock: systemWallClock,
    marketClock: { now_ms, observe: () => undefined },
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

function secretsOf(alpaca: AlpacaConfig): string[] {
  return Object.values(alpaca.credentials).flatMap(({ keyId, secret }) => [keyId, secret])
}

function toldToStop(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve())
  })
}
