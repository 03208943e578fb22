/** `/report`: embed, chart and JSON file of one day. */

import { plain } from '../../feed/embed.ts'
import { CHART_FILE, type ChartFile } from '../../report/chart.ts'
import { asDayReport } from '../../report/day/day-document.ts'
import { rangeOf, readPeriod } from '../../report/day/read-period.ts'
import type { DayDocument } from '../../report/day/schema.ts'
import { dayName } from '../../report/format.ts'
import type { DayReport } from '../../report/views.ts'
import { isCalendarDate } from '../../strategy/newyork-time.ts'
import type { ProfileName } from '../../strategy/types.ts'
import type { Desk, Request } from '../desk.ts'
import { type Reply, type ReplyFile, refusalReply } from '../reply.ts'
import { documentFields, periodEmbed, reportEmbed } from './report-embed.ts'

export async function reportReply(
  profile: ProfileName | null,
  date: string | null,
  desk: Desk,
  request: Request,
): Promise<Reply> {
  const unit = date === 'week' || date === 'month' ? date : null
  if (date !== null && unit === null && !isCalendarDate(date)) {
    return refusalReply({
      code: 'bad_option',
      message: `Expected a date as YYYY-MM-DD, or week or month, got "${plain(date)}". Pick one of those offered, or leave it out.`,
      numbers: {},
    })
  }
  const accounts = await desk.reader.accounts()
  const candidates = accounts.filter((account) => profile === null || account.profile === profile)
  for (const { accountId } of candidates) {
    const found =
      unit === null ? await dayReply(accountId, date, desk, request) : await periodReply(accountId, unit, desk)
    if (found !== null) return found
  }
  return refusalReply(nothing(profile, unit === null ? date : null, candidates.length > 0))
}

async function dayReply(accountId: string, date: string | null, desk: Desk, request: Request): Promise<Reply | null> {
  const document = await desk.reader.document(accountId, date)
  return document === null ? null : replyOf(document, await drawn(asDayReport(document), desk, request))
}

/** The week or month of the latest session. */
async function periodReply(accountId: string, unit: 'week' | 'month', { reader }: Desk): Promise<Reply | null> {
  const [last] = await reader.dates(accountId)
  const period = last === undefined ? null : await readPeriod(reader, accountId, rangeOf(unit, last))
  if (period === null) return null
  const { source, profile, from, to } = period
  const name = `phase4d-${source.kind.toLowerCase()}-${profile}-${from}-${to}.json`
  return { embeds: [periodEmbed(period)], files: [jsonFile(name, period)] }
}

const jsonFile = (name: string, document: unknown): ReplyFile => ({
  name,
  data: Buffer.from(`${JSON.stringify(document, null, 2)}\n`),
})

function nothing(profile: ProfileName | null, date: string | null, started: boolean) {
  const account = profile ?? '25k'
  const message = !started
    ? `No session yet. Start one with \`/start account:${account}\`.`
    : date === null
      ? 'No report yet: the first one begins with the first session.'
      : `No session on ${dayName(date)}. Pick one of the dates offered, or leave it out for the latest.`
  return { code: 'no_data', message, numbers: {} } as const
}

/** A report without its chart is still a report. */
async function drawn(report: DayReport, desk: Desk, request: Request): Promise<ChartFile | null> {
  try {
    return await desk.draw({ kind: 'day_pnl', report })
  } catch (error) {
    request.log.error({ err: error }, 'the chart could not be drawn')
    return null
  }
}

function replyOf(document: DayDocument, chart: ChartFile | null): Reply {
  const { source, profile, date } = document
  const json = jsonFile(`phase4d-${source.kind.toLowerCase()}-${profile}-${date}.json`, document)
  return {
    embeds: [reportEmbed(asDayReport(document), chart === null ? null : CHART_FILE, documentFields(document))],
    files: chart === null ? [json] : [{ name: CHART_FILE, data: chart.png, description: chart.alt }, json],
  }
}
