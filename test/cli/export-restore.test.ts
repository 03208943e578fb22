import { spawn } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PROJECT_ROOT } from '../../src/config/paths.ts'
import { contentsOf, newFolder, restorable } from '../support/archive.ts'
import { startTestDesk, type TestDesk } from '../support/desk-in-test.ts'
import { eventually } from '../support/waits.ts'
import { spawnWorker } from '../support/worker-process.ts'

const TRADING_DATE = '2026-11-23'

interface Ended {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** One traded day of a worker process, its archive, and an empty store. */
describe('export and restore in the terminal', () => {
  let desk: TestDesk
  let accountId: string
  let dataDir: string
  let before: Record<string, unknown>
  let report: unknown
  let status: unknown

  beforeAll(async () => {
    dataDir = newFolder()
    desk = await startTestDesk({
      source: { kind: 'seed', seed: '7', startDate: TRADING_DATE },
      speed: 390,
      database: 12,
    })
    const worker = spawnWorker(desk, { DATA_DIR: dataDir })
    const started = await desk.start('25k')
    if (!started.ok) throw new Error(started.refusal.message)
    accountId = started.accountId
    await eventually(
      'a position',
      async () =>
        (await desk.store.sessions.session(accountId, TRADING_DATE)).value?.phase === 'holding' ? true : null,
      30_000,
    )
    worker.child.kill('SIGTERM')
    expect(await worker.exited).toBe(0)
    before = restorable(await contentsOf(desk.store))
    report = JSON.parse((await phase4d('report', '--json')).stdout)
    status = JSON.parse((await phase4d('status', '--account', '25k', '--json')).stdout)
  })

  afterAll(async () => {
    await desk.store.redis.flushdb()
    await desk.close()
    rmSync(dataDir, { recursive: true, force: true })
  })

  function phase4d(...args: readonly string[]): Promise<Ended> {
    const child = spawn(process.execPath, [join(PROJECT_ROOT, 'build/src/cli/main.js'), ...args], {
      env: { PATH: process.env.PATH, ENV_FILE: 'none', DATA_DIR: dataDir, REDIS_URL: desk.redisUrl },
      stdio: 'pipe',
    })
    const ended = { stdout: '', stderr: '' }
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].on('data', (data) => {
        ended[name] += data
      })
    }
    return new Promise((resolve) => child.on('close', (code) => resolve({ status: code, ...ended })))
  }

  const journal = () => join(dataDir, 'journal')
  const deskKeys = async () => restorable(await contentsOf(desk.store))

  test('restores a traded day from the archive alone: every key, report and status, disarmed', async () => {
    await desk.store.redis.flushdb()
    const restored = await phase4d('restore', '--from-dir', journal())
    expect([restored.status, restored.stderr]).toEqual([0, ''])
    expect(restored.stdout).toContain('25k was armed. It comes back disarmed')
    expect(await deskKeys()).toEqual(before)
    // The tape that a day is run again from is no part of the journal.
    const retold = JSON.parse((await phase4d('report', '--json')).stdout)
    expect({ ...retold, checks: null, missing: null }).toEqual({ ...Object(report), checks: null, missing: null })
    const after = JSON.parse((await phase4d('status', '--account', '25k', '--json')).stdout)
    // What the worker last saw of the market is not kept.
    expect({ ...after, health: null, now_ms: null, spot: null, dataAge_s: null }).toEqual({
      ...Object(status),
      armed: false,
      health: null,
      now_ms: null,
      spot: null,
      dataAge_s: null,
    })
    const again = await phase4d('restore', '--from-dir', journal())
    expect([again.status, again.stdout]).toEqual([0, expect.stringContaining('Nothing to do')])
  })

  test('exports, and restores the export', async () => {
    const out = join(dataDir, 'copy')
    const exported = await phase4d('export', '--account', '25k', '--out', out, '--json')
    expect(exported.status).toBe(0)
    const manifest = JSON.parse(exported.stdout)
    expect(manifest).toMatchObject({
      complete: true,
      accounts: [{ account: { accountId }, files: [{ date: TRADING_DATE }] }],
    })
    await desk.store.redis.flushdb()
    expect((await phase4d('restore', '--from-dir', out)).status).toBe(0)
    expect(await deskKeys()).toEqual(before)

    expect((await phase4d('export', '--out', out)).status).toBe(2)
    const nobody = await phase4d('export', '--account', 'nobody', '--json')
    expect(nobody.status).toBe(1)
    expect(JSON.parse(nobody.stdout)).toMatchObject({ ok: false, refusal: { code: 'no_data' } })
    expect((await phase4d('export', '--from', '1.2.2026')).status).toBe(2)
  })

  test('refuses a store that holds something else with exit status 1, unless forced', async () => {
    await desk.store.redis.hset(desk.store.keys.accounts, 'account-9', '{}')
    const refused = await phase4d('restore', '--from-dir', journal())
    expect(refused.status).toBe(1)
    expect(refused.stderr).toContain('account-9')
    const document = JSON.parse((await phase4d('restore', '--from-dir', journal(), '--json')).stdout)
    expect(document).toMatchObject({ ok: false, refusal: { message: expect.stringContaining('account-9') } })
    expect((await phase4d('restore', '--from-dir', journal(), '--force')).status).toBe(0)
  })

  test('names file and line of damage with exit status 2, and writes nothing', async () => {
    await desk.store.redis.flushdb()
    const file = join(journal(), accountId, `${TRADING_DATE}.jsonl`)
    const lines = readFileSync(file, 'utf8').split('\n')
    writeFileSync(file, lines.map((line, i) => (i === 6 ? line.replace('25k', '2k') : line)).join('\n'))
    const refused = await phase4d('restore', '--from-dir', journal())
    writeFileSync(file, lines.join('\n'))
    expect(refused.status).toBe(2)
    expect(refused.stderr).toContain(`${file}:7: expected the sum`)
    expect(await deskKeys()).toEqual({})
    expect((await phase4d('restore', '--from-dir', join(dataDir, 'nothing'))).status).toBe(2)
    expect((await phase4d('restore', '--from-dir', dataDir)).status).toBe(2)
  })
})
