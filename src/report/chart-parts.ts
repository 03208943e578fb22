/** What the charts have in common: axes, levels, markers, titles, the length of their alternative texts. */
import type { LineSeriesOption } from 'echarts/charts'
import type { GridComponentOption, TitleComponentOption } from 'echarts/components'
import type { ComposeOption } from 'echarts/core'
import { THEME } from './chart-theme.ts'

export type ChartOption = ComposeOption<LineSeriesOption | GridComponentOption | TitleComponentOption>
export type MarkPoints = NonNullable<NonNullable<LineSeriesOption['markPoint']>['data']>

export const AXIS_LABEL = { color: THEME.muted, fontSize: THEME.fontSize, fontFamily: THEME.font }

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

type LevelLabel = 'insideEndTop' | 'insideEndBottom' | 'insideStartTop' | 'insideStartBottom'

/** A dashed line over the whole width, with its name at one end. */
export function level(yAxis: number, color: string, text: string, position: LevelLabel) {
  return {
    yAxis,
    lineStyle: { color, type: 'dashed' as const, width: 2 },
    label: {
      formatter: text,
      position,
      color,
      fontSize: THEME.fontSize - 1,
      fontFamily: THEME.font,
      backgroundColor: THEME.background,
      padding: [1, 4],
    },
  }
}

export interface Marker {
  readonly at_ms: number
  readonly value: number
  readonly colour: string
  readonly text: string
  readonly isBelow: boolean
  /** Near the axis: the label goes to the right, or it would cover the axis' own. */
  readonly isEarly: boolean
}

/** A dot on the line with its name above or below. */
export function marker({ at_ms, value, colour, text, isBelow, isEarly }: Marker): MarkPoints[number] {
  const side = isBelow ? 1 : -1
  return {
    name: text,
    coord: [at_ms, value],
    symbol: 'circle',
    symbolSize: 13,
    itemStyle: { color: colour, borderColor: THEME.background, borderWidth: 2 },
    label: {
      show: true,
      formatter: text,
      ...(isEarly ? { position: 'right', offset: [0, side * 22] } : { position: isBelow ? 'bottom' : 'top' }),
      color: THEME.text,
      fontSize: THEME.fontSize - 2,
      fontFamily: THEME.font,
      distance: isEarly ? 2 : 9,
      backgroundColor: THEME.background,
      padding: [3, 5],
      borderRadius: 4,
    },
  }
}

export function titleOf(text: string, subtext: string): TitleComponentOption {
  return {
    text,
    subtext,
    left: 20,
    top: 14,
    itemGap: 6,
    textStyle: { color: THEME.text, fontSize: THEME.titleSize, fontWeight: 600, fontFamily: THEME.font },
    subtextStyle: { color: THEME.muted, fontSize: THEME.fontSize - 1, fontFamily: THEME.font },
  }
}

/** Discord's limit for the description of a file. */
const ALT_MAX = 1024

export const withinAlt = (text: string): string => (text.length <= ALT_MAX ? text : `${text.slice(0, ALT_MAX - 1)}…`)
