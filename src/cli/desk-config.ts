/**
 * The configuration of commands that talk to a desk: what the person set, and for services that are not set, those of
 * the desk that `npm start` runs in this folder. So `phase4d status` in a second terminal just works.
 */
import type { Config } from '../config/config.ts'
import { type Environment, loadConfig } from '../config/env.ts'
import { readRunningDesk } from './supervisor/running-desk.ts'
import { UsageError } from './usage.ts'

/** Throws `ConfigError`, or `UsageError` when there is no Redis to talk to. */
export function loadDeskConfig(env: Environment = process.env): Config {
  const own = loadConfig(env)
  if (own.redisUrl !== null) return own
  const desk = readRunningDesk(own.dataDir)
  if (desk === null) {
    throw new UsageError(
      'no desk runs here: type npm start in another terminal, or set REDIS_URL to the Redis of a running one',
    )
  }
  return loadConfig({ ...env, ...desk.environment })
}
