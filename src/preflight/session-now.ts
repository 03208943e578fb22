/** What the readings say of the market at this moment. Pure. */
import type { SessionHours } from '../strategy/types.ts'
import { currentSession } from './days.ts'
import type { BrokerReadings } from './facts.ts'

/** A simulated market may stand still, run fast, or lack minutes: its data are not judged by their age. */
export const isSimulated = ({ account }: BrokerReadings): boolean => account.ok && account.value.source.kind !== 'PAPER'

/** The desk's market clock, or else the broker's. */
export function marketTime({ clock }: Pick<BrokerReadings, 'clock'>): number | null {
  if (clock.market_ms !== null) return clock.market_ms
  return clock.reading.ok ? clock.reading.value.now_ms : null
}

/** The running session; null: closed, or not known. */
export function openSession(readings: Pick<BrokerReadings, 'clock' | 'calendar'>): SessionHours | null {
  const { clock, calendar } = readings
  const now_ms = marketTime(readings)
  if (now_ms === null || !calendar.ok || !clock.reading.ok || !clock.reading.value.isOpen) return null
  const session = currentSession(calendar.value, now_ms)
  return session !== null && now_ms >= session.open_ms ? session : null
}
