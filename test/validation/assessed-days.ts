/** Days with a record that proves all there is to prove, and what is found of them, for tests of criteria and gates. */
import { sequence } from '../../src/sim/market/prng.ts'
import { PROFILES } from '../../src/strategy/profiles.ts'
import { assess } from '../../src/validation/assessment.ts'
import type { DayEvidence } from '../../src/validation/criteria/evidence.ts'
import { campaignsOf } from '../../src/validation/verdict/campaigns.ts'
import { madeDays } from './verdict-days.ts'

export const clean: DayEvidence = {
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

export const amounts = (count: number): number[] =>
  Array.from({ length: count }, (_, index) => (index % 5 < 3 ? 130_000 : -110_000))

export function assessed(count: number, evidence: DayEvidence | null, source: 'PAPER' | 'SIM' = 'PAPER') {
  const days = madeDays(amounts(count), { evidence, source: { kind: source, label: 'x' } })
  const [campaign] = campaignsOf(days, () => days.map(({ date }) => date))
  if (campaign === undefined) throw new Error('expected one')
  const options = {
    variants: 1,
    premiumMax: 2,
    entriesPerDay: 1,
    assumptions: PROFILES['25k'],
    optionFeed: 'opra',
    lookaheads: [],
    isOfDesk: false,
  } as const
  return { campaign, ...assess(campaign, { ...options, uniform: sequence('criteria').uniform }) }
}
