/**
 * A trade over its life, as PNG with alternative text: above, the position's mid between the mids at which stop and
 * target fire, with entry and exit at the prices they were filled at; below, its net P&L. Entry points: `drawTrade`,
 * `tradeOption` and `tradeAlt` (pure).
 */
import type { ChartFile } from './chart.ts'
import { chartFile } from './chart-file.ts'
import {
  axisMoney,
  type axisRange,
  type ChartOption,
  FIXED,
  frameOf,
  LEFT,
  level,
  levels,
  type MarkPoints,
  marker,
  paddedRange,
  RIGHT,
  shortDate,
  sideOf,
  TOP,
  timeAxis,
  unnamed,
  valueAxis,
} from './chart-parts.ts'
import { CHART_HEIGHT_TALL, THEME } from './chart-theme.ts'
import { clockTime, dayName, legsName, money, price, signedMoney, sourceBadge } from './format.ts'
import type { TradeDetail } from './trade-detail.ts'
import { exitWords } from './words.ts'

type Series = readonly [at_ms: number, value: number][]

const MID_GRID = { ...FIXED, left: LEFT, right: RIGHT, top: TOP, height: 230 }
const PNL_GRID = { ...FIXED, left: LEFT, right: RIGHT, top: 348, height: 146 }
const MINUTE_MS = 60_000
const TIME_STEPS_MIN = [1, 2, 5, 10, 15, 30, 60, 120]
const TIME_STEPS_SHOWN_MAX = 7
/** Share of the trade's life left free at both ends. */
const TIME_ROOM = 0.08
/** Share of the time in which a label in the middle would reach beyond the drawing. */
const EDGE_SHARE = 0.3

/** From the decision's mid through every mark to the mid the exit was decided at. */
function mids({ trade, marks, exit }: TradeDetail): Series {
  const held = marks.map(({ at_ms, mid }): [number, number] => [at_ms, mid])
  const last: [number, number][] = exit?.mid == null ? [] : [[exit.at_ms, exit.mid]]
  return [[trade.entry_ms, trade.decisionMid], ...held, ...last]
}

/** In dollars, through every mark to what the trade came to. */
function pnl({ trade, marks }: TradeDetail): Series {
  const held = marks.map(({ at_ms, netPnlCents }): [number, number] => [at_ms, netPnlCents / 100])
  const { exit_ms, netPnlCents } = trade
  return exit_ms === null || netPnlCents === null ? held : [...held, [exit_ms, netPnlCents / 100]]
}

