import { afterEach, beforeEach, expect, test } from 'vitest'
import type { StudyRun } from '../../src/store/study-store.ts'
import { openStudyBench, type StudyBench } from '../support/study-bench.ts'

let bench: StudyBench
beforeEach(async () => {
  bench = await openStudyBench()
})
afterEach(() => bench.close())

const running = (attempt: number, done = 0): StudyRun => ({
  state: 'running',
  started_ms: 1,
  done,
  total: 10,
  attempt,
})

test('how a study ended is written once, whoever comes later', async () => {
  const { store } = bench.ports
  expect(await store.saveRun('a', running(1))).toBe(true)
  expect(await store.saveRun('a', { state: 'done', took_ms: 5 })).toBe(true)
  expect(await store.saveRun('a', running(1, 9), 1)).toBe(false)
  expect(await store.saveRun('a', running(2), 2)).toBe(false)
  expect(await store.saveRun('a', { state: 'failed', message: 'late' })).toBe(false)
  expect(JSON.parse((await bench.store.redis.hget(bench.store.keys.studies, 'a:run')) ?? '')).toEqual({
    state: 'done',
    took_ms: 5,
  })
})

test('a worker that lost its study writes nothing over the one that has it, unless it has the result', async () => {
  const { store } = bench.ports
  expect(await store.saveRun('a', running(1, 3), 1)).toBe(true)
  expect(await store.saveRun('a', running(2), 2)).toBe(true)
  expect(await store.saveRun('a', running(1, 4), 1)).toBe(false)
  expect(await store.saveRun('a', { state: 'refused', message: 'too long' }, 1)).toBe(false)
  expect(await store.saveRun('a', running(2, 1), 2)).toBe(true)
  expect(await store.saveRun('a', { state: 'done', took_ms: 5 })).toBe(true)
})
