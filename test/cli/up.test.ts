import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { readRunningDesk } from '../../src/cli/supervisor/running-desk.ts'
import { PROJECT_ROOT } from '../../src/config/paths.ts'
import { isAlive } from '../../src/config/redis-server.ts'
import { pollUntil } from '../../src/config/wall-clock.ts'

const LIMIT_MS = 60_000
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

function startUp(dataDir: string = mkdtempSync(join(tmpdir(), 'phase4d-up-'))): RunningUp {
  const { TEST_REDIS_URL: _, ...inherited } = process.env
  const child = spawn(process.execPath, [join(PROJECT_ROOT, 'scripts/phase4d.mjs'), 'up'], {
    env: { ...inherited, ENV_FILE: 'none', DATA_DIR: dataDir, PORT: '0' },
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

test('a desk refuses a second one beside it, and its processes end by themselves when it is killed outright', {
  timeout: 150_000,
}, async () => {
  const up = startUp()
  await ready(up)
  const second = startUp(up.dataDir)
  expect(await second.exit).toBe(1)
  expect(second.output()).toContain(`already runs in this folder (process ${up.process.pid})`)
  expect(readRunningDesk(up.dataDir)?.pid).toBe(up.process.pid)
  const all = processesOf(up)
  up.process.kill('SIGKILL')
  await up.exit
  await until('every process to end', up, () => (all.some(isAlive) ? null : true))
})
