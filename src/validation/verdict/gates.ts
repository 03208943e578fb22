/**
 * The gates before any verdict, from what was registered and what the days recorded. Entry point: `gatesOf`.
 *
 * 1. One that failed withholds every word, but a difference to the broker: it withholds CONSISTENT, and the day counts
 *    at the worse of both figures for each claim. So does one that the day's events explain, and that is no failure.
 * 2. One that nothing speaks for or against is shown as unknown, with what to do; CONSISTENT needs all of them passed.
 */
import type { LookaheadRun } from '../../replay/lookahead-run.ts'
import { several, signedMoney } from '../../report/format.ts'
import type { Registered } from '../../session/registration.ts'
import type { VerdictDay } from './day.ts'
import { provenState } from './unproven.ts'
import type { Gate } from './verdict.ts'

export const GATE_NAMES = {
  registered: 'registered before the first day',
  lookahead: 'no look-ahead',
  parity: 'parity of live decisions',
  broker: 'broker difference $0',
} as const

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
  const head = { name: GATE_NAMES.registered, withholds: 'every_word' } as const
  if (registered === null) {
    const evidence =
      'nothing was registered: error rates, tail and variants are taken from the first day’s plan, afterwards'
    return { ...head, state: isOfDesk ? 'failed' : 'unknown', evidence }
  }
  const { number, from, tried } = registered
  const counted = tried.unknown === null ? '' : `; ${tried.unknown}, so the variants tried are not known`
  const first = days[0]?.date ?? from
  const evidence = `number ${number} of the account, made when ${from} was armed${counted}`
  if (from > first) return { ...head, state: 'failed', evidence: `${evidence}, after the first day ${first}` }
  return { ...head, state: tried.unknown === null ? 'passed' : 'unknown', evidence }
}

/** Every version of the rules that decided a day was checked, and the check proved that it finds leaks. */
function lookaheadGate(days: readonly VerdictDay[], { registered, lookaheads }: GateFacts): Gate {
  const head = { name: GATE_NAMES.lookahead, withholds: 'every_word' } as const
  const told = days.flatMap(({ evidence }) => evidence?.strategyVersion ?? [])
  const versions = [...new Set([...told, ...(registered?.strategyVersion ? [registered.strategyVersion] : [])])]
  if (versions.length === 0)
    return {
      ...head,
      state: 'unknown',
      evidence:
        'the days do not tell by which version of the rules they were decided: `evidence.strategyVersion` says it',
    }
  const structure = days[0]?.plan.structure
  const of = (version: string) =>
    lookaheads.find((run) => run.strategyVersion === version && run.structure === structure)
  const runs = versions.map((version) => ({ version, run: of(version) ?? null }))
  const several = versions.length > 1 ? `${versions.length} versions of the rules; ` : ''
  const leaking = runs.find(({ run }) => run !== null && run.leaks > 0)
  if (leaking?.run) {
    const evidence = `${several}version ${leaking.version}: ${leaking.run.leaks} of ${leaking.run.trials} trials changed a decision`
    return { ...head, state: 'failed', evidence }
  }
  const missing = runs.find(({ run }) => run === null || run.found < run.planted || run.decisions === 0)
  if (missing !== undefined) {
    const why = missing.run === null ? 'was not checked' : 'was checked on days that do not prove the check itself'
    const how = `\`npm run -s phase4d -- lookahead --source market --structure ${structure}\` checks it, on recorded days with \`--source recorded\``
    return { ...head, state: 'unknown', evidence: `${several}version ${missing.version} ${why}: ${how}` }
  }
  const counts = runs.map(
    ({ version, run }) => `version ${version}: none of ${run?.decisions} decisions changes (${run?.source})`,
  )
  return { ...head, state: 'passed', evidence: counts.join('; ') }
}

const TOLERATED = 'one of 20 may lack it'

const DAYS_SHOWN_MAX = 3

/** The first few, and how many more. */
const fewOf = (lines: readonly string[]): string => {
  const more = lines.length - DAYS_SHOWN_MAX
  return [...lines.slice(0, DAYS_SHOWN_MAX), ...(more > 0 ? [`${more} more`] : [])].join('; ')
}

function parityGate(days: readonly VerdictDay[]): Gate {
  const head = { name: GATE_NAMES.parity, withholds: 'every_word' } as const
  const checked = days.flatMap(({ date, evidence }) =>
    evidence === null || evidence.parity === null ? [] : [{ date, ...evidence.parity }],
  )
  const failures = checked
    .filter(({ matched, total }) => matched !== total)
    .map(({ date, matched, total }) => `${date}: ${matched} of ${total} decisions reproduced`)
  if (failures.length > 0) return { ...head, state: 'failed', evidence: fewOf(failures) }
  const { state } = provenState(days, 'parity')
  const missing = days.length - checked.length
  const lost = missing === 0 ? '' : `; without a tape, so CONSISTENT leaves out what they gained: ${missing}`
  const how = state === 'passed' ? lost : `; a session’s tape proves them when its report is written, ${TOLERATED}`
  return { ...head, state, evidence: `checked on ${checked.length} of ${several(days.length, 'day')}${how}` }
}

function brokerGate(days: readonly VerdictDay[]): Gate {
  const head = { name: GATE_NAMES.broker, withholds: 'consistent' } as const
  const checked = days.flatMap(({ date, evidence }) =>
    evidence === null || evidence.brokerDifferenceCents === null
      ? []
      : [{ date, cents: evidence.brokerDifferenceCents, why: evidence.brokerExplained }],
  )
  const apart = checked.filter(({ cents }) => cents !== 0)
  const line = ({ date, cents, why }: (typeof apart)[number]): string =>
    `${date}: the broker shows ${signedMoney(cents)}${why === null ? ', nothing in the day’s events explains it' : ` (${why})`}`
  const unexplained = apart.filter(({ why }) => why === null)
  if (unexplained.length > 0) return { ...head, state: 'failed', evidence: fewOf(unexplained.map(line)) }
  const { state } = provenState(days, 'broker')
  const missing = days.length - checked.length
  const lost = missing === 0 ? '' : `; not compared, so CONSISTENT counts them at the floor: ${missing}`
  const how = state === 'passed' ? lost : `; the worker compares after each session, ${TOLERATED}`
  const explained = apart.length === 0 ? '' : `; counted at the worse of both figures, ${fewOf(apart.map(line))}`
  return {
    ...head,
    state,
    evidence: `checked on ${checked.length} of ${several(days.length, 'day')}${how}${explained}`,
  }
}
