/**
 * A live day replayed from its own tape: the rules alone, filled at the touch, on the quotes the desk saw.
 *
 * Entry point: `TapeReplay`. Pure.
 *
 * 1. What the desk did (late fills, re-pricing, a person's stop) does not reach the replay; what it saw does.
 * 2. What the rules hold and the desk does not (a fill that was missed, a trade that a person ended) is quoted on the
 *    tape as well (`store/tape/rule-follower.ts`). Where neither reaches to the rules' exit, the tape cannot settle the
 *    day, and says why.
 * 3. Of a day that may have several entries each is followed in turn; what the desk still held of one that the rules
 *    had left says nothing of the next.
 * 4. A quote of the desk's position tells of the rules' one where both have the same strikes; that is known from the
 *    desk's last entry on the tape, since two positions may well have been decided at one mid.
 */
import { confirmExit } from '../../strategy/confirm.ts'
import { decide } from '../../strategy/decide.ts'
import { centsOf } from '../../strategy/exact.ts'
import { evaluateExit } from '../../strategy/exits.ts'
import { assumedCommission } from '../../strategy/pnl.ts'
import { positionMarks } from '../../strategy/structure.ts'
import type { DecisionInput, EnterDecision, ExitInput, Quote, StrategyConfig } from '../../strategy/types.ts'
import { type AttributedDay, type AttributedTrade, netCents } from '../attribution.ts'
import type { RuleQuote } from './tape.ts'

/** What the rules hold. */
export interface RulePosition {
  readonly decided_ms: number
  readonly entry: EnterDecision
  readonly config: StrategyConfig
}

/** What a replay needs of a line of the tape. */
interface Entry {
  readonly kind: 'entry'
  readonly input: DecisionInput
  readonly head: { readonly config: StrategyConfig }
}
interface Exit {
  readonly kind: 'exit'
  readonly input: ExitInput
  readonly legs: readonly Pick<Quote, 'bid' | 'ask'>[]
}
export type Replayed = Entry | Exit | RuleQuote

type Seen = Pick<ExitInput, 'now_ms' | 'session'> & {
  readonly marks: Pick<ExitInput['position'], 'mid' | 'close'>
  readonly legs: Exit['legs']
}

type Strikes = Pick<EnterDecision, 'strike' | 'hedgeStrike'>

const isSamePosition = (one: Strikes, other: Strikes): boolean =>
  one.strike === other.strike && one.hedgeStrike === other.hedgeStrike

export class TapeReplay {
  #position: RulePosition | null = null
  /** What the desk decided to enter last. */
  #desk: Pick<RulePosition, 'decided_ms' | 'entry'> | null = null
  /** Under which the rules were asked last. */
  #config: StrategyConfig | null = null
  readonly #closed: AttributedTrade[] = []
  #awaiting = false
  #quotes = 0
  #otherPosition = false
  #last_ms: number | null = null

  /** What is on the tape, in its order. */
  add(taped: Replayed): void {
    if (taped.kind === 'entry') this.#enter(taped)
    else if (taped.kind === 'rule') this.#followRule(taped)
    else this.#followDesk(taped, this.#position)
  }

  /** What the rules hold now, and when it was last heard of; null: nothing. */
  open(): (RulePosition & { readonly last_ms: number }) | null {
    if (this.#position === null) return null
    return { ...this.#position, last_ms: this.#last_ms ?? this.#position.decided_ms }
  }

  /** The rules hold nothing and may enter again: it matters whether they were asked until the end of the window. */
  mayEnter(): boolean {
    if (this.#position !== null || this.#config === null) return false
    const { limits, profile } = this.#config
    return this.#closed.length < limits.maxDailyTrades && this.#netPnl() > -profile.maxDailyLoss
  }

  result(): AttributedDay {
    if (this.#position === null && this.#closed.length > 0) return { status: 'traded', trades: [...this.#closed] }
    if (this.#otherPosition) return unsettled('the desk held a position that the rules had not entered')
    if (this.#position === null) return { status: 'no_trade', why: 'no_signal' }
    return unsettled(
      this.#quotes === 0
        ? 'the desk did not hold what the rules entered: no quotes of it are on the tape'
        : 'the tape ends with the position of the rules still open',
    )
  }

  #enter({ input, head: { config } }: Entry): void {
    this.#config = config
    const live = decide(input, config)
    if (live.action === 'enter') this.#desk = { decided_ms: input.now_ms, entry: live }
    if (this.#position !== null) return
    const entry = decide(
      { ...input, day: { entries: this.#closed.length, netPnl: this.#netPnl(), open: false } },
      config,
    )
    if (entry.action === 'enter') this.#position = { decided_ms: input.now_ms, entry, config }
  }

  /** Of what the rules have closed, dollars. */
  #netPnl(): number {
    const cents = this.#closed.reduce((sum, trade) => sum + netCents(trade), 0)
    return cents / 100
  }

  #followDesk({ input, legs }: Exit, position: RulePosition | null): void {
    const desk = this.#desk?.entry.mid === input.position.decisionMid ? this.#desk : null
    if (desk === null || position === null || !isSamePosition(desk.entry, position.entry)) {
      if (desk === null || !this.#hasLeft(desk)) this.#otherPosition = true
      return
    }
    const { now_ms, session } = input
    this.#follow({ now_ms, session, marks: input.position, legs }, position)
  }

  /** The rules held it, too, when the desk entered it, and closed it before the desk did. */
  #hasLeft({ decided_ms, entry }: Pick<RulePosition, 'decided_ms' | 'entry'>): boolean {
    return this.#closed.some((trade) => isSamePosition(trade, entry) && trade.exit_ms >= decided_ms)
  }

  #followRule({ now_ms, session, strike, hedgeStrike, legs }: RuleQuote): void {
    const position = this.#position
    if (position === null || !isSamePosition({ strike, hedgeStrike }, position.entry)) return
    const [short, long] = legs
    if (short === undefined || (hedgeStrike !== null && long === undefined)) return
    const { mid, buy } = positionMarks(short, long ?? null)
    this.#follow({ now_ms, session, marks: { mid, close: buy }, legs }, position)
  }

  #follow({ now_ms, session, marks, legs }: Seen, { decided_ms, entry, config }: RulePosition): void {
    this.#quotes++
    this.#last_ms = now_ms
    const { mid, close } = marks
    const { contracts } = config.profile
    if (mid === null || close === null) return
    const position = { decisionMid: entry.mid, entryFill: entry.sellPrice, contracts, mid, close }
    const seen = evaluateExit(
      { now_ms, session, day: { netPnl: this.#netPnl() }, position, operatorStop: false },
      config,
    )
    const { decision, awaiting } = confirmExit(seen, legs, this.#awaiting)
    this.#awaiting = awaiting
    if (decision.action === 'hold') return
    this.#position = null
    this.#awaiting = false
    this.#quotes = 0
    this.#closed.push({
      decided_ms,
      strike: entry.strike,
      hedgeStrike: entry.hedgeStrike,
      contracts,
      entryFill: entry.sellPrice,
      exitFill: close,
      exit_ms: now_ms,
      end: decision.reason,
      feesCents: centsOf(assumedCommission(contracts, config)),
    })
  }
}

const unsettled = (reason: string): AttributedDay => ({ status: 'unsettled', reason })
