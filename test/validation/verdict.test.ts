import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { campaignsElsewhere, lastCompleted, latestCampaign } from '../../src/validation/latest-campaign.ts'
import { campaignsOf, DayError } from '../../src/validation/verdict/campaigns.ts'
import { dayOfReport, type VerdictDay } from '../../src/validation/verdict/day.ts'
import { registrationOf } from '../../src/validation/verdict/registration.ts'
import { evaluateVerdict, type Gate } from '../../src/validation/verdict/verdict.ts'
import { verdictDocument } from '../../src/validation/verdict/verdict-document.ts'
import { verdictText } from '../../src/validation/verdict/verdict-text.ts'
import { REGISTERED } from './assessed-days.ts'
import { judge, madeDay, madeDays, PLAN, registration, sessions } from './verdict-days.ts'

/** `count` days of `win` and `loss` cents in turn, `wins` of five winning. */
const turns = (count: number, win: number, loss: number, wins: number): number[] =>
  Array.from({ length: count }, (_, index) => (index % 5 < wins ? win : loss))

describe('the words', () => {
  test('few days are INSUFFICIENT, with days to go and what would change it', () => {
    const verdict = judge(madeDays(turns(15, 90_000, -110_000, 3)))
    expect(verdict.word).toBe('INSUFFICIENT')
    expect(verdict.toGo.map(({ word }) => word)).toEqual(['CONSISTENT', 'INCONSISTENT'])
    for (const { median, eighty } of verdict.toGo) {
      expect(median).toBeGreaterThan(10)
      expect(eighty).toBeGreaterThan(median ?? 0)
    }
    expect(verdictText(verdict)).toContain('INCONSISTENT: an upper bound below $341.77')
  })

  test('days around the target for long enough are CONSISTENT', () => {
    const verdict = judge(madeDays(turns(200, 130_000, -110_000, 3)))
    expect(verdict.mean.pointCents).toBe(34_000)
    expect(verdict.word).toBe('CONSISTENT')
    expect(verdict.mean.lowerCents).toBeGreaterThan(0)
    expect(verdict.mean.upperCents).toBeGreaterThan(34_177)
    expect(verdictText(verdict)).toContain('Not rejected is not validated')
  })

  test('losing days are INCONSISTENT, and so are small gains: the target is what is claimed', () => {
    expect(judge(madeDays(turns(120, 60_000, -110_000, 3))).word).toBe('INCONSISTENT')
    const small = judge(madeDays(turns(500, 60_000, -30_000, 3)))
    expect(small.evidence).toMatchObject({ lowerAboveZero: true, upperBelowTarget: true })
    expect(small.word).toBe('INCONSISTENT')
  })

  test('a mean above the target is not CONSISTENT with it', () => {
    const verdict = judge(madeDays(turns(200, 150_000, 20_000, 3)))
    expect(verdict.evidence.lowerAboveTarget).toBe(true)
    expect(verdict.word).toBe('INSUFFICIENT')
    expect(verdictText(verdict)).toContain('Better than the target')
  })

  test('live days apart from their replay are DRIFTING, unless the target is excluded anyway', () => {
    const paired = (cents: readonly number[], gap: number) =>
      madeDays(cents).map((day) => ({ ...day, replayNetPnlCents: (day.netPnlCents ?? 0) + gap }))
    const consistent = turns(200, 130_000, -110_000, 3)
    expect(judge(paired(consistent, 15_000)).word).toBe('DRIFTING')
    expect(judge(paired(consistent, 0)).word).toBe('CONSISTENT')
    expect(judge(paired(turns(120, 60_000, -110_000, 3), 15_000)).word).toBe('INCONSISTENT')
  })

  test('a failed gate withholds every other word', () => {
    const gate = (state: Gate['state']): Gate => ({
      name: 'parity',
      state,
      withholds: 'every_word',
      evidence: '118 of 120 decisions',
    })
    const days = madeDays(turns(120, 60_000, -110_000, 3))
    expect(judge(days, [gate('failed')]).word).toBe('INSUFFICIENT')
    expect(verdictText(judge(days, [gate('failed')]))).toContain('parity failed (118 of 120 decisions)')
    expect(judge(days, [gate('passed')]).word).toBe('INCONSISTENT')
  })

  test('losses beyond the floor that cost more than was allowed for withhold CONSISTENT', () => {
    const days = turns(300, 130_000, -110_000, 3)
    expect(judge(madeDays(days)).word).toBe('CONSISTENT')
    const verdict = judge(madeDays([...days.slice(0, -1), -10_000_000]))
    expect(verdict.tail).toMatchObject({ beyondFloor: 1, excessCents: 9_600_000, chargeCents: null })
    expect(verdict.word).toBe('INSUFFICIENT')
    expect(verdictText(verdict)).toContain('far more than the $26.67 allowed for')
    // A tail that has cost somewhat more takes more off the lower bound, and no more than that.
    const some = judge(madeDays([...days.slice(0, -1), -2_400_000 / 2]))
    expect(some.tail).toMatchObject({ excessCents: 800_000, chargeCents: 2667 })
    const deeper = judge(madeDays([...days.slice(0, -1), -1_600_000]))
    expect(deeper.tail).toMatchObject({ excessCents: 1_200_000, chargeCents: 5334 })
    expect(deeper.mean.lowerCents).toBeCloseTo(some.mean.lowerCents - 2667, 0)
  })
})

