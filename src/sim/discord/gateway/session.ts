/**
 * One gateway session: what it may hear, what it has been told (for RESUME), and the socket it has at the moment.
 * A session outlives its socket for `RESUME_WITHIN_MS`; it keeps the last `EVENTS_KEPT_MAX` dispatches.
 */
import { WebSocket } from 'ws'
import type { FixtureApplication } from '../fixtures.ts'

export const RESUME_WITHIN_MS = 180_000
const EVENTS_KEPT_MAX = 2_000

export class GatewaySession {
  readonly id: string
  readonly intents: number
  readonly application: FixtureApplication
  private readonly events: { readonly seq: number; readonly frame: string }[] = []
  private socket: WebSocket | null = null
  private seq = 0
  /** Takes back the pending end of a session without socket. */
  cancelEnd: () => void = () => {}

  constructor(id: string, intents: number, application: FixtureApplication) {
    this.id = id
    this.intents = intents
    this.application = application
  }

  get isConnected(): boolean {
    return this.socket !== null
  }

  hears(intent: number): boolean {
    return (this.intents & intent) !== 0
  }

  attach(socket: WebSocket): void {
    this.cancelEnd()
    this.socket = socket
  }

  /** True if it was this socket's session. */
  detach(socket: WebSocket): boolean {
    if (this.socket !== socket) return false
    this.socket = null
    return true
  }

  dispatch(type: string, data: unknown): void {
    this.seq++
    const frame = JSON.stringify({ op: 0, t: type, s: this.seq, d: data })
    this.events.push({ seq: this.seq, frame })
    if (this.events.length > EVENTS_KEPT_MAX) this.events.shift()
    this.write(frame)
  }

  /** Sends again what came after `seq`; false when that is no longer known, or never was. */
  replayAfter(seq: number): boolean {
    const oldest = this.events[0]?.seq ?? this.seq + 1
    if (seq > this.seq || seq < oldest - 1) return false
    for (const event of this.events) if (event.seq > seq) this.write(event.frame)
    return true
  }

  private write(frame: string): void {
    if (this.socket !== null && this.socket.readyState === WebSocket.OPEN) this.socket.send(frame)
  }
}
