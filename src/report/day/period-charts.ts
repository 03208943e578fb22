/** What a period's pictures show, out of its days' reports. Pure. Entry point: `periodCharts`. */
import { type CumulativeChart, equityChart } from '../chart-cumulative.ts'
import type { DailyChart } from '../chart-daily.ts'
import { shortDate } from '../chart-parts.ts'
import type { SlippageChart } from '../chart-slippage.ts'
import { money, signedMoney, sourceBadge } from '../format.ts'
import { sum } from './fields.ts'
import type { PeriodDocument } from './period-schema.ts'
import type { DayDocument } from './schema.ts'

interface PeriodCharts {
  /** Null: no day is known yet. */
  readonly equity: CumulativeChart | null
  readonly daily: DailyChart
  /** Null: no fill is known. */
  readonly slippage: SlippageChart | null
}

const titled = (range: string, { counts, pnl }: PeriodDocument): string =>
  `${range}   ${counts.days === 0 ? 'no result yet' : signedMoney(pnl.netCents)}`

/** `documents`: those the period was made of. */
export function periodCharts(period: PeriodDocument, documents: readonly DayDocument[]): PeriodCharts {
  const { days, performance } = period
  const badge = `${sourceBadge(period.source)} · ${period.profile}`
  const [first, last] = [days[0]?.date ?? period.from, days.at(-1)?.date ?? period.to]
  const range = first === last ? shortDate(first) : `${shortDate(first)} to ${shortDate(last)}`
  const targets = new Map(documents.map(({ date, targetDailyCents }) => [date, targetDailyCents]))
  const known = days.flatMap(({ date, netPnlCents }) =>
    netPnlCents === null
      ? []
      : [{ date, netPnlCents, targetDailyCents: targets.get(date) ?? performance.targetDailyCents }],
  )
  const limits = new Set(documents.map(({ plan }) => plan.maxDailyLossCents))
  const [limit = null] = limits
  return {
    equity: known.length === 0 ? null : equityChart(titled(range, period), `${badge} · running total`, known),
    daily: {
      title: titled(range, period),
      subtitle: `${badge} · target ${money(performance.targetDailyCents)} a day`,
      targetDailyCents: performance.targetDailyCents,
      maxDailyLossCents: limits.size === 1 ? limit : null,
      days,
    },
    slippage: slippageChart(badge, documents),
  }
}

/** From the mid at the decision to the fill, opening and closing: the model's spread and slippage. */
function slippageChart(badge: string, documents: readonly DayDocument[]): SlippageChart | null {
  const days = documents
    .flatMap(({ date, costs: { actual, estimated } }) =>
      actual.spreadCents === null || actual.slippageCents === null
        ? []
        : [
            {
              date,
              estimatedCents: estimated.spreadCents + estimated.slippageCents,
              actualCents: actual.spreadCents + actual.slippageCents,
            },
          ],
    )
    .toSorted((a, b) => (a.date < b.date ? -1 : 1))
  if (days.length === 0) return null
  const [given, estimated] = [
    sum(days.map(({ actualCents }) => actualCents)),
    sum(days.map(({ estimatedCents }) => estimatedCents)),
  ]
  return {
    title: given < 0 ? `${money(-given)} gained from the market` : `${money(given)} given to the market`,
    subtitle: `${badge} · mid to fill, below 0 a gain; estimated ${money(estimated)}`,
    days,
  }
}
