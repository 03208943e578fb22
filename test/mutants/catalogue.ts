/** Every entry, and what is wrong with them as a whole. Entry points: `MUTANTS`, `problems`. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { BROKER_REFUSAL_CODES } from '../../src/broker/refusals.ts'
import { DENIAL_CODES } from '../../src/session/denial.ts'
import { REFUSAL_CODES } from '../../src/session/refusal.ts'
import { AUTHORITY_MUTANTS } from './entries/authority.ts'
import { BOOKS_MUTANTS } from './entries/books.ts'
import { BROKER_MUTANTS } from './entries/broker.ts'
import { COMMAND_MUTANTS } from './entries/commands.ts'
import { POSITION_MUTANTS } from './entries/position.ts'
import { RECOVERY_MUTANTS } from './entries/recovery.ts'
import { REVIEW_MUTANTS } from './entries/reviews.ts'
import { RISK_MUTANTS } from './entries/risk.ts'
import { SESSION_MUTANTS } from './entries/session.ts'
import { SETTLEMENT_MUTANTS } from './entries/settlement.ts'
import { STORE_MUTANTS } from './entries/store.ts'
import { WRITER_MUTANTS } from './entries/writers.ts'
import { type Covered, INVARIANTS, type Mutant } from './entry.ts'

export const MUTANTS: readonly Mutant[] = [
  ...RISK_MUTANTS,
  ...SESSION_MUTANTS,
  ...SETTLEMENT_MUTANTS,
  ...BOOKS_MUTANTS,
  ...POSITION_MUTANTS,
  ...RECOVERY_MUTANTS,
  ...STORE_MUTANTS,
  ...BROKER_MUTANTS,
  ...COMMAND_MUTANTS,
  ...AUTHORITY_MUTANTS,
  ...REVIEW_MUTANTS,
  ...WRITER_MUTANTS,
]

/** Everything that must have an entry. */
export const TO_COVER: readonly Covered[] = [
  ...INVARIANTS,
  ...DENIAL_CODES.map((code) => `denial:${code}` as const),
  ...REFUSAL_CODES.map((code) => `refusal:${code}` as const),
  ...BROKER_REFUSAL_CODES.map((code) => `broker:${code}` as const),
]

/** What keeps the table from proving anything: gaps, entries that rotted. One line each; none: all is well. */
export function problems(mutants: readonly Mutant[], root: string): string[] {
  const covered = new Set(mutants.flatMap((mutant) => mutant.covers))
  const missing = TO_COVER.filter((code) => !covered.has(code)).map((code) => `no entry covers ${code}`)
  const names = new Set<string>()
  const rotten = mutants.flatMap((mutant) => {
    const { name, file, find, replace, tests } = mutant
    const wrong: string[] = []
    if (names.has(name)) wrong.push(`"${name}": the name is not unique`)
    names.add(name)
    const count = existsSync(join(root, file)) ? readFileSync(join(root, file), 'utf8').split(find).length - 1 : 0
    if (count !== 1) wrong.push(`"${name}": expected its text once in ${file}, got it ${count} times`)
    if (find === replace) wrong.push(`"${name}": changes nothing`)
    const lost = tests.filter((test) => !existsSync(join(root, test)))
    if (tests.length === 0 || lost.length > 0) wrong.push(`"${name}": expected tests that exist, got ${lost}`)
    return wrong
  })
  return [...missing, ...rotten]
}
