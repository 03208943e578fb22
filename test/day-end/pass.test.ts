import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { DayReported } from '../../src/day-end/judge.ts'
import { CHECKS_WAIT_MS, type DayEndPorts, DayEnds, unreported } from '../../src/day-end/pass.ts'
import { RETRIES_MAX } from '../../src/day-end/retries.ts'
import type { DayChecks } from '../../src/report/day/checks-schema.ts'
import type { JournalEntry, JournalEvent } from '../../src/session/events.ts'
import { createDeskReader } from '../../src/store/desk-reader.ts'
import { createKeys, type Keys } from '../../src/store/keys.ts'
import { createLeases } from '../../src/store/lease.ts'
import type { Commit, SessionStore } from '../../src/store/port.ts'
import { saveDocument } from '../../src/store/report-store.ts'
import { createSessionStore } from '../../src/store/session-store.ts'
import { ACCOUNT_ID, at, DATE, DAY_EVENTS, entryOf, SOURCE } from '../support/desk-samples.ts'
import { journalEvents } from '../support/journal-samples.ts'

const ENDED_WALL_MS = 1_000_000
const NEXT = '2026-07-20'

const PARITY = {
  decisions: 205,
  reproduced: 205,
  entries: 16,
  exits: 189,
  journalDecisions: 16,
  complete: true,
  mismatches: [],
}
const CHECKS: DayChecks = {
  parity: PARITY,
  replay: { status: 'traded', reason: null, netPnlCents: 132_200, difference: null },
  reason: null,
}

