/**
 * Replays one recorded day through the same rules that trade live.
 *
 * 1. Look-ahead is impossible: a decision gets one book and the bars completed by its time, nothing else.
 * 2. A fill is the touch (or the mid, as the fill model says) of the very book that decided; exits are looked at from
 *    the next book on.
 * 3. A book that lacks what the position needs is passed over for the position.
 */
import { findStrike } from '../strategy/chain.ts'
import { confirmExit } from '../strategy/confirm.ts'
import { decideMeasured } from '../strategy/decide.ts'
import { evaluateExit } from '../strategy/exits.ts'
import { BarMeasure, isSessionBar } from '../strategy/indicators.ts'
import { positionMarks } from '../strategy/structure.ts'
import type { ChainRow, Decision, EnterDecision, ExitDecision, SkipReason, StrategyConfig } from '../strategy/types.ts'
import { MINUTE_MS } from '../time/units.ts'
import type { DayResult, ReplayEntry, ReplayExit } from './day-result.ts'
import { type DayView, viewOf } from './day-view.ts'
import type { FillModel } from './fill-model.ts'
import type { PackedDay } from './packed-day.ts'
import type { RecordedDay } from './recorded.ts'

const FLAT = { entries: 0, netPnl: 0, open: false }

/** A decision as it was taken, for those who want to see each: with which book of the day, and what it said. */
export type SeenDecision =
  | { readonly kind: 'entry'; readonly book: number; readonly decision: Decision }
  | { readonly kind: 'exit'; readonly book: number; readonly decision: ExitDecision }

export interface ReplayOptions {
  /** `touch` by default, as `replay` is defined. */
  readonly fills?: FillModel
  readonly onDecision?: (seen: SeenDecision) => void
  /** The last book that is wanted; the day stays whole, so that what looks further still sees it. All by default. */
  readonly until?: number
}

interface Run extends ReplayOptions {
  readonly day: DayView
  readonly books: number
  readonly config: StrategyConfig
}

interface Entered {
  readonly entry: ReplayEntry
  /** Index of the first book at which exits are looked at. */
  readonly next: number
}

function entryOf({ day, fills }: Run, book: number, decision: EnterDecision): ReplayEntry {
  const { strike, hedgeStrike, targetStrike, spot, mid, sellPrice, costs, vixEstimate, rangePct } = decision
  const fill = fills === undefined || fills === 'touch' ? sellPrice : mid
  const at = { t_ms: day.time_ms(book), time: day.time(book) }
  return { ...at, strike, hedgeStrike, targetStrike, spot, mid, fill, costs, vixEstimate, rangePct }
}

/** Decides book by book until one enters; counts why the others did not. */
function findEntry(run: Run, count: (reason: SkipReason) => void): Entered | null {
  const { day, config, onDecision } = run
  const { session } = day
  const measure = new BarMeasure()
  let bar = 0
  for (let book = 0; book < run.books; book++) {
    const now_ms = day.time_ms(book)
    for (; bar < day.barCount && day.barStart_ms(bar) + MINUTE_MS <= now_ms; bar++) {
      if (isSessionBar(day.barStart_ms(bar), session)) day.addBar(bar, measure)
    }
    const mid = day.spot(book)
    const spot = { bid: mid, ask: mid, t_ms: now_ms }
    const decision = decideMeasured({ now_ms, session, spot, day: FLAT }, day.chain(book), measure, config)
    onDecision?.({ kind: 'entry', book, decision })
    if (decision.action === 'enter') return { entry: entryOf(run, book, decision), next: book + 1 }
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
function legsOf(day: DayView, book: number, entry: ReplayEntry): { short: ChainRow; long: ChainRow | null } | null {
  const chain = day.chain(book)
  const short = findStrike(chain, entry.strike)
  const long = entry.hedgeStrike === null ? null : findStrike(chain, entry.hedgeStrike)
  if (short === null || (entry.hedgeStrike !== null && long === null)) return null
  return { short, long }
}

/** Follows the position book by book until an exit; null where the data ends before. */
function findExit({ day, config, fills, books, onDecision }: Run, { entry, next }: Entered): Closed | null {
  const { mid: decisionMid, fill: entryFill } = entry
  const { contracts } = config.profile
  const { session } = day
  let awaiting = false
  for (let book = next; book < books; book++) {
    const legs = legsOf(day, book, entry)
    if (legs === null) continue
    const { mid, buy } = positionMarks(legs.short, legs.long)
    if (mid === null || buy === null) continue
    const close = fills === undefined || fills === 'touch' ? buy : mid
    const position = { decisionMid, entryFill, contracts, mid, close }
    const now_ms = day.time_ms(book)
    const seen = evaluateExit({ now_ms, session, day: FLAT, position, operatorStop: false }, config)
    const confirmed = confirmExit(seen, legs.long === null ? [legs.short] : [legs.short, legs.long], awaiting)
    awaiting = confirmed.awaiting
    const { decision } = confirmed
    onDecision?.({ kind: 'exit', book, decision })
    if (decision.action === 'hold' || decision.rulePnl === null || decision.netPnl === null) continue
    const { reason, alsoFired, rulePnl, netPnl } = decision
    return { exit: { t_ms: now_ms, time: day.time(book), reason, alsoFired, mid, fill: close }, rulePnl, netPnl }
  }
  return null
}

/** Replays one day: at most one trade. */
export function replayDay(
  recorded: RecordedDay | PackedDay,
  config: StrategyConfig,
  options: ReplayOptions = {},
): DayResult {
  const day = viewOf(recorded)
  const books = Math.min(day.bookCount, (options.until ?? day.bookCount) + 1)
  const run: Run = { ...options, day, books, config }
  const skips: Partial<Record<SkipReason, number>> = {}
  let decisions = 0
  const entered = findEntry(run, (reason) => {
    if (reason === 'outside_entry_window') return
    decisions++
    skips[reason] = (skips[reason] ?? 0) + 1
  })
  const { date } = recorded
  if (entered === null) {
    return { date, status: 'no_trade', entry: null, exit: null, rulePnl: 0, netPnl: 0, skips, decisions }
  }
  decisions++
  const { entry } = entered
  const closed = findExit(run, entered)
  if (closed === null) {
    return { date, status: 'incomplete', entry, exit: null, rulePnl: null, netPnl: null, skips, decisions }
  }
  return { date, status: 'traded', entry, ...closed, skips, decisions }
}
