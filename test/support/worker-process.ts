/** Workers as processes of their own, as they run in production. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { PROJECT_ROOT } from '../../src/config/paths.ts'
import type { TestDesk } from './desk-in-test.ts'

export interface WorkerProcess {
  readonly child: ChildProcess
  /** As the worker names itself in the store: ends in its process id. */
  owns(worker: string | null): boolean
  /** The exit status; null when a signal ended it. */
  readonly exited: Promise<number | null>
}

export function spawnWorker(desk: TestDesk): WorkerProcess {
  const { url, clockUrl, streamUrls } = desk.sim
  const child = spawn(process.execPath, [join(PROJECT_ROOT, 'build/src/cli/main.js'), 'worker'], {
    stdio: ['ignore', 'ignore', process.env.TEST_LOG_LEVEL === undefined ? 'ignore' : 'inherit'],
    env: {
      PATH: process.env.PATH,
      ENV_FILE: '/dev/null',
      REDIS_URL: desk.redisUrl,
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
    },
  })
  const exited = once(child, 'exit').then(([code]) => (typeof code === 'number' ? code : null))
  return { child, exited, owns: (worker) => worker?.endsWith(`-${child.pid}`) ?? false }
}
