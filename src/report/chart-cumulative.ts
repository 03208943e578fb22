/**
 * Running totals of P&L by trading day, several side by side, as PNG with alternative text: equity against the target
 * with its drawdown below, an audit's published and re-settled figures. Entry points: `drawCumulative`,
 * `cumulativeOption` (pure), `equityChart`.
 */
import type { LineSeriesOption } from 'echarts/charts'
import type { ChartFile } from './chart.ts'
import { chartFile } from './chart-file.ts'
import {
  axisMoney,
  axisRange,
  type ChartOption,
  dayAxis,
  FIXED,
  frameOf,
  LEFT,
  legendOf,
  paddedRange,
  TOP,
  textStyle,
  unnamed,
  valueAxis,
} from './chart-parts.ts'
import { CHART_HEIGHT, CHART_HEIGHT_TALL, THEME, type Tone } from './chart-theme.ts'
import { money, several, signedMoney } from './format.ts'

interface CumulativeLine {
  readonly name: string
  readonly tone: Tone
  readonly dashed?: boolean
  /** Cents of each day, in the order of `dates`; the chart adds them up. */
  readonly dailyCents: readonly number[]
}

export interface CumulativeChart {
  readonly title: string
  readonly subtitle: string
  readonly dates: readonly string[]
  readonly lines: readonly CumulativeLine[]
  /** The line whose drawdown stands in a panel below; absent: none. */
  readonly drawdownOf?: string
}

/** A day of an account: what it made, and what it was to make. */
interface EquityDay {
  readonly date: string
  readonly netPnlCents: number
  readonly targetDailyCents: number
}

/** Equity since the first of the days against the target, with its drawdown. */
export function equityChart(title: string, subtitle: string, days: readonly EquityDay[]): CumulativeChart {
  return {
    title,
    subtitle,
    dates: days.map(({ date }) => date),
    lines: [
      { name: 'target', tone: 'muted', dashed: true, dailyCents: days.map((day) => day.targetDailyCents) },
      { name: 'net P&L', tone: 'line', dailyCents: days.map((day) => day.netPnlCents) },
    ],
    drawdownOf: 'net P&L',
  }
}

/** Dollars: without a drawdown there is an axis too. */
const DRAWDOWN_SHOWN_MIN = -100

/** Room for the amounts at the ends of the lines. */
const END_LABELS = 92

/** In dollars, from 0 before the first day on. */
function runningDollars(dailyCents: readonly number[]): number[] {
  let total = 0
  const sums = dailyCents.map((cents) => {
    total += cents
    return total / 100
  })
  return [0, ...sums]
}

/** How far each day's end lies below the highest before it, in dollars, never above 0. */
export function drawdowns(running: readonly number[]): number[] {
  let high = Number.NEGATIVE_INFINITY
  return running.map((value) => {
    high = Math.max(high, value)
    return value - high
  })
}

function lineOf({ name, tone, dashed = false, dailyCents }: CumulativeLine): LineSeriesOption {
  const color = THEME[tone]
  return {
    name,
    type: 'line',
    showSymbol: false,
    data: runningDollars(dailyCents),
    lineStyle: { color, width: dashed ? 2 : 3, type: dashed ? 'dashed' : 'solid' },
    itemStyle: { color },
    endLabel: { show: true, ...textStyle(color), formatter: ({ value }) => axisMoney(Math.round(Number(value))) },
    labelLayout: { moveOverlap: 'shiftY' },
  }
}

function drawdownLine(running: readonly number[]): LineSeriesOption {
  return {
    name: 'drawdown',
    type: 'line',
    xAxisIndex: 1,
    yAxisIndex: 1,
    showSymbol: false,
    data: drawdowns(running),
    lineStyle: { color: THEME.loss, width: 2 },
    areaStyle: { color: THEME.loss, opacity: 0.25, origin: 0 },
    itemStyle: { color: THEME.loss },
  }
}

const named = ({ lines, drawdownOf }: CumulativeChart): CumulativeLine | undefined =>
  lines.find(({ name }) => name === drawdownOf)

export function cumulativeOption(chart: CumulativeChart): ChartOption {
  const { title, subtitle, dates, lines } = chart
  const below = named(chart)
  const running = below === undefined ? [] : runningDollars(below.dailyCents)
  const names = [...lines.map(({ name }) => name), ...(below === undefined ? [] : ['drawdown'])]
  const all = lines.flatMap(({ dailyCents }) => runningDollars(dailyCents))
  const range = paddedRange([0, ...all], 0.04, 1, 5)
  // Before the first day there is nothing: the lines begin at 0.
  const days = dayAxis(['', ...dates], false)
  const grid = { ...FIXED, left: LEFT, right: END_LABELS, top: TOP + 36 }
  const head = { ...frameOf(title, subtitle), legend: legendOf(names, TOP - 4) }
  if (below === undefined) {
    return {
      ...head,
      grid: { ...grid, bottom: 42 },
      xAxis: days,
      yAxis: valueAxis(range, axisMoney),
      series: lines.map(lineOf),
    }
  }
  const deepest = drawdowns(running).reduce((a, b) => Math.min(a, b), 0)
  return {
    ...head,
    grid: [
      { ...grid, height: 236 },
      { ...FIXED, left: LEFT, right: END_LABELS, top: 394, height: 100 },
    ],
    xAxis: [unnamed(days), { ...days, gridIndex: 1 }],
    yAxis: [
      valueAxis(range, axisMoney),
      valueAxis({ ...axisRange(Math.min(deepest, DRAWDOWN_SHOWN_MIN), 0, 1, 2), max: 0 }, axisMoney, 1),
    ],
    series: [...lines.map(lineOf), drawdownLine(running)],
  }
}

export function cumulativeAlt(chart: CumulativeChart): string {
  const ends = chart.lines.map(
    ({ name, dailyCents }) => `${name}: ${signedMoney(dailyCents.reduce((sum, cents) => sum + cents, 0))}`,
  )
  const below = named(chart)
  const deepest = below === undefined ? 0 : drawdowns(runningDollars(below.dailyCents)).reduce((a, b) => Math.min(a, b))
  const drawdown = below === undefined ? '' : ` Greatest drawdown ${money(Math.round(-deepest * 100))}.`
  return `${chart.title}. ${chart.subtitle}. Running totals over ${several(chart.dates.length, 'day')}; ${ends.join('; ')}.${drawdown}`
}

export const drawCumulative = (chart: CumulativeChart): Promise<ChartFile> =>
  chartFile(
    cumulativeOption(chart),
    chart.drawdownOf === undefined ? CHART_HEIGHT : CHART_HEIGHT_TALL,
    cumulativeAlt(chart),
  )
