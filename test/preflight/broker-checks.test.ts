import { describe, expect, it } from 'vitest'
import { BROKER_CHECKS, brokerLines } from '../../src/preflight/checks/index.ts'
import type { BrokerFacts } from '../../src/preflight/facts.ts'
import type { CheckId, CheckLine, CheckStatus } from '../../src/preflight/line.ts'
import { closed, FACTS, no, withReadings } from '../support/preflight-samples.ts'
import { ACCOUNT_CASES } from './broker-cases-account.ts'
import { MARKET_CASES } from './broker-cases-market.ts'

const lineOf = (id: CheckId, facts: BrokerFacts): CheckLine | undefined =>
  brokerLines(facts).find((line) => line.id === id)

const CASES = [...ACCOUNT_CASES, ...MARKET_CASES]

describe('the checks of the broker', () => {
  for (const [what, id, facts, status, found, ...advice] of CASES) {
    it(`say of ${what} (${id})`, () => {
      const line = lineOf(id, facts)
      expect(line).toMatchObject({ id, status })
      expect(line?.found).toContain(found)
      if (status === 'pass') expect(line?.advice).toBeNull()
      else expect(line?.advice).toContain(advice[0] ?? 'an advice in the table')
    })
  }

  it('have a case each for passing, and for failing', () => {
    const seen = (status: CheckStatus) => new Set(CASES.flatMap(([, id, , is]) => (is === status ? [id] : [])))
    expect([...seen('pass')].sort()).toEqual([...BROKER_CHECKS].sort())
    expect([...seen('fail')].sort()).toEqual([...BROKER_CHECKS].sort())
  })

  it('pass on a healthy account, open and closed', () => {
    for (const facts of [FACTS, closed()]) {
      const lines = brokerLines(facts)
      expect(lines.map(({ id }) => id)).toEqual(BROKER_CHECKS)
      expect(lines.filter(({ status }) => status !== 'pass')).toEqual([])
    }
  })

  it('say only what they know when the broker does not answer', () => {
    const lines = brokerLines(withReadings({ account: no('unauthorised') }))
    expect(lines.map(({ id }) => id)).toEqual(['keys', 'paper_host', 'broker_access'])
  })

  it('carry the numbers for programs', () => {
    expect(lineOf('buying_power', FACTS)?.numbers).toEqual({
      structure: 'put_spread',
      contracts: 25,
      needed: '12500.00',
      has: '25000',
    })
    expect(lineOf('stock_feed', FACTS)?.numbers).toEqual({ age_s: 1, limit_s: 15 })
    expect(lineOf('clock_skew', FACTS)?.numbers).toMatchObject({ machine_ahead_ms: 120, round_trip_ms: 40 })
  })
})
