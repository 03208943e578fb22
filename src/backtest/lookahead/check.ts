/**
 * Does any decision depend on what came after it? Every decision of a day is taken again with the data cut right after it, and
 * with its future scrambled: one that changes has seen what it could not have seen.
 *
 * Entry points: `checkDay`, `rulesTrader` (the rules as they are).
 */
import { reasonOf } from '../../config/reason.ts'
import type { FillModel } from '../../replay/fill-model.ts'
import { BAR_FIELDS, type PackedDay } from '../../replay/packed-day.ts'
import { replayDay, type SeenDecision } from '../../replay/replay-day.ts'
import { newYorkTime } from '../../strategy/newyork-time.ts'
import type { StrategyConfig } from '../../strategy/types.ts'
import { cutAfter, scrambledAfter } from './futures.ts'

/** Whatever decides over a day: its decisions in order, each with the book it was taken at. */
export type Trader = (day: PackedDay) => readonly SeenDecision[]

export const TRIALS = ['cut', 'scrambled'] as const
export type Trial = (typeof TRIALS)[number]

/** A decision that changes with its future. */
export interface Leak {
  readonly date: string
  /** Of the decision, New York. */
  readonly time: string
  readonly kind: SeenDecision['kind']
  readonly trial: Trial
  /** The decision on the whole day, and the one with another future; null where none was taken. */
  readonly decided: unknown
  readonly changedTo: unknown
  /** What lay before it, and what it could not know. */
  readonly saw: {
    readonly spot: number
    readonly rows: number
    readonly barsCompleted: number
    readonly nextSpot: number | null
    readonly barUnderWay: { readonly o: number; readonly h: number; readonly l: number; readonly c: number } | null
  }
}

export interface DayCheck {
  readonly decisions: number
  readonly trials: number
  readonly leaks: readonly Leak[]
}

/** The rules as they trade, in a replay. */
export function rulesTrader(config: StrategyConfig, fills: FillModel): Trader {
  return (day) => {
    const seen: SeenDecision[] = []
    replayDay(day, config, { fills, onDecision: (decision) => seen.push(decision) })
    return seen
  }
}

function sawOf(day: PackedDay, book: number): Leak['saw'] {
  const { bars } = cutAfter(day, book)
  const [, o, h, l, c] = day.bars.subarray(bars.length, bars.length + BAR_FIELDS)
  const isUnderWay = o !== undefined && h !== undefined && l !== undefined && c !== undefined
  return {
    spot: day.spots[book] as number,
    rows: (day.offsets[book + 1] as number) - (day.offsets[book] as number),
    barsCompleted: bars.length / BAR_FIELDS,
    nextSpot: day.spots[book + 1] ?? null,
    barUnderWay: isUnderWay ? { o, h, l, c } : null,
  }
}

type Outcome = { readonly decision: unknown; readonly text: string }

/** What was decided at a book, if anything; a trader that fails on the data has decided something else. */
function outcomeAt(trader: Trader, day: PackedDay, { book, kind }: SeenDecision): Outcome {
  let decision: unknown
  try {
    decision = trader(day).find((seen) => seen.book === book && seen.kind === kind)?.decision ?? null
  } catch (error) {
    decision = { failed: reasonOf(error) }
  }
  return { decision, text: JSON.stringify(decision) }
}

/** @param uniform draws from [0, 1); seeded, so that a report can be had again. */
export function checkDay(day: PackedDay, trader: Trader, uniform: () => number): DayCheck {
  const decisions = trader(day)
  const leaks: Leak[] = []
  for (const seen of decisions) {
    const { book, kind } = seen
    const expected = JSON.stringify(seen.decision)
    for (const trial of TRIALS) {
      const other = trial === 'cut' ? cutAfter(day, book) : scrambledAfter(day, book, uniform)
      const { decision, text } = outcomeAt(trader, other, seen)
      if (text === expected) continue
      const time = newYorkTime(day.times[book] as number)
      const saw = sawOf(day, book)
      leaks.push({ date: day.date, time, kind, trial, decided: seen.decision, changedTo: decision, saw })
    }
  }
  return { decisions: decisions.length, trials: decisions.length * TRIALS.length, leaks }
}
