/**
 * Parity: the same core, run again on what each decision saw, must say the same. n of n.
 *
 * Entry points: `checkParity`, `ParityTally`.
 */
import { confirmExit } from '../../strategy/confirm.ts'
import { decide } from '../../strategy/decide.ts'
import { evaluateExit } from '../../strategy/exits.ts'
import { readTape, type TapedDecision } from './tape.ts'
import { entryOutcome, exitOutcome } from './tape-writer.ts'

/** Enough to see what is wrong; all are counted. */
const MISMATCHES_LISTED_MAX = 20

interface ParityMismatch {
  readonly at_ms: number
  readonly kind: 'entry' | 'exit'
  /** Number of the decision on its tape. */
  readonly n: number
  readonly taped: unknown
  readonly again: unknown
}

export interface Parity {
  /** Decisions on the tape, and those that came out the same. */
  readonly decisions: number
  readonly reproduced: number
  readonly entries: number
  readonly exits: number
  readonly mismatches: readonly ParityMismatch[]
}

/** A quote that nothing was decided on has nothing to reproduce. */
type Decided = Exclude<TapedDecision, { kind: 'rule' }>

/** What the core says today to what the decision saw then. */
function again(taped: Decided): unknown {
  const { config } = taped.head
  if (taped.kind === 'entry') return entryOutcome(decide(taped.input, config))
  return exitOutcome(confirmExit(evaluateExit(taped.input, config), taped.legs, taped.line.awaiting))
}

/** Counts decision by decision. */
export class ParityTally {
  readonly #mismatches: ParityMismatch[] = []
  #decisions = 0
  #reproduced = 0
  #entries = 0

  add(taped: TapedDecision): void {
    if (taped.kind === 'rule') return
    const { line, kind } = taped
    const outcome = again(taped)
    this.#decisions++
    if (kind === 'entry') this.#entries++
    if (JSON.stringify(outcome) === JSON.stringify(line.out)) this.#reproduced++
    else if (this.#mismatches.length < MISMATCHES_LISTED_MAX) {
      this.#mismatches.push({ at_ms: line.t, kind, n: line.n, taped: line.out, again: outcome })
    }
  }

  result(): Parity {
    const [decisions, entries] = [this.#decisions, this.#entries]
    const exits = decisions - entries
    return { decisions, reproduced: this.#reproduced, entries, exits, mismatches: [...this.#mismatches] }
  }
}

/**
 * @param lines of a tape, as `TapeWriter` wrote them.
 * @throws TapeError where the tape cannot be read: parity is then neither shown nor refuted.
 */
export function checkParity(lines: Iterable<string>): Parity {
  const tally = new ParityTally()
  for (const taped of readTape(lines)) tally.add(taped)
  return tally.result()
}
