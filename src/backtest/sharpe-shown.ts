/** Whether the Sharpe ratio of a backtest says enough to be shown to people. Pure. Entry point: `shownSharpe`. */
import type { BacktestDocument } from './document.ts'

/**
 * About a month. The error of a daily ratio is some 1/√days: of fewer days ±3.5 a year and more, which is every ratio
 * there ever was. The document keeps its figures.
 */
const SHARPE_DAYS_MIN = 20

type Shown =
  | { readonly facts: NonNullable<BacktestDocument['sharpe']>; readonly why: null }
  /** Null with the reason. */
  | { readonly facts: null; readonly why: string }

export function shownSharpe({
  sharpe,
  period,
  summary,
}: Pick<BacktestDocument, 'sharpe' | 'period' | 'summary'>): Shown {
  const days = period.days - summary.incomplete
  if (days < SHARPE_DAYS_MIN) {
    const counted = `${days} ${days === 1 ? 'day' : 'days'}`
    return { facts: null, why: `not shown: ${counted} say nothing of it, ${SHARPE_DAYS_MIN} are the least` }
  }
  if (sharpe === null) return { facts: null, why: 'none: nothing varies' }
  return { facts: sharpe, why: null }
}
