/** `phase4d up` as people start it, and what can be seen of its processes. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { readRunningDesk } from '../../src/cli/supervisor/running-desk.ts'
import { createLogger } from '../../src/config/logger.ts'
import { PROJECT_ROOT } from '../../src/config/paths.ts'
import { isAlive } from '../../src/config/redis-server.ts'
import { pollUntil, systemWallClock } from '../../src/config/wall-clock.ts'
import type { StatusView } from '../../src/report/views.ts'
import { openStore, type Store } from '../../src/store/open-store.ts'

export const LIMIT_MS = 60_000
/** Of a market that is to come to a position soon. */
const SPEED = 600
const ROUNDS_MAX = 3
const SCRIPT = join(PROJECT_ROOT, 'scripts/phase4d.mjs')
export const cleanUps: (() => void)[] = []
/** Ends what a test started; to be called after each. */
export function cleanUp(): void {
  for (const undo of cleanUps.splice(0).reverse()) undo()
}

export interface RunningUp {
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

export function startUp({
  dataDir = mkdtempSync(join(tmpdir(), 'phase4d-up-')),
  args = [],
  byNpm,
}: UpStart = {}): RunningUp {
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

export async function until<T>(what: string, up: RunningUp, probe: () => T | null | Promise<T | null>): Promise<T> {
  const answer = await pollUntil(async () => probe(), { timeout_ms: LIMIT_MS, every_ms: 50 })
  if (answer === null) throw new Error(`expected ${what}, got:\n${up.output()}`)
  return answer
}

export const ready = (up: RunningUp): Promise<true> =>
  until('worker and bot to be ready', up, () => (up.output().includes('Worker and bot are ready') ? true : null))

/** Ids of every process whose environment names this desk's data folder. */
export function processesOf(up: RunningUp): readonly number[] {
  const names = ['worker', 'bot', 'watchdog', 'market', 'chat']
  const pids = names.flatMap((name) => {
    const file = join(up.dataDir, 'logs', `${name}.log`)
    const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []
    return lines.flatMap((line) => (line.startsWith('{') ? [Number(JSON.parse(line).pid)] : []))
  })
  return [...new Set(pids)].filter((pid) => pid > 0 && isAlive(pid))
}

export async function pidOf(up: RunningUp, name: string): Promise<number> {
  const lines = readFileSync(join(up.dataDir, 'logs', `${name}.log`), 'utf8').split('\n')
  return Number(JSON.parse(lines.find((line) => line.startsWith('{')) ?? '{}').pid)
}

export const workerPid = (up: RunningUp): number | null => {
  const lines = readFileSync(join(up.dataDir, 'logs', 'worker.log'), 'utf8')
    .trim()
    .split('\n')
  const pids = lines.flatMap((line) => (line.includes('"worker ready"') ? [Number(JSON.parse(line).pid)] : []))
  return pids.at(-1) ?? null
}

/** A command beside the running desk. The exit status; null when a signal ended it. */
export function phase4d(up: RunningUp, args: readonly string[]): Promise<number | null> {
  const child = spawn(process.execPath, [SCRIPT, ...args], { env: environmentOf(up.dataDir), stdio: 'ignore' })
  return new Promise((resolve) => child.on('exit', resolve))
}

/** Arms the account and stops the clock when a position is open. */
export async function openPosition(up: RunningUp): Promise<Store> {
  const environment = readRunningDesk(up.dataDir)?.environment ?? {}
  const log = await createLogger({ level: 'silent', name: 'test' })
  const store = await openStore({ redisUrl: environment.REDIS_URL ?? '', wall: systemWallClock, log })
  cleanUps.push(() => store.close())
  const exit = await phase4d(up, ['start', '--account', '25k'])
  if (exit !== 0) throw new Error(`expected the account to be armed, got exit status ${exit}`)
  const clockUrl = environment.SIM_CLOCK_URL ?? ''
  const isOpen = async () => ((await status(store))?.position ? true : null)
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    await until('an open position', up, isOpen)
    const slowed_ms = await setSpeed(clockUrl, 1)
    const view = await until('the worker to come to that time', up, async () => {
      const now = await status(store)
      return now !== null && (now.now_ms ?? 0) > slowed_ms ? now : null
    })
    // On a busy machine the market may have closed it before it was slowed down: the next one, then.
    if (view.phase === 'holding' && view.position !== null) return store
    await setSpeed(clockUrl, SPEED)
  }
  throw new Error(`expected a position to stay open, got ${ROUNDS_MAX} that did not:\n${up.output()}`)
}

/** Market time of the change. */
async function setSpeed(clockUrl: string, speed: number): Promise<number> {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(clockUrl, { method: 'POST', headers, body: JSON.stringify({ speed }) })
  return Date.parse(clockSchema.parse(await answer.json()).now)
}

const clockSchema = z.object({ now: z.string() })

/** Null while the store is away. */
export async function status(store: Store): Promise<StatusView | null> {
  const [account] = await store.reader.accounts().catch(() => [])
  return account === undefined ? null : await store.reader.status(account.accountId).catch(() => null)
}
