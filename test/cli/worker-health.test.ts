import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { watchdogEnvironment } from '../../src/cli/supervisor/plan.ts'
import { writeRunningDesk } from '../../src/cli/supervisor/running-desk.ts'
import { healthPlaces, startWhereFree } from '../../src/cli/worker-health.ts'
import { freePort } from '../../src/config/programs.ts'
import type { WorkerHealth } from '../../src/watchdog/health.ts'
import { createHealthClient } from '../../src/watchdog/health-client.ts'

const REDIS = 'redis://127.0.0.1:7000'
const HOST = '127.0.0.1'
const ANSWER: WorkerHealth = {
  worker: 'host-2',
  version: '0.1.0',
  pid: 2,
  startedAt: '2026-07-17T13:00:00.000Z',
  now: '2026-07-17T14:00:00.000Z',
  sessions: [],
  elsewhere: [],
  queue: 'ok',
  store: 'ok',
  eventLoopLag_ms: 0,
}

describe('where a worker answers for its health', () => {
  let dataDir = ''
  let opened: { close(): Promise<void> }[] = []
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'phase4d-worker-health-'))
    opened = []
  })
  afterEach(async () => {
    for (const one of opened) await one.close()
    rmSync(dataDir, { recursive: true, force: true })
  })

  const desk = (joiningPorts: readonly number[]) =>
    writeRunningDesk(dataDir, {
      pid: process.pid,
      page: null,
      environment: { REDIS_URL: REDIS },
      joiningPorts,
      ownsRedis: true,
      healthPort: 7100,
    })
  const start = async (ports: readonly number[]) => {
    const server = await startWhereFree(
      ports.map((port) => ({ host: HOST, port })),
      { answer: () => ANSWER },
    )
    opened.push(server)
    return server
  }

  it('is where it was told to, beside a running desk too', () => {
    desk([7101])
    const told = { host: HOST, port: 4411 }
    expect(healthPlaces({ workerHealth: told, redisUrl: REDIS, dataDir })).toEqual([told])
  })

  it('is where the watchdog of the desk asks that it has joined', () => {
    desk([7101, 7102])
    expect(healthPlaces({ workerHealth: null, redisUrl: REDIS, dataDir })).toEqual([
      { host: HOST, port: 7101 },
      { host: HOST, port: 7102 },
    ])
  })

  it('is nowhere for the worker of another Redis, and where no desk runs', () => {
    expect(healthPlaces({ workerHealth: null, redisUrl: REDIS, dataDir })).toEqual([])
    desk([7101])
    expect(healthPlaces({ workerHealth: null, redisUrl: 'redis://127.0.0.1:7999', dataDir })).toEqual([])
  })

  it('is the next place where one is taken, and the watchdog of the desk hears all of them', async () => {
    const ports = [await freePort(), await freePort(), await freePort()]
    await start(ports)
    await start(ports)
    const { WATCHDOG_WORKERS = '' } = watchdogEnvironment(ports, [])
    expect(await createHealthClient(WATCHDOG_WORKERS.split(',')).ask()).toHaveLength(2)
    await start(ports)
    await expect(start(ports)).rejects.toThrow(/expected a free address.*WORKER_HEALTH_PORT/)
  })
})
