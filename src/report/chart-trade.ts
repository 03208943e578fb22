/**
 * A trade over its life, as PNG with alternative text: above, the position's mid between the mids at which stop and
 * target fire, with entry and exit at the prices they were filled at; below, its net P&L between the stop and what the
 * target is worth. Upright lines through both are entry and exit, named above. Entry points: `drawTrade`, `tradeOption`
 * and `tradeAlt` (pure).
 */

import { MINUTE_MS } from '../time/units.ts'
import type { ChartFile } from './chart.ts'
import { chartFile } from './chart-file.ts'
import { LABEL_HEIGHT, type Point, placeLabels, type Surroundings } from './chart-labels.ts'
import {
  axisMoney,
  type axisRange,
  type ChartOption,
  FIXED,
  frameOf,
  LEFT,
  paddedRange,
  RIGHT,
  shortDate,
  timeAxis,
  unnamed,
  valueAxis,
} from './chart-parts.ts'
import { CHART_HEIGHT_TALL, CHART_WIDTH, THEME } from './chart-theme.ts'
import { labelElement, type MomentName, momentElements } from './chart-trade-labels.ts'
import { clockMinute, clockTime, dayName, legsName, money, price, signedMoney, sourceBadge } from './format.ts'
import type { TradeCourse } from './trade-course.ts'
import { exitWords } from './words.ts'

type Series = readonly [at_ms: number, value: number][]
type Range = ReturnType<typeof axisRange>

interface Panel {
  readonly top: number
  readonly height: number
}

/** Two rows above the first panel name entry and exit: each has its own, so that they never meet. */
const NAMES_TOP = 88
const MID_PANEL: Panel = { top: NAMES_TOP + 2 * LABEL_HEIGHT + 6, height: 196 }
const PNL_PANEL: Panel = { top: MID_PANEL.top + MID_PANEL.height + 24, height: 130 }
const LABEL_SIZE = THEME.fontSize - 1
const DOT = 14
const UPRIGHT_STEP = 6

const TIME_STEPS_MIN = [1, 2, 5, 10, 15, 30, 60, 120]
const TIME_STEPS_SHOWN_MAX = 7
/** Share of the trade's life left free at both ends. */
const TIME_ROOM = 0.08

/** From the decision's mid through every mark to the mid the exit was decided at. */
function mids({ entry_ms, decisionMid, marks, exit }: TradeCourse): Series {
  const first: [number, number][] = decisionMid === null ? [] : [[entry_ms, decisionMid]]
  const held = marks.map(({ at_ms, mid }): [number, number] => [at_ms, mid])
  const last: [number, number][] = exit?.mid == null ? [] : [[exit.at_ms, exit.mid]]
  return [...first, ...held, ...last]
}

/** In dollars, through every mark to what the trade came to. */
function pnl({ marks, exit_ms, netPnlCents }: TradeCourse): Series {
  const held = marks.map(({ at_ms, netPnlCents: cents }): [number, number] => [at_ms, cents / 100])
  return exit_ms === null || netPnlCents === null ? held : [...held, [exit_ms, netPnlCents / 100]]
}

/** Whole steps around the trade's life, so that the labels are times people say. */
function timeRange(from_ms: number, to_ms: number): Range {
  const span_min = Math.max(1, (to_ms - from_ms) / MINUTE_MS)
  const room_ms = (to_ms - from_ms) * TIME_ROOM
  const step_min = TIME_STEPS_MIN.find((step) => span_min / step <= TIME_STEPS_SHOWN_MAX) ?? 240
  const interval = step_min * MINUTE_MS
  return {
    min: Math.floor((from_ms - room_ms) / interval) * interval,
    max: Math.ceil((to_ms + room_ms) / interval) * interval,
    interval,
  }
}

interface Moment extends MomentName {
  readonly at_ms: number
  readonly fill: number
}

/** What happened, at which price, when: at most two. */
function momentsOf({ entry_ms, entryFill, exit_ms, exitFill, reason, netPnlCents }: TradeCourse): readonly Moment[] {
  const sold = { at_ms: entry_ms, fill: entryFill, colour: THEME.warning, text: nameOf('sold', entryFill, entry_ms) }
  if (exit_ms === null || exitFill === null) return [sold]
  const why = reason === null ? 'closed' : exitWords(reason)
  const colour = (netPnlCents ?? 0) >= 0 ? THEME.gain : THEME.loss
  return [sold, { at_ms: exit_ms, fill: exitFill, colour, text: nameOf(why, exitFill, exit_ms) }]
}

