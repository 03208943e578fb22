import { describe, expect, test } from 'vitest'
import { render } from '../../src/feed/render/index.ts'
import { dutyActions } from '../../src/schedule/actions.ts'
import { passSchedules, type SchedulePorts } from '../../src/schedule/pass.ts'
import { StoreUnreachable } from '../../src/store/port.ts'
import { MINUTE_MS } from '../../src/time/units.ts'
import { liveOf } from '../support/armed-campaign.ts'
import { at, DATE, entryOf } from '../support/desk-samples.ts'
import { STATUS } from '../support/view-samples.ts'

import { REPORT_BAD, scheduleBench } from './schedule-bench.ts'

describe('the schedule of an armed account', () => {
  const { ports, sessions, campaign, preflights, lookAt, told, types, change, trade } = scheduleBench()

  test('tells each thing once, numbered, under the badge of the account', async () => {
    for (let t_ms = at('09:00'); t_ms <= at('16:40'); t_ms += 5 * MINUTE_MS) await lookAt(t_ms)
    expect(await types()).toEqual([
      'preflight_reported',
      'market_opened',
      ...Array.from({ length: 4 }, () => 'expiry_watched'),
      'week_ended',
    ])
    const entries = await told()
    expect(entries.map(({ feedNo }) => feedNo)).toEqual([1, 2, 3, 4, 5, 6, 7])
    expect(entries.every(({ source }) => source.kind === campaign().source.kind)).toBe(true)
    const expiries = [120, 90, 60, 45].map((before_min) => `expiry-${DATE}-${before_min}`)
    const asked = [`preflight-${DATE}`, ...expiries]
    expect(preflights()).toEqual(asked.map((key) => `schedule-${campaign().accountId}-${key}`))
  })

  test('at the close it reminds of trades that wait for a review, once', async () => {
    await trade('15:12')
    for (let t_ms = at('15:50'); t_ms <= at('17:00'); t_ms += 60_000) await lookAt(t_ms)
    const reminders = (await told()).filter(({ event }) => event.type === 'reviews_reminded')
    expect(reminders).toMatchObject([
      { event: { waiting: 1, needed: 2, oldest: [{ tradeId: `${DATE}-1`, netPnlCents: -41_250, reviewers: [] }] } },
    ])
    expect(reminders[0]?.feedNo).not.toBeNull()
  })

  test('what is told holds the numbers of that moment', async () => {
    for (const time of ['09:00', '09:20', '09:30', '14:00', '16:30']) await lookAt(at(time))
    const [preflight, open, expiry, week] = (await told()).map(({ event }) => event)
    expect(preflight).toMatchObject({
      passed: 2,
      warned: 1,
      failed: 1,
      problems: [
        { name: 'Options level', failed: true, found: 'level 1', advice: 'Ask for level 3.' },
        { name: 'Clock', failed: false },
      ],
      notChecked: ['One-minute bars'],
    })
    expect(open).toMatchObject({ spot: 741.2, close_ms: at('16:00') })
    expect(expiry).toMatchObject({
      strike: 742,
      contracts: 25,
      spot: 740.82,
      assignmentCents: 742 * 100 * 25 * 100,
      // 25 spreads of $5 less the credit of $1.21.
      worstCaseCents: (500 - 121) * 25 * 100,
      // As the account says it now, with the position open: not as it was when the campaign was armed.
      optionsBuyingPowerCents: 1_253_051,
      liquidation_ms: at('15:30'),
      close_ms: at('16:00'),
    })
    expect(week).toMatchObject({
      from: '2026-07-13',
      to: '2026-07-19',
      days: [{ date: DATE, netPnlCents: 131_000, targetDailyCents: 34_177, trades: 1, wins: 1, final: true }],
      judged: { light: 'red', decisions: 0, costCents: expect.any(Number) },
    })
  })

  test('before the open it says which alerts nobody has acknowledged, and asks for it', async () => {
    const openAlerts = Array.from({ length: 12 }, (_, index) => ({ alertNo: index + 1, title: 'x', age_ms: 1.5 }))
    const actions = dutyActions({
      reader: {
        status: async () => ({ ...STATUS, openAlerts }),
        dates: async () => [],
        document: async () => null,
        reviews: async () => [],
      },
      preflight: async () => ({ ...REPORT_BAD, checks: [], summary: { pass: 4, warn: 0, fail: 0 } }),
      reviewersNeeded: 2,
    })
    for (const time of ['09:00', '09:20']) await lookAt(at(time), { ...ports(), actions })
    const [entry] = await told()
    expect(entry?.event).toMatchObject({ type: 'preflight_reported', failed: 0, openAlerts: { count: 12 } })
    const post = entry === undefined ? null : render(entry, { nowWall_ms: entry.atWall_ms, document: null })
    expect(post?.tier).toBe('ping')
    const field = post?.embed.fields?.at(-1)
    expect(field?.name).toBe('🚨 Nobody has acknowledged')
    expect(field?.value).toContain('and 2 more')
    expect(post?.buttons?.map(({ label }) => label)).toEqual([1, 2, 3, 4, 5].map((no) => `Acknowledge #${no}`))
  })

  test('an account that cannot be read has no buying power to show, and what expires is told all the same', async () => {
    const actions = dutyActions({
      reader: {
        status: async () => STATUS,
        dates: async () => [],
        document: async () => null,
        reviews: async () => [],
      },
      preflight: async () => ({ ...REPORT_BAD, checks: [] }),
      reviewersNeeded: 2,
    })
    for (const time of ['13:59', '14:00']) await lookAt(at(time), { ...ports(), actions })
    expect((await told()).map(({ event }) => event)).toMatchObject([
      { type: 'expiry_watched', strike: 742, optionsBuyingPowerCents: null },
    ])
  })

  test('two bots that look at the same moment, and one that comes back with an old position, tell nothing twice', async () => {
    await lookAt(at('09:25'))
    await sessions().saveLive({ ...liveOf(campaign(), 1), now_ms: at('09:31') })
    await Promise.all([passSchedules(ports()), passSchedules(ports()), passSchedules(ports())])
    await ports().schedules.advance(campaign().accountId, {
      campaignId: campaign().campaignId,
      at_ms: at('09:25'),
      session: campaign().session,
    })
    await passSchedules(ports())
    expect(await types()).toEqual(['market_opened'])
  })

  test('a bot that dies right after the commit repeats nothing, one that dies right before it forgets nothing', async () => {
    await lookAt(at('09:25'))
    const dies = async () => {
      throw new StoreUnreachable('killed')
    }
    await expect(lookAt(at('09:31'), { ...ports(), sessions: { commit: dies } })).rejects.toThrow(StoreUnreachable)
    expect(await types()).toEqual([])
    await expect(
      lookAt(at('09:31'), { ...ports(), schedules: { ...ports().schedules, advance: dies } }),
    ).rejects.toThrow()
    expect(await types()).toEqual(['market_opened'])
    await lookAt(at('09:32'))
    expect(await types()).toEqual(['market_opened'])
  })

  test('with nothing open nothing expires; before its first look, and of another campaign, nothing is made up for', async () => {
    const idle = dutyActions({
      reader: {
        status: async () => ({ ...STATUS, position: null }),
        dates: async () => [],
        document: async () => null,
        reviews: async () => [],
      },
      preflight: async () => REPORT_BAD,
      reviewersNeeded: 2,
    })
    await lookAt(at('14:05'), { ...ports(), actions: idle })
    await lookAt(at('15:10'), { ...ports(), actions: idle })
    expect(await types()).toEqual([])
    await change({ campaignId: 'another' })
    await lookAt(at('15:20'))
    expect(await types()).toEqual([])
  })

  test('one duty that fails does not hold up the others', async () => {
    const fails = async () => {
      throw new TypeError('a bug')
    }
    await lookAt(at('14:10'))
    await lookAt(at('16:31'), { ...ports(), actions: { ...ports().actions, reviews: fails } })
    expect(await types()).toEqual(['week_ended'])
  })

  test('the reminder of reviews is called at the close, where there is one', async () => {
    const asked: string[] = []
    const reviews: NonNullable<SchedulePorts['actions']['reviews']> = async (_engine, { date }) => {
      asked.push(date)
      return entryOf({ type: 'engine_alert', code: 'x', message: 'y', critical: false }, 1).event
    }
    await lookAt(at('15:50'))
    for (const time of ['16:00', '16:01']) await lookAt(at(time), { ...ports(), actions: { reviews } })
    expect(asked).toEqual([DATE])
  })
})
