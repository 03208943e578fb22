/**
 * The watchdog process: flattens what no worker watches any more. It needs the broker and the workers' health answers,
 * and nothing else: not Redis, not Discord.
 *
 * Exit status: 0 told to stop with nothing left open without an engine; 1 told to stop while something was; 2 bad
 * configuration.
 */
import type { AlpacaConfig, Config } from '../config/config.ts'
import { createLogger, type Logger } from '../config/logger.ts'
import { systemWallClock } from '../config/wall-clock.ts'
import { PROFILE_NAMES, type ProfileName } from '../strategy/types.ts'
import { WATCHDOG_DEFAULTS, type WatchdogLimits } from '../watchdog/decide.ts'
import { createHealthClient } from '../watchdog/health-client.ts'
import { type GuardedAccount, runGuards } from '../watchdog/run.ts'
import { connectBroker, secretsOf } from './connect-broker.ts'
import { announceReady, followParent } from './ready.ts'
import { EXIT, UsageError } from './usage.ts'

export async function runWatchdog(config: Config): Promise<number> {
  const { alpaca, watchdog } = config
  if (alpaca === null) throw new UsageError('no Alpaca keys: the watchdog needs those of the accounts it guards')
  if (watchdog.workers.length === 0) {
    throw new UsageError(
      'no WATCHDOG_WORKERS: say where the workers answer for their health (their WORKER_HEALTH_PORT), e.g. http://127.0.0.1:4411',
    )
  }
  const profiles = guardedProfiles(alpaca, watchdog.profiles)
  followParent()
  const log = await createLogger({ level: config.logLevel, name: 'watchdog', secrets: secretsOf(alpaca) })
  const stop = new AbortController()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort())
  const accounts = profiles.map((profile) => guarded(config, profile, log))
  log.info({ profiles, workers: watchdog.workers, silent_s: watchdog.silent_s }, 'watching the workers')
  announceReady()
  const workers = createHealthClient(watchdog.workers)
  const clean = await runGuards(accounts, { workers, wall: systemWallClock, log }, stop.signal)
  await Promise.allSettled(accounts.map(({ broker }) => broker.close()))
  if (!clean) log.error('told to stop while something is open that no worker watches')
  return clean ? EXIT.done : EXIT.no
}

function guardedProfiles(alpaca: AlpacaConfig, wanted: readonly ProfileName[] | null): readonly ProfileName[] {
  const withKeys = PROFILE_NAMES.filter((name) => alpaca.credentials[name] !== undefined)
  const missing = wanted?.find((name) => !withKeys.includes(name))
  if (missing === undefined) return wanted ?? withKeys
  throw new UsageError(`WATCHDOG_PROFILES: expected profiles with keys (${withKeys.join(', ')}), got "${missing}"`)
}

function guarded(config: Config, profile: ProfileName, log: Logger): GuardedAccount {
  const broker = connectBroker(config, profile, log, 'watchdog')
  if (broker === null) throw new UsageError(`no keys for ${profile}`)
  return { profile, broker, limits: limitsFor(config, profile) }
}

function limitsFor(config: Config, profile: ProfileName): WatchdogLimits {
  const { exitWait_s, exitLimitAttempts } = config.strategyFor(profile).engine
  return { ...WATCHDOG_DEFAULTS, silentMax_ms: config.watchdog.silent_s * 1000, exitWait_s, exitLimitAttempts }
}
