/**
 * What a session job does with a session that has ended: it stays so, unless the broker has more of its openings than
 * its books. Entry point: `toRun`.
 */
import type { Broker } from '../broker/port.ts'
import type { EventOf } from '../session/events.ts'
import { lateOpening, reopened, reopenedAlert } from '../session/reopened.ts'
import type { SessionState } from '../session/state.ts'

export interface ToRun {
  readonly state: SessionState
  /** Told as its run begins; null: there is nothing to tell. */
  readonly alert: EventOf<'engine_alert'> | null
}

/** Null: the session has ended. Throws where the broker does not answer: the job is tried again. */
export async function toRun(state: SessionState, broker: Broker, now_ms: number | null): Promise<ToRun | null> {
  if (state.phase !== 'ended') return { state, alert: null }
  // Nothing can be closed any more; what is left was told at the close.
  if (now_ms === null || now_ms >= state.session.close_ms) return null
  const orders = await broker.orders(state.session.open_ms)
  if (!orders.ok) throw new Error(`the broker does not answer (${orders.error.message}); trying again`)
  const late = lateOpening(state, orders.value)
  return late === null ? null : { state: reopened(state), alert: reopenedAlert(late) }
}
