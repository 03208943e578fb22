import { describe, expect, test } from 'vitest'
import { sequence } from '../../src/config/prng.ts'
import { assess, assessmentDocument, assessmentText } from '../../src/validation/assessment.ts'
import { type CriteriaBox, evaluateCriteria } from '../../src/validation/criteria/criteria.ts'
import type { DayEvidence } from '../../src/validation/criteria/evidence.ts'
import { campaignsOf } from '../../src/validation/verdict/campaigns.ts'
import { ASKED, amounts, assessed, clean } from './assessed-days.ts'
import { madeDays } from './verdict-days.ts'

const stateOf = (boxes: readonly CriteriaBox[], title: string): CriteriaBox['state'] | undefined =>
  boxes.find((box) => box.title.startsWith(title))?.state

/** Days of which every gate can be passed: registered, and their rules checked. */
const checked = (count: number, evidence: DayEvidence | null) => assessed(count, evidence, { isChecked: true })

describe('the success criteria', () => {
  test('are the twelve boxes of the plan, in three phases', () => {
    const { criteria } = checked(30, clean)
    expect([1, 2, 3].map((phase) => criteria.filter((box) => box.phase === phase).length)).toEqual([4, 4, 4])
  })

  test('clean paper days tick what they can prove, and never costs or readiness', () => {
    const { criteria } = checked(60, clean)
    expect(stateOf(criteria, 'System executes')).toBe('met')
    expect(stateOf(criteria, 'Strike selection')).toBe('met')
    expect(stateOf(criteria, 'Risk management')).toBe('met')
    expect(stateOf(criteria, 'No major')).toBe('met')
    expect(stateOf(criteria, 'Cost estimates')).toBe('cannot_prove')
    expect(stateOf(criteria, 'Cost models')).toBe('cannot_prove')
    expect(stateOf(criteria, 'Proven risk')).toBe('cannot_prove')
    expect(stateOf(criteria, 'Ready')).not.toBe('met')
  })

  test('a phase takes its time: the same days, too few, leave the box open', () => {
    const { criteria } = checked(4, clean)
    expect(stateOf(criteria, 'System executes')).toBe('open')
    expect(criteria[0]?.evidence).toContain('4 of 5 days')
    expect(stateOf(checked(12, clean).criteria, 'No major')).toBe('open')
  })

  test('a simulator ticks nothing at all', () => {
    expect(assessed(60, clean, { source: 'SIM' }).criteria.every(({ state }) => state !== 'met')).toBe(true)
  })

  test('days without a record tick nothing', () => {
    const { criteria } = checked(60, null)
    expect(criteria.filter(({ state }) => state === 'met')).toEqual([])
  })

  test('one error, one decision that differs, one stop not obeyed: each unticks its box', () => {
    expect(stateOf(checked(60, { ...clean, errors: ['order_refused'] }).criteria, 'System executes')).toBe('not_met')
    expect(stateOf(checked(60, { ...clean, parity: { matched: 19, total: 20 } }).criteria, 'Strike')).toBe('not_met')
    const disobeyed = checked(60, { ...clean, stopsObeyed: 0 }).criteria
    expect(stateOf(disobeyed, 'Risk management')).toBe('not_met')
    expect(stateOf(disobeyed, 'No major')).toBe('not_met')
    expect(stateOf(disobeyed, 'Ready')).toBe('not_met')
  })

  test('a strike that was never chosen proves nothing: days without an entry leave the box open', () => {
    const days = madeDays(
      amounts(30).map(() => 0),
      { evidence: clean },
    )
    const { verdict, costs } = checked(30, clean)
    const [, strike] = evaluateCriteria({ verdict, days, costs })
    expect(strike).toMatchObject({ state: 'open', evidence: expect.stringContaining('0 with an entry') })
  })

  test('a position that the desk lost hold of is a failure of risk control, with its first day', () => {
    const { criteria } = checked(30, { ...clean, errors: ['cannot_flatten'] })
    const failed = criteria.find(({ title }) => title.startsWith('No major'))
    expect(failed).toMatchObject({ state: 'not_met', evidence: 'cannot_flatten 30 times, first 2025-01-02' })
    expect(stateOf(checked(60, { ...clean, errors: ['order_refused'] }).criteria, 'No major')).toBe('met')
  })

  test('a failed gate unticks the boxes that rest on it, and no other', () => {
    const { verdict, costs, campaign } = checked(60, clean)
    const sure = { ...verdict, mean: { ...verdict.mean, lowerCents: 30_000, upperCents: 36_000 } }
    const boxesWith = (failed: string) => {
      const gates = verdict.gates.map((gate) => (gate.name === failed ? { ...gate, state: 'failed' as const } : gate))
      return evaluateCriteria({ verdict: { ...sure, gates }, days: campaign.days, costs })
    }
    const broker = boxesWith('broker difference $0')
    for (const title of ['System executes', 'Daily P&L within ±50', 'Daily P&L within ±25', 'No major'])
      expect(broker.find((box) => box.title.startsWith(title))).toMatchObject({
        state: 'open',
        evidence: expect.stringContaining('failed: broker difference $0'),
      })
    expect([stateOf(broker, 'Strike'), stateOf(broker, 'Risk management')]).toEqual(['met', 'met'])
    expect(stateOf(boxesWith('parity of live decisions'), 'Strike')).toBe('open')
    const uncovered = { ...sure, tail: { ...sure.tail, chargeCents: null } }
    const boxes = evaluateCriteria({ verdict: uncovered, days: campaign.days, costs })
    expect(boxes.find((box) => box.title.startsWith('Daily P&L within ±50'))).toMatchObject({
      state: 'open',
      evidence: expect.stringContaining('a bound that is not valid'),
    })
  })

  test('a gate that is not checked yet keeps the boxes that rest on it open, and they say which', () => {
    const { criteria, verdict, costs, campaign } = assessed(60, clean)
    const boxOf = (boxes: readonly CriteriaBox[], title: string) => boxes.find((box) => box.title.startsWith(title))
    expect(boxOf(criteria, 'Strike')).toMatchObject({
      state: 'open',
      evidence: expect.stringMatching(/; not checked yet: no look-ahead$/),
    })
    expect([stateOf(criteria, 'System executes'), stateOf(criteria, 'Risk management')]).toEqual(['met', 'met'])
    const sure = { ...verdict, mean: { ...verdict.mean, lowerCents: 30_000, upperCents: 36_000 } }
    const mean = (gates: typeof verdict.gates) =>
      boxOf(evaluateCriteria({ verdict: { ...sure, gates }, days: campaign.days, costs }), 'Daily P&L within ±50')
    expect(mean(verdict.gates)).toMatchObject({
      state: 'open',
      evidence: expect.stringMatching(/; not checked yet: registered before the first day, no look-ahead$/),
    })
    const broken = verdict.gates.map((gate) =>
      gate.name.startsWith('parity') ? { ...gate, state: 'failed' as const } : gate,
    )
    expect(mean(broken)?.evidence).toContain('; failed: parity of live decisions; not checked yet: registered')
    expect(mean([])).toMatchObject({ state: 'open', evidence: expect.stringContaining('broker difference $0') })
  })

  test('days on which the desk did not run do not make a phase longer', () => {
    const { verdict, costs, campaign } = checked(21, clean)
    const boxesWith = (noSession: number) => {
      const counts = { ...verdict.counts, noSession }
      return evaluateCriteria({ verdict: { ...verdict, counts }, days: campaign.days, costs })
    }
    expect(stateOf(boxesWith(0), 'No major')).toBe('met')
    expect(stateOf(boxesWith(1), 'No major')).toBe('open')
  })

  test.each([
    ['opra on all of them', ['opra', 'opra'], true],
    ['indicative on one', ['opra', 'indicative'], false],
    ['not told on one', ['opra', null], false],
  ] as const)('the spread is proven by quotes that were the exchanges’ own on every day: %s', (_, feeds, proves) => {
    const days = madeDays(amounts(30)).map((day, at) => {
      const option = feeds[at % 2] ?? null
      return { ...day, evidence: { ...clean, feeds: option === null ? null : { option, stock: 'sip' as const } } }
    })
    const [campaign] = campaignsOf(days, () => [])
    if (campaign === undefined) throw new Error('expected one')
    const { costs } = assess(campaign, { ...ASKED, uniform: sequence('feeds').uniform })
    const spread = costs.estimates.find(({ parameter }) => parameter === 'spread')
    expect(spread?.estimate).toBeCloseTo(3.5)
    expect(spread?.proves).toBe(proves)
    // Whatever the quotes, fills and fees of a paper account prove nothing.
    expect(costs.proves).toBe(false)
  })

  test('means and rates are ticked by their whole interval only', () => {
    const few = checked(30, clean).criteria
    expect(stateOf(few, 'Daily P&L within ±50')).toBe('open')
    expect(stateOf(few, 'Win rate')).toBe('open')
    // A trade on every day: no filter let a day pass.
    expect(stateOf(checked(60, clean).criteria, 'Execution rate')).toBe('not_met')
    const { verdict, costs, campaign } = checked(60, clean)
    const sure = { ...verdict, mean: { ...verdict.mean, lowerCents: 30_000, upperCents: 36_000 } }
    const boxes = evaluateCriteria({ verdict: sure, days: campaign.days, costs })
    expect([stateOf(boxes, 'Daily P&L within ±50'), stateOf(boxes, 'Daily P&L within ±25')]).toEqual(['met', 'met'])
  })
})

test('an assessment shows verdict, checklist and costs, and is plain JSON', () => {
  const found = checked(30, clean)
  const text = assessmentText(found)
  for (const part of ['INSUFFICIENT', 'Phase 3: production readiness', 'slippage, % of premium: assumed 0.80'])
    expect(text).toContain(part)
  const document = JSON.parse(JSON.stringify(assessmentDocument(found)))
  expect(document).toMatchObject({ schema: 'phase4d.verdict/1', criteria: expect.any(Array), costs: { proves: false } })
})
