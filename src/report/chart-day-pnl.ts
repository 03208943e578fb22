/**
 * The day's net P&L against target and daily limit, as PNG with alternative text. Entry points: `drawDayPnl`,
 * `dayPnlOption` and `dayPnlAlt` (pure).
 *
 * The chart's library is loaded when the first chart is drawn; each chart is disposed of, or the process would never end.
 */
import type { ChartFile } from './chart.ts'
import {
  AXIS_LABEL,
  axisRange,
  type ChartOption,
  level,
  type MarkPoints,
  marker,
  titleOf,
  withinAlt,
} from './chart-parts.ts'
import { CHART_HEIGHT, CHART_SCALE, CHART_WIDTH, THEME } from './chart-theme.ts'
import { clockMinute, clockTime, dayName, money, price, signedMoney, signedMoneyOrNone, sourceBadge } from './format.ts'
import { pngOf } from './png.ts'
import type { DayReport } from './views.ts'
import { exitWords } from './words.ts'

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

/** Share of the day in which a label would cover the axis' own. */
const EARLY_SHARE = 0.12

function markers(report: DayReport, series: readonly [number, number][]): MarkPoints {
  const { open_ms, close_ms } = report
  const placed = (at_ms: number, isBelow: boolean, colour: string, text: string): MarkPoints[number] => {
    const isEarly = at_ms < open_ms + EARLY_SHARE * (close_ms - open_ms)
    return marker({ at_ms, value: nearestValue(series, at_ms), colour, text, isBelow, isEarly })
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
  const limit = -dollars(report.plan.maxDailyLossCents)
  const values = series.map(([, value]) => value)
  const low = Math.min(limit, ...values)
  const high = Math.max(target, ...values)
  const room = (high - low) * 0.08
  const colour = report.netPnlCents > 0 ? THEME.gain : report.netPnlCents < 0 ? THEME.loss : THEME.line
  return {
    backgroundColor: THEME.background,
    animation: false,
    title: titleOf(
      `${dayName(report.date)}   ${signedMoney(report.netPnlCents)}`,
      `${sourceBadge(report.source)} · ${report.profile} · net P&L, New York time${report.final ? '' : ' · so far'}`,
    ),
    grid: { left: 96, right: 26, top: 92, bottom: 44 },
    xAxis: {
      type: 'value',
      min: report.open_ms,
      max: report.close_ms,
      interval: HOUR_MS,
      axisLabel: { ...AXIS_LABEL, formatter: (at_ms: number) => clockMinute(at_ms), hideOverlap: true },
      axisLine: { lineStyle: { color: THEME.grid } },
      splitLine: { show: false },
    },
    yAxis: {
      type: 'value',
      ...axisRange(low - room, high + room),
      axisLabel: { ...AXIS_LABEL, formatter: (value: number) => money(value * 100).replace(/\.00$/, '') },
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
  return withinAlt(text)
}

export async function drawDayPnl(report: DayReport): Promise<ChartFile> {
  const { drawSvg } = await import('./chart-svg.ts')
  const svg = drawSvg(dayPnlOption(report), CHART_WIDTH, CHART_HEIGHT)
  return { png: await pngOf(svg, CHART_SCALE), alt: dayPnlAlt(report) }
}
