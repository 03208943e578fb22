/**
 * What each frame from the server does to the state. Pure but for the tree it is given: no clock, no network.
 *
 * Entry point: `applyFrame`.
 * 1. Messages of a feed are ordered by id and each id is there once, however often and late it comes.
 * 2. What a new connection tells replaces what the last one told; drafts and the open channel stay.
 */
import type { APIMessage } from 'discord.js'
import type { PageChannel, ServerFrame } from '../../discord/page-api.ts'
import { type AppState, feedOf } from './state.ts'

const MESSAGES_KEPT_MAX = 1_000

export function applyFrame(state: AppState, frame: ServerFrame): void {
  switch (frame.type) {
    case 'hello':
      applyHello(state, frame)
      return
    case 'selected':
      state.userId = frame.userId
      state.commands = frame.commands
      return
    case 'commands_update':
      state.commands = frame.commands
      return
    case 'presence':
      state.botOnline = frame.botOnline
      return
    case 'outage':
      state.desk.outageUntil_ms = frame.until_ms
      return
    case 'pins':
      state.pinned.set(frame.channelId, frame.messages)
      return
    case 'messages':
      applyMessages(state, frame)
      return
    case 'message_create':
    case 'message_update':
      applyMessage(state, frame.message, frame.ephemeral, frame.type === 'message_create')
      return
    case 'message_delete':
      dropMessage(state, frame.channelId, frame.messageId)
      return
    case 'channel_update':
    case 'thread_create':
    case 'thread_update':
      putChannel(state, frame.channel)
      return
    case 'thread_delete':
      dropChannel(state, frame.channelId)
      return
    case 'typing': {
      const users = state.typing.get(frame.channelId) ?? new Map<string, number>()
      state.typing.set(frame.channelId, users.set(frame.userId, frame.until_ms))
      return
    }
    case 'interaction_state':
      applyInteraction(state, frame)
      return
    case 'modal_open': {
      const channelId = state.pending.get(frame.ref)?.channelId ?? state.channelId ?? ''
      state.modal = { modal: frame.modal, channelId, values: new Map(), submitting: null, error: null }
      state.pending.delete(frame.ref)
      return
    }
    case 'autocomplete_result':
      if (state.completion?.ref === frame.ref) state.completion.choices = frame.choices
      return
    case 'error':
      applyError(state, frame.ref, frame.message)
      return
  }
}

function applyHello(state: AppState, frame: Extract<ServerFrame, { type: 'hello' }>): void {
  const users = new Map(frame.users.map((user) => [user.id, user]))
  const roles = new Map(frame.roles.map((role) => [role.id, role]))
  state.world = { guild: frame.guild, application: frame.application, users, roles }
  state.botOnline = frame.botOnline
  state.channels = new Map(frame.channels.map((channel) => [channel.id, channel]))
  if (!state.channelId || !state.channels.has(state.channelId)) {
    state.channelId = frame.channels.find((channel) => channel.kind === 'text')?.id ?? null
  }
  if (state.threadId && !state.channels.has(state.threadId)) state.threadId = null
  state.desk.outageUntil_ms = frame.outageUntil_ms
  state.desk.canKillWorker = frame.canKillWorker
  state.market.isThere = frame.hasMarket
  state.market.status = frame.hasMarket ? 'unknown' : 'unavailable'
  state.feeds.clear()
  state.pinned.clear()
  state.jump = null
  state.pending.clear()
  state.modal = null
  state.select = null
}

function applyMessages(state: AppState, frame: Extract<ServerFrame, { type: 'messages' }>): void {
  const feed = feedOf(state, frame.channelId)
  feed.messages = merge(feed.messages, frame.messages)
  for (const message of frame.messages) if (isEphemeral(message)) feed.ephemeral.add(message.id)
  feed.hasMore = frame.hasMore
  feed.status = 'loaded'
}

