/** A backtest for a terminal. */
import type { BacktestDocument } from '../backtest/document.ts'
import { shownSharpe } from '../backtest/sharpe-shown.ts'
import { tearSheetSource } from '../backtest/tear-sheet-chart.ts'
import { qualityLines } from '../replay/quality.ts'
import { chance, decimal, money, percent, signedMoney } from '../report/format.ts'

const VARIANTS_SHOWN = 10
const share = (value: number | null): string => (value === null ? '—' : percent(value * 100))
const ratio = (value: number | null): string => (value === null ? '—' : decimal(value, 3))

interface Group {
  readonly trades: number
  readonly wins: number
  readonly pnlCents: number
}

const groupLine = (name: string, { trades, wins, pnlCents }: Group): string =>
  `  ${name.padEnd(18)} ${String(trades).padStart(6)} trades ${String(wins).padStart(6)} won ${signedMoney(pnlCents).padStart(14)}`

function groups({ byExit, byHour, byVix }: BacktestDocument): string[] {
  return [
    'by exit',
    ...byExit.map((group) => groupLine(group.reason, group)),
    'by hour of entry, New York',
    ...byHour.map((group) => groupLine(`${group.hour}:00`, group)),
    'by volatility estimate at entry',
    ...byVix.map((group) =>
      groupLine(group.to === null ? `${group.from} and more` : `${group.from}–${group.to}`, group),
    ),
  ]
}

const changes = (overrides: BacktestDocument['overrides']): string =>
  Object.entries(overrides)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ') || 'as configured'

function sweepLines({ sweep, variantsTried }: BacktestDocument): string[] {
  if (sweep === null) return []
  const rows = sweep.variants
    .slice(0, VARIANTS_SHOWN)
    .map(({ overrides, meanCents, sharpeDaily, closed, incomplete }) => {
      const mean = meanCents === null ? '—' : `${signedMoney(meanCents)} a day`
      // Its mean is of fewer days than that of a variant without.
      const open = incomplete === 0 ? '' : `, ${incomplete} left open`
      return `  ${changes(overrides).padEnd(48)} ${mean.padStart(20)}  Sharpe ${ratio(sharpeDaily)}  ${closed} trades${open}`
    })
  return [`${variantsTried} variants, by ${sweep.ranked}; the first ${rows.length}`, ...rows]
}

function sharpeLine(result: BacktestDocument): string {
  const { variantsInAll } = result
  const tried = `${variantsInAll} ${variantsInAll === 1 ? 'variant' : 'variants'} ever tried`
  const { facts: sharpe, why } = shownSharpe(result)
  if (sharpe === null) return `Sharpe ratio ${why}; ${tried}`
  const track = sharpe.minimumDays === null ? 'never enough at a mean below 0' : `${sharpe.minimumDays} days needed`
  return `Sharpe a year ${decimal(sharpe.yearly, 2)}; probability that it is above 0 ${chance(sharpe.probabilistic)}, deflated for the ${tried} ${chance(sharpe.deflated)}; ${track}`
}

export function backtestLines(result: BacktestDocument): string[] {
  const { summary, period, drawdown, worstDay, bestDay } = result
  const mean = summary.meanDayCents === null ? '—' : signedMoney(summary.meanDayCents)
  return [
    `${tearSheetSource(result)}; ${changes(result.overrides)}`,
    `${period.from ?? '—'} to ${period.to ?? '—'}: ${period.days} days, ${summary.entries} entries, ${summary.closed} closed, ${summary.incomplete} incomplete, ${summary.noTrade} without a trade`,
    `P&L ${signedMoney(summary.pnlCents)}, ${mean} a day against a target of ${money(summary.targetDayCents)}; net ${signedMoney(summary.netPnlCents)}, rule ${signedMoney(summary.rulePnlCents)}`,
    `wins ${summary.wins}, losses ${summary.losses}, win rate ${share(summary.winRate)}, execution rate ${share(summary.executionRate)}`,
    sharpeLine(result),
    `largest drawdown ${money(drawdown.maxCents)}${drawdown.to === null ? '' : ` on ${drawdown.to}`}; worst day ${worstDay === null ? '—' : `${signedMoney(worstDay.pnlCents)} on ${worstDay.date}`}; best ${bestDay === null ? '—' : `${signedMoney(bestDay.pnlCents)} on ${bestDay.date}`}`,
    ...groups(result),
    ...sweepLines(result),
    ...qualityLines(result.data),
  ]
}
