/**
 * The tear sheet as one picture: equity and drawdown, the distribution of trades, and P&L by exit, hour and volatility.
 *
 * Entry points: `drawTearSheet`, `tearSheetOption` (what is drawn), `tearSheetAlt` (the same in words).
 */
import type { EChartsCoreOption } from 'echarts/core'
import { drawSvg } from '../report/chart-svg.ts'
import { CHART_SCALE, CHART_WIDTH, THEME } from '../report/chart-theme.ts'
import { dayName, money, percent, signedMoney } from '../report/format.ts'
import { pngOf } from '../report/png.ts'
import type { BacktestDocument } from './document.ts'

/** One column as wide as every other chart of the desk: readable on a phone. */
const HEIGHT = 1490
const SMALL = 16

const dollars = (cents: number): number => Math.round(cents) / 100
const short = (amount: number): string => money(amount * 100).replace(/\.00$/, '')

const LABEL = { color: THEME.muted, fontSize: SMALL, fontFamily: THEME.font }

/** One below the other: where each begins and how high it is, in units of the picture. */
const PANELS = [
  { name: 'Equity', top: 160, height: 230 },
  { name: 'Drawdown', top: 470, height: 110 },
  { name: 'Closed trades by P&L', top: 670, height: 130 },
  { name: 'P&L by exit', top: 890, height: 130 },
  { name: 'P&L by hour of entry, New York', top: 1110, height: 130 },
  { name: 'P&L by volatility estimate at entry', top: 1320, height: 120 },
] as const
const [LEFT, RIGHT] = [90, 20]

interface Bar {
  readonly name: string
  readonly value: number
}

function barPanel(index: number, bars: readonly Bar[], isMoney: boolean) {
  const data = bars.map(({ value }) => ({
    value,
    itemStyle: { color: isMoney ? (value < 0 ? THEME.loss : THEME.gain) : THEME.line },
  }))
  return { type: 'bar', xAxisIndex: index, yAxisIndex: index, data, barMaxWidth: 48 }
}

function linePanel(index: number, values: readonly number[], colour: string) {
  const style = { lineStyle: { color: colour, width: 2 }, areaStyle: { color: colour, opacity: 0.16 } }
  return { type: 'line', xAxisIndex: index, yAxisIndex: index, data: values, showSymbol: false, ...style }
}

/** So few names are all shown, in two lines where they are long. */
const NAMED_MAX = 7
const EVERY = { interval: 0, overflow: 'break', lineHeight: SMALL + 2 } as const

function axes(index: number, names: readonly string[], isMoney: boolean) {
  const room = (CHART_WIDTH - LEFT - RIGHT) / Math.max(1, names.length) - 6
  const x = {
    type: 'category',
    gridIndex: index,
    data: names,
    axisLabel: names.length > NAMED_MAX ? { ...LABEL, hideOverlap: true } : { ...LABEL, ...EVERY, width: room },
    axisLine: { lineStyle: { color: THEME.grid }, onZero: false },
    axisTick: { show: false },
  }
  const y = {
    type: 'value',
    gridIndex: index,
    splitNumber: index === 0 ? 5 : 3,
    axisLabel: { ...LABEL, ...(isMoney ? { formatter: short } : {}) },
    splitLine: { lineStyle: { color: THEME.grid } },
    ...(isMoney ? {} : { minInterval: 1 }),
  }
  return { x, y }
}

const exitName = (reason: string): string => reason.replaceAll('_', ' ')

