/** A worker's health over HTTP, where it is configured. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { LOOPBACK_HOST } from '../broker/hosts.ts'
import type { WallClock } from '../config/clock.ts'
import type { Config } from '../config/config.ts'
import type { Logger } from '../config/logger.ts'
import { PROJECT_ROOT } from '../config/paths.ts'
import type { DeskWorker } from '../queue/desk-worker.ts'
import { createHeartbeats } from '../queue/heartbeats.ts'
import { readEngines } from '../store/engine-records.ts'
import type { Store } from '../store/open-store.ts'
import { startHealthReporter } from '../watchdog/health-reporter.ts'
import { type HealthServer, type HealthServerOptions, startHealthServer } from '../watchdog/health-server.ts'
import { joinedDesk } from './supervisor/joined-workers.ts'

type HealthConfig = Pick<Config, 'workerHealth' | 'redisUrl' | 'dataDir'>
type HealthPlace = Pick<HealthServerOptions, 'host' | 'port'>

interface WorkerHealthOptions {
  readonly config: HealthConfig
  readonly worker: DeskWorker
  readonly store: Store
  readonly wall: WallClock
  readonly log: Logger
}

/** @throws Error where the address cannot be listened on: a worker the watchdog cannot see would be traded against. */
export async function answerForHealth(options: WorkerHealthOptions): Promise<{ close(): Promise<void> }> {
  const { config, worker, store, wall, log } = options
  const places = healthPlaces(config)
  if (places.length === 0) {
    log.info('no WORKER_HEALTH_PORT: a watchdog knows this worker only by what others say of it')
    return { close: async () => undefined }
  }
  const engines = () => readEngines(store.redis, store.keys, store.sessions)
  const reporter = startHealthReporter({ worker, engines, wall, version: readVersion(), pid: process.pid })
  const version = readVersion()
  const watchdogs = { workers: store.keys.watchdogs, workerVersions: store.keys.watchdogVersions }
  const server = await startWhereFree(places, {
    answer: () => reporter.answer(),
    // It reaches no store itself; while the store is away nobody reads this either.
    onWatchdog: (name) =>
      void createHeartbeats(store.redis, watchdogs, { name, version })
        .beat()
        .catch(() => undefined),
  })
  log.info({ url: `${server.url}/health` }, 'answers for its health')
  return {
    async close() {
      await Promise.all([server.close(), reporter.close()])
    },
  }
}

/**
 * Where this worker may answer, the first free one of these: where it was told to, else where the watchdog of the desk
 * asks that it has joined. Without the latter that watchdog would trade against it once the desk's own worker hangs.
 */
export function healthPlaces({ workerHealth, redisUrl, dataDir }: HealthConfig): readonly HealthPlace[] {
  if (workerHealth !== null) return [workerHealth]
  const ports = joinedDesk({ dataDir, redisUrl })?.joiningPorts ?? []
  return ports.map((port) => ({ host: LOOPBACK_HOST, port }))
}

/** @throws what the last of `places` threw. */
export async function startWhereFree(
  places: readonly HealthPlace[],
  options: Omit<HealthServerOptions, 'host' | 'port'>,
): Promise<HealthServer> {
  let problem: unknown = new RangeError('expected a place to answer at, got none')
  for (const place of places) {
    try {
      return await startHealthServer({ ...options, ...place })
    } catch (error) {
      problem = error
    }
  }
  throw problem
}

export function readVersion(): string {
  const file = readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8')
  return z.object({ version: z.string() }).parse(JSON.parse(file)).version
}
