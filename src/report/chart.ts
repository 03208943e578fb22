/** What a chart is asked for by, and what it is once drawn. Naming one does not load the library that draws it. */
import type { DayReport } from './views.ts'

/** A picture to draw. */
export interface ChartRequest {
  readonly kind: 'day_pnl'
  readonly report: DayReport
}

export interface ChartFile {
  readonly png: Uint8Array
  /** Alternative text: what the chart shows, in words and numbers. */
  readonly alt: string
}

/** The name under which a message carries its chart. */
export const CHART_FILE = 'day-pnl.png'
