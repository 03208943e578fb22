/**
 * Messages of all channels, in memory.
 *
 * 1. A channel holds at most `MESSAGES_PER_CHANNEL_MAX`; the oldest are forgotten with their files.
 * 2. Whatever a reader gets is a copy made by `json`, with the thread and the pin as they are now.
 * 3. With `enforce_nonce`, the same author and nonce within a few minutes give the existing message.
 */
import type { APIMessage } from 'discord.js'
import { type Channel, type Channels, isoOf } from './channels.ts'
import { type AttachmentJson, composeAttachments, composeComponents, composeEmbeds, findMentions } from './compose.ts'
import { userJson } from './directory.ts'
import { apiErrors } from './errors.ts'
import type { Files, Upload } from './files.ts'
import type { FixtureUser } from './fixtures.ts'
import type { Hub } from './hub.ts'
import { MESSAGE_TYPE, type NewMessage, type StoredMessage } from './message.ts'
import { Nonces } from './nonces.ts'
import {
  FLAG_COMPONENTS_V2,
  FLAG_EPHEMERAL,
  FLAG_HAS_THREAD,
  FLAG_LOADING,
  FLAG_SUPPRESS_EMBEDS,
  FLAG_SUPPRESS_NOTIFICATIONS,
  type MessageInput,
} from './schema/message.ts'
import type { SimTime } from './time.ts'

const MESSAGES_PER_CHANNEL_MAX = 5_000

const CREATE_FLAGS = FLAG_SUPPRESS_EMBEDS | FLAG_SUPPRESS_NOTIFICATIONS | FLAG_COMPONENTS_V2

export class Messages {
  private readonly byChannel = new Map<string, Map<string, StoredMessage>>()
  private readonly nonces: Nonces
  private readonly nextId: () => string
  private readonly time: SimTime
  private readonly hub: Hub
  private readonly files: Files
  private readonly channels: Channels

  constructor(nextId: () => string, time: SimTime, hub: Hub, files: Files, channels: Channels) {
    this.nextId = nextId
    this.time = time
    this.nonces = new Nonces(time)
    this.hub = hub
    this.files = files
    this.channels = channels
  }

  get(channelId: string, messageId: string): StoredMessage | undefined {
    return this.byChannel.get(channelId)?.get(messageId)
  }

  /** An ephemeral message of `audience`, in whatever channel. */
  findEphemeral(messageId: string, audience: string): StoredMessage | undefined {
    for (const messages of this.byChannel.values()) {
      const message = messages.get(messageId)
      if (message?.audience === audience) return message
    }
    return undefined
  }

  /** Oldest first; `viewer` also sees what is ephemeral for them. */
  list(channelId: string, viewer: string | null): readonly StoredMessage[] {
    const all = [...(this.byChannel.get(channelId)?.values() ?? [])]
    return all.filter((message) => message.audience === null || message.audience === viewer)
  }

  /** Makes and announces a message. Throws 50006 when there is nothing in it. */
  create(given: NewMessage): StoredMessage {
    const { channel, input } = given
    const attachments = composeAttachments(input, given.uploads, [], channel.id, this.files)
    const message: StoredMessage = {
      id: this.nextId(),
      channelId: channel.id,
      author: given.author,
      type: given.type ?? MESSAGE_TYPE.default,
      audience: given.audience ?? null,
      interactionId: given.interactionId ?? null,
      created_ms: this.time.now_ms(),
      edited_ms: null,
      flags: ((input.flags ?? 0) & CREATE_FLAGS) | (given.flags ?? 0) | (given.audience ? FLAG_EPHEMERAL : 0),
      content: '',
      embeds: [],
      components: [],
      attachments: [],
      hiddenAttachments: [],
      mentions: findMentions('', [], null),
      extra: given.extra ?? {},
    }
    this.fill(message, input, attachments)
    const isSystem = message.type === MESSAGE_TYPE.threadCreated || message.type === MESSAGE_TYPE.pinned
    if (!isSystem && message.type !== MESSAGE_TYPE.threadStarter && (message.flags & FLAG_LOADING) === 0) {
      this.refuseEmpty(message)
    }
    this.store(channel, message)
    this.hub.emit({ type: 'message_create', message: this.json(message), audience: message.audience })
    return message
  }

  /** Changes what `input` gives and leaves the rest; `isAnswer`: fills a deferred answer, which is no edit. */
  edit(message: StoredMessage, input: MessageInput, uploads: readonly Upload[], isAnswer = false): void {
    const old = [...message.attachments, ...message.hiddenAttachments]
    const attachments = composeAttachments(input, uploads, old, message.channelId, this.files)
    const draft: StoredMessage = { ...message }
    draft.flags &= ~FLAG_LOADING
    if (input.flags !== undefined) {
      const isSuppressed = input.flags & FLAG_SUPPRESS_EMBEDS
      draft.flags = (draft.flags & ~FLAG_SUPPRESS_EMBEDS) | isSuppressed | (input.flags & FLAG_COMPONENTS_V2)
    }
    this.fill(draft, input, attachments)
    if ((draft.flags & FLAG_COMPONENTS_V2) !== 0 && (draft.content !== '' || draft.embeds.length > 0)) {
      const field = draft.content === '' ? 'embeds' : 'content'
      throw apiErrors.form([
        {
          path: [field],
          code: 'MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2',
          message: `The '${field}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2`,
        },
      ])
    }
    this.refuseEmpty(draft)
    draft.edited_ms = isAnswer ? message.edited_ms : this.time.now_ms()
    Object.assign(message, draft)
    this.dropUnused(message, old)
    this.announce(message)
  }

