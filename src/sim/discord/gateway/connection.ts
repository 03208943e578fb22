/** One socket of a gateway client and its budget of frames. */
import type { WebSocket } from 'ws'
import type { GatewaySession } from './session.ts'

const FRAMES_PER_MINUTE_MAX = 120

export interface Connection {
  readonly socket: WebSocket
  /** Where the client found this gateway, for RESUME. */
  readonly url: string
  session: GatewaySession | null
  framesInMinute: number
  minuteEnds_ms: number
  cancelZombie: () => void
}

/** False when the client has sent more than it may in a minute. */
export function countFrame(connection: Connection, now_ms: number): boolean {
  if (connection.minuteEnds_ms <= now_ms) {
    connection.minuteEnds_ms = now_ms + 60_000
    connection.framesInMinute = 0
  }
  connection.framesInMinute++
  return connection.framesInMinute <= FRAMES_PER_MINUTE_MAX
}