function applyMessage(state: AppState, message: APIMessage, ephemeral: boolean, isNew: boolean): void {
  const feed = feedOf(state, message.channel_id)
  refreshPin(state, message)
  refreshStarter(state, message)
  if (!isNew && !feed.messages.some((known) => known.id === message.id)) return
  feed.messages = merge(feed.messages, [message])
  if (ephemeral || isEphemeral(message)) feed.ephemeral.add(message.id)
  state.typing.get(message.channel_id)?.delete(message.author.id)
  if (isNew && message.channel_id !== state.channelId && message.channel_id !== state.threadId) {
    state.unread.add(message.channel_id)
  }
}

/** A pinned message that changes is shown as it is now; one that is not pinned any more goes from the list. */
function refreshPin(state: AppState, message: APIMessage): void {
  const known = state.pinned.get(message.channel_id)
  if (!known?.some(({ id }) => id === message.id)) return
  const now = known.map((one) => (one.id === message.id ? message : one)).filter((one) => one.pinned)
  state.pinned.set(message.channel_id, now)
}

/** An open thread shows the message it was made from as it is now. */
function refreshStarter(state: AppState, message: APIMessage): void {
  const thread = state.feeds.get(message.id)
  if (!thread) return
  thread.messages = thread.messages.map((one) => (one.type === 21 ? { ...one, referenced_message: message } : one))
}

function dropMessage(state: AppState, channelId: string, messageId: string): void {
  const feed = feedOf(state, channelId)
  feed.messages = feed.messages.filter((message) => message.id !== messageId)
  feed.ephemeral.delete(messageId)
  const pinned = state.pinned.get(channelId)
  if (pinned)
    state.pinned.set(
      channelId,
      pinned.filter(({ id }) => id !== messageId),
    )
}

function putChannel(state: AppState, channel: PageChannel): void {
  state.channels = new Map(state.channels).set(channel.id, channel)
}

function dropChannel(state: AppState, channelId: string): void {
  const channels = new Map(state.channels)
  channels.delete(channelId)
  state.channels = channels
  state.feeds.delete(channelId)
  if (state.threadId === channelId) state.threadId = null
}

function applyInteraction(state: AppState, frame: Extract<ServerFrame, { type: 'interaction_state' }>): void {
  const pending = state.pending.get(frame.ref)
  if (state.modal?.submitting === frame.ref) {
    if (frame.state === 'failed') {
      state.modal.error = frame.text
      state.modal.submitting = null
    } else if (frame.state !== 'pending') state.modal = null
  }
  if (!pending || frame.state === 'pending') return
  if (frame.state === 'failed') pending.failure = frame.text ?? 'This interaction failed'
  else if (frame.state === 'done' || pending.what.kind === 'slash') state.pending.delete(frame.ref)
}

function applyError(state: AppState, ref: string | null, message: string): void {
  const pending = ref === null ? undefined : state.pending.get(ref)
  if (state.modal?.submitting === ref && state.modal) {
    state.modal.error = message
    state.modal.submitting = null
    state.pending.delete(ref ?? '')
  } else if (pending) pending.failure = message
  else if (state.completion?.ref === ref && state.completion) state.completion.choices = []
  else state.ui.toast = message
}

const EPHEMERAL = 64
const isEphemeral = (message: APIMessage): boolean => ((message.flags ?? 0) & EPHEMERAL) !== 0

function merge(known: readonly APIMessage[], added: readonly APIMessage[]): readonly APIMessage[] {
  const byId = new Map(known.map((message) => [message.id, message]))
  for (const message of added) byId.set(message.id, message)
  const all = [...byId.values()].sort((a, b) => compareIds(a.id, b.id))
  return all.slice(-MESSAGES_KEPT_MAX)
}

/** Snowflakes are decimal numbers too large for exact floating point: the longer is larger, then the text decides. */
export const compareIds = (a: string, b: string): number => a.length - b.length || (a < b ? -1 : a > b ? 1 : 0)
