/**
 * Replays one recorded day through the same rules that trade live.
 *
 * 1. Look-ahead is impossible: a decision gets one book and the bars completed by its time, nothing else.
 * 2. A fill is the touch of the very book that decided; exits are looked at from the next book on.
 * 3. A book that lacks what the position needs is passed over for the position.
 */
import { confirmExit } from '../strategy/confirm.ts'
import { decideMeasured } from '../strategy/decide.ts'
import { evaluateExit } from '../strategy/exits.ts'
import { BarMeasure, isCompletedBar } from '../strategy/indicators.ts'
import { findRow, positionMarks } from '../strategy/structure.ts'
import type { ChainRow, Decision, SkipReason, StrategyConfig } from '../strategy/types.ts'
import type { DayResult, ReplayEntry, ReplayExit } from './day-result.ts'
import type { RecordedBook, RecordedDay } from './recorded.ts'

const FLAT = { entries: 0, netPnl: 0, open: false }

interface Entered {
  readonly entry: ReplayEntry
  /** Index of the first book at which exits are looked at. */
  readonly next: number
}

function entryOf(book: RecordedBook, decision: Extract<Decision, { action: 'enter' }>): ReplayEntry {
  const { strike, hedgeStrike, targetStrike, spot, mid, sellPrice, costs, vixEstimate, rangePct } = decision
  const { t_ms, time } = book
  return { t_ms, time, strike, hedgeStrike, targetStrike, spot, mid, fill: sellPrice, costs, vixEstimate, rangePct }
}

/** Decides book by book until one enters; counts why the others did not. */
function findEntry(day: RecordedDay, config: StrategyConfig, count: (reason: SkipReason) => void): Entered | null {
  const { session, bars, books } = day
  const measure = new BarMeasure()
  let bar = 0
  for (let index = 0; index < books.length; index++) {
    const book = books[index] as RecordedBook
    for (let next = bars[bar]; next !== undefined && next.t_ms + 60_000 <= book.t_ms; next = bars[++bar]) {
      if (isCompletedBar(next, session, book.t_ms)) measure.add(next)
    }
    const spot = { bid: book.spot, ask: book.spot, t_ms: book.t_ms }
    const input = { now_ms: book.t_ms, session, spot, chain: book.rows, day: FLAT }
    const decision = decideMeasured(input, measure, config)
    if (decision.action === 'enter') return { entry: entryOf(book, decision), next: index + 1 }
    count(decision.reason)
  }
  return null
}

interface Closed {
  readonly exit: ReplayExit
  readonly rulePnl: number
  readonly netPnl: number
}

/** The legs of a position in a book; null where one is not listed. */
function legsOf(book: RecordedBook, entry: ReplayEntry): { short: ChainRow; long: ChainRow | null } | null {
  const short = findRow(book.rows, entry.strike)
  const long = entry.hedgeStrike === null ? null : findRow(book.rows, entry.hedgeStrike)
  if (short === null || (entry.hedgeStrike !== null && long === null)) return null
  return { short, long }
}

/** Follows the position book by book until an exit; null where the data ends before. */
function findExit(day: RecordedDay, { entry, next }: Entered, config: StrategyConfig): Closed | null {
  const opened = { decisionMid: entry.mid, entryFill: entry.fill, contracts: config.profile.contracts }
  let awaiting = false
  for (let index = next; index < day.books.length; index++) {
    const book = day.books[index] as RecordedBook
    const legs = legsOf(book, entry)
    if (legs === null) continue
    const { mid, buy } = positionMarks(legs.short, legs.long)
    if (mid === null || buy === null) continue
    const seen = evaluateExit(
      {
        now_ms: book.t_ms,
        session: day.session,
        day: FLAT,
        position: { ...opened, mid, close: buy },
        operatorStop: false,
      },
      config,
    )
    const confirmed = confirmExit(seen, legs.long === null ? [legs.short] : [legs.short, legs.long], awaiting)
    awaiting = confirmed.awaiting
    const { decision } = confirmed
    if (decision.action === 'hold' || decision.rulePnl === null || decision.netPnl === null) continue
    const { reason, alsoFired, rulePnl, netPnl } = decision
    return { exit: { t_ms: book.t_ms, time: book.time, reason, alsoFired, mid, fill: buy }, rulePnl, netPnl }
  }
  return null
}

/** Replays one day: at most one trade. */
export function replayDay(day: RecordedDay, config: StrategyConfig): DayResult {
  const skips: Partial<Record<SkipReason, number>> = {}
  let decisions = 0
  const entered = findEntry(day, config, (reason) => {
    if (reason === 'outside_entry_window') return
    decisions++
    skips[reason] = (skips[reason] ?? 0) + 1
  })
  const { date } = day
  if (entered === null) {
    return { date, status: 'no_trade', entry: null, exit: null, rulePnl: 0, netPnl: 0, skips, decisions }
  }
  decisions++
  const { entry } = entered
  const closed = findExit(day, entered, config)
  if (closed === null) {
    return { date, status: 'incomplete', entry, exit: null, rulePnl: null, netPnl: null, skips, decisions }
  }
  return { date, status: 'traded', entry, ...closed, skips, decisions }
}
