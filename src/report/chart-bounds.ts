/**
 * Two bounds that close in on a mean, day by day, between levels they are held against, as PNG with alternative text.
 * Entry points: `drawBounds`, `boundsOption` (pure).
 */
import type { LineSeriesOption } from 'echarts/charts'
import type { ChartFile } from './chart.ts'
import { chartFile } from './chart-file.ts'
import {
  axisMoney,
  axisRange,
  type ChartOption,
  frameOf,
  LEFT,
  legendOf,
  RIGHT,
  TOP,
  textStyle,
  valueAxis,
} from './chart-parts.ts'
import { CHART_HEIGHT, THEME, type Tone } from './chart-theme.ts'
import { money, several } from './format.ts'

export interface BoundsChart {
  readonly title: string
  readonly subtitle: string
  readonly points: readonly { readonly days: number; readonly lowerCents: number; readonly upperCents: number }[]
  readonly levels: readonly { readonly name: string; readonly cents: number; readonly tone: Tone }[]
}

/** A level over the whole width, named in the legend: names beside the lines would cover each other. */
function levelLine({ name, cents, tone }: BoundsChart['levels'][number], days: number): LineSeriesOption {
  const value = cents / 100
  return {
    name,
    type: 'line',
    showSymbol: false,
    data: [
      [0, value],
      [days, value],
    ],
    lineStyle: { color: THEME[tone], type: 'dashed', width: 2 },
    itemStyle: { color: THEME[tone] },
  }
}

/** The bounds of the first days are as wide as a day itself: the axis leaves them, to show where they close in. */
const AXIS_QUANTILE = 0.4

function rangeOf({ points, levels: marks }: BoundsChart): ReturnType<typeof axisRange> {
  const inside = points[Math.floor(points.length * AXIS_QUANTILE)]
  const values = [inside?.lowerCents ?? 0, inside?.upperCents ?? 0, ...marks.map(({ cents }) => cents)]
  return axisRange(Math.min(...values) / 100, Math.max(...values) / 100, 1, 6)
}

function bound(name: string, data: [number, number][]): LineSeriesOption {
  return {
    name,
    type: 'line',
    // The first day alone is a point, no line.
    showSymbol: data.length === 1,
    symbolSize: 12,
    data,
    clip: true,
    lineStyle: { color: THEME.line, width: 3 },
    itemStyle: { color: THEME.line },
  }
}

export function boundsOption(chart: BoundsChart): ChartOption {
  const { title, subtitle, points } = chart
  const last = points.at(-1)?.days ?? 1
  const side = (name: string, pick: (point: BoundsChart['points'][number]) => number): LineSeriesOption =>
    bound(
      name,
      points.map((point): [number, number] => [point.days, pick(point) / 100]),
    )
  return {
    ...frameOf(title, subtitle),
    legend: legendOf(
      chart.levels.filter(({ cents }) => cents !== 0).map(({ name }) => name),
      TOP - 4,
    ),
    grid: { left: LEFT, right: RIGHT, top: TOP + 36, bottom: 70 },
    xAxis: {
      type: 'value',
      min: 0,
      max: last,
      minInterval: 1,
      name: 'trading days',
      nameLocation: 'middle',
      nameGap: 36,
      nameTextStyle: textStyle(THEME.muted, THEME.fontSize - 1),
      axisLabel: textStyle(),
      axisLine: { lineStyle: { color: THEME.grid }, onZero: false },
      splitLine: { show: false },
    },
    yAxis: valueAxis(rangeOf(chart), axisMoney),
    series: [
      ...chart.levels.map((one) => levelLine(one, last)),
      side('lower', ({ lowerCents }) => lowerCents),
      side('upper', ({ upperCents }) => upperCents),
    ],
  }
}

function boundsAlt(chart: BoundsChart): string {
  const last = chart.points.at(-1)
  const now =
    last === undefined
      ? ''
      : ` After ${several(last.days, 'day')} between ${money(last.lowerCents)} and ${money(last.upperCents)}.`
  return `${chart.title}. ${chart.subtitle}.${now} Levels: ${chart.levels.map(({ name }) => name).join(', ')}.`
}

export const drawBounds = (chart: BoundsChart): Promise<ChartFile> =>
  chartFile(boundsOption(chart), CHART_HEIGHT, boundsAlt(chart))
