import { randomUUID } from 'node:crypto'
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { afterAll, describe, expect, test } from 'vitest'
import { parseOverrides, parseSweeps } from '../../src/backtest/parameters.ts'
import { countTried, type TriedRunFacts, triedRun } from '../../src/backtest/tried-variants.ts'
import { createKeys } from '../../src/store/keys.ts'
import { readTried, rememberTried } from '../../src/store/tried-runs.ts'
import { config } from '../strategy/fixtures.ts'

const run = (changes: Partial<TriedRunFacts> & { readonly sweep?: readonly string[] } = {}) => {
  const { sweep = [], ...rest } = changes
  return triedRun({
    id: randomUUID(),
    at_ms: 1,
    kind: 'backtest',
    actor: 'Olivia',
    source: { kind: 'market', label: 'seed 1' },
    fills: 'touch',
    config: config(),
    set: {},
    sweeps: parseSweeps(sweep),
    ...rest,
  })
}
const tried = (...runs: readonly ReturnType<typeof run>[]) => countTried(runs, { profile: '25k' })

describe('variants that were tried', () => {
  test('are counted once each, whatever run, days and fills they were tried on', () => {
    const sweep = ['vixMax=20:25:1']
    expect(tried()).toEqual({ variants: 0, runs: 0 })
    expect(tried(run(), run(), run({ fills: 'mid' }))).toEqual({ variants: 1, runs: 3 })
    expect(tried(run({ sweep }), run({ sweep, source: { kind: 'recorded', label: 'a file' } })).variants).toBe(6)
    // 25 is the default, so the plain run is one of them.
    expect(tried(run({ sweep }), run()).variants).toBe(6)
    expect(tried(run({ sweep }), run({ set: parseOverrides(['vixMax=19']) })).variants).toBe(7)
    expect(tried(run({ sweep: [...sweep, 'premiumMax=1,2'] }), run({ sweep })).variants).toBe(12)
  })

  test('are those of one profile, and of one structure where it is asked for', () => {
    const spread = run({ config: { ...config(), structure: 'put_spread' } })
    expect(tried(run(), spread)).toEqual({ variants: 2, runs: 2 })
    expect(countTried([run(), spread], { profile: '25k', structure: 'put_spread' })).toEqual({ variants: 1, runs: 1 })
    expect(countTried([run(), spread], { profile: '2k' })).toEqual({ variants: 0, runs: 0 })
  })

  test('differ by width only where there is a second strike', () => {
    const widths = (structure: 'short_put' | 'put_spread') =>
      tried(run({ config: { ...config(), structure }, sweep: ['width=3,5,10'] })).variants
    expect([widths('short_put'), widths('put_spread')]).toEqual([1, 3])
  })
})

describe('the memory of what was tried', () => {
  const folder = mkdtempSync(join(tmpdir(), 'phase4d-tried-'))
  const redis = new Redis(process.env.TEST_REDIS_URL ?? '')
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true })
    redis.disconnect()
  })
  const places = (dataDir: string, hasStore = true) => {
    const notes: string[] = []
    const store = hasStore ? { redis, keys: createKeys(`test-${dataDir}`) } : null
    return { dataDir, store, say: (note: string) => void notes.push(note), notes }
  }

  test('lives in the data folder and in the store; one of them is enough', async () => {
    const here = places(join(folder, 'a'))
    expect(await rememberTried(run({ sweep: ['vixMax=20:22:1'] }), here)).toBe(3)
    expect(await rememberTried(run(), here)).toBe(4)
    expect(await readTried(here)).toHaveLength(2)
    expect(await readTried({ ...here, store: null })).toHaveLength(2)
    expect(await readTried({ ...here, dataDir: join(folder, 'elsewhere') })).toHaveLength(2)
  })

  test('a job that was run twice is one run', async () => {
    const here = places(join(folder, 'b'))
    const same = run({ sweep: ['vixMax=20:22:1'] })
    expect(await rememberTried(same, here)).toBe(3)
    expect(await rememberTried(same, here)).toBe(3)
    expect(await readTried(here)).toHaveLength(1)
  })

  test('a line that a crash cut off is said, and costs no other', async () => {
    const here = places(join(folder, 'c'), false)
    await rememberTried(run(), here)
    appendFileSync(join(folder, 'c', 'variants.jsonl'), '{"id":"half\n')
    await rememberTried(run(), here)
    expect(await readTried(here)).toHaveLength(2)
    expect(here.notes.join()).toContain('is passed over')
  })

  test('no place to write it is an error: a result nobody counted is none', async () => {
    await expect(rememberTried(run(), places('/dev/null/no-folder', false))).rejects.toThrow('could not be recorded')
  })
})