/** What each panel shows: the names along its axis, and the drawing. */
function panels(result: BacktestDocument) {
  const days = result.days.map(({ date }) => date)
  const equity = result.days.map(({ equityCents }) => dollars(equityCents))
  const drawdown = result.days.map(({ drawdownCents }) => -dollars(drawdownCents))
  const exits = result.byExit.map(({ reason, pnlCents }) => ({ name: exitName(reason), value: dollars(pnlCents) }))
  const hours = result.byHour.map(({ hour, pnlCents }) => ({ name: `${hour}:00`, value: dollars(pnlCents) }))
  const vix = result.byVix.map(({ from, to, pnlCents }) => {
    return { name: to === null ? `${from} and more` : `${from}–${to}`, value: dollars(pnlCents) }
  })
  const bins = result.distribution.map(({ fromCents, trades }) => ({ name: short(dollars(fromCents)), value: trades }))
  const of = (bars: readonly Bar[], index: number, isMoney = true) => {
    return { names: bars.map(({ name }) => name), series: barPanel(index, bars, isMoney), isMoney }
  }
  const colour = (equity.at(-1) ?? 0) < 0 ? THEME.loss : THEME.gain
  return [
    { names: days, series: linePanel(0, equity, colour), isMoney: true },
    { names: days, series: linePanel(1, drawdown, THEME.loss), isMoney: true },
    of(bins, 2, false),
    of(exits, 3),
    of(hours, 4),
    of(vix, 5),
  ]
}

/** What the figures rest on, a line a part. */
function sourceLines({ source, fills, profile, structure, variantsTried }: BacktestDocument): string[] {
  const variants = variantsTried === 1 ? 'one variant' : `best of ${variantsTried} variants`
  return [source.label, `${profile} ${exitName(structure)} · fills ${fills} · ${variants}`]
}

export const tearSheetSource = (result: BacktestDocument): string => sourceLines(result).join(' · ')

function headline(result: BacktestDocument): string {
  const { summary, period } = result
  const mean = summary.meanDayCents === null ? '' : `, ${signedMoney(summary.meanDayCents)} a day`
  return `${signedMoney(summary.pnlCents)} in ${period.days} days${mean}`
}

export function tearSheetOption(result: BacktestDocument): EChartsCoreOption {
  const shown = panels(result)
  const each = shown.map(({ names, isMoney }, index) => axes(index, names, isMoney))
  const title = {
    text: headline(result),
    subtext: sourceLines(result).join('\n'),
    left: 20,
    top: 16,
    textStyle: { color: THEME.text, fontSize: THEME.titleSize, fontWeight: 600, fontFamily: THEME.font },
    subtextStyle: { color: THEME.muted, fontSize: SMALL, fontFamily: THEME.font, lineHeight: 22 },
  }
  const names = PANELS.map(({ name, top }) => ({
    text: name,
    left: 20,
    top: top - 40,
    textStyle: { color: THEME.text, fontSize: SMALL + 3, fontWeight: 600, fontFamily: THEME.font },
  }))
  return {
    backgroundColor: THEME.background,
    animation: false,
    title: [title, ...names],
    grid: PANELS.map(({ top, height }) => ({ left: LEFT, top, width: CHART_WIDTH - LEFT - RIGHT, height })),
    xAxis: each.map(({ x }) => x),
    yAxis: each.map(({ y }) => y),
    series: shown.map(({ series }) => series),
  }
}

export function tearSheetAlt(result: BacktestDocument): string {
  const { summary, drawdown, worstDay, sharpe, period } = result
  const rate =
    summary.winRate === null ? 'no closed trade' : `${percent(summary.winRate * 100)} of ${summary.closed} won`
  const parts = [
    `Backtest of ${period.from ?? 'no day'} to ${period.to ?? 'none'}, ${tearSheetSource(result)}: ${headline(result)}, ${rate}.`,
    `Largest drawdown ${money(drawdown.maxCents)}.`,
    worstDay === null ? '' : `Worst day ${dayName(worstDay.date)}, ${signedMoney(worstDay.pnlCents)}.`,
    sharpe === null ? '' : `Deflated Sharpe probability ${percent(sharpe.deflated * 100)}.`,
  ]
  return parts.filter((part) => part !== '').join(' ')
}

/** A PNG and its alternative text. */
export async function drawTearSheet(result: BacktestDocument): Promise<{ png: Uint8Array; alt: string }> {
  const svg = drawSvg(tearSheetOption(result), CHART_WIDTH, HEIGHT)
  return { png: await pngOf(svg, CHART_SCALE), alt: tearSheetAlt(result) }
}
