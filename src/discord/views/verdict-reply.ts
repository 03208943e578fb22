/** `/verdict`: what the campaign's days prove, with its chart, the whole text and the JSON document as files. */
import { CHART_FILE_BOUNDS, type ChartFile } from '../../report/chart.ts'
import { sequence } from '../../sim/market/prng.ts'
import { PROFILES } from '../../strategy/profiles.ts'
import { DEFAULT_LIMITS } from '../../strategy/rules.ts'
import type { ProfileName } from '../../strategy/types.ts'
import { type Assessment, assess, assessmentDocument, assessmentText } from '../../validation/assessment.ts'
import { latestCampaign } from '../../validation/latest-campaign.ts'
import { daysOfStore } from '../../validation/stored-days.ts'
import { DayError, type VerdictCampaign } from '../../validation/verdict/campaigns.ts'
import type { VerdictDay } from '../../validation/verdict/day.ts'
import { verdictChart } from '../../validation/verdict/verdict-chart.ts'
import type { Desk, Request } from '../desk.ts'
import { type Reply, type ReplyFile, refusalReply } from '../reply.ts'
import { verdictEmbed } from './verdict-embed.ts'

export type VerdictSource = VerdictDay['source']['kind']

export interface VerdictAsked {
  readonly profile: ProfileName | null
  readonly source: VerdictSource | null
  /** Configurations tried before, this one included. */
  readonly variants: number
}

export async function verdictReply(asked: VerdictAsked, desk: Desk, request: Request): Promise<Reply> {
  const { profile, source } = asked
  const campaign = await campaignFor(profile, source, desk)
  if (typeof campaign === 'string') return refusalReply({ code: 'no_data', message: campaign, numbers: {} })
  const assessment = await assessed(campaign, asked.variants, desk)
  const chart = await drawn(assessment, desk, request)
  return {
    embeds: [verdictEmbed(assessment, chart === null ? null : CHART_FILE_BOUNDS)],
    files: [
      ...(chart === null ? [] : [{ name: CHART_FILE_BOUNDS, data: chart.png, description: chart.alt }]),
      ...filesOf(assessment),
    ],
  }
}

/** A text: why there is none. */
async function campaignFor(
  profile: ProfileName | null,
  source: VerdictSource | null,
  { reader }: Desk,
): Promise<VerdictCampaign | string> {
  try {
    const days = await daysOfStore(reader, (account) => profile === null || account.profile === profile)
    return (
      latestCampaign(days, source) ??
      `No day has ended yet${profile === null ? '' : ` for ${profile}`}${source === null ? '' : ` of ${source}`}. The first report makes the first day.`
    )
  } catch (error) {
    if (error instanceof DayError) return error.message
    throw error
  }
}

/** The campaign's own limits and costs; the same days give the same figures again. */
async function assessed(campaign: VerdictCampaign, variants: number, { reader }: Desk): Promise<Assessment> {
  const [first] = campaign.days
  const strategy = (await reader.config(campaign.accountId))?.strategy
  return assess(campaign, {
    variants,
    premiumMax: (strategy?.limits ?? DEFAULT_LIMITS).premiumMax,
    assumptions: strategy?.profile ?? PROFILES[first?.plan.profile ?? '25k'],
    // The bot does not know the worker's feed: what only the better one would prove stays unproven.
    optionFeed: null,
    uniform: sequence(`verdict/${campaign.accountId}/${first?.date}`).uniform,
  })
}

/** A verdict without its chart is still one. */
async function drawn({ verdict }: Assessment, desk: Desk, request: Request): Promise<ChartFile | null> {
  try {
    return await desk.draw({ kind: 'bounds', chart: verdictChart(verdict) })
  } catch (error) {
    request.log.error({ err: error }, 'the chart could not be drawn')
    return null
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
