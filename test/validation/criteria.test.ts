import { describe, expect, test } from 'vitest'
import { sequence } from '../../src/sim/market/prng.ts'
import { PROFILES } from '../../src/strategy/profiles.ts'
import { assess, assessmentDocument, assessmentText } from '../../src/validation/assessment.ts'
import { type CriteriaBox, evaluateCriteria } from '../../src/validation/criteria/criteria.ts'
import { type DayEvidence, dayEvidence } from '../../src/validation/criteria/evidence.ts'
import { campaignsOf } from '../../src/validation/verdict/campaigns.ts'
import { gatesOf } from '../../src/validation/verdict/gates.ts'
import { madeDays } from './verdict-days.ts'

const clean: DayEvidence = {
  errors: [],
  parity: { matched: 20, total: 20 },
  brokerDifferenceCents: 0,
  stopsReached: 1,
  stopsObeyed: 1,
  costs: [
    { grossCents: 100_000, contracts: 25, feesCents: null, spreadCents: 3500, slippageCents: 800, assumedCents: 4300 },
  ],
}

const amounts = (count: number): number[] =>
  Array.from({ length: count }, (_, index) => (index % 5 < 3 ? 130_000 : -110_000))

function assessed(count: number, evidence: DayEvidence | null, source: 'PAPER' | 'SIM' = 'PAPER') {
  const days = madeDays(amounts(count), { evidence, source: { kind: source, label: 'x' } })
  const [campaign] = campaignsOf(days, () => days.map(({ date }) => date))
  if (campaign === undefined) throw new Error('expected one')
  const options = { variants: 1, premiumMax: 2, assumptions: PROFILES['25k'], optionFeed: 'opra' } as const
  return { campaign, ...assess(campaign, { ...options, uniform: sequence('criteria').uniform }) }
}

const stateOf = (boxes: readonly CriteriaBox[], title: string): CriteriaBox['state'] | undefined =>
  boxes.find((box) => box.title.startsWith(title))?.state

describe('the success criteria', () => {
  test('are the twelve boxes of the plan, in three phases', () => {
    const { criteria } = assessed(30, clean)
    expect([1, 2, 3].map((phase) => criteria.filter((box) => box.phase === phase).length)).toEqual([4, 4, 4])
  })

  test('clean paper days tick what they can prove, and never costs or readiness', () => {
    const { criteria } = assessed(60, clean)
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
    const { criteria } = assessed(4, clean)
    expect(stateOf(criteria, 'System executes')).toBe('open')
    expect(criteria[0]?.evidence).toContain('4 of 5 days')
    expect(stateOf(assessed(12, clean).criteria, 'No major')).toBe('open')
  })

  test('a simulator ticks nothing at all', () => {
    expect(assessed(60, clean, 'SIM').criteria.every(({ state }) => state !== 'met')).toBe(true)
  })

  test('days without a record tick nothing', () => {
    const { criteria } = assessed(60, null)
    expect(criteria.filter(({ state }) => state === 'met')).toEqual([])
  })

  test('one error, one decision that differs, one stop not obeyed: each unticks its box', () => {
    expect(stateOf(assessed(60, { ...clean, errors: ['order_refused'] }).criteria, 'System executes')).toBe('not_met')
    expect(stateOf(assessed(60, { ...clean, parity: { matched: 19, total: 20 } }).criteria, 'Strike')).toBe('not_met')
    const disobeyed = assessed(60, { ...clean, stopsObeyed: 0 }).criteria
    expect(stateOf(disobeyed, 'Risk management')).toBe('not_met')
    expect(stateOf(disobeyed, 'No major')).toBe('not_met')
    expect(stateOf(disobeyed, 'Ready')).toBe('not_met')
  })

  test('means and rates are ticked by their whole interval only', () => {
    const few = assessed(30, clean).criteria
    expect(stateOf(few, 'Daily P&L within ±50')).toBe('open')
    expect(stateOf(few, 'Win rate')).toBe('open')
    // A trade on every day: no filter let a day pass.
    expect(stateOf(assessed(60, clean).criteria, 'Execution rate')).toBe('not_met')
    const { verdict, costs, campaign } = assessed(60, clean)
    const sure = { ...verdict, mean: { ...verdict.mean, lowerCents: 30_000, upperCents: 36_000 } }
    const boxes = evaluateCriteria({ verdict: sure, days: campaign.days, costs })
    expect([stateOf(boxes, 'Daily P&L within ±50'), stateOf(boxes, 'Daily P&L within ±25')]).toEqual(['met', 'met'])
  })
})

describe('the gates', () => {
  const gates = (evidence: DayEvidence | null) => gatesOf(assessed(5, evidence).campaign.days).map(({ state }) => state)

  test('pass only where every day was checked and nothing differs', () => {
    expect(gates(clean)).toEqual(['passed', 'passed'])
    expect(gates({ ...clean, parity: null })).toEqual(['unknown', 'passed'])
    expect(gates(null)).toEqual(['unknown', 'unknown'])
    expect(gates({ ...clean, brokerDifferenceCents: -65 })).toEqual(['passed', 'failed'])
    expect(gates({ ...clean, parity: { matched: 3, total: 4 } })).toEqual(['failed', 'passed'])
  })

  test('one that failed withholds the word', () => {
    expect(assessed(200, { ...clean, brokerDifferenceCents: 5 }).verdict.word).toBe('INSUFFICIENT')
    expect(assessed(200, clean).verdict.word).toBe('CONSISTENT')
  })
})

describe('a day’s evidence', () => {
  const exit = {
    type: 'exit_decided',
    tradeId: 't',
    at_ms: 0,
    mid: 1,
    close: 1,
    spot: 1,
    rulePnlCents: 0,
    netPnlCents: 0,
    actor: null,
  } as const

  test('counts trades at their stop, and whether that closed them', () => {
    const stopped = dayEvidence([{ ...exit, reason: 'stop_loss', alsoFired: ['session_end'] }])
    expect(stopped).toMatchObject({ stopsReached: 1, stopsObeyed: 1 })
    const halted = dayEvidence([{ ...exit, reason: 'halted', alsoFired: ['stop_loss'] }])
    expect(halted).toMatchObject({ stopsReached: 1, stopsObeyed: 0 })
    expect(dayEvidence([{ ...exit, reason: 'profit_target', alsoFired: [] }])).toMatchObject({ stopsReached: 0 })
  })

  test('names what went wrong; a warning is no error', () => {
    const events = [
      { type: 'engine_alert', code: 'silent', message: '', critical: true },
      { type: 'engine_alert', code: 'late', message: '', critical: false },
      { type: 'order_refused', clientOrderId: 'x', purpose: 'open', code: 'buying_power', message: '' },
    ] as const
    expect(dayEvidence(events).errors).toEqual(['silent', 'buying_power'])
  })
})

test('an assessment shows verdict, checklist and costs, and is plain JSON', () => {
  const found = assessed(30, clean)
  const text = assessmentText(found)
  for (const part of ['INSUFFICIENT', 'Phase 3: production readiness', 'slippage, % of premium: assumed 0.80'])
    expect(text).toContain(part)
  const document = JSON.parse(JSON.stringify(assessmentDocument(found)))
  expect(document).toMatchObject({ schema: 'phase4d.verdict/1', criteria: expect.any(Array), costs: { proves: false } })
})
