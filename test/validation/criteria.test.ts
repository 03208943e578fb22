import { describe, expect, test } from 'vitest'
import type { LookaheadRun } from '../../src/backtest/lookahead/run-record.ts'
import type { JournalEvent } from '../../src/session/events.ts'
import { sequence } from '../../src/sim/market/prng.ts'
import { PROFILES } from '../../src/strategy/profiles.ts'
import { assess, assessmentDocument, assessmentText } from '../../src/validation/assessment.ts'
import { type CriteriaBox, evaluateCriteria } from '../../src/validation/criteria/criteria.ts'
import { type DayEvidence, dayEvidence } from '../../src/validation/criteria/evidence.ts'
import { campaignsOf } from '../../src/validation/verdict/campaigns.ts'
import { type GateFacts, gatesOf } from '../../src/validation/verdict/gates.ts'
import { registerCampaign } from '../../src/validation/verdict/registered.ts'
import { madeDays, PLAN } from './verdict-days.ts'

const clean: DayEvidence = {
  errors: [],
  parity: { matched: 20, total: 20 },
  brokerDifferenceCents: 0,
  feesCents: 0,
  feeds: { option: 'opra', stock: 'sip' },
  strategyVersion: 'v1',
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
  const options = {
    variants: 1,
    premiumMax: 2,
    assumptions: PROFILES['25k'],
    optionFeed: 'opra',
    lookaheads: [],
    isOfDesk: false,
  } as const
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

  test('a strike that was never chosen proves nothing: days without an entry leave the box open', () => {
    const days = madeDays(
      amounts(30).map(() => 0),
      { evidence: clean },
    )
    const { verdict, costs } = assessed(30, clean)
    const [, strike] = evaluateCriteria({ verdict, days, costs })
    expect(strike).toMatchObject({ state: 'open', evidence: expect.stringContaining('0 with an entry') })
  })

  test('a position that the desk lost hold of is a failure of risk control, with its first day', () => {
    const { criteria } = assessed(30, { ...clean, errors: ['cannot_flatten'] })
    const failed = criteria.find(({ title }) => title.startsWith('No major'))
    expect(failed).toMatchObject({ state: 'not_met', evidence: 'cannot_flatten 30 times, first 2025-01-02' })
    expect(stateOf(assessed(60, { ...clean, errors: ['order_refused'] }).criteria, 'No major')).toBe('met')
  })

  test('days on which the desk did not run do not make a phase longer', () => {
    const { verdict, costs, campaign } = assessed(21, clean)
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
    const { costs } = assess(campaign, {
      ...{
        variants: 1,
        premiumMax: 2,
        assumptions: PROFILES['25k'],
        optionFeed: null,
        lookaheads: [],
        isOfDesk: false,
      },
      uniform: sequence('feeds').uniform,
    })
    const spread = costs.estimates.find(({ parameter }) => parameter === 'spread')
    expect(spread?.estimate).toBeCloseTo(3.5)
    expect(spread?.proves).toBe(proves)
    // Whatever the quotes, fills and fees of a paper account prove nothing.
    expect(costs.proves).toBe(false)
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
  const RUN: LookaheadRun = {
    strategyVersion: 'v1',
    structure: 'short_put',
    at_ms: 0,
    source: 'recorded',
    days: 3,
    decisions: 40,
    trials: 80,
    leaks: 0,
    planted: 4,
    found: 4,
  }
  const { registered } = registerCampaign({
    plan: PLAN,
    source: 'PAPER',
    date: '2025-01-02',
    premiumMax: 2,
    tried: { variants: 7, runs: 2, unknown: null },
    strategyVersion: 'v1',
    feeds: { option: 'opra', stock: 'sip' },
    settings: {},
    before: null,
  })
  const facts: GateFacts = { registered, isOfDesk: true, lookaheads: [RUN] }
  const gates = (evidence: DayEvidence | null, changes: Partial<GateFacts> = {}) =>
    gatesOf(assessed(5, evidence).campaign.days, { ...facts, ...changes }).map(({ state }) => state)

  test('pass only where every day was checked and nothing differs', () => {
    expect(gates(clean)).toEqual(['passed', 'passed', 'passed', 'passed'])
    expect(gates({ ...clean, parity: null })).toEqual(['passed', 'passed', 'unknown', 'passed'])
    expect(gates(null)).toEqual(['passed', 'passed', 'unknown', 'unknown'])
    expect(gates({ ...clean, brokerDifferenceCents: -65 })).toEqual(['passed', 'passed', 'passed', 'failed'])
    expect(gates({ ...clean, parity: { matched: 3, total: 4 } })).toEqual(['passed', 'passed', 'failed', 'passed'])
  })

  test('the desk’s own days without a registration fail; a file’s are unknown; one made afterwards fails', () => {
    expect(gates(clean, { registered: null })[0]).toBe('failed')
    expect(gates(clean, { registered: null, isOfDesk: false })[0]).toBe('unknown')
    expect(gates(clean, { registered: { ...registered, from: '2025-02-03' } })[0]).toBe('failed')
    const uncounted = { ...registered, tried: { variants: 1, runs: 0, unknown: 'the record could not be read' } }
    expect(gates(clean, { registered: uncounted })[0]).toBe('unknown')
  })

  test('every version of the rules that decided a day must have been checked, by a check that finds planted leaks', () => {
    const looks = (changes: Partial<GateFacts>, evidence = clean) => gates(evidence, changes)[1]
    expect(looks({ lookaheads: [] })).toBe('unknown')
    expect(looks({ lookaheads: [{ ...RUN, structure: 'put_spread' }] })).toBe('unknown')
    expect(looks({ lookaheads: [{ ...RUN, found: 3 }] })).toBe('unknown')
    expect(looks({ lookaheads: [{ ...RUN, leaks: 1 }] })).toBe('failed')
    const deployed = { ...clean, strategyVersion: 'v2' }
    expect(looks({}, deployed)).toBe('unknown')
    expect(looks({ lookaheads: [RUN, { ...RUN, strategyVersion: 'v2' }] }, deployed)).toBe('passed')
    expect(looks({ registered: null }, { ...clean, strategyVersion: null })).toBe('unknown')
  })

  test('one that failed withholds the word', () => {
    expect(assessed(200, { ...clean, brokerDifferenceCents: 5 }).verdict.word).toBe('INSUFFICIENT')
    expect(assessed(200, clean).verdict.word).toBe('CONSISTENT')
  })

  test('what was registered is what the verdict goes by, whatever the days say, and more tries are never fewer', () => {
    const strict = { ...registered, registration: { ...registered.registration, alphaConsistent: 0.001 } }
    const days = madeDays(amounts(200), { evidence: clean }).map((day, at) =>
      at === 0 ? { ...day, registered: strict } : day,
    )
    const [campaign] = campaignsOf(days, () => days.map(({ date }) => date))
    if (campaign === undefined) throw new Error('expected one')
    const by = (variants: number) =>
      assess(campaign, {
        variants,
        premiumMax: 2,
        assumptions: PROFILES['25k'],
        optionFeed: null,
        lookaheads: [RUN],
        isOfDesk: true,
        uniform: sequence('registered').uniform,
      })
    const found = by(1)
    expect(found.verdict.registration.alphaConsistent).toBe(0.001)
    expect(found.verdict.sharpe?.variants).toBe(7)
    expect(by(50).verdict.sharpe?.variants).toBe(50)
    const text = assessmentText(found)
    for (const part of [
      'Fixed before the first day',
      'registered when 2025-01-02 was armed; version v1 of the rules; variants tried: 7 in 2 recorded backtests',
      'no look-ahead: passed',
      'option quotes OPRA (the exchanges’ own) on 200 days',
      'never slippage, impact or fees',
    ])
      expect(text).toContain(part)
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
    const proved = (broker: object | null) =>
      dayEvidence([
        { type: 'day_proved', strategyVersion: 'v1', feeds: { option: 'opra', stock: 'iex' }, broker } as JournalEvent,
      ])
    const broker = { orders: 2, brokerCents: 5000, deskCents: 5000, cashCents: 4750 }
    expect(proved(broker)).toMatchObject({ brokerDifferenceCents: 0, feesCents: 250, strategyVersion: 'v1' })
    expect(proved({ ...broker, deskCents: 5065 })).toMatchObject({ brokerDifferenceCents: -65 })
    // Cash that came from elsewhere is no negative fee, and a withdrawal no fee.
    expect(proved({ ...broker, cashCents: 5001 }).feesCents).toBeNull()
    expect(proved({ ...broker, cashCents: -900_000 }).feesCents).toBeNull()
    expect(proved(null)).toMatchObject({ brokerDifferenceCents: null, feesCents: null, feeds: { option: 'opra' } })
    const halted = dayEvidence([{ ...exit, reason: 'halted', alsoFired: ['stop_loss'] }])
    expect(halted).toMatchObject({ stopsReached: 1, stopsObeyed: 0 })
    expect(dayEvidence([{ ...exit, reason: 'profit_target', alsoFired: [] }])).toMatchObject({ stopsReached: 0 })
  })

  test('fees that the broker books later: overnight they are in no day, during the next session in that one', () => {
    const feesOf = (cashCents: number) =>
      dayEvidence([
        {
          type: 'day_proved',
          strategyVersion: 'v1',
          feeds: { option: 'opra', stock: 'iex' },
          broker: { orders: 2, brokerCents: 5000, deskCents: 5000, cashCents },
        },
      ]).feesCents
    const [booked, cash] = [130, 5000]
    // Cash is compared from a session's start to its end: what is taken between two sessions is before the second's start.
    expect([feesOf(cash), feesOf(cash)]).toEqual([0, 0])
    expect([feesOf(cash), feesOf(cash - booked)]).toEqual([0, booked])
    // No word rests on it: days with and without fees known have the same net.
    const net = (fees: number | null) => assessed(30, { ...clean, feesCents: fees }).verdict.mean
    expect(net(booked)).toEqual(net(null))
  })

  test('names what went wrong; a warning is no error', () => {
    const events = [
      { type: 'engine_alert', code: 'silent', message: '', critical: true },
      { type: 'engine_alert', code: 'late', message: '', critical: false },
      { type: 'order_refused', clientOrderId: 'x', purpose: 'open', code: 'buying_power', message: '' },
    ] as const
    expect(dayEvidence(events).errors).toEqual(['silent', 'buying_power'])
    const ended = { type: 'order_ended', clientOrderId: 'x', filledQty: 0 } as const
    expect(dayEvidence([{ ...ended, status: 'rejected' }]).errors).toEqual(['order_rejected'])
    expect(dayEvidence([{ ...ended, status: 'canceled' }]).errors).toEqual([])
  })

  test('a drill is no error', () => {
    const alert = { type: 'engine_alert', code: 'drill', message: 'This is a drill', critical: true } as const
    expect(dayEvidence([alert]).errors).toEqual([])
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
