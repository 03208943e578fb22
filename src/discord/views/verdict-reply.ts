/** `/verdict`: what the campaign's days prove, with its chart, the whole text and the JSON document as files. */
import { CHART_FILE_BOUNDS, CHART_FILE_EQUITY } from '../../report/chart.ts'
import { equityChart } from '../../report/chart-cumulative.ts'
import { signedMoney, sourceBadge } from '../../report/format.ts'
import type { ProfileName } from '../../strategy/types.ts'
import { type Assessment, assessmentDocument, assessmentText } from '../../validation/assessment.ts'
import { assessWithOthers } from '../../validation/desk-assessment.ts'
import { lastCompleted, latestCampaign } from '../../validation/latest-campaign.ts'
import { daysOfStore } from '../../validation/stored-days.ts'
import { DayError, type VerdictCampaign } from '../../validation/verdict/campaigns.ts'
import type { VerdictDay } from '../../validation/verdict/day.ts'
import { verdictChart } from '../../validation/verdict/verdict-chart.ts'
import type { Desk, Request } from '../desk.ts'
import { type Reply, type ReplyFile, refusalReply } from '../reply.ts'
import { illustrated, type Picture } from './pictures.ts'
import { verdictEmbed, verdictFooter } from './verdict-embed.ts'

export type VerdictSource = VerdictDay['source']['kind']

interface VerdictAsked {
  readonly profile: ProfileName | null
  readonly source: VerdictSource | null
  /** Configurations tried before, this one included. */
  readonly variants: number
}

export async function verdictReply(asked: VerdictAsked, desk: Desk, request: Request): Promise<Reply> {
  const { profile, source } = asked
  const found = await campaignFor(profile, source, desk)
  if (typeof found === 'string') return refusalReply({ code: 'no_data', message: found, numbers: {} })
  const { campaign, days } = found
  const assessment = await assessWithOthers(campaign, days, asked.variants, desk.reader)
  const { embeds, files } = await illustrated(
    (image) => verdictEmbed(assessment, image),
    picturesOf(assessment, campaign),
    desk,
    request,
    verdictFooter(assessment.verdict),
  )
  return { embeds, files: [...files, ...filesOf(assessment)] }
}

/** The bounds as they close in, and what the account made meanwhile. */
function picturesOf({ verdict }: Assessment, { source, days }: VerdictCampaign): readonly Picture[] {
  const known = days.flatMap(({ date, netPnlCents, plan }) =>
    netPnlCents === null ? [] : [{ date, netPnlCents, targetDailyCents: plan.targetDailyCents }],
  )
  const net = known.reduce((sum, { netPnlCents }) => sum + netPnlCents, 0)
  const badge = `${sourceBadge(source)} · ${verdict.registration.profile}`
  const equity = equityChart(`Campaign   ${signedMoney(net)}`, `${badge} · running total against the target`, known)
  return [
    { file: CHART_FILE_BOUNDS, title: 'Verdict', chart: { kind: 'bounds', chart: verdictChart(verdict) } },
    { file: CHART_FILE_EQUITY, title: 'Equity of the campaign', chart: { kind: 'cumulative', chart: equity } },
  ]
}

/** A text: why there is none. */
async function campaignFor(
  profile: ProfileName | null,
  source: VerdictSource | null,
  { reader, wall }: Desk,
): Promise<{ readonly campaign: VerdictCampaign; readonly days: readonly VerdictDay[] } | string> {
  try {
    const days = await daysOfStore(reader, (account) => profile === null || account.profile === profile)
    const campaign = latestCampaign(days, source, lastCompleted(wall.now_ms()))
    if (campaign !== null) return { campaign, days }
    return `No day has ended yet${profile === null ? '' : ` for ${profile}`}${source === null ? '' : ` of ${source}`}. The first report makes the first day.`
  } catch (error) {
    if (error instanceof DayError) return error.message
    throw error
  }
}

function filesOf(assessment: Assessment): readonly ReplyFile[] {
  const { campaign, registration, to } = assessment.verdict
  const name = `phase4d-verdict-${campaign.source.kind.toLowerCase()}-${registration.profile}-${to}`
  const json = `${JSON.stringify(assessmentDocument(assessment), null, 2)}\n`
  return [
    { name: `${name}.txt`, data: Buffer.from(`${assessmentText(assessment)}\n`) },
    { name: `${name}.json`, data: Buffer.from(json) },
  ]
}
