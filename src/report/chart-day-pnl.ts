/**
 * The day's net P&L against target and daily limit, as PNG with alternative text. Entry points: `drawDayPnl`,
 * `dayPnlOption` (pure).
 */

import { HOUR_MS } from '../time/units.ts'
import type { ChartFile } from './chart.ts'
import { chartFile } from './chart-file.ts'
import {
  axisMoney,
  type ChartOption,
  frameOf,
  LEFT,
  level,
  levels,
  type MarkPoints,
  marker,
  paddedRange,
  RIGHT,
  sideOf,
  TOP,
  timeAxis,
  valueAxis,
} from './chart-parts.ts'
import { CHART_HEIGHT, THEME } from './chart-theme.ts'
import { dailyLossLimit, dayStanding, standingWords } from './day-report.ts'
import { clockTime, dayName, money, price, signedMoney, signedMoneyOrNone, sourceBadge } from './format.ts'
import type { DayReport } from './views.ts'
import { exitWords } from './words.ts'

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

/** Share of the day in which a label in the middle would reach beyond the drawing. */
const EDGE_SHARE = 0.2

function markers(report: DayReport, series: readonly [number, number][]): MarkPoints {
  const placed = (at_ms: number, isBelow: boolean, colour: string, text: string): MarkPoints[number] => {
    const side = sideOf(at_ms, { min: report.open_ms, max: report.close_ms }, EDGE_SHARE)
    return marker({ at_ms, value: nearestValue(series, at_ms), colour, text, isBelow, side })
  }
  return report.trades.flatMap((trade) => {
    const isLoss = (trade.netPnlCents ?? 0) < 0
    // The two labels keep to different sides of the line: a short trade's would cover each other.
    const sold = placed(trade.entry_ms, !isLoss, THEME.warning, `sold ${price(trade.entryFill)}`)
    if (trade.exit_ms === null || trade.exitFill === null) return [sold]
    const reason = trade.reason === null ? 'closed' : exitWords(trade.reason)
    const colour = isLoss ? THEME.loss : THEME.gain
    return [sold, placed(trade.exit_ms, isLoss, colour, `${reason} ${price(trade.exitFill)}`)]
  })
}

export function dayPnlOption(report: DayReport): ChartOption {
  const series = points(report)
  const target = dollars(report.targetDailyCents)
  const limit = -dollars(dailyLossLimit(report))
  const { cents } = dayStanding(report)
  const colour = cents > 0 ? THEME.gain : cents < 0 ? THEME.loss : THEME.line
  const range = paddedRange([limit, target, ...series.map(([, value]) => value)], 0.08, 1, 5)
  return {
    ...frameOf(
      `${dayName(report.date)}   ${standingWords(report)}`,
      `${sourceBadge(report.source)} · ${report.profile} · net P&L${report.final ? '' : ' so far'}, NY time`,
    ),
    grid: { left: LEFT, right: RIGHT, top: TOP, bottom: 42 },
    xAxis: timeAxis({ min: report.open_ms, max: report.close_ms, interval: HOUR_MS }),
    yAxis: valueAxis(range, axisMoney),
    series: [
      {
        type: 'line',
        data: series,
        showSymbol: false,
        lineStyle: { color: colour, width: 3 },
        areaStyle: { color: colour, opacity: 0.16, origin: 0 },
        markLine: levels([
          level(target, THEME.gain, `target ${signedMoney(report.targetDailyCents)}`, 'insideEndTop'),
          level(limit, THEME.loss, `daily limit ${money(-dailyLossLimit(report))}`, 'insideEndTop'),
        ]),
        markPoint: { data: markers(report, series) },
      },
    ],
  }
}

/** What the chart shows, for those who cannot see it. */
function dayPnlAlt(report: DayReport): string {
  const values = report.pnlPoints.map(({ netPnlCents }) => netPnlCents)
  const trades = report.trades.map((trade) => {
    const closed =
      trade.exit_ms === null ? 'still open' : `closed ${clockTime(trade.exit_ms)} at ${price(trade.exitFill ?? 0)}`
    return `Sold ${clockTime(trade.entry_ms)} at ${price(trade.entryFill)}, ${closed}, net ${signedMoneyOrNone(trade.netPnlCents)}.`
  })
  return [
    `Net P&L of ${dayName(report.date)}, ${sourceBadge(report.source)}, ${report.profile}: ${standingWords(report)} against a target of ${signedMoney(report.targetDailyCents)} and a daily limit of ${money(-dailyLossLimit(report))}.`,
    ...(values.length === 0
      ? []
      : [
          `Lowest ${signedMoney(values.reduce((a, b) => Math.min(a, b)))}, highest ${signedMoney(values.reduce((a, b) => Math.max(a, b)))}.`,
        ]),
    ...trades,
  ].join(' ')
}

export const drawDayPnl = (report: DayReport): Promise<ChartFile> =>
  chartFile(dayPnlOption(report), CHART_HEIGHT, dayPnlAlt(report))
