/**
 * What an audit's chart shows: both running totals over the trading days of the period. Pure; draw it with
 * `drawCumulative`.
 */
import type { CumulativeChart } from '../../report/chart-cumulative.ts'
import { money, percent } from '../../report/format.ts'
import type { AuditedTrade, BaselineAudit } from './audit.ts'

export function auditChart(audit: BaselineAudit, dates: readonly string[]): CumulativeChart {
  const daily = (centsOf: (trade: AuditedTrade) => number): number[] => {
    const byDate = new Map<string, number>()
    for (const trade of audit.trades) byDate.set(trade.date, (byDate.get(trade.date) ?? 0) + centsOf(trade))
    return dates.map((date) => byDate.get(date) ?? 0)
  }
  const gone = audit.disappearedShare === null ? '' : `, ${percent(audit.disappearedShare * 100)} gone`
  return {
    title: `${money(audit.published.perDayCents)} → ${money(audit.resettled.perDayCents)} a trading day`,
    subtitle: `${audit.trades.length} trades, ${audit.from} to ${audit.to}, settled at official closes${gone}`,
    dates,
    lines: [
      { name: 'as published', tone: 'warning', dashed: true, dailyCents: daily((trade) => trade.publishedPnlCents) },
      { name: 're-settled', tone: 'line', dailyCents: daily((trade) => trade.resettledPnlCents) },
    ],
  }
}
