/**
 * `verdict --simulate`: the verdict's error rates and detection times on made-up days.
 *
 * Entry point: `runVerdictRates`. Exit status 0: the stated rates hold; 1: they do not; 2 bad usage. Same options, same
 * figures.
 */
import type { Writable } from 'node:stream'
import { z } from 'zod'
import { sequence } from '../config/prng.ts'
import { centsOf, exact } from '../strategy/exact.ts'
import { PROFILE_NAMES, type ProfileName, type StrategyConfig } from '../strategy/types.ts'
import { measureRates } from '../validation/rates/rates.ts'
import { ratesHold, ratesText, ratioOf } from '../validation/rates/rates-text.ts'
import { measureSideRates } from '../validation/rates/side-rates.ts'
import { sideRatesHold, sideText } from '../validation/rates/side-text.ts'
import { STREAMS } from '../validation/rates/streams.ts'
import { registrationOf } from '../validation/verdict/registration.ts'
import { EXIT } from './usage.ts'

/** A day's spread a contract: $1,500 with 25 of them. */
const SPREAD_PER_CONTRACT = 60

const optionsSchema = z.object({
  account: z.enum(PROFILE_NAMES).default('25k'),
  streams: z.coerce.number('expected a whole number').int().min(100).max(1_000_000).default(10_000),
  horizon: z.coerce.number('expected a whole number of days').int().min(10).max(10_000).default(750),
  spread: z.coerce.number('expected dollars a day').positive().max(1e9).optional(),
  seed: z.string().min(1).default('rates'),
  json: z.boolean().default(false),
})

/** As typed: strings, unchecked. */
interface VerdictRatesOptions {
  readonly account?: string | undefined
  readonly streams?: string | number | undefined
  readonly horizon?: string | number | undefined
  /** Standard deviation of a day, dollars. */
  readonly spread?: string | number | undefined
  readonly seed?: string | undefined
  readonly json?: boolean | undefined
}

interface VerdictRatesContext {
  readonly out: Writable
  readonly err: Writable
  readonly strategyFor: (profile: ProfileName) => Pick<StrategyConfig, 'profile' | 'limits' | 'width'>
}

/** Runs the command; the exit status. */
export function runVerdictRates(options: VerdictRatesOptions, { out, err, strategyFor }: VerdictRatesContext): number {
  const parsed = optionsSchema.safeParse(options)
  if (!parsed.success) {
    for (const { path, message } of parsed.error.issues) err.write(`verdict: --${path.join('.')}: ${message}\n`)
    return EXIT.usage
  }
  const { account, streams, horizon: horizonDays, spread, seed, json } = parsed.data
  const { profile, limits, width } = strategyFor(account)
  const registration = registrationOf(
    {
      configHash: 'simulated',
      profile: account,
      structure: 'short_put',
      width,
      contracts: profile.contracts,
      targetDailyCents: centsOf(profile.targetDailyPnl),
      maxLossPerTradeCents: centsOf(profile.maxLossPerTrade),
    },
    { source: 'SIM', variants: 1, premiumMax: limits.premiumMax, entriesPerDay: limits.maxDailyTrades },
  )
  const deviationCents = centsOf(spread ?? exact(SPREAD_PER_CONTRACT).times(profile.contracts))
  const head = { registration, deviationCents, streams, horizonDays }
  const all = measureRates({ ...head, random: sequence(seed), kinds: STREAMS }, (name) => {
    if (!json) err.write(`measuring ${name} days ...\n`)
  })
  if (!json) err.write('measuring live − replay and rates ...\n')
  // A sequence of its own: what is measured before it changes nothing here.
  const side = measureSideRates({ registration, streams, horizonDays, random: sequence(`${seed}/side`) })
  const document = { schema: 'phase4d.verdict-rates/1', ...head, seed, streamsOf: all.map(documentOf), ...side }
  out.write(json ? `${JSON.stringify(document)}\n` : `${ratesText(head, all)}\n\n${sideText(registration, side)}\n`)
  return ratesHold(all, registration) && sideRatesHold(side, registration, streams) ? EXIT.done : EXIT.no
}

function documentOf({ kind, ...rates }: ReturnType<typeof measureRates>[number]): unknown {
  const { name, description, memory } = kind
  return {
    name,
    description,
    memory,
    ...rates,
    consistentRatio: ratioOf(rates.consistent, rates.fixedDays),
    inconsistentRatio: ratioOf(rates.inconsistent, rates.fixedDays),
  }
}
