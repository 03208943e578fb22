/**
 * A person in the chat simulator, for tests: the page's websocket protocol without the page.
 *
 *     const olivia = await ChatUser.connect(sim.url, OLIVIA.id)
 *     const used = await olivia.slash('start', { account: '25k' })     // resolves at the bot's first answer
 *     const post = await olivia.waitFor((m) => textOf(m).includes('Session started'))
 *     await olivia.press(post, 'Stop')                                 // by label or custom id
 *     olivia.close()
 *
 * Every wait is bounded and its error says what the person saw instead.
 */
import { Buffer } from 'node:buffer'
import { type APIApplicationCommandOptionChoice, type APIMessage, MessageFlags } from 'discord.js'
import { WebSocket } from 'ws'
import { CHANNEL_ID } from '../../src/sim/discord/fixtures.ts'
import {
  PAGE_WS_PATH,
  type PageChannel,
  type PageCommand,
  type PageFrame,
  type PageModal,
  type ServerFrame,
  type SlashValue,
} from '../../src/sim/discord/page-api.ts'
import { COMES_MS_MAX } from './waits.ts'

const FRAMES_KEPT_MAX = 100_000

/** What became of a use of a command, button, select or modal. */
export interface Outcome {
  readonly interactionId: string
  /** `thinking`: deferred, the answer comes later as an edit. */
  readonly state: 'thinking' | 'done' | 'failed'
  readonly text: string | null
  readonly modal: PageModal | null
}

type FrameOf<T extends ServerFrame['type']> = Extract<ServerFrame, { type: T }>
type Unnumbered = PageFrame extends infer F ? (F extends PageFrame ? Omit<F, 'ref'> : never) : never

/** All text a person reads in a message: content, embeds and components, separated by line breaks. */
export function textOf(message: APIMessage): string {
  const parts = [message.content]
  const walk = (value: unknown, key: string): void => {
    if (typeof value === 'string') {
      if (['title', 'description', 'name', 'value', 'text', 'label', 'content', 'placeholder'].includes(key)) {
        parts.push(value)
      }
    } else if (Array.isArray(value)) for (const item of value) walk(item, key)
    else if (value !== null && typeof value === 'object') for (const [k, v] of Object.entries(value)) walk(v, k)
  }
  walk(message.embeds, 'embeds')
  walk(message.components ?? [], 'components')
  return parts.filter((part) => part !== '').join('\n')
}

interface Pressable {
  readonly customId: string
  readonly label: string
  readonly disabled: boolean
}

/** Buttons and selects of a message that can be used, in reading order. */
export function controlsOf(message: APIMessage): readonly Pressable[] {
  const found: Pressable[] = []
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) for (const item of value) walk(item)
    else if (value !== null && typeof value === 'object') {
      const part = value as Record<string, unknown>
      if (typeof part.custom_id === 'string') {
        found.push({
          customId: part.custom_id,
          label: String(part.label ?? ''),
          disabled: part.disabled === true,
        })
      }
      for (const child of Object.values(part)) walk(child)
    }
  }
  walk(message.components ?? [])
  return found
}

/** Only the person it answers sees it. */
export const isEphemeral = ({ flags }: Pick<APIMessage, 'flags'>): boolean =>
  ((flags ?? 0) & MessageFlags.Ephemeral) !== 0

export class ChatUser {
  readonly frames: ServerFrame[] = []
  private readonly socket: WebSocket
  private readonly seen = new Map<string, APIMessage>()
  private readonly channelMap = new Map<string, PageChannel>()
  private readonly watchers = new Set<() => void>()
  private nextRef = 1
  private online = false
  private known: readonly PageCommand[] = []

  private constructor(socket: WebSocket) {
    this.socket = socket
    socket.on('message', (data) => this.take(JSON.parse(Buffer.from(data as Buffer).toString('utf8')) as ServerFrame))
  }

