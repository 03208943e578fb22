/**
 * `verdict`: what a campaign's days prove about the target, from the desk's store or from a file of days.
 *
 * Entry point: `runVerdict`. Exit status 0 done, 1 there are no days yet, 2 bad usage or input.
 */
import { readFile } from 'node:fs/promises'
import type { Writable } from 'node:stream'
import { z } from 'zod'
import { fromTypedPath } from '../config/paths.ts'
import type { DeskReader } from '../report/views.ts'
import { sequence } from '../sim/market/prng.ts'
import { sessionsBetween } from '../strategy/exchange-calendar.ts'
import { PROFILE_NAMES, type ProfileName } from '../strategy/types.ts'
import { campaignsOf, DayError, type VerdictCampaign } from '../validation/verdict/campaigns.ts'
import { dayOfReport, type VerdictDay, verdictDaySchema } from '../validation/verdict/day.ts'
import { registrationOf } from '../validation/verdict/registration.ts'
import { evaluateVerdict, type Verdict } from '../validation/verdict/verdict.ts'
import { verdictDocument } from '../validation/verdict/verdict-document.ts'
import { verdictText } from '../validation/verdict/verdict-text.ts'
import { EXIT, UsageError } from './usage.ts'

/** More days than a desk trades in forty years. */
const DAYS_MAX = 10_000

const optionsSchema = z.object({
  account: z.enum(PROFILE_NAMES).optional(),
  source: z.enum(['PAPER', 'SIM', 'REPLAY'], { error: 'expected PAPER, SIM or REPLAY' }).optional(),
  days: z.string().min(1).optional(),
  variants: z.coerce.number('expected a whole number above 0').int().min(1).max(1_000_000).default(1),
  json: z.boolean().default(false),
})

/** As typed: strings, unchecked. */
export interface VerdictOptions {
  readonly account?: string | undefined
  readonly source?: string | undefined
  readonly days?: string | undefined
  readonly variants?: string | number | undefined
  readonly json?: boolean | undefined
}

export interface VerdictContext {
  readonly out: Writable
  readonly err: Writable
  readonly strategyFor: (profile: ProfileName) => { readonly limits: { readonly premiumMax: number } }
  /** The desk's store, opened only where no file is given. */
  readonly openReader: () => Promise<{ readonly reader: DeskReader; readonly close: () => void }>
}

const sessions = (from: string, to: string): readonly string[] => sessionsBetween(from, to).map(({ date }) => date)

/** Runs the command; the exit status. */
export async function runVerdict(options: VerdictOptions, context: VerdictContext): Promise<number> {
  const parsed = optionsSchema.safeParse(options)
  if (!parsed.success) {
    for (const { path, message } of parsed.error.issues) context.err.write(`verdict: --${path.join('.')}: ${message}\n`)
    return EXIT.usage
  }
  const { account, source, days: file, variants, json } = parsed.data
  const all = file === undefined ? await daysOfStore(context) : await daysOfFile(file)
  const days = all.filter((day) => account === undefined || day.plan.profile === account)
  const campaign = latestCampaign(days, source)
  if (campaign === null) {
    context.err.write(
      'verdict: no day has ended yet for this account and source; the first report makes the first day\n',
    )
    return EXIT.no
  }
  const verdict = judge(campaign, variants, context)
  context.out.write(`${json ? JSON.stringify(verdictDocument(verdict)) : verdictText(verdict)}\n`)
  return EXIT.done
}

/** The account's newest campaign; PAPER goes before what is made up, unless another source is asked for. */
function latestCampaign(
  days: readonly VerdictDay[],
  source: VerdictDay['source']['kind'] | undefined,
): VerdictCampaign | null {
  try {
    const campaigns = campaignsOf(days, sessions)
    const wanted = (kind: string): VerdictCampaign | undefined => campaigns.findLast((one) => one.source.kind === kind)
    if (source !== undefined) return wanted(source) ?? null
    return wanted('PAPER') ?? campaigns.at(-1) ?? null
  } catch (error) {
    if (error instanceof DayError) throw new UsageError(error.message)
    throw error
  }
}

function judge(campaign: VerdictCampaign, variants: number, { strategyFor }: VerdictContext): Verdict {
  const [first] = campaign.days
  if (first === undefined) throw new Error('a campaign has at least one day')
  // Every earlier configuration of the account was a try, too.
  const tried = variants + campaign.number - 1
  const { premiumMax } = strategyFor(first.plan.profile).limits
  const registration = registrationOf(first.plan, { source: campaign.source.kind, variants: tried, premiumMax })
  const { uniform } = sequence(`verdict/${campaign.accountId}/${first.date}`)
  return evaluateVerdict({ campaign, registration, gates: [], uniform })
}

async function daysOfStore({ openReader }: VerdictContext): Promise<VerdictDay[]> {
  const { reader, close } = await openReader()
  try {
    const days: VerdictDay[] = []
    for (const { accountId } of await reader.accounts()) {
      const dates = await reader.dates(accountId)
      if (dates.length > DAYS_MAX) throw new UsageError(`expected at most ${DAYS_MAX} days, got ${dates.length}`)
      for (const date of dates) {
        const report = await reader.report(accountId, date)
        const day = report === null ? null : dayOfReport(report)
        if (day !== null) days.push(day)
      }
    }
    return days
  } finally {
    close()
  }
}

/** JSON lines, one day each. */
async function daysOfFile(file: string): Promise<VerdictDay[]> {
  const path = fromTypedPath(file)
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`${file}: expected a file of days, one JSON object a line: ${error.code ?? error.message}`)
  })
  return text.split('\n').flatMap((line, index) => (line.trim() === '' ? [] : [parseDay(line, `${file}:${index + 1}`)]))
}

function parseDay(line: string, place: string): VerdictDay {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    throw new UsageError(`${place}: expected a JSON object, got "${line.slice(0, 40)}"`)
  }
  const parsed = verdictDaySchema.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new UsageError(`${place}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not a day'}`)
}
