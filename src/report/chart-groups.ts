/**
 * Net P&L of groups of trades, such as those of one tag, as lying bars with amounts, as PNG with alternative text.
 * Entry points: `drawGroups`, `groupsOption` and `groupsAlt` (pure).
 */
import type { ChartFile } from './chart.ts'
import { chartFile } from './chart-file.ts'
import { axisMoney, type ChartOption, frameOf, paddedRange, TOP, textStyle } from './chart-parts.ts'
import { THEME } from './chart-theme.ts'
import { signedMoney } from './format.ts'

export interface GroupsChart {
  readonly title: string
  readonly subtitle: string
  /** In the order shown, from above. */
  readonly groups: readonly { readonly name: string; readonly trades: number; readonly netPnlCents: number }[]
}

/** More would not be read on a phone. */
const GROUPS_SHOWN_MAX = 8
const SIDE = 22
/** A name, and the bar below it. */
const ROW_HEIGHT = 66
const BAR_HEIGHT = 22
const NAME_ABOVE = BAR_HEIGHT / 2 + 4
const BOTTOM = 14
/** Of the span, at both ends: room for the amounts beside the bars. */
const AMOUNT_ROOM = 0.3

const shownOf = ({ groups }: GroupsChart) => groups.slice(0, GROUPS_SHOWN_MAX)

const tradesWords = (trades: number): string => `${trades} ${trades === 1 ? 'trade' : 'trades'}`

export function groupsOption(chart: GroupsChart): ChartOption {
  const groups = shownOf(chart)
  const values = groups.map(({ netPnlCents }) => netPnlCents / 100)
  const { min, max } = paddedRange([0, ...values], AMOUNT_ROOM, 1, 5)
  return {
    ...frameOf(chart.title, chart.subtitle),
    grid: { left: SIDE, right: SIDE, top: TOP, bottom: BOTTOM },
    xAxis: { type: 'value', min, max, axisLabel: { show: false }, splitLine: { show: false } },
    yAxis: {
      type: 'category',
      inverse: true,
      data: groups.map(({ name, trades }) => `${name} · ${tradesWords(trades)}`),
      axisLabel: {
        ...textStyle(THEME.text),
        inside: true,
        margin: 0,
        verticalAlign: 'bottom',
        padding: [0, 0, NAME_ABOVE, 0],
      },
      axisTick: { show: false },
      axisLine: { show: false },
    },
    series: [
      {
        type: 'bar',
        barWidth: BAR_HEIGHT,
        barMinHeight: 3,
        data: values.map((value) => ({
          value,
          itemStyle: { color: value > 0 ? THEME.gain : value < 0 ? THEME.loss : THEME.muted },
          label: {
            show: true,
            position: value < 0 ? ('left' as const) : ('right' as const),
            formatter: axisMoney(Math.round(value)),
            ...textStyle(THEME.text, THEME.fontSize - 1),
          },
        })),
        markLine: {
          symbol: 'none',
          silent: true,
          label: { show: false },
          lineStyle: { color: THEME.grid, type: 'solid' as const, width: 2 },
          data: [{ xAxis: 0 }],
        },
      },
    ],
  }
}

export function groupsAlt(chart: GroupsChart): string {
  const shown = shownOf(chart).map(
    ({ name, trades, netPnlCents }) => `${name}: ${signedMoney(netPnlCents)} in ${tradesWords(trades)}`,
  )
  const left = chart.groups.length - shown.length
  return `${chart.title}. ${chart.subtitle}. ${shown.join('; ')}${left > 0 ? `; and ${left} more` : ''}.`
}

export const drawGroups = (chart: GroupsChart): Promise<ChartFile> =>
  chartFile(groupsOption(chart), TOP + BOTTOM + ROW_HEIGHT * Math.max(1, shownOf(chart).length), groupsAlt(chart))
