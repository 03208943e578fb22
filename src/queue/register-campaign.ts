/**
 * What is fixed when a campaign is armed, for the verdict: see `validation/verdict/registered.ts`. Entry points:
 * `registrationFor`, `registrationNote`.
 *
 * 1. The number of variants tried is read from the record of all backtests, never asked for.
 * 2. A record that cannot be read is no reason not to trade, and no reason to say that nothing was tried: it is said.
 */
import { reasonOf } from '../config/reason.ts'
import { dayName } from '../report/format.ts'
import type { Campaign } from '../session/campaign.ts'
import type { Feeds, Registered } from '../session/registration.ts'
import type { ProfileName, StrategyConfig } from '../strategy/types.ts'
import { registerCampaign } from '../validation/verdict/registered.ts'
import type { Baseline } from '../validation/verdict/registration.ts'
import type { CampaignDeps } from './start-campaign.ts'

/** What the verdict is told of where a worker runs. */
export interface VerdictFacts {
  readonly feeds: Feeds
  /** Of the rules' code. */
  readonly strategyVersion: string
  /** The re-settled baseline that a campaign of this profile is held against; absent: the one brought along. */
  readonly baselineOf?: (profile: ProfileName) => Promise<Baseline>
  /** Different variants that backtests ever tried, with this configuration, and in how many runs. */
  triedWith(config: StrategyConfig): Promise<{ readonly variants: number; readonly runs: number }>
}

/** Of a prepared campaign; null where the desk was not told what to register. */
export async function registrationFor(
  campaign: Campaign,
  before: Campaign | null,
  deps: Pick<CampaignDeps, 'verdictFacts' | 'log'>,
): Promise<{ readonly registered: Registered; readonly isNew: boolean } | null> {
  const { verdictFacts } = deps
  if (verdictFacts === undefined) return null
  const tried = await verdictFacts.triedWith(campaign.strategy).then(
    (found) => ({ variants: Math.max(1, found.variants), runs: found.runs, unknown: null }),
    (error: unknown) => {
      deps.log.error({ err: error }, 'the record of variants tried could not be read')
      return { variants: 1, runs: 0, unknown: 'the record of backtests could not be read' }
    },
  )
  const baseline = await verdictFacts.baselineOf?.(campaign.plan.profile).catch((error: unknown): Baseline => {
    deps.log.error({ err: error }, 'the baseline could not be read; the campaign is armed without one')
    return { resettledDailyCents: null, resettledFrom: { kind: 'none', reason: unreadable(error) } }
  })
  return registerCampaign({
    ...(baseline === undefined ? {} : { baseline }),
    plan: campaign.plan,
    source: campaign.source.kind,
    date: campaign.session.date,
    premiumMax: campaign.strategy.limits.premiumMax,
    entriesPerDay: campaign.strategy.limits.maxDailyTrades,
    tried,
    strategyVersion: verdictFacts.strategyVersion,
    feeds: campaign.source.kind === 'PAPER' ? verdictFacts.feeds : { option: null, stock: null },
    settings: settingsOf(campaign),
    before: before?.registered === undefined ? null : { registered: before.registered, settings: settingsOf(before) },
  })
}

const REASON_MAX = 200

const unreadable = (error: unknown): string => `it could not be read: ${reasonOf(error)}`.slice(0, REASON_MAX)

const settingsOf = ({ strategy, engine }: Campaign): unknown => ({ ...strategy, engine })

/** For the answer to whoever armed it. */
export function registrationNote(found: { readonly registered: Registered; readonly isNew: boolean } | null): string {
  if (found === null) return ''
  const { number, from, changed } = found.registered
  if (!found.isNew) return ` The verdict goes on under the registration of ${dayName(from)}.`
  if (number === 1) return ' The verdict’s rules are registered with it and stay as they are.'
  const what = changed.length === 0 ? 'the configuration changed' : changed.slice(0, 3).join(', ')
  return ` The configuration is another one (${what}): the verdict begins anew, as campaign ${number}.`
}
