import { expect, test } from 'vitest'
import { KnownFor } from '../../src/config/known-for.ts'

test('counts from the first time it is asked, each name by itself, and anew once it was forgotten', () => {
  let now_ms = 500
  const known = new KnownFor({ monotonic_ms: () => now_ms })
  expect(known.ms('a')).toBe(0)
  now_ms += 20
  expect([known.ms('a'), known.ms('b')]).toEqual([20, 0])
  known.keep(new Set(['b']))
  now_ms += 20
  expect([known.ms('a'), known.ms('b')]).toEqual([0, 20])
  known.forget('b')
  expect(known.ms('b')).toBe(0)
})
