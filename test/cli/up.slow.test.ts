import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { readRunningDesk } from '../../src/cli/supervisor/running-desk.ts'
import { isAlive } from '../../src/config/redis-server.ts'
import { OLIVIA } from '../../src/sim/discord/fixtures.ts'
import { ChatUser, textOf } from '../support/chat-user.ts'
import {
  cleanUp,
  cleanUps,
  LIMIT_MS,
  openPosition,
  phase4d,
  processesOf,
  type RunningUp,
  ready,
  startUp,
  status,
  until,
  workerPid,
} from '../support/up-desk.ts'

afterEach(cleanUp)

test("the page's button kills the worker: the channel hears of it, and another one goes on with the session", {
  timeout: 150_000,
}, async () => {
  const up = startUp({ args: ['--speed', '10'] })
  await ready(up)
  const page = up.output().match(/http:\/\/localhost:\d+/)?.[0] ?? ''
  const post = (path: string) => fetch(`${page}${path}`, { method: 'POST' })
  expect(await (await fetch(`${page}/desk`)).json()).toMatchObject({ canKillWorker: true })
  const olivia = await ChatUser.connect(page, OLIVIA.id)
  cleanUps.push(() => olivia.close())
  await olivia.slash('start', { account: '25k' })
  await olivia.waitFor((message) => textOf(message).includes('Session started'), { timeout_ms: LIMIT_MS })
  const first = workerPid(up)

  expect((await post('/desk/kill-worker')).status).toBe(204)
  const again = await post('/desk/kill-worker')
  expect(again.status).toBe(502)
  expect(await again.json()).toEqual({ message: expect.stringContaining('one was killed just now') })
  const resumed = await olivia.waitFor((message) => textOf(message).includes('Session resumed'), {
    timeout_ms: LIMIT_MS,
  })
  expect(textOf(resumed)).toContain('its worker died')
  expect(workerPid(up)).not.toBe(first)
  expect(up.output()).toContain('The worker was killed (SIGKILL); starting it again in 0.5 s')
  // A silence that was told of is also told to be over.
  const told = (words: string) => olivia.messages().some((message) => textOf(message).includes(words))
  if (told('No engine has watched')) {
    await olivia.waitFor((message) => textOf(message).includes('again, after about'), { timeout_ms: LIMIT_MS })
  }
  up.process.kill('SIGTERM')
  expect(await up.exit).toBe(0)
})

test('a second request kills what does not end, and exits as killed by that signal', { timeout: 150_000 }, async () => {
  const up = startUp()
  await ready(up)
  const all = processesOf(up)
  process.kill(workerPid(up) ?? 0, 'SIGSTOP')
  up.process.kill('SIGTERM')
  await until('the desk to begin stopping', up, () => (up.output().includes('Stopping') ? true : null))
  // Signals close together are one request: only a later one is the second.
  await until('the second request to be heard', up, () => {
    if (up.output().includes('Killing everything.')) return true
    up.process.kill('SIGTERM')
    return null
  })
  expect(await up.exit).toBe(143)
  expect(all.filter(isAlive)).toEqual([])
})

test('a desk refuses a second one beside it, and its processes end by themselves when it is killed outright', {
  timeout: 150_000,
}, async () => {
  const up = startUp()
  await ready(up)
  const second = startUp({ dataDir: up.dataDir })
  expect(await second.exit).toBe(1)
  expect(second.output()).toContain(`already runs in this folder (process ${up.process.pid})`)
  expect(readRunningDesk(up.dataDir)?.pid).toBe(up.process.pid)
  const all = processesOf(up)
  up.process.kill('SIGKILL')
  await up.exit
  await until('every process to end', up, () => (all.some(isAlive) ? null : true))
})

test('killed outright with a position open, the desk closes it, reports, posts, and ends', {
  timeout: 150_000,
}, async () => {
  const up = startUp({ args: ['--speed', '600'] })
  await ready(up)
  const olivia = await ChatUser.connect(up.output().match(/http:\/\/localhost:\d+/)?.[0] ?? '', OLIVIA.id)
  cleanUps.push(() => olivia.close())
  await openPosition(up)
  const all = processesOf(up)
  expect(all).toHaveLength(5)
  up.process.kill('SIGKILL')
  const killed_ms = performance.now()
  await olivia.waitFor((message) => /\bshutdown of the desk\b/i.test(textOf(message)), { timeout_ms: LIMIT_MS })
  await until('every process to end', up, () => (all.some(isAlive) ? null : true))
  // Far from the bound after which they are killed.
  expect(performance.now() - killed_ms).toBeLessThan(40_000)
  expect(journalOf(up)).toMatch(/"type":"trade_closed"[\s\S]*"type":"session_ended"/)
})

test('a worker that joined leaves before the Redis of the desk ends, and what it watched is closed', {
  timeout: 240_000,
}, async () => {
  const up = startUp({ args: ['--speed', '600'] })
  await ready(up)
  const store = await openPosition(up)
  const owner = async () => (await status(store))?.health.worker ?? null
  const first = await owner()
  const joined = phase4d(up, ['worker'])
  const workers = () => store.redis.zcard(store.keys.workers)
  await until('the second worker', up, async () => ((await workers()) === 2 ? true : null))
  // What stands still loses its lease.
  process.kill(workerPid(up) ?? 0, 'SIGSTOP')
  await until('the second worker to have the session', up, async () => ((await owner()) === first ? null : true))
  process.kill(workerPid(up) ?? 0, 'SIGCONT')
  const workerLog = join(up.dataDir, 'logs', 'worker.log')
  await until('the first worker to have noticed', up, () =>
    readFileSync(workerLog, 'utf8').includes('"outcome":"lost"') ? true : null,
  )
  up.process.kill('SIGTERM')
  expect(await up.exit, up.output()).toBe(0)
  expect(await joined).toBe(0)
  expect(up.output()).toContain('Waiting for the worker that joined this desk to leave')
  expect(journalOf(up)).toMatch(/"type":"trade_closed"[\s\S]*"type":"session_ended"/)
})

function journalOf({ dataDir }: RunningUp): string {
  const folder = join(dataDir, 'journal')
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.jsonl'))
  return files.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n')
}
