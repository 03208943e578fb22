import { afterEach, expect, test } from 'vitest'
import { readRunningDesk } from '../../src/cli/supervisor/running-desk.ts'
import { isAlive } from '../../src/config/redis-server.ts'
import {
  cleanUp,
  openPosition,
  pidOf,
  processesOf,
  ready,
  startUp,
  status,
  until,
  workerPid,
} from '../support/up-desk.ts'

afterEach(cleanUp)

test('a desk starts, serves its page, replaces a killed worker, and stops in order when told', {
  timeout: 150_000,
}, async () => {
  const up = startUp()
  await ready(up)
  const page = up.output().match(/http:\/\/localhost:\d+/)?.[0] ?? ''
  expect((await fetch(page)).status).toBe(200)
  expect(readRunningDesk(up.dataDir)?.page).toBe(page)
  const first = workerPid(up)
  if (first === null) throw new Error('expected the worker to name its process in its log')
  process.kill(first, 'SIGKILL')
  await until('another worker', up, () => (workerPid(up) === first ? null : true))
  expect(up.output()).toContain('The worker was killed (SIGKILL); starting it again')
  const all = processesOf(up)
  expect(all.length).toBeGreaterThanOrEqual(3)
  up.process.kill('SIGTERM')
  expect(await up.exit).toBe(0)
  expect(all.filter(isAlive)).toEqual([])
  expect(readRunningDesk(up.dataDir)).toBeNull()
})

test('with a position open a desk bears the loss of its Redis and of its chat, and ends at once with its market', {
  timeout: 150_000,
}, async () => {
  const up = startUp({ args: ['--speed', '600'] })
  await ready(up)
  const store = await openPosition(up)
  const worker = workerPid(up)

  const redisPid = Number(/process_id:(\d+)/.exec(await store.redis.info('server'))?.[1])
  process.kill(redisPid, 'SIGKILL')
  await until('Redis to be back', up, () => (up.output().includes('Redis was killed (SIGKILL); it runs') ? true : null))
  const shown = await until('the position to be watched on', up, async () => {
    const view = await status(store)
    return view?.position && (view.health.heartbeatAge_ms ?? Infinity) < 3_000 ? view : null
  })
  expect(shown.phase).toBe('holding')
  expect(workerPid(up)).toBe(worker)

  const desk = readRunningDesk(up.dataDir)
  process.kill(await pidOf(up, 'chat'), 'SIGKILL')
  await until('the page to answer again', up, async () => {
    if (!up.output().includes('The chat simulator was killed (SIGKILL); starting it again')) return null
    return fetch(desk?.page ?? '').then(
      () => true,
      () => null,
    )
  })
  expect(up.output()).toContain('messages')

  process.kill(await pidOf(up, 'market'), 'SIGKILL')
  const killed_ms = performance.now()
  expect(await up.exit).toBe(1)
  expect(performance.now() - killed_ms).toBeLessThan(20_000)
  expect(up.output()).toContain('The market simulator was killed (SIGKILL); shutting down. Its account')
  expect(up.output()).not.toContain('MAY STILL BE OPEN')
})

test('npm alone is told to stop: it returns when the position is closed and the desk is down, with exit status 0', {
  timeout: 150_000,
}, async () => {
  const up = startUp({ args: ['--speed', '600'], byNpm: true })
  await ready(up)
  await openPosition(up)
  up.process.kill('SIGTERM')
  expect(await up.exit).toBe(0)
  expect(up.output()).toMatch(/Stopping: closing positions[\s\S]*Stopped\./)
  expect(processesOf(up)).toEqual([])
})
