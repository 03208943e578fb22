/**
 * What fills gave up against the mid, by day, beside what the cost model estimates, as PNG with alternative text. Entry
 * points: `drawSlippage`, `slippageOption` and `slippageAlt` (pure).
 */
import type { ChartFile } from './chart.ts'
import { chartFile } from './chart-file.ts'
import {
  axisMoney,
  type ChartOption,
  dayAxis,
  frameOf,
  LEFT,
  legendOf,
  paddedRange,
  RIGHT,
  TOP,
  valueAxis,
} from './chart-parts.ts'
import { CHART_HEIGHT, THEME } from './chart-theme.ts'
import { dayName, money } from './format.ts'

export interface SlippageChart {
  readonly title: string
  readonly subtitle: string
  /**
   * Days with a closed trade whose fills are known, in order. Cents from the mid at the decision to the fill, both
   * ways.
   */
  readonly days: readonly { readonly date: string; readonly estimatedCents: number; readonly actualCents: number }[]
}

const ESTIMATED = 'estimated'
const ACTUAL = 'given up'

export function slippageOption({ title, subtitle, days }: SlippageChart): ChartOption {
  const estimated = days.map(({ estimatedCents }) => estimatedCents / 100)
  const actual = days.map(({ actualCents }) => actualCents / 100)
  return {
    ...frameOf(title, subtitle),
    legend: legendOf([ESTIMATED, ACTUAL], TOP - 4),
    grid: { left: LEFT, right: RIGHT, top: TOP + 36, bottom: 42 },
    xAxis: dayAxis(
      days.map(({ date }) => date),
      true,
    ),
    yAxis: valueAxis(paddedRange([0, ...estimated, ...actual], 0.05, 1, 5), axisMoney),
    series: [
      { name: ESTIMATED, type: 'bar', barMaxWidth: 36, data: estimated, itemStyle: { color: THEME.muted } },
      {
        name: ACTUAL,
        type: 'bar',
        barMaxWidth: 36,
        barMinHeight: 3,
        data: actual,
        itemStyle: { color: THEME.warning },
      },
    ],
  }
}

export function slippageAlt({ title, subtitle, days }: SlippageChart): string {
  const shown = days.map(
    ({ date, estimatedCents, actualCents }) =>
      `${dayName(date)} ${money(actualCents)}, estimated ${money(estimatedCents)}`,
  )
  return `${title}. ${subtitle}. Given up against the mid by day: ${shown.join('; ')}.`
}

export const drawSlippage = (chart: SlippageChart): Promise<ChartFile> =>
  chartFile(slippageOption(chart), CHART_HEIGHT, slippageAlt(chart))
