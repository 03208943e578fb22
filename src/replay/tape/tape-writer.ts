/**
 * Writes a decision tape: a line of text a decision, to be kept wherever the session keeps its record.
 *
 * Entry point: `TapeWriter`.
 */
import type { ConfirmedExit } from '../../strategy/confirm.ts'
import type {
  Bar,
  Decision,
  DecisionInput,
  ExitInput,
  Quote,
  SessionHours,
  StrategyConfig,
} from '../../strategy/types.ts'
import { type EntryLine, type ExitLine, type RuleLine, type RuleQuote, TAPE_VERSION, type TapeHead } from './tape.ts'

export function entryOutcome(decision: Decision): EntryLine['out'] {
  if (decision.action === 'skip') return { skip: decision.reason }
  return { enter: [decision.strike, decision.hedgeStrike, decision.mid, decision.sellPrice] }
}

export function exitOutcome({ decision, awaiting }: ConfirmedExit): ExitLine['out'] {
  const also = decision.action === 'hold' ? [] : [...decision.alsoFired]
  return { reason: decision.reason, also, rule: decision.rulePnl, net: decision.netPnl, awaiting }
}

const isSameBar = (a: Bar, b: Bar): boolean => a.o === b.o && a.h === b.h && a.l === b.l && a.c === b.c

/** Remembers the bars of the line before; a new writer begins with a head of its own. */
export class TapeWriter {
  #bars: ReadonlyMap<number, Bar> = new Map()
  #decisions = 0

  /** The first line. */
  head(session: SessionHours, config: StrategyConfig): string {
    this.#bars = new Map()
    this.#decisions = 0
    const { date, open_ms, close_ms } = session
    const { profile, limits, structure, width } = config
    const head: TapeHead = {
      k: 'head',
      v: TAPE_VERSION,
      session: { date, open_ms, close_ms },
      config: { profile, limits, structure, width },
    }
    return JSON.stringify(head)
  }

  /** What `decide` was given, and what it answered. */
  entry(input: DecisionInput, decision: Decision): string {
    const { spot, chain, day } = input
    // Of two bars of one minute the later counts, here as there.
    const bars = new Map(input.bars.map((bar) => [bar.t_ms, bar]))
    const added = [...bars.values()].filter((bar) => {
      const before = this.#bars.get(bar.t_ms)
      return before === undefined || !isSameBar(before, bar)
    })
    const gone = [...this.#bars.keys()].filter((t_ms) => !bars.has(t_ms))
    this.#bars = bars
    const line: EntryLine = {
      k: 'entry',
      n: ++this.#decisions,
      t: input.now_ms,
      spot: [spot.bid, spot.ask, spot.t_ms],
      chain: chain.map(({ strike, bid, ask }) => [strike, bid, ask]),
      bars: added.map(({ t_ms, o, h, l, c }) => [t_ms, o, h, l, c]),
      ...(gone.length === 0 ? {} : { gone }),
      day: [day.entries, day.netPnl, day.open],
      out: entryOutcome(decision),
    }
    return JSON.stringify(line)
  }

  rule({ now_ms, strike, hedgeStrike, legs }: RuleQuote): string {
    const line: RuleLine = {
      k: 'rule',
      n: ++this.#decisions,
      t: now_ms,
      of: [strike, hedgeStrike],
      legs: legs.map(({ bid, ask }) => [bid, ask]),
    }
    return JSON.stringify(line)
  }

  /** What `evaluateExit` and `confirmExit` were given, and what came of it. */
  exit(
    input: ExitInput,
    legs: readonly Pick<Quote, 'bid' | 'ask'>[],
    awaiting: boolean,
    confirmed: ConfirmedExit,
  ): string {
    const { decisionMid, entryFill, contracts, mid, close } = input.position
    const line: ExitLine = {
      k: 'exit',
      n: ++this.#decisions,
      t: input.now_ms,
      dayNet: input.day.netPnl,
      position: [decisionMid, entryFill, contracts, mid, close],
      stop: input.operatorStop,
      legs: legs.map(({ bid, ask }) => [bid, ask]),
      awaiting,
      out: exitOutcome(confirmed),
    }
    return JSON.stringify(line)
  }
}
