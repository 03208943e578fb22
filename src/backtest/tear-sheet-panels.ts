/**
 * Panels of bars one below the other in one picture; each has one bar or more. Pure. Entry points: `panelsOption`,
 * `panelsHeight`.
 */
import type { BarSeriesOption } from 'echarts/charts'
import {
  axisMoney,
  axisRange,
  type ChartOption,
  FIXED,
  frameOf,
  LEFT,
  paddedRange,
  TOP,
  textStyle,
  valueAxis,
} from '../report/chart-parts.ts'
import { THEME } from '../report/chart-theme.ts'

export interface Bar {
  readonly name: string
  /** Dollars, or a number of trades. */
  readonly value: number
  readonly trades: number
}

export interface Panel {
  readonly title: string
  readonly bars: readonly Bar[]
  readonly isMoney: boolean
  /** Long names stand above lying bars. */
  readonly isLying: boolean
}

const HEIGHT = 172
/** Its name above it; its labels below. */
const [ABOVE, BELOW] = [44, 40]
const RIGHT = 20
const SIDE = 16
/** In line with the titles, which have a padding of their own. */
const NAMES_LEFT = SIDE + 5
const LABEL = 17
/** So many bars have each its name and amount; more have as many names as there is room for. */
const NAMED_MAX = 7
/** A name and the lying bar below it. */
const ROW = 58
const LYING_BAR = 18
/** Of the span, at both ends: room for the amounts. */
const AMOUNT_ROOM = 0.24

const heightOf = ({ bars, isLying }: Panel): number => (isLying ? ROW * bars.length : HEIGHT)
const roomOf = (panel: Panel): number => ABOVE + heightOf(panel) + (panel.isLying ? SIDE : BELOW)

export const panelsHeight = (panels: readonly Panel[]): number =>
  panels.reduce((height, panel) => height + roomOf(panel), TOP)

/** Half a dollar is rounded away from 0, as everywhere else. */
const wholeDollars = (value: number): number => Math.sign(value) * Math.round(Math.abs(value))

const colourOf = ({ value }: Bar): string => (value > 0 ? THEME.gain : value < 0 ? THEME.loss : THEME.muted)

function seriesOf({ bars, isMoney, isLying }: Panel, index: number): BarSeriesOption {
  const [positive, negative] = isLying ? (['right', 'left'] as const) : (['top', 'bottom'] as const)
  return {
    type: 'bar',
    xAxisIndex: index,
    yAxisIndex: index,
    barMinHeight: isMoney ? 2 : 0,
    ...(isLying ? { barWidth: LYING_BAR } : { barMaxWidth: 56, barCategoryGap: isMoney ? '30%' : '8%' }),
    data: bars.map((bar) => ({
      value: bar.value,
      itemStyle: { color: isMoney ? colourOf(bar) : THEME.line },
      label: {
        show: isMoney && bar.trades > 0,
        position: bar.value < 0 ? negative : positive,
        formatter: axisMoney(wholeDollars(bar.value)),
        ...textStyle(THEME.text, LABEL),
      },
    })),
    ...(isMoney ? zeroLine(isLying) : {}),
  }
}

const zeroLine = (isLying: boolean): Pick<BarSeriesOption, 'markLine'> => ({
  markLine: {
    symbol: 'none',
    silent: true,
    label: { show: false },
    lineStyle: { color: THEME.muted, type: 'solid', width: 1 },
    data: [isLying ? { xAxis: 0 } : { yAxis: 0 }],
  },
})

function lyingAxes({ bars }: Panel, gridIndex: number) {
  const { min, max } = paddedRange([0, ...bars.map(({ value }) => value)], AMOUNT_ROOM, 1, 5)
  const names = bars.map(({ name, trades }) => `${name} · ${trades} ${trades === 1 ? 'trade' : 'trades'}`)
  const label = { inside: true, margin: 0, verticalAlign: 'bottom' as const, padding: [0, 0, LYING_BAR / 2 + 4, 0] }
  const x = { type: 'value' as const, gridIndex, min, max, axisLabel: { show: false }, splitLine: { show: false } }
  const axisLabel = { ...textStyle(THEME.text, LABEL + 1), ...label }
  const bare = { axisTick: { show: false }, axisLine: { show: false } }
  return { x, y: { type: 'category' as const, gridIndex, inverse: true, data: names, axisLabel, ...bare } }
}

function standingAxes({ bars, isMoney }: Panel, gridIndex: number) {
  const x = {
    type: 'category' as const,
    gridIndex,
    data: bars.map(({ name }) => name),
    axisLabel: {
      ...textStyle(THEME.muted, LABEL),
      ...(bars.length > NAMED_MAX ? { hideOverlap: true } : { interval: 0 }),
    },
    axisTick: { show: false },
    axisLine: { lineStyle: { color: THEME.grid }, onZero: false },
  }
  const values = [0, ...bars.map(({ value }) => value)]
  const range = isMoney ? paddedRange(values, AMOUNT_ROOM, 1, 4) : countRange(Math.max(...values))
  // Every panel has a title between itself and the one above.
  return { x, y: { ...valueAxis(range, isMoney ? axisMoney : String), gridIndex } }
}

/** Whole trades. */
function countRange(most: number) {
  const range = axisRange(0, Math.max(1, most), 1, 4)
  return range.interval >= 1 ? range : { min: 0, max: Math.max(1, most), interval: 1 }
}

export function panelsOption(title: string, subtitle: string, panels: readonly Panel[]): ChartOption {
  const { title: head, ...frame } = frameOf(title, subtitle)
  const places = panels.map((panel, index) => ({
    top: panelsHeight(panels.slice(0, index)) + ABOVE,
    height: heightOf(panel),
  }))
  const axes = panels.map((panel, index) => (panel.isLying ? lyingAxes(panel, index) : standingAxes(panel, index)))
  return {
    ...frame,
    title: [
      head,
      ...panels.map((panel, index) => ({
        text: panel.title,
        left: SIDE,
        top: (places[index]?.top ?? TOP) - ABOVE + 4,
        textStyle: { ...textStyle(THEME.text, THEME.fontSize), fontWeight: 600 as const },
      })),
    ],
    grid: panels.map((panel, index) => ({
      ...FIXED,
      ...places[index],
      left: panel.isLying ? NAMES_LEFT : LEFT,
      right: RIGHT,
    })),
    xAxis: axes.map(({ x }) => x),
    yAxis: axes.map(({ y }) => y),
    series: panels.map(seriesOf),
  }
}
