/** Duties of the schedule that could not be done: tried again, ever later, told once, or told to be given up. */
import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { Redis } from 'ioredis'
import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { systemWallClock } from '../../src/config/wall-clock.ts'
import { type DutyAction, passSchedules, type SchedulePorts } from '../../src/schedule/pass.ts'
import { failedOnce, givenUp, TRIES_MAX, tryNow, WAIT_MAX_MS } from '../../src/schedule/retries.ts'
import type { Campaign } from '../../src/session/campaign.ts'
import type { JournalEvent } from '../../src/session/events.ts'
import { createKeys, type Keys } from '../../src/store/keys.ts'
import { createLeases } from '../../src/store/lease.ts'
import type { SessionStore } from '../../src/store/port.ts'
import { createScheduleStore, type FailedDuty } from '../../src/store/schedule-store.ts'
import { createSessionStore } from '../../src/store/session-store.ts'
import { armedCampaign, liveOf, saveCampaign } from '../support/armed-campaign.ts'
import { at, DATE } from '../support/desk-samples.ts'

const OPENED: JournalEvent = {
  type: 'market_opened',
  open_ms: at('09:30'),
  close_ms: at('16:00'),
  windowOpen_ms: at('09:45'),
  windowClose_ms: at('14:30'),
  spot: null,
}
const tells: DutyAction = async () => OPENED
const throws: DutyAction = async () => {
  throw new TypeError('the reader fell over')
}

describe('a duty that failed', () => {
  let redis: Redis
  let sessions: SessionStore
  let campaign: Campaign
  let ports: SchedulePorts
  let wall_ms: number
  let keys: Keys

  beforeAll(() => {
    redis = new Redis(process.env.TEST_REDIS_URL ?? '')
  })
  afterAll(() => redis.disconnect())
  beforeEach(async () => {
    const prefix = `test-${randomUUID()}`
    keys = createKeys(prefix)
    sessions = createSessionStore(redis, keys, createLeases(redis, prefix))
    campaign = { ...armedCampaign(0), session: { date: DATE, open_ms: at('09:30'), close_ms: at('16:00') } }
    await saveCampaign(sessions, campaign)
    wall_ms = 1_000_000
    ports = {
      schedules: createScheduleStore(redis, keys, sessions),
      sessions,
      actions: {},
      wall: { ...systemWallClock, now_ms: () => wall_ms },
      log: pino({ level: 'silent' }),
    }
    await lookAt(at('09:29'), throws)
  })

  const lookAt = async (now_ms: number, open: DutyAction, after_ms = 0) => {
    wall_ms += after_ms
    await sessions.saveLive({ ...liveOf(campaign, wall_ms), now_ms })
    await passSchedules({ ...ports, actions: { open } })
  }
  const told = async () => (await sessions.journal(campaign.accountId, DATE)).map(({ event }) => event)

  test('is tried again, first soon and then ever later, until it is told: once', async () => {
    const tried: number[] = []
    const fails: DutyAction = async () => {
      tried.push(wall_ms)
      throw new TypeError('not yet')
    }
    for (let s = 0; s < 70; s += 1) await lookAt(at('09:30') + s * 1000, fails, 1000)
    const waits = tried.slice(1).map((at_ms, index) => at_ms - (tried[index] ?? 0))
    expect(waits).toEqual([2000, 4000, 8000, 16_000, 32_000])
    for (let s = 70; s < 140; s += 1) await lookAt(at('09:30') + s * 1000, tells, 1000)
    expect(await told()).toEqual([OPENED])
    expect((await ports.schedules.position(campaign.accountId))?.failed).toBeUndefined()
  })

  test('is gone on with by a second bot, which knows how often it was tried', async () => {
    await lookAt(at('09:30'), throws)
    const another = { ...ports, schedules: createScheduleStore(redis, keys, sessions) }
    wall_ms += 1000
    await passSchedules({ ...another, actions: { open: throws } })
    const asked: (number | undefined)[] = []
    const open: DutyAction = async (_engine, { tries }) => {
      asked.push(tries)
      return OPENED
    }
    wall_ms += 1000
    await Promise.all([
      passSchedules({ ...another, actions: { open } }),
      passSchedules({ ...ports, actions: { open } }),
    ])
    expect(asked[0]).toBe(1)
    expect(await told()).toEqual([OPENED])
  })

  test('is given up once its time is over, and the team is told, instead of it and once', async () => {
    await lookAt(at('09:30'), throws)
    await lookAt(at('09:45'), throws, 2000)
    for (const time of ['10:00', '10:01', '10:02']) await lookAt(at(time), tells, 60_000)
    expect(await told()).toMatchObject([{ type: 'engine_alert', code: 'duty_given_up', critical: false }])
    expect(JSON.stringify(await told())).toContain(
      'The post at the open could not be made: tried twice, and given up now. Last of all: the reader fell over.',
    )
  })

  test('whose event the store does not take is tried again, too, and holds up no other account', async () => {
    const other = { ...campaign, accountId: 'z-other' }
    await saveCampaign(sessions, other)
    await sessions.saveLive({ ...liveOf(other, wall_ms), now_ms: at('09:29') })
    await lookAt(at('09:29') + 1, tells)
    const { commit } = sessions
    const lost: SessionStore['commit'] = async (one) =>
      one.accountId === campaign.accountId ? { ok: false, reason: 'store_lost' } : commit(one)
    await sessions.saveLive({ ...liveOf(other, wall_ms), now_ms: at('09:30') })
    await sessions.saveLive({ ...liveOf(campaign, wall_ms), now_ms: at('09:30') })
    await passSchedules({ ...ports, actions: { open: tells }, sessions: { commit: lost } })
    expect(await told()).toEqual([])
    expect(await sessions.journal('z-other', DATE)).toHaveLength(1)
    await lookAt(at('09:31'), tells, 2000)
    expect(await told()).toEqual([OPENED])
  })

  test('of a campaign that was stopped meanwhile is tried again all the same', async () => {
    await lookAt(at('09:31'), tells)
    campaign = { ...campaign, active: false }
    await saveCampaign(sessions, campaign)
    const asked: string[] = []
    const reviews =
      (action: DutyAction): DutyAction =>
      async (engine, duty) => {
        asked.push(duty.key)
        return action(engine, duty)
      }
    await passSchedules({ ...ports, actions: { reviews: reviews(throws) } })
    wall_ms += 2000
    await passSchedules({ ...ports, actions: { reviews: reviews(tells) } })
    await passSchedules({ ...ports, actions: { reviews: reviews(tells) } })
    const key = `reviews-${DATE}-stopped-${campaign.campaignId}`
    expect(asked).toEqual([key, key])
    expect(await told()).toEqual([OPENED, OPENED])
  })
})

