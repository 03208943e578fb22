/**
 * What a session holds itself back for, whatever the team's switch says: pure. Entry points: `holdsOf`, `unlifted`,
 * `isDrilled`, `isHalted`.
 *
 * 1. Lifting names what it lifts: what came after somebody looked at the account holds on until it is looked at, too.
 * 2. A drill sets the switch to HALTED and is no halt: it opens nothing, closes nothing, and stands in the way of
 *    nothing that the session would hold itself back for meanwhile.
 */
import type { SessionState } from './state.ts'

export type HeldSession = Pick<SessionState, 'mode' | 'modeReason' | 'breachedDay' | 'control' | 'session'>

/** Names of it, the same for the same; empty: nothing but the switch, if anything. Null: the day has no session yet. */
export function holdsOf(session: HeldSession | null): readonly string[] {
  if (session === null) return []
  const { mode, modeReason, breachedDay } = session
  const breach = breachedDay ? [`breach ${session.session.date}`] : []
  return mode === 'ACTIVE' || followsSwitch(session) ? breach : [...breach, `${mode} ${modeReason}`]
}

/** The session's mode is what the switch made it. */
export const followsSwitch = ({ mode, modeReason, control }: Omit<HeldSession, 'session'>): boolean =>
  control.mode === mode && control.reason === modeReason

/** Held back by a drill and by nothing else. */
export const isDrilled = (session: Omit<HeldSession, 'session'>): boolean =>
  session.control.drill !== undefined && session.mode !== 'ACTIVE' && followsSwitch(session)

export const isHalted = (session: Omit<HeldSession, 'session'>): boolean =>
  session.mode === 'HALTED' && !isDrilled(session)

/** Nothing holds it back, or nothing but a drill: what comes now is what holds it. */
export const isUnheld = (session: Omit<HeldSession, 'session'>): boolean =>
  session.mode === 'ACTIVE' || isDrilled(session)

/** What of it a switch that is on leaves in force. */
export function unlifted(
  control: { readonly lifts?: readonly string[] | undefined },
  session: HeldSession | null,
): readonly string[] {
  const lifts = control.lifts ?? []
  return holdsOf(session).filter((hold) => !lifts.includes(hold))
}