  /** Opens the page's websocket of the simulator at `simUrl` (http://…), acts as `userId` and reads what is there. */
  static async connect(simUrl: string, userId: string): Promise<ChatUser> {
    const socket = new WebSocket(simUrl.replace(/^http/, 'ws') + PAGE_WS_PATH)
    const user = new ChatUser(socket)
    await new Promise<void>((resolve, reject) => {
      socket.once('open', () => resolve())
      socket.once('error', reject)
    })
    await user.until(() => user.frames.find((f): f is FrameOf<'hello'> => f.type === 'hello'), 'a hello frame')
    await user.request({ type: 'select_user', userId }, 'selected')
    for (const channel of user.channels()) {
      await user.request({ type: 'fetch_messages', channelId: channel.id, limit: 100 }, 'messages')
    }
    return user
  }

  get botOnline(): boolean {
    return this.online
  }

  /** Commands this person may use. */
  get commands(): readonly PageCommand[] {
    return this.known
  }

  channels(): readonly PageChannel[] {
    return [...this.channelMap.values()]
  }

  /** Messages seen in `channelId` (a channel or thread), oldest first, ephemeral ones among them. */
  messages(channelId: string = CHANNEL_ID): readonly APIMessage[] {
    return [...this.seen.values()]
      .filter((message) => message.channel_id === channelId)
      .sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1))
  }

  /** Types a slash command; resolves at the bot's first answer, a modal, or the failure that Discord shows. */
  async slash(
    name: string,
    options: Readonly<Record<string, SlashValue>> = {},
    channelId: string = CHANNEL_ID,
  ): Promise<Outcome> {
    return this.use({ type: 'slash', channelId, name, options })
  }

  /** Presses a message's button, by label or custom id. */
  async press(message: APIMessage, labelOrCustomId: string): Promise<Outcome> {
    const now = this.seen.get(message.id) ?? message
    const controls = controlsOf(now)
    const button =
      controls.find((c) => c.customId === labelOrCustomId) ?? controls.find((c) => c.label === labelOrCustomId)
    if (button === undefined) {
      const there = controls.map((c) => `${c.label} (${c.customId})`).join(', ')
      throw new Error(`expected a button "${labelOrCustomId}", got: ${there || 'no buttons'}`)
    }
    return this.use({
      type: 'button',
      channelId: message.channel_id,
      messageId: message.id,
      customId: button.customId,
    })
  }

  /** Chooses `values` in a message's select menu. */
  async choose(message: APIMessage, customId: string, values: readonly string[]): Promise<Outcome> {
    return this.use({ type: 'select', channelId: message.channel_id, messageId: message.id, customId, values })
  }

  /** Fills and submits a modal; `values` by the inputs' custom ids. */
  async submit(modal: PageModal, values: Readonly<Record<string, string | readonly string[]>>): Promise<Outcome> {
    return this.use({ type: 'modal_submit', modalId: modal.modalId, values })
  }

  /** Choices that the bot offers while `focused` is typed. */
  async complete(
    name: string,
    options: Readonly<Record<string, SlashValue>>,
    focused: string,
    channelId: string = CHANNEL_ID,
  ): Promise<readonly APIApplicationCommandOptionChoice[]> {
    const frame = await this.request({ type: 'autocomplete', channelId, name, options, focused }, 'autocomplete_result')
    return frame.choices
  }

  /** Writes a plain message. */
  say(content: string, channelId: string = CHANNEL_ID): void {
    this.send({ type: 'send_message', channelId, content })
  }

  /** The first message (oldest first, edits count) for which `predicate` holds, in `channelId` or anywhere if null. */
  async waitFor(
    predicate: (message: APIMessage) => boolean,
    { channelId = null, timeout_ms = COMES_MS_MAX }: { channelId?: string | null; timeout_ms?: number } = {},
  ): Promise<APIMessage> {
    const look = () =>
      [...this.seen.values()].find((m) => (channelId === null || m.channel_id === channelId) && predicate(m))
    return this.until(look, 'a matching message', timeout_ms)
  }

  /** Waits until `look` gives something; it is asked again after every frame. */
  async until<T>(look: () => T | undefined | false, what: string, timeout_ms = COMES_MS_MAX): Promise<T> {
    const first = look()
    if (first !== undefined && first !== false) return first
    return new Promise<T>((resolve, reject) => {
      const finish = () => {
        clearTimeout(timer)
        this.watchers.delete(watch)
        this.socket.off('close', gone)
      }
      const fail = (why: string) => {
        finish()
        const last = [...this.seen.values()].slice(-5).map((m) => JSON.stringify(textOf(m)).slice(0, 300))
        reject(new Error(`expected ${what}, ${why}; last messages: ${last.join(' | ') || 'none'}`))
      }
      const timer = setTimeout(() => fail(`got none in ${timeout_ms} ms`), timeout_ms)
      const gone = () => fail('but the connection closed')
      const watch = () => {
        const value = look()
        if (value === undefined || value === false) return
        finish()
        resolve(value)
      }
      this.socket.once('close', gone)
      this.watchers.add(watch)
    })
  }

  close(): void {
    this.socket.close()
  }

  private async use(frame: Unnumbered): Promise<Outcome> {
    const ref = this.send(frame)
    const isOurs = (f: ServerFrame) => 'ref' in f && f.ref === ref
    const found = await this.until(
      () => {
        for (const f of this.frames) {
          if (!isOurs(f)) continue
          if (f.type === 'error' || f.type === 'modal_open') return f
          if (f.type === 'interaction_state' && f.state !== 'pending') return f
        }
        return undefined
      },
      `an answer to ${JSON.stringify(frame)}`,
    )
    if (found.type === 'error') throw new Error(found.message)
    const state = this.frames.find(
      (f): f is FrameOf<'interaction_state'> => f.type === 'interaction_state' && isOurs(f),
    )
    const interactionId = state?.interactionId ?? ''
    if (found.type === 'modal_open') return { interactionId, state: 'done', text: null, modal: found.modal }
    return {
      interactionId,
      state: found.state === 'pending' ? 'thinking' : found.state,
      text: found.text,
      modal: null,
    }
  }

  private async request<T extends ServerFrame['type']>(frame: Unnumbered, type: T): Promise<FrameOf<T>> {
    const ref = this.send(frame)
    const found = await this.until(
      () => this.frames.find((f) => 'ref' in f && f.ref === ref && (f.type === type || f.type === 'error')),
      `${type} as answer to ${frame.type}`,
    )
    if (found.type === 'error') throw new Error(found.message)
    return found as FrameOf<T>
  }

  private send(frame: Unnumbered): string {
    const ref = String(this.nextRef++)
    this.socket.send(JSON.stringify({ ...frame, ref }))
    return ref
  }

  private take(frame: ServerFrame): void {
    this.frames.push(frame)
    if (this.frames.length > FRAMES_KEPT_MAX) throw new Error(`expected at most ${FRAMES_KEPT_MAX} frames in a test`)
    if (frame.type === 'hello') {
      this.online = frame.botOnline
      for (const channel of frame.channels) this.channelMap.set(channel.id, channel)
    } else if (frame.type === 'presence') this.online = frame.botOnline
    else if (frame.type === 'selected' || frame.type === 'commands_update') this.known = frame.commands
    else if (frame.type === 'messages') for (const message of frame.messages) this.seen.set(message.id, message)
    else if (frame.type === 'message_create' || frame.type === 'message_update') {
      this.seen.set(frame.message.id, frame.message)
    } else if (frame.type === 'message_delete') this.seen.delete(frame.messageId)
    else if (frame.type === 'thread_create' || frame.type === 'thread_update' || frame.type === 'channel_update') {
      this.channelMap.set(frame.channel.id, frame.channel)
    } else if (frame.type === 'thread_delete') this.channelMap.delete(frame.channelId)
    for (const watch of [...this.watchers]) watch()
  }
}
