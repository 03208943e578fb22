/**
 * `verdict`: what a campaign's days prove about the target, from the desk's store or from a file of days.
 *
 * Entry point: `runVerdict`. Exit status 0 done, 1 there are no days yet, 2 bad usage or input.
 */
import type { Writable } from 'node:stream'
import { z } from 'zod'
import { sequence } from '../config/prng.ts'
import type { DeskReader } from '../report/views.ts'
import { PROFILE_NAMES, type Profile, type ProfileName, type RuleLimits } from '../strategy/types.ts'
import { seedOf } from '../validation/assess-aside.ts'
import {
  type AssessmentOptions,
  assess,
  assessmentDocument,
  assessmentText,
  standing,
} from '../validation/assessment.ts'
import { campaignsElsewhere, lastCompleted, latestCampaign } from '../validation/latest-campaign.ts'
import { daysOfStore } from '../validation/stored-days.ts'
import { DayError, type VerdictCampaign } from '../validation/verdict/campaigns.ts'
import type { VerdictDay } from '../validation/verdict/day.ts'
import type { Verdict } from '../validation/verdict/verdict.ts'
import { chartFile, saveChart } from './save-chart.ts'
import { EXIT, refuse, UsageError } from './usage.ts'
import { daysOfFile } from './verdict-days.ts'

const optionsSchema = z.object({
  account: z.enum(PROFILE_NAMES).optional(),
  source: z.enum(['PAPER', 'SIM', 'REPLAY'], { error: 'expected PAPER, SIM or REPLAY' }).optional(),
  days: z.string().min(1).optional(),
  variants: z.coerce.number('expected a whole number above 0').int().min(1).max(1_000_000).default(1),
  chart: chartFile.optional(),
  json: z.boolean().default(false),
})

/** As typed: strings, unchecked. */
export interface VerdictOptions {
  readonly account?: string | undefined
  readonly source?: string | undefined
  readonly days?: string | undefined
  readonly variants?: string | number | undefined
  readonly chart?: string | undefined
  readonly json?: boolean | undefined
}

interface VerdictContext {
  readonly out: Writable
  readonly err: Writable
  readonly strategyFor: (profile: ProfileName) => { readonly profile: Profile; readonly limits: RuleLimits }
  /** The feed of the option quotes; null where the market is simulated. */
  readonly optionFeed: 'indicative' | 'opra' | null
  /** The desk's store, opened only where no file is given. */
  readonly now_ms: number
  readonly openReader: () => Promise<{ readonly reader: DeskReader; readonly close: () => void }>
}

/** Runs the command; the exit status. */
export async function runVerdict(options: VerdictOptions, context: VerdictContext): Promise<number> {
  const parsed = optionsSchema.safeParse(options)
  if (!parsed.success) {
    for (const { path, message } of parsed.error.issues) context.err.write(`verdict: --${path.join('.')}: ${message}\n`)
    return EXIT.usage
  }
  const { account, source, days: file, variants, chart, json } = parsed.data
  const { all, ...known } =
    file === undefined ? await ofDesk(context) : { all: await daysOfFile(file), lookaheads: [], isOfDesk: false }
  const days = all.filter((day) => account === undefined || day.plan.profile === account)
  // Of a file only the days it has are known.
  const campaign = campaignAmong(days, source, known.isOfDesk ? lastCompleted(context.now_ms) : null)
  if (campaign === null) {
    const why = 'no day has ended yet for this account and source; the first report makes the first day'
    return refuse({ ...context, json }, 'no_data', why)
  }
  const assessed = (one: VerdictCampaign) => assess(one, { ...assessmentOptions(one, variants, context), ...known })
  const elsewhere = campaignsElsewhere(days, campaign).map((other) => standing(assessed(other)))
  const assessment = { ...assessed(campaign), elsewhere }
  if (chart !== undefined) await saveChart(chart, await drawChart(assessment.verdict))
  context.out.write(`${json ? JSON.stringify(assessmentDocument(assessment)) : assessmentText(assessment)}\n`)
  return EXIT.done
}

function campaignAmong(
  days: readonly VerdictDay[],
  source: VerdictDay['source']['kind'] | undefined,
  completed: string | null,
) {
  try {
    return latestCampaign(days, source ?? null, completed)
  } catch (error) {
    if (error instanceof DayError) throw new UsageError(error.message)
    throw error
  }
}

type Known = Pick<AssessmentOptions, 'lookaheads' | 'isOfDesk'>

function assessmentOptions(
  campaign: VerdictCampaign,
  variants: number,
  context: VerdictContext,
): Omit<AssessmentOptions, keyof Known> {
  const [first] = campaign.days
  const { profile, limits } = context.strategyFor(first?.plan.profile ?? '25k')
  return {
    variants,
    premiumMax: limits.premiumMax,
    entriesPerDay: limits.maxDailyTrades,
    assumptions: profile,
    optionFeed: context.optionFeed,
    uniform: sequence(seedOf(campaign)).uniform,
  }
}

async function ofDesk({ openReader }: VerdictContext): Promise<Known & { readonly all: VerdictDay[] }> {
  const { reader, close } = await openReader()
  try {
    return { all: await daysOfStore(reader), lookaheads: await reader.lookaheads(), isOfDesk: true }
  } finally {
    close()
  }
}

/** The chart's library is loaded only when a chart is wanted. */
async function drawChart(verdict: Verdict): Promise<Uint8Array> {
  const { drawBounds } = await import('../report/chart-bounds.ts')
  const { verdictChart } = await import('../validation/verdict/verdict-chart.ts')
  return (await drawBounds(verdictChart(verdict))).png
}