  /** Tells everybody that a message, its pin or its thread changed. */
  announce(message: StoredMessage): void {
    this.hub.emit({ type: 'message_update', message: this.json(message), audience: message.audience })
  }

  setHasThread(message: StoredMessage): void {
    message.flags |= FLAG_HAS_THREAD
    this.announce(message)
  }

  delete(message: StoredMessage): void {
    this.forget(message)
    const { channelId, audience } = message
    this.hub.emit({ type: 'message_delete', channelId, messageId: message.id, audience })
  }

  deleteAllOf(channelId: string): void {
    for (const message of this.list(channelId, null)) this.forget(message)
    this.byChannel.delete(channelId)
  }

  /** The living message that `author` sent with `nonce`, if it was not too long ago. */
  findNonce(author: FixtureUser, nonce: string | number): StoredMessage | undefined {
    const found = this.nonces.find(author, nonce)
    return found === undefined ? undefined : this.get(found.channelId, found.messageId)
  }

  keepNonce(message: StoredMessage, nonce: string | number): void {
    this.nonces.keep(message, nonce)
  }

  /** The message in the API's shape, now. */
  json(message: StoredMessage): APIMessage {
    const channel = this.channels.get(message.channelId)
    const thread = (message.flags & FLAG_HAS_THREAD) === 0 ? undefined : this.channels.get(message.id)
    const starter = message.type === MESSAGE_TYPE.threadStarter ? this.starterOf(message) : undefined
    const json = {
      id: message.id,
      channel_id: message.channelId,
      type: message.type,
      content: message.content,
      author: userJson(message.author),
      timestamp: isoOf(message.created_ms),
      edited_timestamp: message.edited_ms === null ? null : isoOf(message.edited_ms),
      flags: message.flags,
      ...message.mentions,
      attachments: message.attachments,
      embeds: message.embeds,
      components: message.components,
      pinned: channel?.pins.some((pin) => pin.messageId === message.id) ?? false,
      tts: false,
      ...message.extra,
      ...(thread === undefined ? {} : { thread: this.channels.json(thread) }),
      ...(starter === undefined ? {} : { referenced_message: starter }),
    }
    // Embeds and components are kept as they were posted, as JSON; posts are checked when they arrive, by the schemas.
    return structuredClone(json) as unknown as APIMessage
  }

  /** The message that a thread was made from, as it is now; null when it is gone. */
  private starterOf(message: StoredMessage): APIMessage | null {
    const parentId = this.channels.get(message.channelId)?.thread?.parentId ?? ''
    const starter = this.get(parentId, message.channelId)
    return starter === undefined ? null : this.json(starter)
  }

  private fill(message: StoredMessage, input: MessageInput, attachments: readonly AttachmentJson[]): void {
    if (input.content !== undefined) message.content = String(input.content ?? '')
    const isHidden = new Set(message.hiddenAttachments.map((item) => item.id))
    if (input.embeds !== undefined) {
      const { json, used } = composeEmbeds(input.embeds ?? [], attachments)
      message.embeds = json
      isHidden.clear()
      for (const id of used) isHidden.add(id)
    }
    if (input.components !== undefined) {
      message.components = composeComponents(input.components ?? [], attachments, this.nextId)
    }
    message.attachments = attachments
      .filter((item) => !isHidden.has(item.id))
      .map((item) => (message.audience === null ? item : { ...item, ephemeral: true }))
    message.hiddenAttachments = attachments.filter((item) => isHidden.has(item.id))
    message.mentions = findMentions(message.content, message.components, input.allowed_mentions)
  }

  private refuseEmpty(message: StoredMessage): void {
    const isV2 = (message.flags & FLAG_COMPONENTS_V2) !== 0
    const shown = isV2 ? message.components : [...message.embeds, ...message.attachments, ...message.hiddenAttachments]
    if (message.content === '' && shown.length === 0) throw apiErrors.emptyMessage()
  }

  private store(channel: Channel, message: StoredMessage): void {
    const messages = this.byChannel.get(channel.id) ?? new Map<string, StoredMessage>()
    this.byChannel.set(channel.id, messages)
    messages.set(message.id, message)
    if (message.audience === null) this.channels.touch(channel, message.id)
    for (const oldest of messages.values()) {
      if (messages.size <= MESSAGES_PER_CHANNEL_MAX) break
      this.forget(oldest)
    }
  }

  private forget(message: StoredMessage): void {
    this.byChannel.get(message.channelId)?.delete(message.id)
    for (const item of [...message.attachments, ...message.hiddenAttachments]) this.files.delete(item.id)
    const channel = this.channels.get(message.channelId)
    if (channel === undefined) return
    channel.pins = channel.pins.filter((pin) => pin.messageId !== message.id)
    if (channel.thread !== null && message.audience === null) {
      channel.thread.messageCount = Math.max(0, channel.thread.messageCount - 1)
    }
  }

  private dropUnused(message: StoredMessage, old: readonly AttachmentJson[]): void {
    const text = JSON.stringify([message.embeds, message.components, message.attachments, message.hiddenAttachments])
    for (const item of old) if (!text.includes(item.url)) this.files.delete(item.id)
  }
}
