/** `/report`: embed, chart and JSON file of one day. */

import { plain } from '../../feed/embed.ts'
import { CHART_FILE, type ChartFile } from '../../report/chart.ts'
import { dayName } from '../../report/format.ts'
import type { DayReport } from '../../report/views.ts'
import type { ProfileName } from '../../strategy/types.ts'
import type { Desk, Request } from '../desk.ts'
import { type Reply, type ReplyFile, refusalReply } from '../reply.ts'
import { reportEmbed } from './report-embed.ts'

const DATE = /^\d{4}-\d{2}-\d{2}$/

export async function reportReply(
  profile: ProfileName | null,
  date: string | null,
  desk: Desk,
  request: Request,
): Promise<Reply> {
  if (date !== null && !DATE.test(date)) {
    return refusalReply({
      code: 'bad_option',
      message: `Expected a date as YYYY-MM-DD, got "${plain(date)}". Pick one of those offered, or leave it out.`,
      numbers: {},
    })
  }
  const accounts = await desk.reader.accounts()
  const candidates = accounts.filter((account) => profile === null || account.profile === profile)
  for (const account of candidates) {
    const report = await desk.reader.report(account.accountId, date)
    if (report !== null) return replyOf(report, await drawn(report, desk, request))
  }
  return refusalReply(nothing(profile, date, candidates.length > 0))
}

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

function replyOf(report: DayReport, chart: ChartFile | null): Reply {
  const json: ReplyFile = {
    name: `phase4d-${report.source.kind.toLowerCase()}-${report.profile}-${report.date}.json`,
    data: Buffer.from(`${JSON.stringify(report, null, 2)}\n`),
  }
  return {
    embeds: [reportEmbed(report, chart === null ? null : CHART_FILE)],
    files: chart === null ? [json] : [{ name: CHART_FILE, data: chart.png, description: chart.alt }, json],
  }
}
