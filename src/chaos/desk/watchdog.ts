/** The watchdog's process: the real guard over the account, asking the workers of the simulation whether they live. */
import { DEFAULT_ENGINE_LIMITS } from '../../session/engine-limits.ts'
import { WATCHDOG_DEFAULTS } from '../../watchdog/decide.ts'
import type { WorkerHealth } from '../../watchdog/health.ts'
import { runGuards } from '../../watchdog/run.ts'
import { brokerPorts } from '../broker/broker-ports.ts'
import { gatedClocks } from './clocks.ts'
import { WATCHDOG } from './names.ts'
import type { SimWorker } from './worker.ts'
import { startProcess, type World } from './world.ts'

/** It looks on for so long: a whole day of its looks, once a second, would be most of a day's work. */
const WATCHES_MS = 2_700_000
/** Longer than a worker needs to take over at the simulation's pace. */
const SILENT_MS_MAX = 180_000

export function startWatchdog(world: World, workers: () => readonly SimWorker[]): void {
  const until_ms = world.time.now_ms + WATCHES_MS
  watch(world, workers, until_ms)
}

function watch(world: World, workers: () => readonly SimWorker[], until_ms: number): void {
  if (world.time.now_ms >= until_ms) return
  const { process, gate } = startProcess(world, WATCHDOG, () => watch(world, workers, until_ms))
  const { wall } = gatedClocks(process, gate)
  const limits = {
    ...WATCHDOG_DEFAULTS,
    silentMax_ms: SILENT_MS_MAX,
    exitWait_s: DEFAULT_ENGINE_LIMITS.exitWait_s,
    exitLimitAttempts: DEFAULT_ENGINE_LIMITS.exitLimitAttempts,
  }
  const broker = brokerPorts(world, process, gate, world.checks.orders)
  const over = new AbortController()
  world.time.at(until_ms, () => over.abort())
  const ask = async () => workers().flatMap(healthOf)
  void runGuards(
    [{ profile: world.settings.profile.name, broker, limits }],
    { workers: { ask }, wall, log: world.log },
    over.signal,
  )
}

/** A guard goes by the ages in an answer alone; made anew at every look, its times would cost more than all of it. */
const TIME_NOBODY_READS = new Date(0).toISOString()

/** A worker that is dead or hangs answers nothing. */
function healthOf(worker: SimWorker): readonly WorkerHealth[] {
  const { process } = worker
  if (!process.isAlive || process.isPaused) return []
  return [
    {
      worker: process.name,
      version: '0',
      pid: 1,
      startedAt: TIME_NOBODY_READS,
      now: TIME_NOBODY_READS,
      sessions: [...worker.health()],
      elsewhere: [],
      queue: 'ok',
      store: 'ok',
      eventLoopLag_ms: 0,
    },
  ]
}
