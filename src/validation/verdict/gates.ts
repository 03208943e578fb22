/**
 * The gates before any verdict, from what was registered and what the days recorded. Entry point: `gatesOf`.
 *
 * 1. One that failed withholds every word; one that nothing speaks for or against is shown as unknown, with what to do.
 */
import type { LookaheadRun } from '../../backtest/lookahead/run-record.ts'
import type { VerdictDay } from './day.ts'
import type { Registered } from './registered.ts'
import type { Gate } from './verdict.ts'

export interface GateFacts {
  readonly registered: Registered | null
  /** The desk registers each campaign it arms: days of its own without a registration are a failure. */
  readonly isOfDesk: boolean
  /** Every check of a version of the rules that was made. */
  readonly lookaheads: readonly LookaheadRun[]
}

export function gatesOf(days: readonly VerdictDay[], facts: GateFacts): readonly Gate[] {
  const sessions = days.filter(({ status }) => status !== 'no_session')
  return [registrationGate(days, facts), lookaheadGate(sessions, facts), parityGate(sessions), brokerGate(sessions)]
}

function registrationGate(days: readonly VerdictDay[], { registered, isOfDesk }: GateFacts): Gate {
  const name = 'registered before the first day'
  if (registered === null) {
    const evidence =
      'nothing was registered: error rates, tail and variants are taken from the first day’s plan, afterwards'
    return { name, state: isOfDesk ? 'failed' : 'unknown', evidence }
  }
  const { number, from, tried } = registered
  const counted = tried.unknown === null ? '' : `; ${tried.unknown}, so the variants tried are not known`
  const first = days[0]?.date ?? from
  const evidence = `number ${number} of the account, made when ${from} was armed${counted}`
  if (from > first) return { name, state: 'failed', evidence: `${evidence}, after the first day ${first}` }
  return { name, state: tried.unknown === null ? 'passed' : 'unknown', evidence }
}

/** Every version of the rules that decided a day was checked, and the check proved that it finds leaks. */
function lookaheadGate(days: readonly VerdictDay[], { registered, lookaheads }: GateFacts): Gate {
  const name = 'no look-ahead'
  const told = days.flatMap(({ evidence }) => evidence?.strategyVersion ?? [])
  const versions = [...new Set([...told, ...(registered?.strategyVersion ? [registered.strategyVersion] : [])])]
  if (versions.length === 0)
    return { name, state: 'unknown', evidence: 'the days do not tell by which version of the rules they were decided' }
  const structure = days[0]?.plan.structure
  const of = (version: string) =>
    lookaheads.find((run) => run.strategyVersion === version && run.structure === structure)
  const runs = versions.map((version) => ({ version, run: of(version) ?? null }))
  const several = versions.length > 1 ? `${versions.length} versions of the rules; ` : ''
  const leaking = runs.find(({ run }) => run !== null && run.leaks > 0)
  if (leaking?.run) {
    const evidence = `${several}version ${leaking.version}: ${leaking.run.leaks} of ${leaking.run.trials} trials changed a decision`
    return { name, state: 'failed', evidence }
  }
  const missing = runs.find(({ run }) => run === null || run.found < run.planted || run.decisions === 0)
  if (missing !== undefined) {
    const why = missing.run === null ? 'was not checked' : 'was checked on days that do not prove the check itself'
    const how = `\`npm run -s phase4d -- lookahead --source market --structure ${structure}\` checks it, on recorded days with \`--source recorded\``
    return { name, state: 'unknown', evidence: `${several}version ${missing.version} ${why}: ${how}` }
  }
  const counts = runs.map(
    ({ version, run }) => `version ${version}: none of ${run?.decisions} decisions changes (${run?.source})`,
  )
  return { name, state: 'passed', evidence: counts.join('; ') }
}

/** Passed when every session was checked; a failure on one day is a failure. */
function gate(name: string, failures: readonly string[], checked: number, sessions: number): Gate {
  const [first] = failures
  if (first !== undefined) return { name, state: 'failed', evidence: first }
  const state = checked > 0 && checked === sessions ? 'passed' : 'unknown'
  return { name, state, evidence: `checked on ${checked} of ${sessions} days` }
}

function parityGate(days: readonly VerdictDay[]): Gate {
  const checked = days.flatMap(({ date, evidence }) =>
    evidence === null || evidence.parity === null ? [] : [{ date, ...evidence.parity }],
  )
  const failures = checked
    .filter(({ matched, total }) => matched !== total)
    .map(({ date, matched, total }) => `${date}: ${matched} of ${total} decisions reproduced`)
  return gate('parity of live decisions', failures, checked.length, days.length)
}

function brokerGate(days: readonly VerdictDay[]): Gate {
  const checked = days.flatMap(({ date, evidence }) =>
    evidence === null || evidence.brokerDifferenceCents === null
      ? []
      : [{ date, cents: evidence.brokerDifferenceCents }],
  )
  const failures = checked
    .filter(({ cents }) => cents !== 0)
    .map(({ date, cents }) => `${date}: ${(cents / 100).toFixed(2)} dollars apart`)
  return gate('broker difference $0', failures, checked.length, days.length)
}
