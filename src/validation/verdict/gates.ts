/** The gates before any verdict, from what the days recorded. Entry point: `gatesOf`. */
import type { VerdictDay } from './day.ts'
import type { Gate } from './verdict.ts'

export function gatesOf(days: readonly VerdictDay[]): readonly Gate[] {
  const sessions = days.filter(({ status }) => status !== 'no_session')
  return [parityGate(sessions), brokerGate(sessions)]
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
