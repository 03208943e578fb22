import { expect, test } from 'vitest'
import { Retries } from '../../src/discord/retries.ts'
import { StoreUnreachable } from '../../src/store/port.ts'

test('one that fails waits longer each time, by itself; success begins anew', async () => {
  let now_ms = 0
  const retries = new Retries({ monotonic_ms: () => now_ms }, { first_ms: 1_000, max_ms: 3_000 })
  const waits: number[] = []
  const seen: string[] = []
  let isBroken = true
  const look = async (): Promise<void> => {
    for (const key of ['bad', 'good']) {
      await retries.attempt(
        key,
        async () => {
          seen.push(key)
          if (key === 'bad' && isBroken) throw new Error('no')
        },
        (_error, wait_ms) => void waits.push(wait_ms),
      )
    }
  }
  for (now_ms = 0; now_ms <= 6_000; now_ms += 500) await look()
  expect(waits).toEqual([1_000, 2_000, 3_000, 3_000])
  expect(seen.filter((key) => key === 'good')).toHaveLength(13)
  isBroken = false
  now_ms = 9_000
  await look()
  isBroken = true
  await look()
  expect(waits.at(-1)).toBe(1_000)
})

test('what waits for Discord is tried at once when that has come back', async () => {
  let [now_ms, returned, tries] = [0, 0, 0]
  const limits = { first_ms: 1_000, max_ms: 60_000 }
  const retries = new Retries({ monotonic_ms: () => now_ms }, limits, () => returned)
  const look = () =>
    retries.attempt(
      'a',
      () => {
        tries += 1
        return Promise.reject(new Error('no'))
      },
      () => undefined,
    )
  for (now_ms = 0; now_ms < 20_000; now_ms += 100) await look()
  const before = tries
  returned = 1
  await look()
  expect(tries).toBe(before + 1)
  // Not a moment later again: it may be half there.
  await look()
  expect(tries).toBe(before + 1)
})

test('a store that is away is about all of them', async () => {
  const retries = new Retries({ monotonic_ms: () => 0 }, { first_ms: 1, max_ms: 1 })
  const away = retries.attempt(
    'a',
    () => Promise.reject(new StoreUnreachable(new Error('gone'))),
    () => undefined,
  )
  await expect(away).rejects.toBeInstanceOf(StoreUnreachable)
})
