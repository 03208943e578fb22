/**
 * The gateway, version 10, JSON without compression.
 *
 * 1. HELLO first; IDENTIFY or RESUME before anything else; a frame out of place closes with Discord's code.
 * 2. A client that misses its heartbeat for one and a half intervals is cut (4000) and may resume.
 * 3. Several sessions may live at once, and each gets every event its intents allow, as with Discord.
 */

import { Buffer } from 'node:buffer'
import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { GatewayCloseCodes as Close, GatewayIntentBits as Intent, GatewayOpcodes as Op } from 'discord-api-types/v10'
import { WebSocket, WebSocketServer } from 'ws'
import { findUser, memberWithUserJson } from '../directory.ts'
import { applicationOfToken, DESK_APPLICATION, GUILD_ID } from '../fixtures.ts'
import type { SimEvent } from '../hub.ts'
import type { World } from '../world.ts'
import { type Connection, countFrame } from './connection.ts'
import { dispatchOf } from './dispatch.ts'
import { frameSchema, identifySchema, membersSchema, resumeSchema } from './frames.ts'
import { guildCreateJson, readyJson } from './greeting.ts'
import { GatewaySession, RESUME_WITHIN_MS } from './session.ts'

export const HEARTBEAT_INTERVAL_MS = 41_250
const FRAME_BYTES_MAX = 4_096
const SESSIONS_MAX = 100
const ZOMBIE_INTERVALS = 1.5
const KNOWN_INTENTS_MAX = 1 << 26
const PRIVILEGED = Intent.GuildMembers | Intent.GuildPresences | Intent.MessageContent

const bare = (token: string): string => token.replace(/^Bot\s+/, '')

export class Gateway {
  private readonly wss = new WebSocketServer({ noServer: true, maxPayload: FRAME_BYTES_MAX * 4 })
  private readonly sessions = new Map<string, GatewaySession>()
  private readonly connections = new Set<Connection>()
  private readonly unsubscribe: () => void
  private readonly world: World
  private readonly heartbeatInterval_ms: number
  private wasOnline = false

  constructor(world: World, heartbeatInterval_ms: number) {
    this.world = world
    this.heartbeatInterval_ms = heartbeatInterval_ms
    this.unsubscribe = world.hub.on((event) => this.tell(event))
  }

  get isBotOnline(): boolean {
    // The page shows whether the desk's bot is there.
    const isOurs = ({ application }: GatewaySession): boolean => application === DESK_APPLICATION
    return [...this.sessions.values()].some((session) => session.isConnected && isOurs(session))
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (this.world.outage.isOn) {
      socket.destroy()
      return
    }
    this.wss.handleUpgrade(request, socket, head, (ws) => this.welcome(ws, request))
  }

  /**
   * Closes every socket with `code`, as Discord does now and then; sessions stay for RESUME unless the code ends them.
   */
  drop(code: number = Close.UnknownError): void {
    for (const connection of this.connections) connection.socket.close(code)
  }

  /** Cuts every socket without a word, as a broken network does. */
  cut(): void {
    for (const connection of this.connections) connection.socket.terminate()
  }

  /** Asks every client to reconnect (op 7). */
  askToReconnect(): void {
    for (const { socket } of this.connections) this.send(socket, { op: Op.Reconnect, d: null })
  }

  close(): void {
    this.unsubscribe()
    for (const session of this.sessions.values()) session.cancelEnd()
    for (const connection of this.connections) {
      connection.cancelZombie()
      connection.socket.terminate()
    }
    this.wss.close()
  }

  private welcome(socket: WebSocket, request: IncomingMessage): void {
    const now_ms = this.world.time.now_ms()
    const connection: Connection = {
      socket,
      url: `ws://${request.headers.host ?? '127.0.0.1'}/gateway`,
      session: null,
      framesInMinute: 0,
      minuteEnds_ms: now_ms + 60_000,
      cancelZombie: () => {},
    }
    this.connections.add(connection)
    socket.on('error', () => socket.terminate())
    socket.on('close', (code) => this.leave(connection, code))
    // A socket that was not told otherwise gives one buffer a message.
    socket.on('message', (data) => this.take(connection, Buffer.from(data as Buffer)))
    const query = new URL(request.url ?? '/', 'http://localhost').searchParams
    if ((query.get('v') ?? '10') !== '10') {
      socket.close(Close.InvalidAPIVersion)
      return
    }
    if ((query.get('encoding') ?? 'json') !== 'json' || query.has('compress')) {
      socket.close(Close.DecodeError, 'This gateway speaks JSON without compression')
      return
    }
    this.send(socket, { op: Op.Hello, d: { heartbeat_interval: this.heartbeatInterval_ms, _trace: ['sim'] } })
    this.expectHeartbeat(connection)
  }

  private take(connection: Connection, data: Buffer): void {
    const code = this.handle(connection, data)
    if (code !== null) connection.socket.close(code)
  }

