/** One row of the tables of checks: what a check says of some facts. */
import type { BrokerFacts } from '../../src/preflight/facts.ts'
import type { CheckId, CheckStatus } from '../../src/preflight/line.ts'
import { READINGS } from '../support/preflight-samples.ts'

export type Case = readonly [
  what: string,
  id: CheckId,
  facts: BrokerFacts,
  status: CheckStatus,
  found: string,
  ...advice: string[],
]

/** The account of the samples. */
export const accountOf = () => {
  if (!READINGS.account.ok) throw new Error('expected the sample account')
  return READINGS.account.value
}
