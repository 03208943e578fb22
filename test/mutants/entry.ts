/** A guard taken out of the source, and the tests of which one must notice. */
import type { BrokerRefusalCode } from '../../src/broker/refusals.ts'
import type { DenialCode } from '../../src/session/denial.ts'
import type { RefusalCode } from '../../src/session/refusal.ts'

export const INVARIANTS = [
  ...(['I1', 'I2', 'I3', 'I4', 'I5', 'I6', 'I7', 'I8', 'I9'] as const),
  ...(['I10', 'I11', 'I12', 'I13', 'I14', 'I15', 'I16', 'I17'] as const),
] as const
type Invariant = (typeof INVARIANTS)[number]

/** An invariant, or a code with the catalogue it stands in. */
export type Covered = Invariant | `denial:${DenialCode}` | `refusal:${RefusalCode}` | `broker:${BrokerRefusalCode}`

export interface Mutant {
  /** What goes wrong with it, a few words; unique. */
  readonly name: string
  readonly covers: readonly Covered[]
  /** From the root of the project. */
  readonly file: string
  /** Exact text of the source; occurs there once. */
  readonly find: string
  readonly replace: string
  /** Files that vitest runs; none of them may need the compiled program. */
  readonly tests: readonly string[]
}