  /** Does what a frame asks; answers the code to close with when it is out of place. */
  private handle(connection: Connection, data: Buffer): Close | null {
    const { socket } = connection
    if (data.length > FRAME_BYTES_MAX) return Close.DecodeError
    if (!countFrame(connection, this.world.time.now_ms())) return Close.RateLimited
    let json: unknown
    try {
      json = JSON.parse(data.toString('utf8'))
    } catch {
      return Close.DecodeError
    }
    const frame = frameSchema.safeParse(json)
    if (!frame.success) return Close.DecodeError
    const { op, d } = frame.data
    switch (op) {
      case Op.Heartbeat:
        this.expectHeartbeat(connection)
        this.send(socket, { op: Op.HeartbeatAck, d: null })
        return null
      case Op.Identify:
        return this.identify(connection, d)
      case Op.Resume:
        return this.resume(connection, d)
      case Op.PresenceUpdate:
      case Op.VoiceStateUpdate:
        return connection.session === null ? Close.NotAuthenticated : null
      case Op.RequestGuildMembers:
        return this.sendMembers(connection, d)
      default:
        return Close.UnknownOpcode
    }
  }

  private identify(connection: Connection, data: unknown): Close | null {
    const { socket } = connection
    if (connection.session !== null) return Close.AlreadyAuthenticated
    const parsed = identifySchema.safeParse(data)
    if (!parsed.success) return Close.DecodeError
    const { token, intents, shard } = parsed.data
    const application = applicationOfToken(bare(token))
    if (application === null) return Close.AuthenticationFailed
    if (shard !== undefined && shard[0] >= shard[1]) return Close.InvalidShard
    if (intents >= KNOWN_INTENTS_MAX) return Close.InvalidIntents
    if ((intents & PRIVILEGED) !== 0) return Close.DisallowedIntents
    const session = new GatewaySession(randomBytes(16).toString('hex'), intents, application)
    this.sessions.set(session.id, session)
    for (const [id, oldest] of this.sessions) {
      if (this.sessions.size <= SESSIONS_MAX) break
      oldest.cancelEnd()
      this.sessions.delete(id)
    }
    session.attach(socket)
    connection.session = session
    session.dispatch('READY', readyJson(session, connection.url))
    if (session.hears(Intent.Guilds)) session.dispatch('GUILD_CREATE', guildCreateJson(this.world))
    this.checkPresence()
    return null
  }

  private resume(connection: Connection, data: unknown): Close | null {
    const { socket } = connection
    if (connection.session !== null) return Close.AlreadyAuthenticated
    const parsed = resumeSchema.safeParse(data)
    if (!parsed.success) return Close.DecodeError
    const application = applicationOfToken(bare(parsed.data.token))
    if (application === null) return Close.AuthenticationFailed
    const session = this.sessions.get(parsed.data.session_id)
    if (session === undefined || session.application !== application) {
      this.send(socket, { op: Op.InvalidSession, d: false })
      return null
    }
    session.attach(socket)
    if (!session.replayAfter(parsed.data.seq)) {
      session.detach(socket)
      this.sessions.delete(session.id)
      return Close.InvalidSeq
    }
    connection.session = session
    session.dispatch('RESUMED', { _trace: ['sim'] })
    this.checkPresence()
    return null
  }

  private sendMembers(connection: Connection, data: unknown): Close | null {
    const { session } = connection
    if (session === null) return Close.NotAuthenticated
    const parsed = membersSchema.safeParse(data)
    if (!parsed.success) return Close.DecodeError
    const ids = [parsed.data.user_ids ?? []].flat()
    session.dispatch('GUILD_MEMBERS_CHUNK', {
      guild_id: GUILD_ID,
      members: ids.flatMap((id) => findUser(id) ?? []).map(memberWithUserJson),
      chunk_index: 0,
      chunk_count: 1,
      not_found: ids.filter((id) => findUser(id) === undefined),
      nonce: parsed.data.nonce,
    })
    return null
  }

  private leave(connection: Connection, code: number): void {
    connection.cancelZombie()
    this.connections.delete(connection)
    const { session } = connection
    if (session?.detach(connection.socket)) {
      const isFinal = code === 1000 || code === 1001
      if (isFinal) this.sessions.delete(session.id)
      else session.cancelEnd = this.world.time.after(RESUME_WITHIN_MS, () => this.sessions.delete(session.id))
    }
    this.checkPresence()
  }

  private tell(event: SimEvent): void {
    if (event.type === 'presence') return
    if (event.type === 'outage') {
      if (event.until_ms !== null) this.cut()
      return
    }
    for (const session of this.sessions.values()) {
      const dispatch = dispatchOf(event, session, this.world)
      if (dispatch !== null) session.dispatch(dispatch.type, dispatch.data)
    }
  }

  private checkPresence(): void {
    if (this.isBotOnline === this.wasOnline) return
    this.wasOnline = this.isBotOnline
    this.world.hub.emit({ type: 'presence', botOnline: this.wasOnline })
  }

  private expectHeartbeat(connection: Connection): void {
    connection.cancelZombie()
    connection.cancelZombie = this.world.time.after(this.heartbeatInterval_ms * ZOMBIE_INTERVALS, () =>
      connection.socket.close(Close.UnknownError, 'No heartbeat'),
    )
  }

  private send(socket: WebSocket, frame: object): void {
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ t: null, s: null, ...frame }))
  }
}