const nameOf = (what: string, fill: number, at_ms: number): string => `${what} ${price(fill)} · ${clockMinute(at_ms)}`

interface Level {
  readonly value: number
  readonly colour: string
  readonly text: string
}

function midLevels({ levels }: TradeCourse): readonly Level[] {
  if (levels === null) return []
  const { stopMid, targetMid } = levels
  return [
    { value: stopMid, colour: THEME.loss, text: `stop ${price(stopMid)}` },
    { value: targetMid, colour: THEME.gain, text: `target ${price(targetMid)}` },
  ]
}

function pnlLevels({ levels, maxLossPerTradeCents }: TradeCourse): readonly Level[] {
  const stop = maxLossPerTradeCents === null ? null : -maxLossPerTradeCents
  return [
    ...(stop === null
      ? []
      : [{ value: stop / 100, colour: THEME.loss, text: `stop ${axisMoney(Math.round(stop / 100))}` }]),
    ...(levels === null
      ? []
      : [
          {
            value: levels.targetCents / 100,
            colour: THEME.gain,
            text: `target ${axisMoney(Math.round(levels.targetCents / 100))}`,
          },
        ]),
  ]
}

const name = ({ contracts, legs }: TradeCourse): string =>
  `${contracts} × ${legs === null ? 'a position not in the journal' : legsName(legs.strike, legs.hedgeStrike)}`

export function tradeOption(course: TradeCourse): ChartOption {
  const { source, profile, date } = course
  const [midSeries, pnlSeries] = [mids(course), pnl(course)]
  const moments = momentsOf(course)
  const times = [...midSeries, ...pnlSeries].map(([at_ms]) => at_ms).concat(moments.map(({ at_ms }) => at_ms))
  const time = timeRange(least(times), most(times))
  const net = pnlSeries.at(-1)?.[1] ?? 0
  const pnlColour = net > 0 ? THEME.gain : net < 0 ? THEME.loss : THEME.line
  const result = course.netPnlCents === null ? 'open' : signedMoney(course.netPnlCents)
  const [above, below] = [midLevels(course), pnlLevels(course)]
  const midRange = paddedRange(valuesOf(midSeries, above, moments), 0.15, 0.01, 4)
  const pnlRange = paddedRange([...valuesOf(pnlSeries, below, []), 0], 0.12, 1, 3)
  return {
    ...frameOf(
      `${name(course)}   ${result}`,
      `${shortDate(date)} · ${sourceBadge(source)} · ${profile} · mid; below: net P&L`,
    ),
    grid: [MID_PANEL, PNL_PANEL].map((panel) => ({ ...FIXED, ...panel, left: LEFT, right: RIGHT })),
    xAxis: [unnamed(timeAxis(time, 0)), timeAxis(time, 1)],
    yAxis: [valueAxis(midRange, (value) => price(value.toFixed(4))), valueAxis(pnlRange, axisMoney, 1)],
    series: [
      {
        ...lineOf(midSeries, THEME.line),
        markLine: linesOf(above, moments),
        markPoint: { data: moments.map(dot) },
      },
      {
        ...lineOf(pnlSeries, pnlColour),
        xAxisIndex: 1,
        yAxisIndex: 1,
        areaStyle: { color: pnlColour, opacity: 0.16, origin: 0 },
        markLine: linesOf(below, moments),
      },
    ],
    graphic: [
      ...momentElements(
        moments.map((moment) => ({ ...moment, x: xOf(moment.at_ms, time) })),
        NAMES_TOP,
        LABEL_SIZE,
      ),
      ...labelElements(above, surroundings(MID_PANEL, midSeries, moments, true, time, midRange), MID_PANEL, midRange),
      ...labelElements(below, surroundings(PNL_PANEL, pnlSeries, moments, false, time, pnlRange), PNL_PANEL, pnlRange),
    ],
  }
}

const least = (values: readonly number[]): number => values.reduce((a, b) => Math.min(a, b))
const most = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b))

const valuesOf = (series: Series, levels: readonly Level[], moments: readonly Moment[]): readonly number[] => [
  ...series.map(([, value]) => value),
  ...levels.map(({ value }) => value),
  ...moments.map(({ fill }) => fill),
]

const lineOf = (series: Series, color: string) => ({
  type: 'line' as const,
  data: [...series],
  // One value is no line.
  showSymbol: series.length === 1,
  symbolSize: 10,
  itemStyle: { color },
  lineStyle: { color, width: 3 },
})

