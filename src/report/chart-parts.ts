/** What the charts have in common: frame, axes, levels, markers. */
import type { BarSeriesOption, LineSeriesOption, ScatterSeriesOption } from 'echarts/charts'
import type {
  GraphicComponentOption,
  GridComponentOption,
  LegendComponentOption,
  TitleComponentOption,
} from 'echarts/components'
import type { ComposeOption } from 'echarts/core'
import { DAY_MS } from '../time/units.ts'
import { CHART_WIDTH, THEME } from './chart-theme.ts'
import { clockMinute, money } from './format.ts'

export type ChartOption = ComposeOption<
  | LineSeriesOption
  | BarSeriesOption
  | ScatterSeriesOption
  | GridComponentOption
  | TitleComponentOption
  | LegendComponentOption
  | GraphicComponentOption
>
export type MarkPoints = NonNullable<NonNullable<LineSeriesOption['markPoint']>['data']>

/** Discord's limit for the description of a file. */
export const ALT_MAX = 1024

/** Where the drawing begins: right of the axis' labels. */
export const LEFT = 92
/** Half a label of the time axis reaches beyond the drawing. */
export const RIGHT = 32
/** Panels above each other keep their edges in line, however long the labels of one are. */
export const FIXED = { outerBoundsMode: 'none' as const }
/** Below the title and its second line. */
export const TOP = 92
const TITLE_LEFT = 16

export const textStyle = (color: string = THEME.muted, fontSize: number = THEME.fontSize) => ({
  color,
  fontSize,
  fontFamily: THEME.font,
})

/** Background and title; the second line says where the figures come from. */
export function frameOf(title: string, subtitle: string) {
  const fitting = { width: CHART_WIDTH - 2 * TITLE_LEFT, overflow: 'truncate' as const }
  return {
    backgroundColor: THEME.background,
    animation: false,
    title: {
      text: title,
      subtext: subtitle,
      left: TITLE_LEFT,
      top: 12,
      itemGap: 6,
      textStyle: { ...textStyle(THEME.text, THEME.titleSize), fontWeight: 600 as const, ...fitting },
      subtextStyle: { ...textStyle(THEME.muted, THEME.fontSize - 1), ...fitting },
    },
  }
}

/**
 * Whole, round steps of the axis between `low` and `high`, at most `steps` of them; `spanMin` is the least span that
 * counts as one, so that a flat line has an axis too.
 */
export function axisRange(
  low: number,
  high: number,
  spanMin = 1,
  steps = 6,
): { min: number; max: number; interval: number } {
  const span = Math.max(spanMin, high - low)
  const rough = 10 ** Math.floor(Math.log10(span / steps))
  const interval = [1, 2, 2.5, 5, 10].map((step) => step * rough).find((step) => span / step <= steps) ?? rough * 10
  return { min: Math.floor(low / interval) * interval, max: Math.ceil(high / interval) * interval, interval }
}

/** The same with `share` of the span left free at both ends. */
export function paddedRange(values: readonly number[], share: number, spanMin: number, steps: number) {
  const low = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
  const high = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  const room = Math.max((high - low) * share, spanMin)
  // What never crosses zero has no axis beyond it.
  const from = low >= 0 ? Math.max(0, low - room) : low - room
  const to = high <= 0 ? Math.min(0, high + room) : high + room
  return axisRange(from, to, spanMin, steps)
}

type Range = ReturnType<typeof axisRange>

const SHORT_FROM = 10_000
const MILLION = 1_000_000

/** Whole dollars and their cents, if any. */
const wholeMoney = (dollars: number): string => money(dollars * 100).replace(/\.00$/, '')

/** Dollars as short as they are still exact enough beside an axis: `$1,500`, `−$12.5k`, `$3M`. */
export function axisMoney(dollars: number): string {
  const size = Math.abs(dollars)
  if (size < SHORT_FROM) return wholeMoney(dollars)
  const [unit, name] = size < MILLION ? [1_000, 'k'] : [MILLION, 'M']
  return `${dollars < 0 ? '−' : ''}$${Number((size / unit).toPrecision(3))}${name}`
}

/** Of a panel below another the uppermost label is left out: it would touch the other's lowest. */
export function valueAxis(range: Range, formatter: (value: number) => string, gridIndex = 0) {
  return {
    type: 'value' as const,
    gridIndex,
    ...range,
    axisLabel: { ...textStyle(), formatter, ...(gridIndex === 0 ? {} : { showMaxLabel: false }) },
    splitLine: { lineStyle: { color: THEME.grid } },
  }
}

const AXIS_LINE = { lineStyle: { color: THEME.grid }, onZero: false }

