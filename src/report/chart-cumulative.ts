/**
 * Running totals of P&L by trading day, several side by side, as PNG with alternative text: an audit's published and
 * re-settled figures, a campaign against its target. Entry points: `drawCumulative`, `cumulativeOption` (pure).
 */
import type { LineSeriesOption } from 'echarts/charts'
import type { GridComponentOption, LegendComponentOption, TitleComponentOption } from 'echarts/components'
import type { ComposeOption } from 'echarts/core'
import type { ChartFile } from './chart.ts'
import { CHART_HEIGHT, CHART_SCALE, CHART_WIDTH, THEME } from './chart-theme.ts'
import { money, signedMoney } from './format.ts'
import { pngOf } from './png.ts'

type Option = ComposeOption<LineSeriesOption | GridComponentOption | TitleComponentOption | LegendComponentOption>

export interface CumulativeLine {
  readonly name: string
  readonly tone: 'gain' | 'loss' | 'warning' | 'line' | 'muted'
  readonly dashed?: boolean
  /** Cents of each day, in the order of `dates`; the chart adds them up. */
  readonly dailyCents: readonly number[]
}

export interface CumulativeChart {
  readonly title: string
  readonly subtitle: string
  readonly dates: readonly string[]
  readonly lines: readonly CumulativeLine[]
}

function runningDollars(dailyCents: readonly number[]): number[] {
  let total = 0
  return dailyCents.map((cents) => {
    total += cents
    return total / 100
  })
}

const text = (color: string, fontSize: number = THEME.fontSize) => ({ color, fontSize, fontFamily: THEME.font })

function lineOf({ name, tone, dashed = false, dailyCents }: CumulativeLine): LineSeriesOption {
  const color = THEME[tone]
  return {
    name,
    type: 'line',
    step: 'end',
    showSymbol: false,
    data: runningDollars(dailyCents),
    lineStyle: { color, width: dashed ? 2 : 3, type: dashed ? 'dashed' : 'solid' },
    itemStyle: { color },
    endLabel: {
      show: true,
      ...text(color),
      formatter: ({ value }) => signedMoney(Math.round(Number(value)) * 100).replace(/\.00$/, ''),
    },
    labelLayout: { moveOverlap: 'shiftY' },
  }
}

export function cumulativeOption({ title, subtitle, dates, lines }: CumulativeChart): Option {
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
    legend: {
      data: lines.map(({ name }) => name),
      left: 92,
      top: 80,
      icon: 'roundRect',
      itemHeight: 5,
      itemGap: 24,
      textStyle: text(THEME.text, THEME.fontSize - 1),
    },
    grid: { left: 96, right: 100, top: 116, bottom: 44 },
    xAxis: {
      type: 'category',
      data: [...dates],
      boundaryGap: false,
      axisLabel: { ...text(THEME.muted, THEME.fontSize - 1), hideOverlap: true },
      axisLine: { lineStyle: { color: THEME.grid }, onZero: false },
    },
    yAxis: {
      type: 'value',
      axisLabel: { ...text(THEME.muted), formatter: (value: number) => money(value * 100).replace(/\.00$/, '') },
      splitLine: { lineStyle: { color: THEME.grid } },
    },
    series: lines.map(lineOf),
  }
}

export async function drawCumulative(chart: CumulativeChart): Promise<ChartFile> {
  const { drawSvg } = await import('./chart-svg.ts')
  const svg = drawSvg(cumulativeOption(chart), CHART_WIDTH, CHART_HEIGHT)
  const ends = chart.lines.map(
    ({ name, dailyCents }) => `${name}: ${signedMoney(dailyCents.reduce((sum, cents) => sum + cents, 0))}`,
  )
  const alt = `${chart.title}. ${chart.subtitle}. Running totals over ${chart.dates.length} days; ${ends.join('; ')}.`
  return { png: await pngOf(svg, CHART_SCALE), alt }
}