/** Whole steps around the trade's life, so that the labels are times people say. */
function timeRange(from_ms: number, to_ms: number): ReturnType<typeof axisRange> {
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

/** The two labels keep to different sides of the line: a short trade's would cover each other. */
function markers({ trade }: TradeDetail, time: ReturnType<typeof axisRange>): MarkPoints {
  const isFall = (trade.exitFill ?? trade.decisionMid) <= trade.entryFill
  const sold = marker({
    at_ms: trade.entry_ms,
    value: trade.entryFill,
    colour: THEME.warning,
    text: `sold ${price(trade.entryFill)}`,
    isBelow: !isFall,
    side: sideOf(trade.entry_ms, time, EDGE_SHARE),
  })
  if (trade.exit_ms === null || trade.exitFill === null) return [sold]
  const why = trade.reason === null ? 'closed' : exitWords(trade.reason)
  const closed = marker({
    at_ms: trade.exit_ms,
    value: trade.exitFill,
    colour: (trade.netPnlCents ?? 0) >= 0 ? THEME.gain : THEME.loss,
    text: `${why} ${price(trade.exitFill)}`,
    isBelow: isFall,
    side: sideOf(trade.exit_ms, time, EDGE_SHARE),
  })
  return [sold, closed]
}

const name = ({ trade }: TradeDetail): string => `${trade.contracts} × ${legsName(trade.strike, trade.hedgeStrike)}`

export function tradeOption(detail: TradeDetail): ChartOption {
  const { trade, entry, source, profile, date } = detail
  const midSeries = mids(detail)
  const pnlSeries = pnl(detail)
  const times = [...midSeries, ...pnlSeries].map(([at_ms]) => at_ms)
  const time = timeRange(Math.min(...times), Math.max(...times))
  const net = pnlSeries.at(-1)?.[1] ?? 0
  const pnlColour = net > 0 ? THEME.gain : net < 0 ? THEME.loss : THEME.line
  const result = trade.netPnlCents === null ? 'open' : signedMoney(trade.netPnlCents)
  return {
    ...frameOf(
      `${name(detail)}   ${result}`,
      `${shortDate(date)} · ${sourceBadge(source)} · ${profile} · mid; below: net P&L`,
    ),
    grid: [MID_GRID, PNL_GRID],
    xAxis: [unnamed(timeAxis(time, 0)), timeAxis(time, 1)],
    yAxis: [midAxis(detail, midSeries), pnlAxis(detail, pnlSeries)],
    series: [
      {
        type: 'line',
        data: [...midSeries],
        showSymbol: false,
        lineStyle: { color: THEME.line, width: 3 },
        markLine: levels([
          level(entry.stopMid, THEME.loss, `stop ${price(entry.stopMid)}`, 'insideStartTop'),
          level(entry.targetMid, THEME.gain, `target ${price(entry.targetMid)}`, 'insideStartBottom'),
        ]),
        markPoint: { data: markers(detail, time) },
      },
      {
        type: 'line',
        xAxisIndex: 1,
        yAxisIndex: 1,
        data: [...pnlSeries],
        // One value is no line.
        showSymbol: pnlSeries.length === 1,
        symbolSize: 10,
        itemStyle: { color: pnlColour },
        lineStyle: { color: pnlColour, width: 3 },
        areaStyle: { color: pnlColour, opacity: 0.16, origin: 0 },
        markLine: levels(stopLevel(detail)),
      },
    ],
  }
}

function midAxis({ trade, entry }: TradeDetail, series: Series) {
  const fills = trade.exitFill === null ? [trade.entryFill] : [trade.entryFill, trade.exitFill]
  const values = [...series.map(([, mid]) => mid), entry.stopMid, entry.targetMid, ...fills]
  return valueAxis(paddedRange(values, 0.15, 0.01, 4), (value) => price(value.toFixed(4)))
}

function pnlAxis({ maxLossPerTradeCents }: TradeDetail, series: Series) {
  const values = [...series.map(([, dollars]) => dollars), 0, -(maxLossPerTradeCents ?? 0) / 100]
  return valueAxis(paddedRange(values, 0.12, 1, 3), axisMoney, 1)
}

function stopLevel({ maxLossPerTradeCents }: TradeDetail) {
  if (maxLossPerTradeCents === null) return []
  const text = `loss limit ${money(-maxLossPerTradeCents)}`
  return [level(-maxLossPerTradeCents / 100, THEME.loss, text, 'insideStartBottom')]
}

/** What the chart shows, for those who cannot see it. */
export function tradeAlt(detail: TradeDetail): string {
  const { trade, entry, source, profile, date } = detail
  const values = mids(detail).map(([, mid]) => mid)
  const end =
    trade.exit_ms === null
      ? 'It is still open.'
      : `Closed ${clockTime(trade.exit_ms)} at ${price(trade.exitFill ?? 0)}${trade.reason === null ? '' : `, ${exitWords(trade.reason)}`}, net ${signedMoney(trade.netPnlCents ?? 0)}.`
  const low = values.reduce((a, b) => Math.min(a, b))
  const high = values.reduce((a, b) => Math.max(a, b))
  return [
    `${trade.contracts} × SPY ${legsName(trade.strike, trade.hedgeStrike)} on ${dayName(date)}, ${sourceBadge(source)}, ${profile}: the position's mid and its net P&L.`,
    `Sold ${clockTime(trade.entry_ms)} at ${price(trade.entryFill)}, decided at mid ${price(trade.decisionMid)}; the stop fires at mid ${price(entry.stopMid)}, the target at ${price(entry.targetMid)}.`,
    `The mid went from ${price(low)} to ${price(high)}.`,
    end,
  ].join(' ')
}

export const drawTrade = (detail: TradeDetail): Promise<ChartFile> =>
  chartFile(tradeOption(detail), CHART_HEIGHT_TALL, tradeAlt(detail))
