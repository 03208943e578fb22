/**
 * Does any decision depend on what came after it? What is decided up to each book of a day is decided again with the
 * data cut right after that book, and with its future scrambled. A decision that changes, goes or comes has seen what
 * it could not have seen.
 *
 * Entry points: `checkDay`, `rulesTrader` (the rules as they are).
 */
import { reasonOf } from '../../config/reason.ts'
import type { FillModel } from '../../replay/fill-model.ts'
import { BAR_FIELDS, type PackedDay } from '../../replay/packed-day.ts'
import { replayDay, type SeenDecision } from '../../replay/replay-day.ts'
import { newYorkTime } from '../../strategy/newyork-time.ts'
import type { StrategyConfig } from '../../strategy/types.ts'
import { cutAfter, ScrambledFutures } from './futures.ts'

/**
 * Whatever decides over a day: its decisions in order, each with the book it was taken at. Those after `until` are not
 * wanted, and may be left out.
 */
export type Trader = (day: PackedDay, until?: number) => readonly SeenDecision[]

export const TRIALS = ['cut', 'scrambled'] as const
type Trial = (typeof TRIALS)[number]

/** A trial in which a decision changes with its future: the one nearest to where that begins. */
export interface Leak {
  readonly date: string
  /** Of the decision, New York. */
  readonly time: string
  readonly kind: SeenDecision['kind']
  readonly trial: Trial
  /** The decision on the whole day, and the one with another future; null where none was taken at its book. */
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
  return (day, until = day.times.length - 1) => {
    const seen: SeenDecision[] = []
    replayDay(day, config, { fills, until, onDecision: (decision) => seen.push(decision) })
    return seen
  }
}

function sawOf(day: PackedDay, book: number): Leak['saw'] {
  const { bars } = cutAfter(day, book)
  const [, o, h, l, c] = day.bars.subarray(bars.length, bars.length + BAR_FIELDS)
  const isUnderWay = o !== undefined && h !== undefined && l !== undefined && c !== undefined
  return {
    // A book of the day has its place in each of the day’s arrays.
    spot: day.spots[book] as number,
    rows: (day.offsets[book + 1] as number) - (day.offsets[book] as number),
    barsCompleted: bars.length / BAR_FIELDS,
    nextSpot: day.spots[book + 1] ?? null,
    barUnderWay: isUnderWay ? { o, h, l, c } : null,
  }
}

/**
 * The last of what was decided up to a book that is not the same on both days; null where one of them decided nothing.
 */
interface Change {
  readonly before: SeenDecision | null
  readonly after: SeenDecision | null
}

const isSame = (one: SeenDecision, other: SeenDecision): boolean =>
  one.book === other.book && one.kind === other.kind && isSameData(one.decision, other.decision)

interface Fields {
  readonly [name: string]: unknown
}

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null

/** Of plain data: without any allocation, as every decision of a day is compared at each of its books. */
function isSameData(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true
  if (!isFields(one) || !isFields(other)) return false
  let extra = 0
  for (const name in one) {
    if (!isSameData(one[name], other[name])) return false
    extra--
  }
  for (const _ in other) extra++
  return extra === 0
}

/** How many of the decisions were taken up to a book; they are in order. */
function countUpTo(decisions: readonly SeenDecision[], book: number): number {
  return decisions.findLastIndex((seen) => seen.book <= book) + 1
}

/** Both ways: a decision that is gone or another, and one that only the other future brings about. */
function changeUpTo(book: number, whole: readonly SeenDecision[], other: readonly SeenDecision[]): Change | null {
  const [known, again] = [countUpTo(whole, book), countUpTo(other, book)]
  for (let back = 1; back <= Math.max(known, again); back++) {
    const before = whole[known - back] ?? null
    const after = other[again - back] ?? null
    if (before !== null && after !== null) {
      if (isSame(before, after)) continue
      if (before.book === after.book && before.kind === after.kind) return { before, after }
      return before.book < after.book ? { before: null, after } : { before, after: null }
    }
    return { before, after }
  }
  return null
}

/**
 * A trader that is silent on the whole day is asked at each of its books too, what it decides with another future.
 *
 * @param uniform draws from [0, 1); seeded, so that a report can be had again.
 * @param leaksMax with so many, no more is tried.
 */
export function checkDay(
  day: PackedDay,
  trader: Trader,
  uniform: () => number,
  leaksMax = Number.POSITIVE_INFINITY,
): DayCheck {
  const decisions = trader(day)
  const leaks: Leak[] = []
  const found = (
    trial: Trial,
    book: number,
    { kind, decided, changedTo }: Pick<Leak, 'kind' | 'decided' | 'changedTo'>,
  ) =>
    leaks.push({
      // As above: a book of the day.
      ...{ date: day.date, time: newYorkTime(day.times[book] as number), kind, trial, decided, changedTo },
      saw: sawOf(day, book),
    })
  const futures = new ScrambledFutures(day, uniform)
  let trials = 0
  for (let book = 0; book < day.times.length && leaks.length < leaksMax; book++) {
    for (const trial of TRIALS) {
      trials++
      const other = trial === 'cut' ? cutAfter(day, book) : futures.after(book)
      let again: readonly SeenDecision[]
      try {
        again = trader(other, book)
      } catch (error) {
        // A trader that fails on the data has decided something else.
        const last = decisions[countUpTo(decisions, book) - 1]
        const decided = last?.book === book ? last.decision : null
        found(trial, book, { kind: last?.kind ?? 'entry', decided, changedTo: { failed: reasonOf(error) } })
        continue
      }
      const change = changeUpTo(book, decisions, again)
      const seen = change?.before ?? change?.after
      if (!change || !seen) continue
      const { before, after } = change
      found(trial, seen.book, {
        kind: seen.kind,
        decided: before?.decision ?? null,
        changedTo: after?.decision ?? null,
      })
    }
  }
  return { decisions: decisions.length, trials, leaks }
}
