/** The checklist and the cost estimates for people. Pure. */
import { decimal, NONE, several } from '../../report/format.ts'
import type { CostEstimate, CostFindings } from '../costs/cost-estimates.ts'
import type { BoxState, CriteriaBox } from './criteria.ts'

const MARKS: Readonly<Record<BoxState, string>> = { met: '[x]', not_met: '[-]', open: '[ ]', cannot_prove: '[?]' }
const PHASES = {
  1: 'Phase 1: basic validation',
  2: 'Phase 2: performance',
  3: 'Phase 3: production readiness',
} as const

export function criteriaLines(boxes: readonly CriteriaBox[]): readonly string[] {
  return ([1, 2, 3] as const).flatMap((phase) => [
    PHASES[phase],
    ...boxes
      .filter((box) => box.phase === phase)
      .map(({ title, state, evidence }) => `  ${MARKS[state]} ${title}: ${evidence}`),
  ])
}

export const CRITERIA_LEGEND = '[x] met  [-] not met  [ ] open  [?] this source cannot prove it'

function estimateLine({
  parameter,
  unit,
  assumed,
  estimate,
  lower,
  upper,
  samples,
  proves,
  reason,
}: CostEstimate): string {
  const text = (value: number | null): string => (value === null ? NONE : decimal(value, 2))
  const found =
    estimate === null
      ? `no estimate (${samples} trades)`
      : `${text(estimate)}, between ${text(lower)} and ${text(upper)} (${samples} trades)`
  return `${parameter}, ${unit}: assumed ${text(assumed)}, actual ${found}; ${proves ? 'proven' : 'not proven'}: ${reason}`
}

/** A line where there is little room: what was assumed, what it was, and whether this source can show it. */
export function costShort({ parameter, unit, assumed, estimate, lower, upper, samples, proves }: CostEstimate): string {
  const text = (value: number | null): string => (value === null ? NONE : decimal(value, 2))
  const found = estimate === null ? NONE : `${text(estimate)} (${text(lower)} to ${text(upper)})`
  return `${parameter}: assumed ${text(assumed)} ${unit}, actual ${found} of ${several(samples, 'trade')}, ${proves ? 'proven' : 'not proven'}`
}

export function costLines({ estimates }: CostFindings): readonly string[] {
  return estimates.map(estimateLine)
}
