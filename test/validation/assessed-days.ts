/** Days with a record that proves all there is to prove, and what is found of them, for tests of criteria and gates. */

import { sequence } from '../../src/config/prng.ts'
import type { LookaheadRun } from '../../src/replay/lookahead-run.ts'
import { PROFILES } from '../../src/strategy/profiles.ts'
import { assess } from '../../src/validation/assessment.ts'
import type { DayEvidence } from '../../src/validation/criteria/evidence.ts'
import { campaignsOf } from '../../src/validation/verdict/campaigns.ts'
import { registerCampaign } from '../../src/validation/verdict/registered.ts'
import { madeDays, PLAN } from './verdict-days.ts'

export const clean: DayEvidence = {
  errors: [],
  parity: { matched: 20, total: 20 },
  brokerDifferenceCents: 0,
  brokerExplained: null,
  assumedCommissionCents: 6500,
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

/** A check that passed, and a registration made before the first of `madeDays`. */
export const LOOKAHEAD: LookaheadRun = {
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
export const { registered: REGISTERED } = registerCampaign({
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

/** Of the desk's own days, all gates passed but what `evidence` of some of them says. */
export function provenDays(cents: readonly number[], evidence: (at: number) => DayEvidence | null = () => clean) {
  const days = madeDays(cents).map((day, at) => ({
    ...day,
    evidence: evidence(at),
    registered: at === 0 ? REGISTERED : null,
  }))
  const [campaign] = campaignsOf(days, () => days.map(({ date }) => date))
  if (campaign === undefined) throw new Error('expected one')
  const options = { variants: 1, premiumMax: 2, entriesPerDay: 1, optionFeed: null, isOfDesk: true } as const
  return assess(campaign, {
    ...options,
    assumptions: PROFILES['25k'],
    lookaheads: [LOOKAHEAD],
    uniform: sequence('proven').uniform,
  })
}

/**
 * How days are assessed unless a test says otherwise: one entry a day, one configuration, nothing known beside them.
 */
export const ASKED = {
  variants: 1,
  premiumMax: 2,
  entriesPerDay: 1,
  assumptions: PROFILES['25k'],
  optionFeed: null,
  lookaheads: [],
  isOfDesk: false,
} as const

/** Days of a file, which nobody registered and whose rules nobody checked; `isChecked`, both were done. */
export function assessed(
  count: number,
  evidence: DayEvidence | null,
  { source = 'PAPER', isChecked = false }: { source?: 'PAPER' | 'SIM'; isChecked?: boolean } = {},
) {
  const days = madeDays(amounts(count), { evidence, source: { kind: source, label: 'x' } }).map((day, at) =>
    isChecked && at === 0 ? { ...day, registered: REGISTERED } : day,
  )
  const [campaign] = campaignsOf(days, () => days.map(({ date }) => date))
  if (campaign === undefined) throw new Error('expected one')
  const options = { ...ASKED, optionFeed: 'opra', lookaheads: isChecked ? [LOOKAHEAD] : [] } as const
  return { campaign, ...assess(campaign, { ...options, uniform: sequence('criteria').uniform }) }
}
