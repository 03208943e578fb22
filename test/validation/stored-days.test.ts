import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { NO_CHECKS } from '../../src/report/day/checks-schema.ts'
import type { Store } from '../../src/store/open-store.ts'
import { saveDocument } from '../../src/store/report-store.ts'
import { latestCampaign } from '../../src/validation/latest-campaign.ts'
import { type DaysReader, daysOfStore } from '../../src/validation/stored-days.ts'
import { registerCampaign } from '../../src/validation/verdict/registered.ts'
import { commitTo, openTestStore } from '../support/archive.ts'
import { PLAN, SOURCE } from '../support/desk-samples.ts'
import { journalEvents } from '../support/journal-samples.ts'

const ACCOUNT = 'account-1'
const DATES = ['2026-07-15', '2026-07-16', '2026-07-17'] as const
const LIMIT = {
  type: 'day_limit_lowered',
  actor: { id: '1', name: 'olivia', via: 'discord' },
  reason: 'news',
  at_ms: 1,
  limit: 'max_daily_loss',
  from: 1500,
  to: 1000,
  configured: 1500,
} as const

describe('the days of a store', () => {
  let store: Store
  let reads: string[]
  let reader: DaysReader

  beforeEach(async () => {
    store = await openTestStore()
    reads = []
    reader = {
      ...store.reader,
      journal: (accountId, date) => {
        reads.push(date)
        return store.reader.journal(accountId, date)
      },
    }
    for (const date of DATES) await trade(date)
  })
  afterEach(() => store.close())

  const trade = (date: string) => commitTo(store, journalEvents(), { source: SOURCE, date })
  const read = async () => {
    reads = []
    const days = await daysOfStore(reader)
    return { days, reads: reads.toSorted() }
  }
  const check = async (date: string) => {
    const document = await store.reader.document(ACCOUNT, date)
    if (document === null) throw new Error('expected a report')
    const parity = { decisions: 9, reproduced: 9, entries: 3, exits: 6, journalDecisions: 3, complete: true }
    await saveDocument(store.redis, store.keys, {
      ...document,
      checks: { ...NO_CHECKS, parity: { ...parity, mismatches: [] } },
    })
  }

  test('are read once, and the same the second time', async () => {
    const first = await read()
    expect(first.reads).toEqual(DATES)
    expect(first.days.map(({ plan }) => plan.configHash)).toEqual(DATES.map(() => PLAN.configHash))
    expect(await read()).toEqual({ days: first.days, reads: [] })
  })

  test('a day whose journal grows, or whose tape is checked, is read again; the others are not', async () => {
    const [first, second, third] = DATES
    await read()
    await commitTo(store, [LIMIT], { source: SOURCE, date: second })
    const limited = await read()
    expect(limited.reads).toEqual([second])
    expect(limited.days.map(({ date, overridden }) => [date, overridden])).toEqual([
      [third, false],
      [second, true],
      [first, false],
    ])
    await check(first)
    const checked = await read()
    expect(checked.reads).toEqual([first])
    expect(checked.days.at(-1)?.evidence?.parity).toEqual({ matched: 9, total: 9 })
    await trade('2026-07-20')
    expect((await read()).reads).toEqual(['2026-07-20'])
  })

  test('a campaign whose first day has no report was registered all the same, and no day before it', async () => {
    const { registered, isNew } = registerCampaign({
      ...{ plan: PLAN, source: SOURCE.kind, date: '2026-07-20', premiumMax: 2, entriesPerDay: 1 },
      tried: { variants: 1, runs: 0, unknown: null },
      ...{ strategyVersion: 'v1', feeds: { option: null, stock: null }, settings: {}, before: null },
    })
    const actor = { id: '1', name: 'olivia', via: 'discord' } as const
    const next = { date: '2026-07-20', open_ms: 1, close_ms: 2 }
    const armed = {
      type: 'campaign_armed',
      actor,
      campaignId: 'c',
      plan: PLAN,
      next,
      registered: { ...registered, isNew },
    } as const
    // The session it was armed for never ran.
    await commitTo(store, [armed], { source: SOURCE, date: '2026-07-20' })
    await trade('2026-07-21')
    const { days } = await read()
    expect(days.map((day) => [day.date, day.registered?.from ?? null])).toEqual([
      ['2026-07-21', '2026-07-20'],
      ...DATES.toReversed().map((date) => [date, null]),
    ])
  })

  test('a stop before the next session began, and an arming for one that never ran, stand with the days beside them', async () => {
    const actor = { id: '1', name: 'olivia', via: 'discord' } as const
    const stop = { type: 'campaign_disarmed', actor, campaignId: 'c' } as const
    const arm = (date: string) =>
      ({ type: 'campaign_armed', actor, campaignId: 'd', plan: PLAN, next: { date, open_ms: 1, close_ms: 2 } }) as const
    const on = (date: string) => ({ source: SOURCE, date })
    await commitTo(store, [stop], on('2026-07-20'))
    expect((await read()).days[0]).toMatchObject({ date: '2026-07-17', stoppedAfter: true })
    await commitTo(store, [arm('2026-07-27')], on('2026-07-27'))
    await trade('2026-07-28')
    await trade('2026-07-29')
    await commitTo(store, [stop], on('2026-07-29'))
    const { days } = await read()
    expect(days.map(({ date, stoppedAfter, armedFor }) => [date, stoppedAfter, armedFor])).toEqual([
      ['2026-07-29', true, null],
      // Each of these is armed in its own journal.
      ['2026-07-28', false, '2026-07-27'],
      ['2026-07-17', true, null],
      ['2026-07-16', false, null],
      ['2026-07-15', false, null],
    ])
  })

  test('a desk that goes down ends its session, and stops no campaign: the sessions without it count', async () => {
    const paper = { kind: 'PAPER', label: 'PA1' } as const
    const down = journalEvents()
      .filter(({ type }) => type !== 'campaign_armed' && type !== 'campaign_disarmed')
      .map((event) => (event.type === 'session_ended' ? { ...event, status: 'stopped' as const } : event))
    await commitTo(store, journalEvents(), { source: paper, date: '2026-07-20' })
    await commitTo(store, down, { source: paper, date: '2026-07-21' })
    const all = ['2026-07-20', '2026-07-21', '2026-07-22', '2026-07-23']
    const dates = async () => {
      const { days } = await read()
      return latestCampaign(days, 'PAPER', '2026-07-23')?.days.map(({ date }) => date)
    }
    expect(await dates()).toEqual(all)
    await commitTo(store, down, { source: paper, date: '2026-07-23' })
    expect(await dates()).toEqual(all)
  })

  test('a session that has entered and never ended is no day of $0 once the day is over, and none before', async () => {
    const paper = { kind: 'PAPER', label: 'PA1' } as const
    const running = (events = journalEvents()) => events.filter(({ type }) => type !== 'session_ended')
    await commitTo(store, running(), { source: paper, date: '2026-07-20' })
    // Nothing was ever entered: nothing was won or lost.
    const flat = running().filter(({ type }) => type === 'session_started')
    await commitTo(store, flat, { source: paper, date: '2026-07-21' })
    const { days } = await read()
    const campaign = (completed: string) => latestCampaign(days, 'PAPER', completed)
    expect(campaign('2026-07-17')).toBeNull()
    const over = campaign('2026-07-21')
    expect(over?.days.map(({ date, status, netPnlCents }) => [date, status, netPnlCents])).toEqual([
      ['2026-07-20', 'incomplete', null],
      ['2026-07-21', 'no_session', 0],
    ])
  })

  test('without versions, as of another reader of the same store, every day is read', async () => {
    await read()
    const other: DaysReader = { ...reader }
    delete other.dayVersions
    for (let time = 0; time < 2; time += 1) {
      reads = []
      await daysOfStore(other)
      expect(reads.toSorted()).toEqual(DATES)
    }
  })
})
