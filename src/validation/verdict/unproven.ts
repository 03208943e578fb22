/**
 * Days whose proof is lost: a session's tape that no disk has, a broker that was not read after it. Pure. Entry points:
 * `provenState`, `lowerCentsOf`.
 *
 * 1. One session in `SESSIONS_A_LOSS` may lack a proof; more leave the gate unknown. A lost tape must not end a
 *    campaign of months, nor be a way to lose the days that speak against it.
 * 2. So for CONSISTENT such a day counts at its worst: without a tape its gain does not count and its loss does;
 *    without a reading of the broker it is the floor, as a position still open is. The other claims take it as it is.
 */
import type { VerdictDay } from './day.ts'

export type Proof = 'parity' | 'broker'

const SESSIONS_A_LOSS = 20

const isSession = ({ status }: VerdictDay): boolean => status !== 'no_session'

function lacks({ evidence }: VerdictDay, proof: Proof): boolean {
  if (evidence === null) return true
  return proof === 'parity' ? evidence.parity === null : evidence.brokerDifferenceCents === null
}

interface ProvenState {
  readonly state: 'passed' | 'unknown'
  readonly sessions: number
  readonly checked: number
}

export function provenState(days: readonly VerdictDay[], proof: Proof): ProvenState {
  const sessions = days.filter(isSession)
  const checked = sessions.filter((day) => !lacks(day, proof)).length
  const isEnough = checked > 0 && (sessions.length - checked) * SESSIONS_A_LOSS <= sessions.length
  return { state: isEnough ? 'passed' : 'unknown', sessions: sessions.length, checked }
}

/**
 * What a day counts as against CONSISTENT, before what the broker shows; where a gate is unknown, days are as they are.
 */
export function lowerCentsOf(days: readonly VerdictDay[], floorCents: number): (day: VerdictDay) => number {
  const isTolerated = (proof: Proof): boolean => provenState(days, proof).state === 'passed'
  const [parity, broker] = [isTolerated('parity'), isTolerated('broker')]
  return (day) => {
    const cents = day.netPnlCents ?? floorCents
    if (!isSession(day)) return cents
    if (broker && lacks(day, 'broker')) return Math.min(cents, floorCents)
    return parity && lacks(day, 'parity') ? Math.min(cents, 0) : cents
  }
}