describe('the report of a day that has ended', () => {
  let redis: Redis
  let keys: Keys
  let sessions: SessionStore
  let now_ms: number
  let ports: DayEndPorts
  const log = pino({ level: 'silent' })

  beforeAll(() => {
    redis = new Redis(process.env.TEST_REDIS_URL ?? '')
  })
  afterAll(() => redis.disconnect())
  beforeEach(() => {
    const prefix = `test-${randomUUID()}`
    keys = createKeys(prefix)
    const leases = createLeases(redis, prefix)
    sessions = createSessionStore(redis, keys, leases)
    now_ms = ENDED_WALL_MS + 100
    const wall = { now_ms: () => now_ms, monotonic_ms: () => now_ms, sleep: async () => undefined }
    const reader = createDeskReader(redis, keys, { store: sessions, leases, wall })
    ports = { reader, sessions, wall, log }
  })

  const commit = (events: readonly JournalEvent[], date: string) =>
    sessions.commit({
      accountId: ACCOUNT_ID,
      profile: '25k',
      source: SOURCE,
      date,
      atMarket_ms: at('16:00'),
      atWall_ms: ENDED_WALL_MS,
      events,
      epoch: null,
      session: null,
      campaign: null,
      openGuard: null,
    })
  const trade = (date = DATE) => commit(journalEvents(), date)
  const check = async (checks: DayChecks, date = DATE): Promise<void> => {
    const document = await ports.reader.document(ACCOUNT_ID, date)
    if (document === null) throw new Error('expected a report')
    await saveDocument(redis, keys, { ...document, checks })
  }
  const journal = (date = DATE): Promise<readonly JournalEntry[]> => sessions.journal(ACCOUNT_ID, date)
  const told = async (date = DATE): Promise<readonly JournalEntry[]> =>
    (await journal(date)).filter(({ event }) => /^(day_reported|light_changed|verdict_changed)$/.test(event.type))
  const reported = async (date = DATE): Promise<DayReported> => {
    const [entry] = await told(date)
    if (entry?.event.type !== 'day_reported') throw new Error('expected a report')
    return entry.event
  }

  test('comes once the decisions were run again, numbered after the end, and holds what they showed', async () => {
    await trade()
    const ends = new DayEnds(ports)
    await ends.pass()
    expect(await told()).toEqual([])
    await check(CHECKS)
    await ends.pass()
    await ends.pass()
    const entries = await told()
    const end = (await journal()).find(({ event }) => event.type === 'session_ended')
    expect(entries.map(({ event, feedNo }) => [event.type, feedNo])).toEqual([['day_reported', (end?.feedNo ?? 0) + 1]])
    expect(await reported()).toMatchObject({
      endNo: end?.feedNo,
      netPnlCents: 131_000,
      rules: {
        parity: { reproduced: 205, decisions: 205, complete: true },
        breaches: 0,
        minutesMissed: 3,
        hands: [],
        booksDifferenceCents: 0,
        booksTold: [],
      },
      verdict: { word: 'INSUFFICIENT', days: 1, meanCents: 131_000, targetCents: 34_177 },
      light: { day: 'red', recent: 'red', recentDays: 1 },
    })
    expect((await reported()).verdict?.wouldChange[0]).toContain('CONSISTENT: a lower bound above $0')
  })

  test('waits for the run of the decisions no longer than a moment, then says that there was none', async () => {
    await trade()
    const ends = new DayEnds(ports)
    now_ms = ENDED_WALL_MS + CHECKS_WAIT_MS - 1
    await ends.pass()
    expect(await told()).toEqual([])
    now_ms = ENDED_WALL_MS + CHECKS_WAIT_MS
    await ends.pass()
    expect((await reported()).rules).toMatchObject({
      parity: null,
      parityReason: expect.stringContaining('run again when the session has ended'),
    })
  })

  test('does not wait for the clock of a worker that is ahead', async () => {
    await trade()
    now_ms = ENDED_WALL_MS - 2 * 3_600_000
    await new DayEnds(ports).pass()
    expect(await told()).toHaveLength(1)
  })

  test('a bot killed at any step, and two at once, tell every day once', async () => {
    await trade()
    await check(CHECKS)
    // Never resolving is the process's death: nothing of it happens after that.
    for (let step = 1; ; step += 1) {
      const before = await told()
      const isOver = await diesAt(step)
      const after = await told()
      expect(after.length).toBeLessThanOrEqual(1)
      if (before.length === 1) expect(after).toEqual(before)
      if (isOver) break
    }
    await Promise.all([new DayEnds(ports).pass(), new DayEnds(ports).pass(), new DayEnds(ports).pass()])
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
      const result = await sessions.commit(one)
      results.push(result.ok)
      return result
    }
    const meets = { ...ports, sessions: { commit: meeting } }
    await Promise.all([new DayEnds(meets).pass(), new DayEnds(meets).pass()])
    expect(results.toSorted()).toEqual([false, true])
    expect(await told()).toHaveLength(1)
  })

  test('light and verdict are held against the last reported day, and told with the report', async () => {
    await trade()
    const before = DAY_EVENTS.find((event): event is DayReported => event.type === 'day_reported')
    await check(CHECKS)
    await new DayEnds(ports).pass()
    const first = await reported()
    if (before === undefined || first.verdict === null) throw new Error('expected reports')
    // Another bot's report of a later end of the same day, that saw it otherwise.
    const { verdict } = first
    await commit(
      [
        {
          ...first,
          endNo: 500,
          verdict: { ...verdict, word: 'CONSISTENT' },
          light: { ...first.light, recent: 'green' },
        },
      ],
      DATE,
    )
    await redis.set(keys.feedCounter(ACCOUNT_ID), '600')
    await trade(NEXT)
    await check(CHECKS, NEXT)
    await new DayEnds(ports).pass()
    expect((await told(NEXT)).map(({ event }) => event)).toMatchObject([
      { type: 'day_reported', verdict: { days: 2 } },
      { type: 'light_changed', from: 'green', to: 'red', days: 2 },
      { type: 'verdict_changed', from: 'CONSISTENT', to: 'INSUFFICIENT' },
    ])
  })

  test('a change across a day that could not be judged is told against the last one that was', async () => {
    await trade()
    await check(CHECKS)
    await new DayEnds(ports).pass()
    const first = await reported()
    if (first.verdict === null) throw new Error('expected a verdict')
    const [between, last] = ['2026-07-20', '2026-07-21'] as const
    const green = { ...first, light: { ...first.light, recent: 'green' } } as const
    await commit([{ ...green, endNo: 500, verdict: { ...first.verdict, word: 'CONSISTENT' } }], DATE)
    await commit([{ ...first, endNo: 550, verdict: null, verdictReason: 'a bug' }], between)
    await redis.set(keys.feedCounter(ACCOUNT_ID), '600')
    await trade(last)
    await check(CHECKS, last)
    await new DayEnds(ports).pass()
    expect((await told(last)).map(({ event }) => event)).toMatchObject([
      { type: 'day_reported' },
      { type: 'light_changed', from: 'green', to: 'red' },
      { type: 'verdict_changed', from: 'CONSISTENT', to: 'INSUFFICIENT' },
    ])
  })

  test('a report that fails is tried again, ever later; given up, it is told once, and the next bot tries again', async () => {
    await trade()
    await check(CHECKS)
    let isBroken = true
    const attempts: number[] = []
    const document: DayEndPorts['reader']['document'] = async (accountId, date) => {
      attempts.push(now_ms)
      if (isBroken) throw new TypeError('a bug')
      return ports.reader.document(accountId, date)
    }
    const broken = { ...ports, reader: { ...ports.reader, document } }
    const ends = new DayEnds(broken)
    const step_ms = 2_000
    for (const until = now_ms + 2_400_000; now_ms < until; now_ms += step_ms) await ends.pass()
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
      return ports.reader.document(accountId, date)
    }
    const ends = new DayEnds({ ...ports, reader: { ...ports.reader, document } })
    await ends.pass()
    await ends.pass()
    expect(await told()).toEqual([])
    now_ms += 10_000
    await ends.pass()
    expect(await told()).toHaveLength(1)
  })

  test('one account that cannot be judged does not hold up another', async () => {
    await trade()
    await check(CHECKS)
    const other = 'other-account'
    const { reader } = ports
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
    await new DayEnds({ ...ports, reader: { ...reader, accounts, latestFeed, document } }).pass()
    expect(await told()).toHaveLength(1)
  })

  test('ends are due until they are reported on or too old for anybody to care', () => {
    const end = entryOf({ ...pick('session_ended') }, 7)
    const other = entryOf({ ...pick('session_ended') }, 30)
    const report = entryOf({ ...pick('day_reported'), endNo: 7 }, 8)
    expect(unreported([end, report, other], ENDED_WALL_MS).map(({ feedNo }) => feedNo)).toEqual([30])
    expect(unreported([other], ENDED_WALL_MS + 5 * 24 * 3_600_000)).toEqual([])
  })

  const pick = <T extends JournalEvent['type']>(type: T): Extract<JournalEvent, { type: T }> => {
    const found = DAY_EVENTS.find((event): event is Extract<JournalEvent, { type: T }> => event.type === type)
    if (found === undefined) throw new Error(`expected a sample of ${type}`)
    return found
  }

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
    const dying = new DayEnds({ ...ports, reader: mortal(ports.reader), sessions: mortal(ports.sessions) })
    return (await Promise.race([dying.pass(), death])) !== 'dead'
  }
})