test('a target that no day can reach is INCONSISTENT from the start', () => {
  const plan = { ...PLAN, contracts: 1 }
  const [campaign] = campaignsOf(madeDays([1000, -2000], { plan }), sessions)
  if (campaign === undefined) throw new Error('expected one')
  const own = registrationOf(plan, { source: 'PAPER', variants: 1, premiumMax: 2, entriesPerDay: 1 })
  expect(evaluateVerdict({ campaign, registration: own, gates: [], uniform: () => 0.5 }).word).toBe('INCONSISTENT')
})

describe('what counts', () => {
  test('a day that is not known yet counts against both claims', () => {
    const days = turns(200, 130_000, -110_000, 3)
    const known = judge(madeDays(days))
    const open = judge(madeDays([...days.slice(0, -1), null]))
    expect(open.counts.incomplete).toBe(1)
    expect(open.mean.lowerCents).toBeLessThan(judge(madeDays([...days.slice(0, -1), -499_999])).mean.lowerCents + 1)
    expect(open.mean.upperCents).toBeGreaterThan(known.mean.upperCents)
  })

  test('a day of a file that traded has an entry, also where it does not tell its trades', () => {
    const verdict = judge(madeDays([100_000, -50_000, 0]).map((day) => ({ ...day, trades: [] })))
    expect(verdict.counts).toMatchObject({ days: 3, withEntry: 2 })
    expect(verdict.executionRate).toMatchObject({ successes: 2, trials: 3 })
    expect(verdict.winRate).toMatchObject({ trials: 0 })
  })

  test('a session without a record is a day of $0 and marked', () => {
    const days = madeDays(turns(20, 100_000, -100_000, 3)).filter((_, index) => index !== 7)
    const verdict = judge(days)
    expect(verdict.counts).toMatchObject({ days: 20, noSession: 1 })
    expect(verdict.executionRate).toMatchObject({ successes: 19, trials: 20 })
    expect(verdictText(verdict)).toContain('1 without a session, counted as $0')
    const replayed = days.map((day) => ({ ...day, source: { kind: 'REPLAY' as const, label: 'recorded' } }))
    expect(campaignsOf(replayed, sessions)[0]?.days).toHaveLength(19)
  })

  test('days before the first report and after the last are counted, from the registration to the last completed session', () => {
    const days = madeDays([100_000, -50_000, 20_000]).map((day, at) =>
      at === 0 ? { ...day, registered: { ...REGISTERED, from: '2024-12-30' } } : day,
    )
    const [campaign] = campaignsOf(days, sessions, '2025-01-10')
    // 2024-12-30 and 31 before, 2025-01-07, 08 and 10 after; the exchange was closed on the 9th.
    expect(campaign?.days.map(({ date, status }) => [date.slice(5), status === 'no_session'])).toEqual([
      ['12-30', true],
      ['12-31', true],
      ['01-02', false],
      ['01-03', false],
      ['01-06', false],
      ['01-07', true],
      ['01-08', true],
      ['01-10', true],
    ])
    expect(campaign?.days[0]?.registered?.from).toBe('2024-12-30')
    const stopped = days.map((day, at) => (at === 2 ? { ...day, status: 'stopped' as const } : day))
    expect(campaignsOf(stopped, sessions, '2025-01-10')[0]?.days).toHaveLength(5)
    const told = days.map((day, at) => (at === 2 ? { ...day, stoppedAfter: true } : day))
    expect(campaignsOf(told, sessions, '2025-01-10')[0]?.days).toHaveLength(5)
    const next = [...days, madeDay('2025-01-10', 1000, { plan: { ...PLAN, configHash: 'b'.repeat(64) } })]
    const two = campaignsOf(next, sessions, '2025-01-13')
    expect(two.map((one) => [one.days.at(-1)?.date, one.days.length])).toEqual([
      ['2025-01-08', 7],
      ['2025-01-13', 2],
    ])
  })

  test('sessions between a stop and the next arming are none of its days, and their number is told', () => {
    const last = madeDay('2025-01-15', 1000)
    const datesOf = (between: Partial<VerdictDay>, after: Partial<VerdictDay> = {}) => {
      const days = [madeDay('2025-01-02', 1000, between), { ...last, ...after }]
      const [campaign] = campaignsOf(days, sessions, '2025-01-15')
      return [campaign?.days.map(({ date }) => date.slice(5)), campaign?.stoppedSessions]
    }
    const all = ['01-02', '01-03', '01-06', '01-07', '01-08', '01-10', '01-13', '01-14', '01-15']
    expect(datesOf({})).toEqual([all, 0])
    expect(datesOf({ stoppedAfter: true })).toEqual([['01-02', '01-15'], 7])
    expect(datesOf({ status: 'stopped' })).toEqual([['01-02', '01-15'], 7])
    // Armed for a session that never ran.
    expect(datesOf({ stoppedAfter: true }, { armedFor: '2025-01-13' })).toEqual([
      ['01-02', '01-13', '01-14', '01-15'],
      5,
    ])
    // Stopped and armed again on the same day.
    expect(datesOf({ status: 'stopped', stoppedAfter: false })).toEqual([all, 0])
    const verdict = judge([madeDay('2025-01-02', 1000, { stoppedAfter: true }), last])
    expect(verdictText(verdict)).toContain('7 sessions while it was stopped, not counted')
    // Its registration is older than the arming it began with.
    const first = { ...last, registered: { ...REGISTERED, from: '2025-01-02' }, armedFor: '2025-01-14' }
    expect(campaignsOf([first], sessions, '2025-01-15')[0]?.days.map(({ date }) => date.slice(5))).toEqual([
      '01-14',
      '01-15',
    ])
  })

  test('the last session is completed once its report had time; another account’s campaign is told of', () => {
    const at = (time: string): string | null => lastCompleted(Date.parse(`2025-01-10T${time}-05:00`))
    expect([at('09:00:00'), at('16:30:00'), at('17:00:00')]).toEqual(['2025-01-08', '2025-01-08', '2025-01-10'])
    const days = [...madeDays([1000, 2000]), ...madeDays([1000], { accountId: 'PA0' })]
    const campaign = latestCampaign(
      days.filter(({ accountId }) => accountId === 'PA1'),
      null,
    )
    if (campaign === null) throw new Error('expected one')
    expect(campaignsElsewhere(days, campaign).map(({ accountId }) => accountId)).toEqual(['PA0'])
    const small = days.map((day) =>
      day.accountId === 'PA0' ? { ...day, plan: { ...PLAN, profile: '2k' as const } } : day,
    )
    expect(campaignsElsewhere(small, campaign)).toEqual([])
    // An account that was left with a session that never ended: that day's loss is not known, and counts.
    const entered = madeDay('2025-01-02', null, { accountId: 'PA0', ended: false })
    const left = (date: string) => campaignsElsewhere([...days.slice(0, 2), { ...entered, date }], campaign)
    expect(left('2025-01-02').map((one) => one.days.map(({ status }) => status))).toEqual([['incomplete']])
    expect(left('2025-01-03')).toEqual([])
  })

  test('a day somebody touched is flagged and stays in', () => {
    const days = madeDays(turns(20, 100_000, -100_000, 3))
    const touched = days.map((day, index) => ({ ...day, overridden: index === 3 }))
    expect(judge(touched).counts.overridden).toBe(1)
    expect(judge(touched).mean).toEqual(judge(days).mean)
  })

  test('a change of configuration begins another campaign, also back to the old one', () => {
    const days = madeDays(turns(30, 1000, -1000, 3)).map((day, index) =>
      index >= 10 && index < 20 ? { ...day, plan: { ...PLAN, configHash: 'b'.repeat(64) } } : day,
    )
    const campaigns = campaignsOf(days, sessions)
    expect(campaigns.map(({ number, days: own }) => [number, own.length])).toEqual([
      [1, 10],
      [2, 10],
      [3, 10],
    ])
    const last = campaigns[2]
    if (last === undefined) throw new Error('expected three')
    const verdict = evaluateVerdict({ campaign: last, registration, gates: [], uniform: () => 0.5 })
    expect(verdictText(verdict)).toContain('this is campaign 3')
  })

  test('sources and accounts never share a campaign, and a verdict refuses another source', () => {
    const paper = madeDays([1000, 2000])
    const sim = madeDays([1000, 2000], { source: { kind: 'SIM', label: '7' }, accountId: 'SIM1' })
    const other = madeDays([1000], { accountId: 'PA2' })
    const campaigns = campaignsOf([...paper, ...sim, ...other], sessions)
    expect(campaigns.map(({ accountId, days }) => [accountId, days.length]).toSorted()).toEqual([
      ['PA1', 2],
      ['PA2', 1],
      ['SIM1', 2],
    ])
    const simulated = campaigns.find(({ source }) => source.kind === 'SIM')
    if (simulated === undefined) throw new Error('expected one')
    expect(() => evaluateVerdict({ campaign: simulated, registration, gates: [], uniform: () => 0.5 })).toThrow(/PAPER/)
  })

  test('the same date twice is refused', () => {
    expect(() => campaignsOf([...madeDays([1000]), ...madeDays([2000])], sessions)).toThrow(DayError)
  })

  test('prop_the order in which days are given changes nothing', () => {
    const days = madeDays(turns(25, 90_000, -110_000, 3))
    const base = judge(days)
    fc.assert(
      fc.property(fc.shuffledSubarray(days, { minLength: days.length }), (shuffled) => {
        expect(judge(shuffled).mean).toEqual(base.mean)
      }),
      { numRuns: 10 },
    )
  })
})

