/**
 * A live day replayed from its own tape: the rules alone, filled at the touch, on the quotes the desk saw.
 *
 * Entry point: `TapeReplay`. Pure.
 *
 * 1. What the desk did (late fills, re-pricing, a person's stop) does not reach the replay; what it saw does.
 * 2. A desk quotes only what it holds: where the rules hold something else, or longer, the tape cannot settle the day,
 *    and says why.
 */
import { confirmExit } from '../../strategy/confirm.ts'
import { decide } from '../../strategy/decide.ts'
import { centsOf } from '../../strategy/exact.ts'
import { evaluateExit } from '../../strategy/exits.ts'
import { assumedCommission } from '../../strategy/pnl.ts'
import type { EnterDecision, StrategyConfig } from '../../strategy/types.ts'
import type { AttributedDay, AttributedTrade } from '../attribution.ts'
import type { TapedDecision } from './tape.ts'

const FLAT = { entries: 0, netPnl: 0, open: false } as const

interface Position {
  readonly decided_ms: number
  readonly entry: EnterDecision
  readonly config: StrategyConfig
}

type Entry = Extract<TapedDecision, { kind: 'entry' }>
type Exit = Extract<TapedDecision, { kind: 'exit' }>

export class TapeReplay {
  #position: Position | null = null
  #closed: AttributedTrade | null = null
  #awaiting = false
  #quotes = 0
  #otherPosition = false

  /** The day's decisions in their order. */
  add(taped: TapedDecision): void {
    if (this.#closed !== null) return
    if (taped.kind === 'entry') this.#enter(taped)
    else if (this.#position === null) this.#otherPosition = true
    else this.#follow(taped, this.#position)
  }

  result(): AttributedDay {
    if (this.#closed !== null) return { status: 'traded', trade: this.#closed }
    if (this.#otherPosition) return unsettled('the desk held a position that the rules had not entered')
    if (this.#position === null) return { status: 'no_trade', why: 'no_signal' }
    return unsettled(
      this.#quotes === 0
        ? 'the desk did not hold what the rules entered: no quotes of it are on the tape'
        : 'the tape ends with the position of the rules still open',
    )
  }

  #enter({ input, head: { config } }: Entry): void {
    if (this.#position !== null) return
    const entry = decide({ ...input, day: FLAT }, config)
    if (entry.action === 'enter') this.#position = { decided_ms: input.now_ms, entry, config }
  }

  #follow({ input, legs, line }: Exit, { decided_ms, entry, config }: Position): void {
    if (input.position.decisionMid !== entry.mid) {
      this.#otherPosition = true
      return
    }
    this.#quotes++
    const { mid, close } = input.position
    const { contracts } = config.profile
    if (mid === null || close === null) return
    const position = { decisionMid: entry.mid, entryFill: entry.sellPrice, contracts, mid, close }
    const seen = evaluateExit({ ...input, day: FLAT, position, operatorStop: false }, config)
    const { decision, awaiting } = confirmExit(seen, legs, this.#awaiting)
    this.#awaiting = awaiting
    if (decision.action === 'hold') return
    this.#closed = {
      decided_ms,
      strike: entry.strike,
      hedgeStrike: entry.hedgeStrike,
      contracts,
      entryFill: entry.sellPrice,
      exitFill: close,
      exit_ms: line.t,
      end: decision.reason,
      feesCents: centsOf(assumedCommission(contracts, config)),
    }
  }
}

const unsettled = (reason: string): AttributedDay => ({ status: 'unsettled', reason })
