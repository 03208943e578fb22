import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { describe, expect, test } from 'vitest'
import { PROJECT_ROOT } from '../../src/config/paths.ts'

interface Ended {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

function phase4d(args: readonly string[], env: NodeJS.ProcessEnv = {}, input = ''): Promise<Ended> {
  const script = join(PROJECT_ROOT, 'scripts/phase4d.mjs')
  const child = spawn(process.execPath, [script, ...args], {
    env: { PATH: process.env.PATH, ENV_FILE: 'none', DATA_DIR: join(tmpdir(), 'phase4d-no-desk'), ...env },
    stdio: 'pipe',
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (data) => {
    stdout += data
  })
  child.stderr.on('data', (data) => {
    stderr += data
  })
  child.stdin.end(input)
  return new Promise((resolve) => child.on('close', (status) => resolve({ status, stdout, stderr })))
}

/** A database of the tests' Redis that no other test uses. */
async function emptyRedis(): Promise<string> {
  const url = `${process.env.TEST_REDIS_URL}/15`
  const redis = new Redis(url)
  await redis.flushdb()
  redis.disconnect()
  return url
}

async function takenPort(): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer()
  const port = await new Promise<number>((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve(Number(Object(server.address()).port))),
  )
  return { server, port }
}

describe('the command line', () => {
  test.each([
    ['an unknown command', ['strat'], 'Did you mean start?'],
    ['no command', [], 'Usage: phase4d'],
    ['an unknown option', ['up', '--sped', '5'], '--speed?'],
    ['a missing option', ['start'], '--account'],
    ['an unknown account', ['start', '--account', '5k'], 'Allowed choices are 2k, 25k'],
    ['a surplus argument', ['status', '25k'], 'too many arguments'],
    ['quotes without bars', ['up', '--quotes', 'q.csv'], '--quotes and --bars together'],
    ['bars without quotes', ['up', '--bars', 'b.csv'], '--quotes and --bars together'],
    ['a market that stands still', ['up', '--speed', '0'], 'from 0.1 to 10000, like 78, got "0"'],
    [
      'days in the wrong order',
      ['up', '--quotes', 'q', '--bars', 'b', '--from', '2026-07-20', '--to', '2026-07-17'],
      '--from: expected a date not after --to, got "2026-07-20"',
    ],
    ['a folder for a file', ['up', '--quotes', '.', '--bars', 'b.csv'], 'got the folder'],
    ['a file that is not there', ['up', '--quotes', 'q.csv', '--bars', 'b.csv'], join(tmpdir(), 'q.csv')],
    ['a bad date', ['up', '--quotes', 'q', '--bars', 'b', '--from', '17.7.2026'], '2026-07-17'],
    ['a report of no date', ['report', '--date', 'foo'], '--date: expected a date like 2026-07-17, got "foo"'],
    ['a report of a day that no calendar has', ['report', '--date', '2026-02-30'], 'got "2026-02-30"'],
    ['a status without a desk', ['status'], 'npm start'],
  ])('answers %s with exit status 2 and what to do', async (_, args, message) => {
    const { status, stdout, stderr } = await phase4d(args, { INIT_CWD: tmpdir() })
    expect(stderr).toContain(message)
    expect([status, stdout]).toEqual([2, ''])
  })

  test('answers bad configuration with exit status 2, all of it at once', async () => {
    const { status, stderr } = await phase4d(['up'], { PORT: 'x', ALPACA_API_KEY: 'PKX' })
    expect(status).toBe(2)
    expect(stderr).toContain('PORT: expected')
    expect(stderr).toContain('ALPACA_SECRET_KEY: expected')
  })

  test('names the file, the line and the reason of recorded quotes that cannot be used', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'phase4d-corrupt-'))
    const [quotes, bars] = [join(dir, 'books.csv'), join(dir, 'bars.csv')]
    const head = 'date,time,spot,strike,bid,ask,bid_size,ask_size,last,volume,open_interest'
    writeFileSync(quotes, `${head}\n2026-07-17,09:45:00,600,590,much,0.5,1,1,0.5,1,1\n`)
    writeFileSync(bars, 'date,time,open,high,low,close\n2026-07-17,09:30,600,601,599,600\n')
    const args = ['up', '--quotes', quotes, '--bars', bars]
    const { status, stderr, stdout } = await phase4d(args, { DATA_DIR: join(dir, 'data'), PORT: '0' })
    rmSync(dir, { recursive: true, force: true })
    expect(stderr).toContain(`${quotes}:2: `)
    expect([status, stdout]).toEqual([2, ''])
  })

  test('refuses a live key before anything is started', async () => {
    const { status, stderr } = await phase4d(['up'], { ALPACA_API_KEY: 'AKLIVEKEY', ALPACA_SECRET_KEY: 'hush-hush' })
    expect(status).toBe(2)
    expect(stderr).toContain('live key')
    expect(stderr).not.toMatch(/AKLIVEKEY|hush-hush/)
  })

  test.each(['alpaca', 'discord'])(
    'says that the port of `sim %s` is taken, and how to choose another',
    async (name) => {
      const { server, port } = await takenPort()
      const { status, stderr } = await phase4d(['sim', name, '--port', String(port)])
      server.close()
      expect(stderr).toContain(`port ${port} is in use: stop what uses it, or choose another with --port`)
      expect(status).toBe(2)
    },
  )

  test('says which port is taken and how to choose another', async () => {
    const { server, port } = await takenPort()
    const { status, stderr } = await phase4d(['up'], { PORT: String(port) })
    server.close()
    expect(status).toBe(2)
    expect(stderr).toContain(`PORT=${port + 1} npm start`)
  })

  test('says where it expected Redis, without the password', async () => {
    const { status, stdout } = await phase4d(['up'], { PORT: '0', REDIS_URL: 'redis://:hush-hush@127.0.0.1:1' })
    expect(status).toBe(1)
    expect(stdout).toContain('ECONNREFUSED')
    expect(stdout).not.toContain('hush-hush')
  })

  test.each([['status'], ['report'], ['start', '--account', '25k'], ['export']])(
    'says on stdout as JSON, and on stderr, why the store of %s cannot be reached',
    async (...args) => {
      const env = { REDIS_URL: 'redis://:hush-hush@127.0.0.1:1' }
      const { status, stdout, stderr } = await phase4d([...args, '--json'], env)
      expect(status).toBe(1)
      expect(JSON.parse(stdout)).toMatchObject({ ok: false, refusal: { code: 'store_unreachable' } })
      expect(stderr).toMatch(/^phase4d: The store .* connect ECONNREFUSED 127\.0\.0\.1:1\n$/)
      expect(stderr).not.toContain('hush-hush')
    },
  )

  test.each([
    ['status', []],
    ['status', ['--account', '25k']],
    ['report', ['--date', '2026-07-17']],
  ])('answers %s %j with nothing to show by one JSON document and exit status 1', async (command, args) => {
    const redis = await emptyRedis()
    const { status, stdout, stderr } = await phase4d([command, ...args, '--json'], { REDIS_URL: redis })
    expect(status).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, refusal: { code: 'no_data' } })
    expect(stderr).toContain('nothing to show: no session')
  })

  test('prints help on stdout with exit status 0', async () => {
    const { status, stdout } = await phase4d(['replay', '--help'])
    expect(status).toBe(0)
    expect(stdout).toContain('--structure')
  })

  test('prints nothing but the answers of `decide` on stdout', async () => {
    const { status, stdout, stderr } = await phase4d(['decide'], {}, 'nonsense\n\n')
    expect([status, stderr]).toEqual([0, ''])
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'bad_input' } })
  })
})
