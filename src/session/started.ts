/** The session's beginning as an event: what the day's report is built on. */
import { windowClose_ms, windowOpen_ms } from './clockwork.ts'
import type { EventOf, Paused } from './events.ts'
import type { SessionState } from './state.ts'

export function startedEvent(state: SessionState): EventOf<'session_started'> {
  return {
    type: 'session_started',
    plan: state.plan,
    open_ms: state.session.open_ms,
    close_ms: state.session.close_ms,
    windowOpen_ms: windowOpen_ms(state),
    windowClose_ms: windowClose_ms(state),
    ...pausedOf(state),
    ...(state.planToldFor === state.session.date ? { planTold: true } : {}),
  }
}

/** For whoever reads the day: why nothing is opened. */
export function pausedOf({ mode, modeReason, control }: SessionState): { readonly paused?: Paused } {
  if (mode === 'ACTIVE') return {}
  const isSwitch = control.mode === mode && control.reason === modeReason
  return { paused: { mode, reason: modeReason, by: isSwitch ? control.actor.name : 'the desk' } }
}
