/**
 * The day's net P&L against target and daily limit, as PNG with alternative text. Entry points: `drawDayPnl`,
 * `dayPnlOption` and `dayPnlAlt` (pure).
 *
 * The chart's library is loaded when the first chart is drawn; each chart is disposed of, or the process would never end.
 */

import type { LineSeriesOption } from 'echarts/charts'
import type { GridComponentOption, TitleComponentOption } from 'echarts/components'
import type { ComposeOption } from 'echarts/core'
import type { ChartFile } from './chart.ts'
import { CHART_HEIGHT, CHART_SCALE, CHART_WIDTH, THEME } from './chart-theme.ts'
import { clockMinute, clockTime, dayName, money, price, signedMoney, signedMoneyOrNone, sourceBadge } from './format.ts'
import { pngOf } from './png.ts'
import type { DayReport } from './views.ts'
import { exitWords } from './words.ts'

type Option = ComposeOption<LineSeriesOption | GridComponentOption | TitleComponentOption>
type MarkPoints = NonNullable<NonNullable<LineSeriesOption['markPoint']>['data']>

const HOUR_MS = 3_600_000
const dollars = (cents: number): number => cents / 100

/** P&L over time in dollars, from the open at 0 on; a point a minute or more is a step's end, not a slope. */
function points(report: DayReport): [number, number][] {
  const inside = report.pnlPoints
    .filter(({ at_ms }) => at_ms >= report.open_ms && at_ms <= report.close_ms)
    .map(({ at_ms, netPnlCents }): [number, number] => [at_ms, dollars(netPnlCents)])
  const first = inside[0]
  const start: [number, number][] =
    first === undefined
      ? [[report.open_ms, 0]]
      : [
          [report.open_ms, 0],
          [first[0], 0],
        ]
  const all = [...start, ...inside]
  const last = all.at(-1)
  if (report.final && last !== undefined) all.push([report.close_ms, last[1]])
  return all
}

const nearestValue = (series: readonly [number, number][], at_ms: number): number =>
  series.reduce((best, [t_ms, value]) => (t_ms <= at_ms ? value : best), 0)

function markers(report: DayReport, series: readonly [number, number][]): MarkPoints {
  const mark = (at_ms: number, colour: string, text: string, below: boolean): MarkPoints[number] => ({
    name: text,
    coord: [at_ms, nearestValue(series, at_ms)],
    symbol: 'circle',
    symbolSize: 13,
    itemStyle: { color: colour, borderColor: THEME.background, borderWidth: 2 },
    label: {
      show: true,
      formatter: text,
      position: below ? 'bottom' : 'top',
      color: THEME.text,
      fontSize: THEME.fontSize - 2,
      fontFamily: THEME.font,
      distance: 9,
      backgroundColor: THEME.background,
      padding: [3, 5],
      borderRadius: 4,
    },
  })
  return report.trades.flatMap((trade) => {
    const net = trade.netPnlCents ?? 0
    // The two labels keep to different sides of the line: a short trade's would cover each other.
    const sold = mark(trade.entry_ms, THEME.warning, `sold ${price(trade.entryFill)}`, net >= 0)
    if (trade.exit_ms === null || trade.exitFill === null) return [sold]
    const reason = trade.reason === null ? 'closed' : exitWords(trade.reason)
    return [
      sold,
      mark(trade.exit_ms, net >= 0 ? THEME.gain : THEME.loss, `${reason} ${price(trade.exitFill)}`, net < 0),
    ]
  })
}

/** Whole, round steps so that the axis has four to eight labels between `low` and `high`. */
function axisRange(low: number, high: number): { min: number; max: number; interval: number } {
  const span = Math.max(1, high - low)
  const rough = 10 ** Math.floor(Math.log10(span / 4))
  const interval = [1, 2, 2.5, 5, 10].map((step) => step * rough).find((step) => span / step <= 6) ?? rough * 10
  return { min: Math.floor(low / interval) * interval, max: Math.ceil(high / interval) * interval, interval }
}

