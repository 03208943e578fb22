/**
 * What one variant comes to, summed up as days come: memory does not grow with their number. Money in whole cents, so
 * that sums are exact and the order in which threads finish cannot show.
 *
 * Entry points: `replayVariant` (one variant over some days, as numbers), `VariantTally`.
 */
import type { DayResult } from '../replay/day-result.ts'
import type { FillModel } from '../replay/fill-model.ts'
import type { PackedDay } from '../replay/packed-day.ts'
import { replayDay } from '../replay/replay-day.ts'
import { centsOf } from '../strategy/exact.ts'
import type { StrategyConfig } from '../strategy/types.ts'

/** Stands for a day whose data ended with the position open: no cents are this many. */
const INCOMPLETE = Number.MIN_SAFE_INTEGER
/** Stands for a day without a trade; its P&L is 0, which a trade's may be too. */
const NO_TRADE = Number.MAX_SAFE_INTEGER

/**
 * The P&L that a fill model means: the backtest's own for `seed`, fills less commission otherwise. Null: incomplete.
 */
export function pnlCentsOf(day: DayResult, fills: FillModel): number | null {
  if (day.status === 'incomplete') return null
  return centsOf(fills === 'seed' ? day.rulePnl : day.netPnl)
}

/** A variant over some days: cents a day, `NO_TRADE` or `INCOMPLETE`. */
export function replayVariant(days: readonly PackedDay[], config: StrategyConfig, fills: FillModel): Float64Array {
  return Float64Array.from(days, (day) => {
    const result = replayDay(day, config, { fills })
    return result.status === 'no_trade' ? NO_TRADE : (pnlCentsOf(result, fills) ?? INCOMPLETE)
  })
}

export interface VariantSummary {
  readonly days: number
  readonly closed: number
  readonly incomplete: number
  readonly noTrade: number
  readonly wins: number
  readonly losses: number
  readonly pnlCents: number
  /** Mean of the days that count (incomplete ones do not); null without any. */
  readonly meanCents: number | null
  /** Mean over standard deviation of a day; null where nothing varies. */
  readonly sharpeDaily: number | null
  readonly worstDayCents: number | null
  readonly maxDrawdownCents: number
}

export class VariantTally {
  #days = 0
  #closed = 0
  #incomplete = 0
  #noTrade = 0
  #wins = 0
  #losses = 0
  #sum = 0
  #squares = 0
  #worst: number | null = null
  #peak = 0
  #drawdown = 0

  /** Takes what `replayVariant` gave, days in order. */
  add(results: Float64Array): void {
    for (const result of results) this.#addDay(result)
  }

  #addDay(result: number): void {
    this.#days++
    if (result === INCOMPLETE) {
      this.#incomplete++
      return
    }
    const cents = result === NO_TRADE ? 0 : result
    if (result === NO_TRADE) this.#noTrade++
    else this.#closed++
    if (cents > 0) this.#wins++
    if (cents < 0) this.#losses++
    this.#sum += cents
    this.#squares += cents * cents
    this.#worst = this.#worst === null ? cents : Math.min(this.#worst, cents)
    this.#peak = Math.max(this.#peak, this.#sum)
    this.#drawdown = Math.max(this.#drawdown, this.#peak - this.#sum)
  }

  summary(): VariantSummary {
    const counted = this.#days - this.#incomplete
    const mean = counted === 0 ? null : this.#sum / counted
    const variance = mean === null || counted < 2 ? 0 : (this.#squares - this.#sum * mean) / (counted - 1)
    return {
      days: this.#days,
      closed: this.#closed,
      incomplete: this.#incomplete,
      noTrade: this.#noTrade,
      wins: this.#wins,
      losses: this.#losses,
      pnlCents: this.#sum,
      meanCents: mean,
      sharpeDaily: mean === null || variance <= 0 ? null : mean / Math.sqrt(variance),
      worstDayCents: this.#worst,
      maxDrawdownCents: this.#drawdown,
    }
  }
}
