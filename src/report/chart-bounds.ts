/**
 * Two bounds that close in on a mean, day by day, between levels they are held against, as PNG with alternative text.
 * Entry points: `drawBounds`, `boundsOption` (pure).
 */
import type { LineSeriesOption } from 'echarts/charts'
import type { GridComponentOption, TitleComponentOption } from 'echarts/components'
import type { ComposeOption } from 'echarts/core'
import type { ChartFile } from './chart.ts'
import { CHART_HEIGHT, CHART_SCALE, CHART_WIDTH, THEME } from './chart-theme.ts'
import { money } from './format.ts'
import { pngOf } from './png.ts'

type Option = ComposeOption<LineSeriesOption | GridComponentOption | TitleComponentOption>

export interface BoundsChart {
  readonly title: string
  readonly subtitle: string
  readonly points: readonly { readonly days: number; readonly lowerCents: number; readonly upperCents: number }[]
  readonly levels: readonly {
    readonly name: string
    readonly cents: number
    readonly tone: 'gain' | 'warning' | 'muted'
  }[]
}

/** The bounds of the first days are as wide as a day itself: the axis leaves them, to show where they close in. */
const AXIS_QUANTILE = 0.25

const text = (color: string, fontSize: number = THEME.fontSize) => ({ color, fontSize, fontFamily: THEME.font })
const dollars = (cents: number): string => money(Math.round(cents / 100) * 100).replace(/\.00$/, '')

function axisRange({ points, levels }: BoundsChart): { min: number; max: number; interval: number } {
  const quarter = points[Math.floor(points.length * AXIS_QUANTILE)]
  const marks = levels.map(({ cents }) => cents)
  const low = Math.min(quarter?.lowerCents ?? 0, ...marks)
  const high = Math.max(quarter?.upperCents ?? 0, ...marks)
  // Four to eight labels at round amounts.
  const rough = 10 ** Math.floor(Math.log10(Math.max(1, high - low) / 4))
  const interval = rough * ([1, 2, 2.5, 5].find((step) => (high - low) / (step * rough) <= 6) ?? 10)
  return { min: Math.floor(low / interval) * interval, max: Math.ceil(high / interval) * interval, interval }
}

function bound(data: [number, number][], name: string): LineSeriesOption {
  return {
    name,
    type: 'line',
    showSymbol: false,
    data,
    clip: true,
    lineStyle: { color: THEME.line, width: 3 },
    itemStyle: { color: THEME.line },
  }
}

export function boundsOption(chart: BoundsChart): Option {
  const { title, subtitle, points, levels } = chart
  const upper = bound(
    points.map(({ days, upperCents }) => [days, upperCents]),
    'upper',
  )
  return {
    backgroundColor: THEME.background,
    animation: false,
    title: {
      text: title,
      subtext: subtitle,
      left: 20,
      top: 14,
      itemGap: 6,
      textStyle: { ...text(THEME.text, THEME.titleSize), fontWeight: 600 },
      subtextStyle: text(THEME.muted, THEME.fontSize - 1),
    },
    grid: { left: 96, right: 36, top: 96, bottom: 64 },
    xAxis: {
      type: 'value',
      min: 0,
      max: points.at(-1)?.days ?? 1,
      minInterval: 1,
      name: 'trading days',
      nameLocation: 'middle',
      nameGap: 36,
      nameTextStyle: text(THEME.muted, THEME.fontSize - 1),
      axisLabel: text(THEME.muted),
      axisLine: { lineStyle: { color: THEME.grid }, onZero: false },
      splitLine: { show: false },
    },
    yAxis: {
      type: 'value',
      ...axisRange(chart),
      axisLabel: { ...text(THEME.muted), formatter: dollars },
      splitLine: { lineStyle: { color: THEME.grid } },
    },
    series: [
      bound(
        points.map(({ days, lowerCents }) => [days, lowerCents]),
        'lower',
      ),
      {
        ...upper,
        markLine: {
          symbol: 'none',
          silent: true,
          data: levels.map(({ name, cents, tone }) => ({
            yAxis: cents,
            lineStyle: { color: THEME[tone], type: 'dashed' as const, width: 2 },
            label: { ...text(THEME[tone], THEME.fontSize - 1), formatter: name, position: 'insideStartTop' as const },
          })),
        },
      },
    ],
  }
}

export async function drawBounds(chart: BoundsChart): Promise<ChartFile> {
  const { drawSvg } = await import('./chart-svg.ts')
  const svg = drawSvg(boundsOption(chart), CHART_WIDTH, CHART_HEIGHT)
  const last = chart.points.at(-1)
  const now =
    last === undefined
      ? ''
      : ` After ${last.days} days between ${money(last.lowerCents)} and ${money(last.upperCents)}.`
  const levels = chart.levels.map(({ name }) => name).join(', ')
  return { png: await pngOf(svg, CHART_SCALE), alt: `${chart.title}. ${chart.subtitle}.${now} Levels: ${levels}.` }
}
