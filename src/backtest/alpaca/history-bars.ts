/**
 * One symbol's bars of a day as Alpaca answered, held to what the rows of a file are held to.
 *
 * Entry points: `checkedBars`, `refuseStrayPrices` (SPY's, which decide what puts are asked for).
 *
 * 1. A bar that cannot be one, or a minute with two different bars, refuses the day: which of them was traded is not
 *    known.
 * 2. A bar that is answered again, alike in every figure, counts once; the others are counted as repeated.
 */
import { priceProblem, startProblem } from '../../replay/bar-check.ts'
import type { ReadCounts } from '../../replay/quality.ts'
import { newYorkTime } from '../../strategy/newyork-time.ts'
import type { Bar } from '../../strategy/types.ts'
import { HistoryError } from './history-error.ts'

/**
 * Within a session the exchange stops trading long before SPY halves; and its price has the digits a put's symbol
 * holds.
 */
const STRAY_FACTOR = 2
const SPY_DOLLARS_MAX = 10_000

const figures = ({ o, h, l, c }: Bar): string => [o, h, l, c].join(',')

function refuse(date: string, symbol: string, { t_ms }: Bar, reason: string): never {
  throw new HistoryError(
    `${date} cannot be used: ${symbol} at ${newYorkTime(t_ms)}: ${reason}. Nothing of the day is kept: run it again ` +
      'later, in case Alpaca has corrected the bar, or choose --from and --to so that they leave the day out',
  )
}

/**
 * The bars in order, one a minute; those outside the session too.
 * @throws HistoryError that names the symbol, the minute (New York) and the reason.
 */
export function checkedBars(
  { date, symbol }: { readonly date: string; readonly symbol: string },
  bars: readonly Bar[],
  counts: ReadCounts,
): Bar[] {
  const checked: Bar[] = []
  for (const bar of bars.toSorted((a, b) => a.t_ms - b.t_ms)) {
    const { t_ms, o, h, l, c } = bar
    const problem = startProblem(t_ms) ?? priceProblem(o, h, l, c)
    if (problem !== null) refuse(date, symbol, bar, `${problem}, got ${figures(bar)}`)
    const before = checked.at(-1)
    if (before?.t_ms !== t_ms) checked.push(bar)
    else if (figures(before) === figures(bar)) counts.repeatedBars++
    else refuse(date, symbol, bar, `expected one bar a minute, got ${figures(before)} and ${figures(bar)}`)
  }
  return checked
}

/**
 * @param bars SPY's of the session, checked and in order.
 * @throws HistoryError where a price is no price of SPY on that day.
 */
export function refuseStrayPrices(date: string, bars: readonly Bar[]): void {
  const [first] = bars
  if (first === undefined) return
  const [least, most] = [first.o / STRAY_FACTOR, Math.min(first.o * STRAY_FACTOR, SPY_DOLLARS_MAX)]
  const stray = bars.find(({ l, h }) => l < least || h > most)
  if (stray === undefined) return
  const reason = `expected prices of ${least} to ${most}, as the session opened at ${first.o}, got ${figures(stray)}`
  refuse(date, 'SPY', stray, reason)
}