export function timeAxis(range: Range, gridIndex = 0) {
  return {
    type: 'value' as const,
    gridIndex,
    ...range,
    axisLabel: { ...textStyle(), formatter: (at_ms: number) => clockMinute(at_ms), hideOverlap: true },
    axisLine: AXIS_LINE,
    splitLine: { show: false },
  }
}

/** `17 Jul` of `2026-07-17`. */
const DAY_AND_MONTH = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', day: 'numeric', month: 'short' })

export function shortDate(date: string): string {
  const at_ms = Date.parse(`${date}T00:00:00Z`)
  return Number.isNaN(at_ms) ? date : DAY_AND_MONTH.format(at_ms)
}

const MONTH_AND_YEAR = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', month: 'short', year: 'numeric' })
/** Beyond it the same day and month may stand for two days. */
const YEAR_DAYS = 366

/** Names of days for an axis: of more than a year, month and year. An empty one stays empty. */
function dayNames(dates: readonly string[]): string[] {
  const [first, last] = [dates.find((date) => date !== ''), dates.at(-1)]
  const span_ms = first === undefined || last === undefined ? 0 : Date.parse(last) - Date.parse(first)
  if (!(span_ms > YEAR_DAYS * DAY_MS)) return dates.map(shortDate)
  return dates.map((date) => (date === '' ? '' : MONTH_AND_YEAR.format(Date.parse(date))))
}

/** Days side by side; `boundaryGap`: each has room of its own, as bars need. */
export function dayAxis(dates: readonly string[], boundaryGap: boolean, gridIndex = 0) {
  return {
    type: 'category' as const,
    gridIndex,
    data: dayNames(dates),
    boundaryGap,
    axisLabel: { ...textStyle(), hideOverlap: true },
    axisTick: { show: false },
    axisLine: AXIS_LINE,
  }
}

/** The same without names: of a panel above another. */
export const unnamed = <T extends object>(axis: T) => ({
  ...axis,
  axisLabel: { show: false },
  axisTick: { show: false },
})

export function legendOf(names: readonly string[], top: number): LegendComponentOption {
  return {
    data: [...names],
    left: LEFT - 8,
    top,
    icon: 'roundRect',
    itemHeight: 6,
    itemGap: 22,
    textStyle: textStyle(THEME.text, THEME.fontSize - 1),
  }
}

type LevelLabel = 'insideEndTop' | 'insideEndBottom' | 'insideStartTop' | 'insideStartBottom' | 'end'

/**
 * A dashed line over the whole width, with its name at one end; `end`: beyond the drawing, which leaves room for it.
 */
export function level(yAxis: number, color: string, text: string, position: LevelLabel) {
  return {
    yAxis,
    lineStyle: { color, type: 'dashed' as const, width: 2 },
    label: {
      formatter: text,
      position,
      ...textStyle(color, THEME.fontSize - 1),
      backgroundColor: THEME.background,
      padding: [1, 4],
    },
  }
}

/** Levels as they stand on a line or on bars. */
export const levels = (data: readonly ReturnType<typeof level>[]) => ({ symbol: 'none', silent: true, data: [...data] })

interface Marker {
  readonly at_ms: number
  readonly value: number
  readonly colour: string
  readonly text: string
  readonly isBelow: boolean
  /** Near one end of the axis: the label goes to the other side, or it would be cut. */
  readonly side: 'early' | 'late' | 'middle'
}

const MARKER_LABEL_OFFSET = 25

/** A dot on the line with its name above or below. */
export function marker({ at_ms, value, colour, text, isBelow, side }: Marker): MarkPoints[number] {
  const down = isBelow ? 1 : -1
  const beside = side === 'early' ? ('right' as const) : ('left' as const)
  return {
    name: text,
    coord: [at_ms, value],
    symbol: 'circle',
    symbolSize: 14,
    itemStyle: { color: colour, borderColor: THEME.background, borderWidth: 2 },
    label: {
      show: true,
      formatter: text,
      ...(side === 'middle'
        ? { position: isBelow ? ('bottom' as const) : ('top' as const), distance: 9 }
        : { position: beside, distance: 0, offset: [0, down * MARKER_LABEL_OFFSET] }),
      ...textStyle(THEME.text, THEME.fontSize - 1),
      backgroundColor: THEME.background,
      padding: [3, 5],
      borderRadius: 4,
    },
  }
}

/** Near one end of `range`, as a share of it. */
export function sideOf(at_ms: number, { min, max }: Pick<Range, 'min' | 'max'>, share: number): Marker['side'] {
  const place = (at_ms - min) / Math.max(1, max - min)
  return place < share ? 'early' : place > 1 - share ? 'late' : 'middle'
}
