/**
 * P&L by day as bars against the target a day and the daily limit, as PNG with alternative text. Entry points:
 * `drawDaily`,
 * `dailyOption` and `dailyAlt` (pure).
 */
import type { ChartFile } from './chart.ts'
import { chartFile } from './chart-file.ts'
import {
  axisMoney,
  type ChartOption,
  dayAxis,
  frameOf,
  LEFT,
  level,
  levels,
  paddedRange,
  TOP,
  textStyle,
  valueAxis,
} from './chart-parts.ts'
import { CHART_HEIGHT, THEME } from './chart-theme.ts'
import { dayName, money, several, signedMoney } from './format.ts'

export interface DailyChart {
  readonly title: string
  readonly subtitle: string
  readonly targetDailyCents: number
  /** Null: the days are of several configurations. */
  readonly maxDailyLossCents: number | null
  /** In order; null: not known yet. */
  readonly days: readonly { readonly date: string; readonly netPnlCents: number | null }[]
}

/** Room for the names of the levels beside the bars, which they would hide. */
const LEVEL_NAMES = 76
/** From here on amounts above the bars would cover each other. */
const AMOUNTS_SHOWN_MAX = 6
/** A limit far below every day would leave no room for the days. */
const LIMIT_SHOWN_FROM = 0.4

/** In dollars, below zero; none where it is not to be shown. */
function limitOf({ maxDailyLossCents: limit, days }: DailyChart): readonly number[] {
  if (limit === null) return []
  return days.some(({ netPnlCents }) => (netPnlCents ?? 0) <= -limit * LIMIT_SHOWN_FROM) ? [-limit / 100] : []
}

function bar(cents: number | null, hasAmount: boolean) {
  // What is not known is no bar; a day at nothing is a thin one.
  if (cents === null) return { value: '-' as const }
  const colour = cents > 0 ? THEME.gain : cents < 0 ? THEME.loss : THEME.muted
  return {
    value: cents / 100,
    itemStyle: { color: colour },
    label: {
      show: hasAmount,
      position: cents < 0 ? ('bottom' as const) : ('top' as const),
      formatter: axisMoney(Math.round(cents / 100)),
      ...textStyle(THEME.text, THEME.fontSize - 1),
    },
  }
}

export function dailyOption(chart: DailyChart): ChartOption {
  const { title, subtitle, days, targetDailyCents } = chart
  const limit = limitOf(chart)
  const values = days.flatMap(({ netPnlCents }) => (netPnlCents === null ? [] : [netPnlCents / 100]))
  return {
    ...frameOf(title, subtitle),
    grid: { left: LEFT, right: LEVEL_NAMES, top: TOP, bottom: 42 },
    xAxis: dayAxis(
      days.map(({ date }) => date),
      true,
    ),
    yAxis: valueAxis(paddedRange([0, targetDailyCents / 100, ...limit, ...values], 0.1, 1, 5), axisMoney),
    series: [
      {
        type: 'bar',
        barMaxWidth: 64,
        barMinHeight: 3,
        data: days.map(({ netPnlCents }) => bar(netPnlCents, days.length <= AMOUNTS_SHOWN_MAX)),
        markLine: levels([
          level(targetDailyCents / 100, THEME.text, 'target', 'end'),
          ...limit.map((value) => level(value, THEME.loss, 'limit', 'end')),
        ]),
      },
    ],
  }
}

export function dailyAlt({ title, subtitle, days, targetDailyCents }: DailyChart): string {
  const shown = days.map(
    ({ date, netPnlCents }) => `${dayName(date)} ${netPnlCents === null ? 'not known' : signedMoney(netPnlCents)}`,
  )
  const made = days.filter(({ netPnlCents }) => netPnlCents !== null && netPnlCents >= targetDailyCents).length
  return `${title}. ${subtitle}. ${made} of ${several(days.length, 'day')} at the target of ${money(targetDailyCents)} or above: ${shown.join('; ')}.`
}

export const drawDaily = (chart: DailyChart): Promise<ChartFile> =>
  chartFile(dailyOption(chart), CHART_HEIGHT, dailyAlt(chart))
