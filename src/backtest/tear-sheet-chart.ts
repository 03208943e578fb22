/**
 * The tear sheet as three pictures, each no taller than a phone: equity and drawdown; the trades by P&L and by exit;
 * P&L by hour and by volatility.
 *
 * Entry points: `drawTearSheet`, `tearSheetCharts` (what is drawn, and the same in words; pure), `tearSheetSource`.
 */
import type { ChartFile } from '../report/chart.ts'
import { cumulativeAlt, cumulativeOption, equityChart } from '../report/chart-cumulative.ts'
import { chartFile } from '../report/chart-file.ts'
import type { ChartOption } from '../report/chart-parts.ts'
import { CHART_HEIGHT_TALL } from '../report/chart-theme.ts'
import { chance, dayName, money, NONE, percent, signedMoney } from '../report/format.ts'
import { exitWords } from '../report/words.ts'
import type { BacktestDocument } from './document.ts'
import { shownSharpe } from './sharpe-shown.ts'
import { type Bar, type Panel, panelsHeight, panelsOption } from './tear-sheet-panels.ts'

interface TearSheetPicture extends ChartFile {
  /** File name. */
  readonly name: string
  readonly title: string
}

interface TearSheetChart {
  readonly name: string
  readonly title: string
  readonly option: ChartOption
  readonly height: number
  readonly alt: string
}

const structureOf = ({ structure }: BacktestDocument): string => structure.replaceAll('_', ' ')

/** What the figures rest on. */
export function tearSheetSource(result: BacktestDocument): string {
  const { source, fills, profile, variantsTried } = result
  const variants = variantsTried === 1 ? 'one variant' : `best of ${variantsTried} variants`
  return `${source.label} · ${profile} ${structureOf(result)} · fills ${fills} · ${variants}`
}

const periodOf = ({ period }: BacktestDocument): string => `${period.from ?? NONE} to ${period.to ?? NONE}`

const daysWord = ({ period }: BacktestDocument): string => `${period.days} ${period.days === 1 ? 'day' : 'days'}`

/** Of every picture: one that is passed on alone still says what it is of. */
const subtitleOf = (result: BacktestDocument): string =>
  `${periodOf(result)} · ${result.profile} ${structureOf(result)} · ${result.fills} fills`

function resultAlt(result: BacktestDocument): string {
  const { summary, worstDay } = result
  const mean = summary.meanDayCents === null ? '' : `, ${signedMoney(Math.round(summary.meanDayCents))} a day`
  const rate =
    summary.winRate === null ? 'no closed trade' : `${percent(summary.winRate * 100)} of ${summary.closed} won`
  const { facts, why } = shownSharpe(result)
  const parts = [
    `Backtest of ${periodOf(result)}, ${tearSheetSource(result)}:`,
    `${signedMoney(summary.pnlCents)} in ${daysWord(result)}${mean}, ${rate}.`,
    worstDay === null ? '' : `Worst day ${dayName(worstDay.date)}, ${signedMoney(worstDay.pnlCents)}.`,
    facts === null ? `Sharpe ratio ${why}.` : `Deflated Sharpe probability ${chance(facts.deflated)}.`,
  ]
  return parts.filter((part) => part !== '').join(' ')
}

function equityPicture(result: BacktestDocument): TearSheetChart {
  const { summary } = result
  const days = result.days.map(({ date, pnlCents }) => ({
    date,
    netPnlCents: pnlCents ?? 0,
    // A day that is in no sum has no target either.
    targetDailyCents: pnlCents === null ? 0 : summary.targetDayCents,
  }))
  const title = `${signedMoney(summary.pnlCents)} in ${daysWord(result)}`
  const chart = equityChart(title, subtitleOf(result), days)
  const alt = `${resultAlt(result)} ${cumulativeAlt(chart)}`
  return { name: 'tear-sheet-equity.png', title, option: cumulativeOption(chart), height: CHART_HEIGHT_TALL, alt }
}

interface Group {
  readonly trades: number
  readonly pnlCents: number
}

const dollars = (cents: number): number => Math.round(cents) / 100
const barOf = (name: string, { trades, pnlCents }: Group): Bar => ({ name, value: dollars(pnlCents), trades })

function panelsAlt(result: BacktestDocument, panels: readonly Panel[]): string {
  const told = panels.map(({ title, bars, isMoney }) => {
    // An empty bin is seen in a picture, and says nothing in words.
    const each = bars
      .filter(({ trades }) => trades > 0)
      .map(({ name, value, trades }) =>
        isMoney ? `${name} ${signedMoney(Math.round(value * 100))} in ${trades}` : `from ${name} ${value}`,
      )
    return `${title}: ${each.join(', ')}.`
  })
  return `Backtest of ${periodOf(result)}, ${tearSheetSource(result)}. ${told.join(' ')}`
}

function panelsPicture(
  result: BacktestDocument,
  name: string,
  title: string,
  panels: readonly Panel[],
): TearSheetChart {
  const option = panelsOption(title, subtitleOf(result), panels)
  return { name, title, option, height: panelsHeight(panels), alt: panelsAlt(result, panels) }
}

const wholeMoney = (cents: number): string => money(cents).replace(/\.00$/, '')

/** Without a closed trade there is only the first. */
export function tearSheetCharts(result: BacktestDocument): TearSheetChart[] {
  const { distribution, byExit, byHour, byVix, summary } = result
  if (summary.closed === 0) return [equityPicture(result)]
  const bins = distribution.map(({ fromCents, trades }) => ({ name: wholeMoney(fromCents), value: trades, trades }))
  const exits = byExit.map((group) => barOf(exitWords(group.reason), group))
  const hours = byHour.map((group) => barOf(`${group.hour}:00`, group))
  const vix = byVix.map((group) => barOf(group.to === null ? `${group.from}+` : `${group.from}–${group.to}`, group))
  return [
    equityPicture(result),
    panelsPicture(result, 'tear-sheet-trades.png', 'Trades by result and by exit', [
      { title: 'Closed trades by P&L', bars: bins, isMoney: false, isLying: false },
      { title: 'P&L by exit', bars: exits, isMoney: true, isLying: true },
    ]),
    panelsPicture(result, 'tear-sheet-conditions.png', 'P&L by hour and by volatility', [
      { title: 'By hour of entry, New York', bars: hours, isMoney: true, isLying: false },
      { title: 'By volatility estimate at entry', bars: vix, isMoney: true, isLying: false },
    ]),
  ]
}

/** PNGs with their alternative texts, the one with the result first. */
export async function drawTearSheet(result: BacktestDocument): Promise<readonly TearSheetPicture[]> {
  const pictures: TearSheetPicture[] = []
  for (const { name, title, option, height, alt } of tearSheetCharts(result)) {
    pictures.push({ name, title, ...(await chartFile(option, height, alt)) })
  }
  return pictures
}