const DUTY = { kind: 'open', key: 'open-x', at_ms: 0, until_ms: 1e9, date: DATE } as const

describe('what waits', () => {
  const failedTimes = (times: number): FailedDuty | null => {
    let failed: FailedDuty | null = failedOnce(DUTY, 'x', 0)
    for (let n = 1; n < times && failed !== null; n += 1) failed = failedOnce(failed, 'x', 0)
    return failed
  }

  test('prop_ waits longer each time, never longer than the longest, and is given up after the last try', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: TRIES_MAX - 1 }), (times) => {
        const [before, after] = [failedTimes(times), failedTimes(times + 1)]
        expect(after?.next_wall_ms).toBeGreaterThanOrEqual(before?.next_wall_ms ?? 0)
        expect(after?.next_wall_ms).toBeLessThanOrEqual(WAIT_MAX_MS)
        expect(before === null ? null : givenUp(before, 0)).toBeNull()
      }),
    )
    const last = failedTimes(TRIES_MAX)
    expect(last === null ? null : givenUp(last, 0)?.message).toContain(`tried ${TRIES_MAX} times`)
    expect(failedTimes(1000)).toBeNull()
  })

  test('is dropped when the next of its kind is due, and waits for no clock that was far ahead', () => {
    const failed = failedOnce({ ...DUTY, kind: 'expiry', key: 'expiry-120' }, 'x', 0)
    if (failed === null) throw new Error('expected a duty to try again')
    const next = { ...DUTY, kind: 'expiry', key: 'expiry-90', at_ms: 1 } as const
    expect(tryNow([failed], [next], 0)).toEqual({ now: [next], waiting: [] })
    expect(tryNow([failed], [], 0)).toEqual({ now: [], waiting: [failed] })
    expect(tryNow([failed], [], -3_600_000).now).toEqual([failed])
  })

  test('says no more of an error than fits a post', () => {
    expect(failedOnce(DUTY, 'x'.repeat(5000), 0)?.reason).toHaveLength(200)
  })
})
