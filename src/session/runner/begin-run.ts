/** What a run begins with, and says of itself: taken over, or failed so often that it may only close. */
import { changed } from '../changed.ts'
import type { EventOf, JournalEvent } from '../events.ts'
import { isHalted } from '../holds.ts'
import type { SessionState } from '../state.ts'
import type { SessionStart } from './runner.ts'

/** After so many failed runs in a row a session only closes. */
const FAILURES_MAX = 2

export function beginRun(
  { state, epoch, resumed, failures, alert: said = null }: SessionStart,
  worker: string,
): { readonly state: SessionState; readonly events: readonly JournalEvent[] } {
  const alert = failures >= FAILURES_MAX && !isHalted(state) ? failingAlert(failures) : null
  const halted = alert === null ? {} : ({ mode: 'HALTED', modeReason: alert.code } as const)
  const resume = { type: 'session_resumed', worker, epoch, handedOver: state.handedOver } as const
  return {
    state: changed(state, { ...halted, handedOver: false }),
    events: [...(resumed ? [resume] : []), ...[said, alert].filter((told) => told !== null)],
  }
}

function failingAlert(failures: number): EventOf<'engine_alert'> {
  const message = `The session failed ${failures} times in a row. It opens nothing and closes what is open; see the worker's log.`
  return { type: 'engine_alert', code: 'session_failing', message, critical: true }
}
