import { describe, expect, test } from 'vitest'
import type { LookaheadRun } from '../../src/backtest/lookahead/run-record.ts'
import { sequence } from '../../src/sim/market/prng.ts'
import { PROFILES } from '../../src/strategy/profiles.ts'
import { assess, assessmentText } from '../../src/validation/assessment.ts'
import type { DayEvidence } from '../../src/validation/criteria/evidence.ts'
import { campaignsOf } from '../../src/validation/verdict/campaigns.ts'
import { type GateFacts, gatesOf } from '../../src/validation/verdict/gates.ts'
import { registerCampaign } from '../../src/validation/verdict/registered.ts'
import { amounts, assessed, clean } from './assessed-days.ts'
import { madeDays, PLAN } from './verdict-days.ts'

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
    entriesPerDay: 1,
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
        entriesPerDay: 1,
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