/** The levels dashed over the whole width, the moments upright through the whole panel. */
const linesOf = (levels: readonly Level[], moments: readonly Moment[]) => ({
  symbol: 'none',
  silent: true,
  label: { show: false },
  data: [
    ...levels.map(({ value, colour: color }) => ({
      yAxis: value,
      lineStyle: { color, type: 'dashed' as const, width: 2 },
    })),
    ...moments.map(({ at_ms, colour: color }) => ({
      xAxis: at_ms,
      lineStyle: { color, type: 'solid' as const, width: 2, opacity: 0.7 },
    })),
  ],
})

const dot = ({ at_ms, fill, colour: color, text }: Moment) => ({
  name: text,
  coord: [at_ms, fill],
  symbol: 'circle',
  symbolSize: DOT,
  label: { show: false },
  itemStyle: { color, borderColor: THEME.background, borderWidth: 2 },
})

const xOf = (at_ms: number, { min, max }: Range): number =>
  LEFT + ((at_ms - min) / (max - min)) * (CHART_WIDTH - LEFT - RIGHT)
const yOf = (value: number, { min, max }: Range, { top, height }: Panel): number =>
  top + ((max - value) / (max - min)) * height

/** Points of an upright line. */
const upright = (x: number, { top, height }: Panel): readonly Point[] =>
  Array.from({ length: Math.floor(height / UPRIGHT_STEP) }, (_, index) => ({ x, y: top + index * UPRIGHT_STEP }))

/** `hasDots`: at the fills, where the panel shows prices. */
function surroundings(
  panel: Panel,
  series: Series,
  moments: readonly Moment[],
  hasDots: boolean,
  time: Range,
  range: Range,
): Surroundings {
  const half = DOT / 2 + 2
  const dots = (hasDots ? moments : []).map(({ at_ms, fill }) => ({ x: xOf(at_ms, time), y: yOf(fill, range, panel) }))
  return {
    panel: { left: LEFT + 2, right: CHART_WIDTH - RIGHT, top: panel.top, bottom: panel.top + panel.height },
    obstacles: dots.map(({ x, y }) => ({ left: x - half, right: x + half, top: y - half, bottom: y + half })),
    line: [
      ...series.map(([at_ms, value]) => ({ x: xOf(at_ms, time), y: yOf(value, range, panel) })),
      ...moments.flatMap(({ at_ms }) => upright(xOf(at_ms, time), panel)),
    ],
  }
}

function labelElements(levels: readonly Level[], around: Surroundings, panel: Panel, range: Range) {
  const wishes = levels.map(({ text, value, colour }) => ({ text, colour, y: yOf(value, range, panel) }))
  return placeLabels(wishes, LABEL_SIZE, around).map(({ box, text, colour }) =>
    labelElement(text, box, colour, LABEL_SIZE),
  )
}

/** What the chart shows, for those who cannot see it. */
export function tradeAlt(course: TradeCourse): string {
  const { contracts, legs, source, profile, date, entry_ms, entryFill, decisionMid, levels } = course
  const { exit_ms, exitFill, reason, netPnlCents, maxLossPerTradeCents } = course
  const values = mids(course).map(([, mid]) => mid)
  const what = legs === null ? 'SPY options' : `SPY ${legsName(legs.strike, legs.hedgeStrike)}`
  const decided = decisionMid === null ? 'its decision is not in the journal' : `decided at mid ${price(decisionMid)}`
  const fires =
    levels === null
      ? ''
      : `; the stop fires at mid ${price(levels.stopMid)}, the target at ${price(levels.targetMid)}, worth ${signedMoney(levels.targetCents)}`
  const end =
    exit_ms === null
      ? 'It is still open.'
      : `Closed ${clockTime(exit_ms)} at ${price(exitFill ?? 0)}${reason === null ? '' : `, ${exitWords(reason)}`}, net ${signedMoney(netPnlCents ?? 0)}.`
  return [
    `${contracts} × ${what} on ${dayName(date)}, ${sourceBadge(source)}, ${profile}: the position's mid and its net P&L.`,
    `Sold ${clockTime(entry_ms)} at ${price(entryFill)}, ${decided}${fires}.`,
    ...(maxLossPerTradeCents === null ? [] : [`The stop is at a loss of ${money(maxLossPerTradeCents)}.`]),
    ...(values.length === 0 ? [] : [`The mid went from ${price(least(values))} to ${price(most(values))}.`]),
    end,
  ].join(' ')
}

export const drawTrade = (course: TradeCourse): Promise<ChartFile> =>
  chartFile(tradeOption(course), CHART_HEIGHT_TALL, tradeAlt(course))
