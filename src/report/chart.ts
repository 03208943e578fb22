/** What a chart is asked for by, and what it is once drawn. Naming one does not load the library that draws it. */
import type { BoundsChart } from './chart-bounds.ts'
import type { CumulativeChart } from './chart-cumulative.ts'
import type { DailyChart } from './chart-daily.ts'
import type { GroupsChart } from './chart-groups.ts'
import type { SlippageChart } from './chart-slippage.ts'
import type { TradeCourse } from './trade-course.ts'
import type { DayReport } from './views.ts'

/** A picture to draw. */
export type ChartRequest =
  | { readonly kind: 'day_pnl'; readonly report: DayReport }
  | { readonly kind: 'trade'; readonly course: TradeCourse }
  | { readonly kind: 'cumulative'; readonly chart: CumulativeChart }
  | { readonly kind: 'bounds'; readonly chart: BoundsChart }
  | { readonly kind: 'daily'; readonly chart: DailyChart }
  | { readonly kind: 'slippage'; readonly chart: SlippageChart }
  | { readonly kind: 'groups'; readonly chart: GroupsChart }

export interface ChartFile {
  readonly png: Uint8Array
  /** Alternative text: what the chart shows, in words and numbers. */
  readonly alt: string
}

/** The names under which a message carries its chart. */
export const CHART_FILE = 'day-pnl.png'
export const CHART_FILE_BOUNDS = 'verdict.png'
export const CHART_FILE_EQUITY = 'equity.png'
export const CHART_FILE_DAILY = 'pnl-by-day.png'
export const CHART_FILE_SLIPPAGE = 'slippage.png'
export const CHART_FILE_TAGS = 'pnl-by-tag.png'
export const TRADE_CHART_FILE = 'trade.png'
