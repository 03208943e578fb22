import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { readRunningDesk } from '../../src/cli/supervisor/running-desk.ts'
import { createLogger } from '../../src/config/logger.ts'
import { PROJECT_ROOT } from '../../src/config/paths.ts'
import { isAlive } from '../../src/config/redis-server.ts'
import { pollUntil, systemWallClock } from '../../src/config/wall-clock.ts'
import type { StatusView } from '../../src/report/views.ts'
import { OLIVIA } from '../../src/sim/discord/fixtures.ts'
import { openStore, type Store } from '../../src/store/open-store.ts'
import { ChatUser, textOf } from '../support/chat-user.ts'

const LIMIT_MS = 60_000
const SCRIPT = join(PROJECT_ROOT, 'scripts/phase4d.mjs')
const cleanUps: (() => void)[] = []
afterEach(() => {
  for (const cleanUp of cleanUps.splice(0).reverse()) cleanUp()
})

interface RunningUp {
  readonly dataDir: string
  readonly process: ChildProcess
  readonly exit: Promise<number | null>
  output(): string
}

interface UpStart {
  readonly dataDir?: string
  readonly args?: readonly string[]
  /** Started by npm, as people do, in a process group of its own. */
  readonly byNpm?: boolean
}

function environmentOf(dataDir: string): NodeJS.ProcessEnv {
  const { TEST_REDIS_URL: _, ...inherited } = process.env
  return { ...inherited, ENV_FILE: 'none', DATA_DIR: dataDir, PORT: '0' }
}

function startUp({ dataDir = mkdtempSync(join(tmpdir(), 'phase4d-up-')), args = [], byNpm }: UpStart = {}): RunningUp {
  const command = byNpm === true ? 'npm' : process.execPath
  const upArgs = byNpm === true ? ['start', '--', ...args] : [SCRIPT, 'up', ...args]
  const child = spawn(command, upArgs, {
    cwd: PROJECT_ROOT,
    env: environmentOf(dataDir),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data))
  cleanUps.push(() => {
    child.kill('SIGKILL')
    rmSync(dataDir, { recursive: true, force: true })
  })
  const exit = new Promise<number | null>((resolve) => child.on('exit', (status) => resolve(status)))
  return { dataDir, process: child, exit, output: () => output }
}

async function until<T>(what: string, up: RunningUp, probe: () => T | null | Promise<T | null>): Promise<T> {
  const answer = await pollUntil(async () => probe(), { timeout_ms: LIMIT_MS, every_ms: 50 })
  if (answer === null) throw new Error(`expected ${what}, got:\n${up.output()}`)
  return answer
}

const ready = (up: RunningUp): Promise<true> =>
  until('worker and bot to be ready', up, () => (up.output().includes('Worker and bot are ready') ? true : null))

/** Ids of every process whose environment names this desk's data folder. */
function processesOf(up: RunningUp): readonly number[] {
  const names = ['worker', 'bot', 'watchdog', 'market', 'chat']
  const pids = names.flatMap((name) => {
    const file = join(up.dataDir, 'logs', `${name}.log`)
    const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []
    return lines.flatMap((line) => (line.startsWith('{') ? [Number(JSON.parse(line).pid)] : []))
  })
  return [...new Set(pids)].filter((pid) => pid > 0 && isAlive(pid))
}

async function pidOf(up: RunningUp, name: string): Promise<number> {
  const lines = readFileSync(join(up.dataDir, 'logs', `${name}.log`), 'utf8').split('\n')
  return Number(JSON.parse(lines.find((line) => line.startsWith('{')) ?? '{}').pid)
}

const workerPid = (up: RunningUp): number | null => {
  const lines = readFileSync(join(up.dataDir, 'logs', 'worker.log'), 'utf8')
    .trim()
    .split('\n')
  const pids = lines.flatMap((line) => (line.includes('"worker ready"') ? [Number(JSON.parse(line).pid)] : []))
  return pids.at(-1) ?? null
}

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

/** Arms the account and stops the clock when a position is open. */
async function openPosition(up: RunningUp): Promise<Store> {
  const environment = readRunningDesk(up.dataDir)?.environment ?? {}
  const log = await createLogger({ level: 'silent', name: 'test' })
  const store = await openStore({ redisUrl: environment.REDIS_URL ?? '', wall: systemWallClock, log })
  cleanUps.push(() => store.close())
  const start = spawn(process.execPath, [SCRIPT, 'start', '--account', '25k'], { env: environmentOf(up.dataDir) })
  expect(await new Promise((resolve) => start.on('exit', resolve))).toBe(0)
  await until('an open position', up, async () => ((await status(store))?.position ? true : null))
  await slowDown(environment.SIM_CLOCK_URL ?? '')
  return store
}

async function slowDown(clockUrl: string): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  await fetch(clockUrl, { method: 'POST', headers, body: JSON.stringify({ speed: 1 }) })
}

/** Null while the store is away. */
async function status(store: Store): Promise<StatusView | null> {
  const [account] = await store.reader.accounts().catch(() => [])
  return account === undefined ? null : await store.reader.status(account.accountId).catch(() => null)
}

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

function journalOf({ dataDir }: RunningUp): string {
  const folder = join(dataDir, 'journal')
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.jsonl'))
  return files.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n')
}
