/** The worker's part of a preflight: the account's broker and the store. For `/validate`, and before `/start` arms. */
import type { BrokerAccount, BrokerResult } from '../broker/port.ts'
import type { BrokerFacts } from '../preflight/facts.ts'
import { gatherBroker } from '../preflight/gather-broker.ts'
import { type CheckId, failuresOf, labelOf, type PreflightReport, summaryText } from '../preflight/line.ts'
import { deskReport } from '../preflight/report.ts'
import type { RefusalCode } from '../session/refusal.ts'
import { PROFILE_NAMES, type ProfileName, type Structure } from '../strategy/types.ts'
import type { CommandJob, CommandResult } from './jobs.ts'
import { type Refused, refused } from './refused.ts'
import type { CampaignDeps } from './start-campaign.ts'

type ValidateCommand = Extract<CommandJob, { kind: 'validate' }>

export type PreflightDeps = Pick<CampaignDeps, 'brokers' | 'clock' | 'wall' | 'settingsFor' | 'readStore'>

export interface Preflight {
  readonly facts: BrokerFacts
  readonly report: PreflightReport
}

/** `account`: read already. Bounded; changes nothing and throws nothing for what broker and store do. */
export async function runPreflight(
  profile: ProfileName,
  deps: PreflightDeps,
  known: { readonly account?: BrokerResult<BrokerAccount>; readonly structure?: Structure | 'auto' | null } = {},
): Promise<Preflight> {
  const { brokers } = deps
  const request = {
    profile,
    settings: deps.settingsFor(profile),
    structure: known.structure ?? null,
    endpoint: brokers.endpoint(profile),
    broker: brokers.of(profile),
    ...(known.account === undefined ? {} : { account: known.account }),
  }
  const [facts, store] = await Promise.all([gatherBroker(deps, request), deps.readStore()])
  return { facts, report: deskReport(facts, store) }
}

/** The first profile with keys, 25k before 2k: the strategy's figures are about it. */
export function defaultProfile(hasKeys: (profile: ProfileName) => boolean): ProfileName {
  return [...PROFILE_NAMES].reverse().find(hasKeys) ?? '25k'
}

export async function validateAccount(job: ValidateCommand, deps: PreflightDeps): Promise<CommandResult> {
  const profile = job.profile ?? defaultProfile((name) => deps.brokers.endpoint(name) !== null)
  const { facts, report } = await runPreflight(profile, deps)
  const account = facts.readings?.account
  return {
    ok: true,
    accountId: account?.ok === true ? account.value.id : '',
    message: `Preflight of ${profile}: ${summaryText(report)}.`,
    plan: null,
    preflight: report,
  }
}

/** Checks whose failure has a refusal code of its own; the others are `preflight_failed`. */
const CODES: Readonly<Partial<Record<CheckId, RefusalCode>>> = {
  keys: 'no_credentials',
  paper_host: 'live_credentials',
  account_status: 'account_blocked',
  options_level: 'options_level',
  buying_power: 'buying_power',
  redis_access: 'store_unreachable',
}

/** Null: nothing failed. The refusal names every check that did, what was found and what to do. */
export function preflightRefusal({ facts, report }: Preflight): Refused | null {
  const failed = failuresOf(report.checks)
  const [first] = failed
  if (first === undefined) return null
  const lines = failed.map(({ id, found, advice }) => `${labelOf(id)}: ${found}. ${advice ?? ''}`.trim())
  if (failed.length === 1) {
    const code = first.id === 'market_hours' ? hoursCode(facts) : (CODES[first.id] ?? 'preflight_failed')
    return refused(code, `Nothing was started. ${lines.join('')}`, { check: first.id, ...first.numbers })
  }
  const message = `Nothing was started: ${failed.length} checks failed.\n${lines.map((line) => `• ${line}`).join('\n')}`
  return refused('preflight_failed', message, { failed: failed.length, checks: failed.map(({ id }) => id).join(', ') })
}

function hoursCode({ readings }: BrokerFacts): RefusalCode {
  return readings?.calendar.ok === true && readings.clock.reading.ok ? 'no_trading_day' : 'broker_unreachable'
}
