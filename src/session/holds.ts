/**
 * What a session holds itself back for, whatever the team's switch says: pure. Entry points: `holdsOf`, `unlifted`.
 *
 * 1. Lifting names what it lifts: what came after somebody looked at the account holds on until it is looked at, too.
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

/** What of it a switch that is on leaves in force. */
export function unlifted(
  control: { readonly lifts?: readonly string[] | undefined },
  session: HeldSession | null,
): readonly string[] {
  const lifts = control.lifts ?? []
  return holdsOf(session).filter((hold) => !lifts.includes(hold))
}