export function dayPnlOption(report: DayReport): Option {
  const series = points(report)
  const target = dollars(report.targetDailyCents)
  const limit = -dollars(report.plan.maxDailyLossCents)
  const values = series.map(([, value]) => value)
  const low = Math.min(limit, ...values)
  const high = Math.max(target, ...values)
  const room = (high - low) * 0.08
  const colour = report.netPnlCents > 0 ? THEME.gain : report.netPnlCents < 0 ? THEME.loss : THEME.line
  const level = (yAxis: number, color: string, text: string, position: 'insideEndTop' | 'insideEndBottom') => ({
    yAxis,
    lineStyle: { color, type: 'dashed' as const, width: 2 },
    label: { formatter: text, position, color, fontSize: THEME.fontSize - 1, fontFamily: THEME.font },
  })
  const label = { color: THEME.muted, fontSize: THEME.fontSize, fontFamily: THEME.font }
  return {
    backgroundColor: THEME.background,
    animation: false,
    title: {
      text: `${dayName(report.date)}   ${signedMoney(report.netPnlCents)}`,
      subtext: `${sourceBadge(report.source)} · ${report.profile} · net P&L, New York time${report.final ? '' : ' · so far'}`,
      left: 20,
      top: 14,
      itemGap: 6,
      textStyle: { color: THEME.text, fontSize: THEME.titleSize, fontWeight: 600, fontFamily: THEME.font },
      subtextStyle: { color: THEME.muted, fontSize: THEME.fontSize - 1, fontFamily: THEME.font },
    },
    grid: { left: 96, right: 26, top: 92, bottom: 44 },
    xAxis: {
      type: 'value',
      min: report.open_ms,
      max: report.close_ms,
      interval: HOUR_MS,
      axisLabel: { ...label, formatter: (at_ms: number) => clockMinute(at_ms), hideOverlap: true },
      axisLine: { lineStyle: { color: THEME.grid } },
      splitLine: { show: false },
    },
    yAxis: {
      type: 'value',
      ...axisRange(low - room, high + room),
      axisLabel: { ...label, formatter: (value: number) => money(value * 100).replace(/\.00$/, '') },
      splitLine: { lineStyle: { color: THEME.grid } },
    },
    series: [
      {
        type: 'line',
        data: series,
        showSymbol: false,
        lineStyle: { color: colour, width: 3 },
        areaStyle: { color: colour, opacity: 0.16 },
        markLine: {
          symbol: 'none',
          silent: true,
          data: [
            level(target, THEME.gain, `target ${signedMoney(report.targetDailyCents)}`, 'insideEndTop'),
            level(limit, THEME.loss, `daily limit ${money(-report.plan.maxDailyLossCents)}`, 'insideEndBottom'),
          ],
        },
        markPoint: { data: markers(report, series) },
      },
    ],
  }
}

/** What the chart shows, for those who cannot see it. */
export function dayPnlAlt(report: DayReport): string {
  const values = report.pnlPoints.map(({ netPnlCents }) => netPnlCents)
  const trades = report.trades.map((trade) => {
    const closed =
      trade.exit_ms === null ? 'still open' : `closed ${clockTime(trade.exit_ms)} at ${price(trade.exitFill ?? 0)}`
    return `Sold ${clockTime(trade.entry_ms)} at ${price(trade.entryFill)}, ${closed}, net ${signedMoneyOrNone(trade.netPnlCents)}.`
  })
  const text = [
    `Net P&L of ${dayName(report.date)}, ${sourceBadge(report.source)}, ${report.profile}: ${signedMoney(report.netPnlCents)} against a target of ${signedMoney(report.targetDailyCents)} and a daily limit of ${money(-report.plan.maxDailyLossCents)}.`,
    ...(values.length === 0
      ? []
      : [
          `Lowest ${signedMoney(values.reduce((a, b) => Math.min(a, b)))}, highest ${signedMoney(values.reduce((a, b) => Math.max(a, b)))}.`,
        ]),
    ...trades,
  ].join(' ')
  return text.length <= ALT_MAX ? text : `${text.slice(0, ALT_MAX - 1)}…`
}

/** Discord's limit for the description of a file. */
const ALT_MAX = 1024

export async function drawDayPnl(report: DayReport): Promise<ChartFile> {
  const { drawSvg } = await import('./chart-svg.ts')
  const svg = drawSvg(dayPnlOption(report), CHART_WIDTH, CHART_HEIGHT)
  return { png: await pngOf(svg, CHART_SCALE), alt: dayPnlAlt(report) }
}
