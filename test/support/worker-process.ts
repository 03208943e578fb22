/** Workers as processes of their own, as they run in production. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PROJECT_ROOT } from '../../src/config/paths.ts'
import type { TestDesk } from './desk-in-test.ts'

const LOG_CHARS_KEPT = 200_000
/** Of all the workers that this process starts. */
export const WORKERS_DATA_DIR = join(tmpdir(), `phase4d-worker-of-${process.pid}`)

export interface WorkerProcess extends DeskProcess {
  /** As the worker names itself in the store: ends in its process id. */
  owns(worker: string | null): boolean
}

export function spawnWorker(desk: TestDesk, env: Readonly<Record<string, string>> = {}): WorkerProcess {
  const spawned = spawnDeskProcess(desk, 'worker', { REDIS_URL: desk.redisUrl, ...env })
  return { ...spawned, owns: (worker) => worker?.endsWith(`-${spawned.child.pid}`) ?? false }
}

export interface DeskProcess {
  readonly child: ChildProcess
  /** The exit status; null when a signal ended it. */
  readonly exited: Promise<number | null>
  /** What it logged so far: warnings and errors, unless TEST_LOG_LEVEL says otherwise. */
  log(): string
}

/** A command of the desk with the market of this test. */
export function spawnDeskProcess(
  desk: TestDesk,
  command: string,
  env: Readonly<Record<string, string>> = {},
): DeskProcess {
  const { url, clockUrl, streamUrls } = desk.sim
  const child = spawn(process.execPath, [join(PROJECT_ROOT, 'build/src/cli/main.js'), command], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      PATH: process.env.PATH,
      ENV_FILE: '/dev/null',
      DATA_DIR: WORKERS_DATA_DIR,
      ALPACA_API_KEY_25K: 'PKSIM25K',
      ALPACA_SECRET_KEY_25K: 'sim',
      ALPACA_TRADING_URL: url,
      ALPACA_DATA_URL: url,
      ALPACA_TRADING_STREAM_URL: streamUrls.trading,
      ALPACA_STOCK_STREAM_URL: streamUrls.stock,
      ALPACA_OPTION_STREAM_URL: streamUrls.option,
      SIM_CLOCK_URL: clockUrl,
      SIM_CLOCK_POLL_MS: '20',
      LOG_LEVEL: process.env.TEST_LOG_LEVEL ?? 'warn',
      ...env,
    },
  })
  const exited = once(child, 'exit').then(([code]) => (typeof code === 'number' ? code : null))
  let logged = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    logged = (logged + text).slice(-LOG_CHARS_KEPT)
    if (process.env.TEST_LOG_LEVEL !== undefined) process.stderr.write(text)
  })
  return { child, exited, log: () => logged }
}
