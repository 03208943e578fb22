/**
 * The configuration of commands that talk to a desk: what the person set, and for services that are not set, those of
 * the desk that `npm start` runs in this folder. So `phase4d status` in a second terminal just works.
 */
import type { Config } from '../config/config.ts'
import { type Environment, loadConfig } from '../config/env.ts'
import { readRunningDesk } from './supervisor/running-desk.ts'
import { UsageError } from './usage.ts'

/** For commands that need the desk's Redis. Throws `ConfigError`, or `UsageError` when there is none to talk to. */
export function loadDeskConfig(env: Environment = process.env): Config {
  const config = withRunningDesk(loadConfig(env), (found) => found.redisUrl === null, env)
  if (config.redisUrl !== null) return config
  throw new UsageError(
    'no desk runs here: type npm start in another terminal, or set REDIS_URL to the Redis of a running one',
  )
}

/** For commands that only talk to Discord. Throws `ConfigError`, or `UsageError` when there is none to talk to. */
export function loadDiscordConfig(env: Environment = process.env): Config {
  const config = withRunningDesk(loadConfig(env), (found) => found.discord === null, env)
  if (config.discord !== null) return config
  throw new UsageError('no Discord: set DISCORD_TOKEN and the other DISCORD_ variables in .env (see .env.example)')
}

/** For a preflight: whatever there is, of the person's or of the running desk. Throws `ConfigError`. */
export function loadWhateverConfig(env: Environment = process.env): Config {
  return withRunningDesk(
    loadConfig(env),
    ({ redisUrl, alpaca, discord }) => redisUrl === null || alpaca === null || discord === null,
    env,
  )
}

/** What each service of a running desk consists of, by the names of its variables. */
const SERVICES: readonly { readonly names: RegExp; readonly lacks: (own: Config) => boolean }[] = [
  { names: /^REDIS_/, lacks: ({ redisUrl }) => redisUrl === null },
  { names: /^(ALPACA_|SIM_CLOCK_)/, lacks: ({ alpaca }) => alpaca === null },
  { names: /^DISCORD_/, lacks: ({ discord }) => discord === null },
]

/** The desk stands in for whole services that the person has not set; never for a part of one that is set. */
function withRunningDesk(own: Config, lacks: (config: Config) => boolean, env: Environment): Config {
  if (!lacks(own)) return own
  const desk = readRunningDesk(own.dataDir)
  if (desk === null) return own
  const missing = SERVICES.filter((service) => service.lacks(own))
  const standIns = Object.entries(desk.environment).filter(([name]) => missing.some(({ names }) => names.test(name)))
  return loadConfig({ ...env, ...Object.fromEntries(standIns) })
}
