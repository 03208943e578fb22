/** Bots that die, meet or fail while they tell a day: it is told once all the same. */
import { describe, expect, test } from 'vitest'
import { type DayEndPorts, DayEnds } from '../../src/day-end/pass.ts'
import { RETRIES_MAX } from '../../src/day-end/retries.ts'
import type { Commit } from '../../src/store/port.ts'
import { ACCOUNT_ID, DATE } from '../support/desk-samples.ts'
import { CHECKS, endedDays } from './ended-days.ts'

/** Far more calls of its ports than a pass makes. */
const STEPS_MAX = 200

describe('the report of a day, by bots that die, meet or fail', () => {
  const { clock, ports, commit, trade, check, journal, told } = endedDays()

  test('a bot killed at any step, and two at once, tell every day once', async () => {
    await trade()
    await check(CHECKS)
    // Never resolving is the process's death: nothing of it happens after that.
    for (let step = 1; step <= STEPS_MAX; step += 1) {
      const before = await told()
      const isOver = await diesAt(step)
      const after = await told()
      expect(after.length).toBeLessThanOrEqual(1)
      if (before.length === 1) expect(after).toEqual(before)
      if (isOver) break
      expect(step, 'steps of a pass').toBeLessThan(STEPS_MAX)
    }
    await Promise.all([new DayEnds(ports()).pass(), new DayEnds(ports()).pass(), new DayEnds(ports()).pass()])
    expect(await told()).toHaveLength(1)
  })

  test('two bots that judged the same day at the same moment commit it once', async () => {
    await trade()
    await check(CHECKS)
    let waiting = 0
    let release = (): void => undefined
    const both = new Promise<void>((resolve) => {
      release = resolve
    })
    const results: boolean[] = []
    const meeting = async (one: Commit) => {
      waiting += 1
      if (waiting === 2) release()
      await both
      const result = await ports().sessions.commit(one)
      results.push(result.ok)
      return result
    }
    const meets = { ...ports(), sessions: { commit: meeting } }
    await Promise.all([new DayEnds(meets).pass(), new DayEnds(meets).pass()])
    expect(results.toSorted()).toEqual([false, true])
    expect(await told()).toHaveLength(1)
  })

  test('a report that fails is tried again, ever later; given up, it is told once, and the next bot tries again', async () => {
    await trade()
    await check(CHECKS)
    let isBroken = true
    const attempts: number[] = []
    const document: DayEndPorts['reader']['document'] = async (accountId, date) => {
      attempts.push(clock.now_ms)
      if (isBroken) throw new TypeError('a bug')
      return ports().reader.document(accountId, date)
    }
    const broken = { ...ports(), reader: { ...ports().reader, document } }
    const ends = new DayEnds(broken)
    const begun_ms = clock.now_ms
    // The later, the longer between two looks: the waits themselves are much longer.
    for (let past_ms = 0; past_ms < 2_400_000; past_ms += Math.max(2_000, Math.round(past_ms / 20))) {
      clock.now_ms = begun_ms + past_ms
      await ends.pass()
    }
    expect(attempts).toHaveLength(RETRIES_MAX + 1)
    const waits = attempts.slice(1).map((one, index) => one - (attempts[index] ?? 0))
    expect(waits.every((wait, index) => index === 0 || wait > 2 * (waits[index - 1] ?? 0))).toBe(true)
    const alerts = async () =>
      (await journal()).flatMap(({ event }) => (event.type === 'engine_alert' ? [event.message] : []))
    expect(await alerts()).toEqual([expect.stringContaining('could not be made (a bug)')])
    expect(await told()).toEqual([])
    // What else the feed brings changes nothing for this process; another one looks anew.
    await commit([{ type: 'engine_alert', code: 'other', message: 'other', critical: false }], DATE)
    await ends.pass()
    expect(attempts).toHaveLength(RETRIES_MAX + 1)
    isBroken = false
    await new DayEnds(broken).pass()
    expect(await told()).toHaveLength(1)
  })

  test('a report that fails once is there with the next try', async () => {
    await trade()
    await check(CHECKS)
    let failures = 1
    const document: DayEndPorts['reader']['document'] = async (accountId, date) => {
      if (failures-- > 0) throw new TypeError('for a moment')
      return ports().reader.document(accountId, date)
    }
    const ends = new DayEnds({ ...ports(), reader: { ...ports().reader, document } })
    await ends.pass()
    await ends.pass()
    expect(await told()).toEqual([])
    clock.now_ms += 10_000
    await ends.pass()
    expect(await told()).toHaveLength(1)
  })

  test('one account that cannot be judged does not hold up another', async () => {
    await trade()
    await check(CHECKS)
    const other = 'other-account'
    const { reader } = ports()
    const accounts = async () => {
      const [one] = await reader.accounts()
      return one === undefined ? [] : [{ ...one, accountId: other }, one]
    }
    const latestFeed = async (accountId: string, count: number) =>
      (await reader.latestFeed(ACCOUNT_ID, count)).map((entry) => ({ ...entry, accountId }))
    const document: typeof reader.document = async (accountId, date) => {
      if (accountId === other) throw new TypeError('a bug')
      return reader.document(accountId, date)
    }
    await new DayEnds({ ...ports(), reader: { ...reader, accounts, latestFeed, document } }).pass()
    expect(await told()).toHaveLength(1)
  })

  /** Runs a bot that dies before its `step`-th call of a port, or after it. True: it came to its end. */
  async function diesAt(step: number): Promise<boolean> {
    let calls = 0
    let die = (): void => undefined
    const death = new Promise<'dead'>((resolve) => {
      die = () => resolve('dead')
    })
    const mortal = <P extends object>(port: P): P =>
      new Proxy(port, {
        get(target, key) {
          const value: unknown = Reflect.get(target, key)
          if (typeof value !== 'function') return value
          return async (...args: unknown[]) => {
            await lives()
            const result: unknown = await Reflect.apply(value, target, args)
            await lives()
            return result
          }
        },
      })
    const lives = async (): Promise<void> => {
      calls += 1
      if (calls < step) return
      die()
      await new Promise(() => undefined)
    }
    const dying = new DayEnds({ ...ports(), reader: mortal(ports().reader), sessions: mortal(ports().sessions) })
    return (await Promise.race([dying.pass(), death])) !== 'dead'
  }
})
