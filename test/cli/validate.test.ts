import { spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { deskEnvironment } from '../../src/cli/supervisor/plan.ts'
import { PROJECT_ROOT } from '../../src/config/paths.ts'
import { preflightReportSchema } from '../../src/preflight/line.ts'
import { type AlpacaSim, startAlpacaSim } from '../../src/sim/alpaca/index.ts'
import type { DiscordSim } from '../../src/sim/discord/server.ts'
import { startSim } from '../support/bot-in-test.ts'

let market: AlpacaSim
let chat: DiscordSim
beforeEach(async () => {
  const source = { kind: 'seed', seed: '7', startDate: '2026-07-17' } as const
  market = await startAlpacaSim({ port: 0, source, speed: 80, requestsPerMinute: 1_000_000 })
  chat = await startSim()
})
afterEach(async () => {
  await Promise.all([market.close(), chat.close()])
})

/** The environment that `npm start` gives its processes. */
const environment = (): Record<string, string> =>
  deskEnvironment({
    redisUrl: process.env.TEST_REDIS_URL ?? '',
    marketPort: Number(new URL(market.url).port),
    chatPort: Number(new URL(chat.url).port),
  })

async function validate(args: readonly string[], env: NodeJS.ProcessEnv) {
  const child = spawn(process.execPath, [join(PROJECT_ROOT, 'scripts/phase4d.mjs'), 'validate', ...args], {
    env: { PATH: process.env.PATH, ENV_FILE: 'none', DATA_DIR: join(tmpdir(), 'phase4d-no-desk'), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (data) => (stdout += data))
  child.stderr.on('data', (data) => (stderr += data))
  const status = await new Promise<number | null>((resolve) => child.on('close', resolve))
  return { status, stdout, stderr }
}

const statuses = (stdout: string): Record<string, string> =>
  Object.fromEntries(preflightReportSchema.parse(JSON.parse(stdout)).checks.map(({ id, status }) => [id, status]))

describe('phase4d validate', () => {
  it('prints one JSON document and exits with 0 where nothing fails, with no worker running', async () => {
    const { status, stdout, stderr } = await validate(['--account', '25k', '--json'], environment())
    const report = preflightReportSchema.parse(JSON.parse(stdout))
    expect([status, stderr]).toEqual([0, ''])
    expect(report).toMatchObject({
      account: '25k',
      source: { kind: 'SIM', label: '7' },
      ok: true,
      summary: { pass: 20, warn: 3, fail: 0 },
      notChecked: [],
    })
    const warned = report.checks.filter((check) => check.status !== 'pass')
    // The tests' Redis keeps nothing on disk, and no bot has registered commands yet.
    expect(warned.map(({ id }) => id)).toEqual(['redis_appendonly', 'redis_appendfsync', 'discord_commands'])
  })

  it('exits with 1 and says what to do where something fails', async () => {
    const env = { ...environment(), ALPACA_SECRET_KEY_25K: 'wrong', DISCORD_CHANNEL_ID: '1191893689958400099' }
    const { status, stdout } = await validate([], env)
    expect(status).toBe(1)
    expect(stdout).toMatch(/FAIL {2}Broker answers +127\.0\.0\.1:\d+ refuses the keys/)
    expect(stdout).toContain('→ Check that key id and secret belong together')
    expect(stdout).toMatch(/FAIL {2}Channel +the bot does not see channel 1191893689958400099/)
    expect(stdout).toContain('Not checked: Account, Options level')
    expect(stdout).not.toContain('wrong')
  })

  it('tells refused keys and tokens from what cannot be reached', async () => {
    const gone = { ALPACA_TRADING_URL: 'http://127.0.0.1:1', DISCORD_API_URL: 'http://127.0.0.1:1/api' }
    const away = await validate(['--json'], { ...environment(), ...gone, REDIS_URL: 'redis://:hush-hush@127.0.0.1:1' })
    expect(statuses(away.stdout)).toMatchObject({ broker_access: 'fail', redis_access: 'fail', discord_token: 'fail' })
    expect(away.stdout.match(/cannot be reached/g)).toHaveLength(2)
    expect(away.stdout).not.toContain('hush')
    const wrong = await validate(['--json'], { ...environment(), DISCORD_TOKEN: 'x'.repeat(40) })
    expect(wrong.stdout).toContain('Discord refuses the token')
    expect(wrong.stdout).not.toContain('xxxx')
  })

  it('tells a configuration that cannot be used, under the checks it belongs to', async () => {
    const env = { ALPACA_API_KEY: 'AKLIVEKEY', ALPACA_SECRET_KEY: 'hush-hush', VIX_MAX: 'high' }
    const { status, stdout } = await validate(['--json'], env)
    expect([status, statuses(stdout)]).toEqual([1, { configuration: 'fail', keys: 'fail' }])
    expect(stdout).toContain('live key')
    expect(stdout).not.toMatch(/AKLIVEKEY|hush/)
  })

  it('says that there are no keys, and what npm start would do, where nothing is configured', async () => {
    const { status, stdout } = await validate([], {})
    expect(status).toBe(1)
    expect(stdout).toContain('there are no keys for 25k')
    expect(stdout).toContain('npm start runs a Redis of its own')
  })

  it('exits with 2 on an account that is none', async () => {
    const { status, stdout, stderr } = await validate(['--account', '5k'], {})
    expect([status, stdout]).toEqual([2, ''])
    expect(stderr).toContain('Allowed choices are 2k, 25k')
  })
})
