/** `/report`: embed, charts and JSON file of one day, of a week, month or any range. */

import { plain } from '../../feed/embed.ts'
import { CHART_FILE, CHART_FILE_DAILY, CHART_FILE_EQUITY, CHART_FILE_SLIPPAGE } from '../../report/chart.ts'
import { asDayReport } from '../../report/day/day-document.ts'
import type { PeriodRange } from '../../report/day/period.ts'
import { buildPeriod } from '../../report/day/period.ts'
import { periodCharts } from '../../report/day/period-charts.ts'
import { rangeOf, readDays } from '../../report/day/read-period.ts'
import { dayFile, jsonFile } from '../../report/day/report-file.ts'
import { dayName } from '../../report/format.ts'
import { isCalendarDate } from '../../strategy/newyork-time.ts'
import type { ProfileName } from '../../strategy/types.ts'
import type { Desk, Request } from '../desk.ts'
import { type Reply, refusalReply } from '../reply.ts'
import { illustrated, type Picture } from './pictures.ts'
import { documentFields, measuredEmbed, periodEmbed, periodFooter, reportEmbed } from './report-embed.ts'

interface ReportAsked {
  readonly profile: ProfileName | null
  /** A day, `week` or `month`; null: the latest day. */
  readonly date: string | null
  /** The last day of a range that begins with `date`. */
  readonly to: string | null
}

type Span = 'week' | 'month' | PeriodRange

export async function reportReply({ profile, date, to }: ReportAsked, desk: Desk, request: Request): Promise<Reply> {
  const span = spanOf(date, to)
  if (typeof span === 'object' && span !== null && 'problem' in span) {
    return refusalReply({ code: 'bad_option', message: span.problem, numbers: {} })
  }
  const accounts = await desk.reader.accounts()
  const candidates = accounts.filter((account) => profile === null || account.profile === profile)
  for (const { accountId } of candidates) {
    const found =
      span === null ? await dayReply(accountId, date, desk, request) : await periodReply(accountId, span, desk, request)
    if (found !== null) return found
  }
  return refusalReply(nothing(profile, { date: span === null ? date : null, span }, candidates.length > 0))
}

/** Null: one day. */
function spanOf(date: string | null, to: string | null): Span | { readonly problem: string } | null {
  const unit = date === 'week' || date === 'month' ? date : null
  const problem = (message: string) => ({ problem: `${message} Pick one of those offered, or leave it out.` })
  if (date !== null && unit === null && !isCalendarDate(date)) {
    return problem(`Expected a date as YYYY-MM-DD, or week or month, got "${plain(date)}".`)
  }
  if (to === null) return unit
  if (!isCalendarDate(to)) return problem(`Expected to as YYYY-MM-DD, got "${plain(to)}".`)
  if (date === null || unit !== null) return problem('Expected the first day of the range as date beside to.')
  return date <= to ? { from: date, to } : problem(`Expected to not before ${date}, got ${to}.`)
}

async function dayReply(accountId: string, date: string | null, desk: Desk, request: Request): Promise<Reply | null> {
  const document = await desk.reader.document(accountId, date)
  if (document === null) return null
  const report = asDayReport(document)
  const picture: Picture = { file: CHART_FILE, title: 'P&L', chart: { kind: 'day_pnl', report } }
  const { embeds, files } = await illustrated(
    (image) => reportEmbed(report, image, documentFields(document)),
    [picture],
    desk,
    request,
  )
  return {
    embeds,
    files: [...files, dayFile(document)],
  }
}

/** A range, or the week or month of the latest session. */
async function periodReply(accountId: string, span: Span, desk: Desk, request: Request): Promise<Reply | null> {
  const [last] = await desk.reader.dates(accountId)
  if (last === undefined) return null
  const range = typeof span === 'string' ? rangeOf(span, last) : span
  const documents = await readDays(desk.reader, accountId, range)
  const period = buildPeriod(documents, range)
  if (period === null) return null
  const { source, profile, from, to } = period
  const { equity, daily, slippage } = periodCharts(period, documents)
  const pictures: Picture[] = [
    ...(equity === null
      ? []
      : [{ file: CHART_FILE_EQUITY, title: 'Equity', chart: { kind: 'cumulative' as const, chart: equity } }]),
    { file: CHART_FILE_DAILY, title: 'P&L by day', chart: { kind: 'daily', chart: daily } },
    ...(slippage === null
      ? []
      : [
          {
            file: CHART_FILE_SLIPPAGE,
            title: 'Slippage against the estimate',
            chart: { kind: 'slippage' as const, chart: slippage },
          },
        ]),
  ]
  const { embeds, files } = await illustrated(
    (image) => periodEmbed(period, image),
    pictures,
    desk,
    request,
    periodFooter(period),
  )
  const [first, ...below] = embeds
  return {
    embeds: first === undefined ? [] : [first, measuredEmbed(period, first, below.length), ...below],
    files: [...files, jsonFile(`phase4d-${source.kind.toLowerCase()}-${profile}-${from}-${to}.json`, period)],
  }
}

function nothing(
  profile: ProfileName | null,
  { date, span }: { readonly date: string | null; readonly span: Span | null },
  started: boolean,
) {
  const account = profile ?? '25k'
  const message = !started
    ? `No session yet. Start one with \`/start account:${account}\`.`
    : typeof span === 'object' && span !== null
      ? `No session from ${dayName(span.from)} to ${dayName(span.to)}. Pick dates of those offered.`
      : date === null
        ? 'No report yet: the first one begins with the first session.'
        : `No session on ${dayName(date)}. Pick one of the dates offered, or leave it out for the latest.`
  return { code: 'no_data', message, numbers: {} } as const
}
