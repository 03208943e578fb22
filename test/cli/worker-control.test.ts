import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { Child } from '../../src/cli/supervisor/child.ts'
import { KILL_EVERY_MS, startWorkerControl, type WorkerControl } from '../../src/cli/supervisor/worker-control.ts'
import { systemWallClock } from '../../src/config/wall-clock.ts'
import { until } from '../support/waits.ts'

const cleanUps: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

const ask = async (control: WorkerControl, init: RequestInit = {}, path = '/kill-worker') => {
  const answer = await fetch(`${control.url}${path}`, { method: 'POST', ...init })
  const text = await answer.text()
  return { status: answer.status, message: text === '' ? null : String(JSON.parse(text).message) }
}

async function controlled(killWorker: () => boolean) {
  let now_ms = 0
  const control = await startWorkerControl({ wall: { monotonic_ms: () => now_ms }, killWorker })
  cleanUps.push(control.close)
  return {
    control,
    pass: (ms: number) => {
      now_ms += ms
    },
  }
}

test('the worker is killed when asked, and not again before the desk could recover', async () => {
  let kills = 0
  const { control, pass } = await controlled(() => {
    kills += 1
    return true
  })
  expect(new URL(control.url).hostname).toBe('127.0.0.1')
  expect(await ask(control)).toEqual({ status: 204, message: null })
  pass(KILL_EVERY_MS - 1)
  expect(await ask(control)).toEqual({ status: 429, message: 'one was killed just now; again in 1 s' })
  pass(1)
  expect((await ask(control)).status).toBe(204)
  expect(kills).toBe(2)
})

test('with no worker there nothing is killed and nothing is counted', async () => {
  let runs = false
  const { control } = await controlled(() => runs)
  expect(await ask(control)).toEqual({ status: 409, message: expect.stringContaining('no worker runs') })
  runs = true
  expect((await ask(control)).status).toBe(204)
})

test('a web page, another path and another method kill nothing', async () => {
  const { control } = await controlled(() => {
    throw new Error('expected no kill')
  })
  expect((await ask(control, { headers: { origin: 'http://evil.example' } })).status).toBe(403)
  expect((await ask(control, {}, '/')).status).toBe(404)
  expect((await ask(control, { method: 'GET' })).status).toBe(405)
})

test('a child that is crashed on purpose starts again each time, more often than one that fails may', async () => {
  const logDir = mkdtempSync(join(tmpdir(), 'phase4d-child-'))
  cleanUps.push(() => rmSync(logDir, { recursive: true, force: true }))
  let restarts = 0
  const gaveUp: string[] = []
  const child = new Child(
    { name: 'chat', args: ['sim', 'discord', '--port', '0'], env: process.env, nodeFlags: [], restart: () => true },
    {
      logDir,
      // Waits between restarts are not what is tested.
      wall: { ...systemWallClock, sleep: (_ms, signal) => systemWallClock.sleep(0, signal) },
      events: { onRestart: () => (restarts += 1), onGaveUp: ({ how }) => gaveUp.push(how) },
    },
  )
  cleanUps.push(() => child.kill())
  child.start()
  for (let round = 1; round <= 12; round += 1) {
    await until('a worker to crash', () => child.crash())
    await until(`restart ${round}`, () => restarts === round)
  }
  expect(gaveUp).toEqual([])
  child.kill()
  expect(child.crash()).toBe(false)
})