describe('a verdict as a document', () => {
  test('is plain JSON with whole cents, and says its source', () => {
    const verdict = judge(madeDays(turns(30, 90_001, -110_003, 3), { source: { kind: 'PAPER', label: 'PA1' } }))
    const document = JSON.parse(JSON.stringify(verdictDocument(verdict)))
    expect(document).toMatchObject({
      schema: 'phase4d.verdict/1',
      word: verdict.word,
      campaign: { source: { kind: 'PAPER' } },
    })
    expect(Number.isInteger(document.mean.lowerCents) && Number.isInteger(document.path[0].upperCents)).toBe(true)
    expect(document.reasons.length).toBeGreaterThan(0)
  })

  test('of made-up days says that it proves nothing about paper', () => {
    const days = madeDays([1000, -1000], { source: { kind: 'SIM', label: '7' } })
    const [campaign] = campaignsOf(days, sessions)
    if (campaign === undefined) throw new Error('expected one')
    const simulated = { ...registration, source: 'SIM' as const }
    const text = verdictText(evaluateVerdict({ campaign, registration: simulated, gates: [], uniform: () => 0.5 }))
    expect(text).toContain('SIM seed 7')
    expect(text).toContain('nothing about paper or real money')
  })
})

test('a day without a trade is one of $0, and a running session is none', () => {
  const report = {
    schema: 'phase4d.day/1',
    accountId: 'PA1',
    source: { kind: 'PAPER', label: 'PA1' },
    date: '2026-07-17',
    plan: PLAN,
    final: true,
    status: 'no_trade',
    netPnlCents: 0,
    rulePnlCents: 0,
    trades: [],
  } as unknown as Parameters<typeof dayOfReport>[0]
  expect(dayOfReport(report, null)).toEqual({ ...madeDay('2026-07-17', 0), overridden: false })
  expect(dayOfReport({ ...report, final: false }, null)).toBeNull()
  expect(dayOfReport({ ...report, status: 'incomplete' }, null)).toMatchObject({ netPnlCents: null })
})
