import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { afterAll, expect, test } from 'vitest'
import type { LookaheadDocument } from '../../src/backtest/lookahead/lookahead.ts'
import { lookaheadRun } from '../../src/backtest/lookahead/run-record.ts'
import { strategyVersion } from '../../src/config/strategy-version.ts'
import { createKeys } from '../../src/store/keys.ts'
import { readLookaheads, saveLookahead } from '../../src/store/lookahead-runs.ts'

const redis = new Redis(process.env.TEST_REDIS_URL ?? '')
afterAll(() => redis.disconnect())

const result = (leaks: number): LookaheadDocument => ({
  schema: 'phase4d/lookahead',
  version: 1,
  source: { kind: 'market', label: 'seed 1' },
  fills: 'touch',
  days: 2,
  decisions: 9,
  trials: 18,
  leaks,
  notListed: leaks,
  listed: [],
  planted: [
    { name: 'a', words: 'a', foundOn: '2026-07-17' },
    { name: 'b', words: 'b', foundOn: null },
  ],
  // Not part of the record.
  data: {} as LookaheadDocument['data'],
})

test('the last check of each version and structure is kept, with what it proves about itself', async () => {
  const keys = createKeys(`test-${randomUUID()}`)
  const save = (strategyVersion: string, structure: 'short_put' | 'put_spread', leaks: number) =>
    saveLookahead(redis, keys, lookaheadRun(result(leaks), { strategyVersion, structure, at_ms: 5 }))
  await save('v1', 'short_put', 3)
  await save('v1', 'short_put', 0)
  await save('v1', 'put_spread', 0)
  await save('v2', 'short_put', 1)
  const found = (await readLookaheads(redis, keys)).map((run) => [run.strategyVersion, run.structure, run.leaks])
  expect(found.toSorted()).toEqual([
    ['v1', 'put_spread', 0],
    ['v1', 'short_put', 0],
    ['v2', 'short_put', 1],
  ])
  expect((await readLookaheads(redis, keys))[0]).toMatchObject({ planted: 2, found: 1, trials: 18, source: 'seed 1' })
})

test('a version of the rules’ code is the same each time it is asked for', async () => {
  expect(await strategyVersion()).toMatch(/^[0-9a-f]{16}$/)
  expect(await strategyVersion()).toBe(await strategyVersion())
})
