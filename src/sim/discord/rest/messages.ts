/** Messages of channels: list, read, create (with nonce), edit, delete, bulk delete, typing. */
import { PermissionFlagsBits as P } from 'discord-api-types/v10'
import { z } from 'zod'
import type { Channel } from '../channels.ts'
import { apiErrors } from '../errors.ts'
import { BOT_USER, GUILD_ID } from '../fixtures.ts'
import { MESSAGE_TYPE, type StoredMessage } from '../message.ts'
import { pageOf } from '../message-page.ts'
import { list, parseForm, snowflake } from '../schema/form.ts'
import { FLAG_COMPONENTS_V2, type MessageInput, parseMessage } from '../schema/message.ts'
import type { World } from '../world.ts'
import { type Answer, type Call, channelOf, intOf, NO_CONTENT, ok, type Route } from './route.ts'

const MESSAGES = '/channels/:channel/messages'
const major = ['channel']
const bucket = (name: string, limit = 5, window_ms = 5_000) => ({ name, limit, window_ms })

/** A message that everybody sees; ephemeral ones are out of reach here. */
export function publicMessage(call: Call, world: World): StoredMessage {
  const message = world.messages.get(channelOf(call, world).id, call.params.message ?? '')
  if (message === undefined || message.audience !== null) throw apiErrors.unknownMessage()
  return message
}

function demandToWrite(call: Call, world: World, channel: Channel, input: MessageInput): void {
  world.demand(BOT_USER, channel.thread === null ? P.SendMessages : P.SendMessagesInThreads)
  if ((input.embeds ?? []).length > 0) world.demand(BOT_USER, P.EmbedLinks)
  if (call.uploads.length > 0) world.demand(BOT_USER, P.AttachFiles)
}

function referenceOf(channel: Channel, world: World, input: MessageInput): Record<string, unknown> {
  const messageId = input.message_reference?.message_id
  if (messageId === undefined) return {}
  const target = world.messages.get(channel.id, messageId)
  if (target === undefined) {
    if (input.message_reference?.fail_if_not_exists === false) return {}
    throw apiErrors.form([{ path: ['message_reference'], code: 'REPLIES_UNKNOWN_MESSAGE', message: 'Unknown message' }])
  }
  const reference = { type: 0, channel_id: channel.id, message_id: messageId, guild_id: GUILD_ID }
  return { message_reference: reference, referenced_message: world.messages.json(target) }
}

function create(call: Call, world: World): Answer {
  const channel = channelOf(call, world)
  const input = parseMessage(call.body, false)
  demandToWrite(call, world, channel, input)
  const { nonce } = input
  if (nonce !== undefined && input.enforce_nonce === true) {
    const existing = world.messages.findNonce(BOT_USER, nonce)
    if (existing !== undefined) return ok({ ...world.messages.json(existing), nonce })
  }
  const extra = referenceOf(channel, world, input)
  const message = world.messages.create({
    channel: world.wake(channel, BOT_USER),
    author: BOT_USER,
    input,
    uploads: call.uploads,
    type: 'message_reference' in extra ? MESSAGE_TYPE.reply : MESSAGE_TYPE.default,
    extra,
  })
  if (nonce === undefined) return ok(world.messages.json(message))
  world.messages.keepNonce(message, nonce)
  return ok({ ...world.messages.json(message), nonce })
}

function edit(call: Call, world: World): Answer {
  const message = publicMessage(call, world)
  if (message.author.id !== BOT_USER.id) throw apiErrors.notAuthor()
  world.demand(BOT_USER, 0n)
  world.refuseArchived(channelOf(call, world))
  const input = parseMessage(call.body, (message.flags & FLAG_COMPONENTS_V2) !== 0)
  if (call.uploads.length > 0) world.demand(BOT_USER, P.AttachFiles)
  world.messages.edit(message, input, call.uploads)
  return ok(world.messages.json(message))
}

function remove(call: Call, world: World): Answer {
  const message = publicMessage(call, world)
  world.refuseArchived(channelOf(call, world))
  if (message.author.id !== BOT_USER.id) world.demand(BOT_USER, P.ManageMessages)
  if (message.type === MESSAGE_TYPE.threadStarter) throw apiErrors.systemMessage()
  world.messages.delete(message)
  return NO_CONTENT
}

const bulkBody = z.object({ messages: list(snowflake, 0, 1000) })

function bulkDelete(call: Call, world: World): Answer {
  const channel = channelOf(call, world)
  world.demand(BOT_USER, P.ManageMessages)
  const { messages } = parseForm(bulkBody, call.body)
  if (messages.length < 2 || messages.length > 100) throw apiErrors.bulkDeleteCount()
  for (const id of messages) {
    const message = world.messages.get(channel.id, id)
    if (message?.audience === null) world.messages.delete(message)
  }
  return NO_CONTENT
}

export const messageRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: MESSAGES,
    bucket: bucket('messages-list', 10),
    major,
    run: (call, world) => {
      const channel = channelOf(call, world)
      world.demand(BOT_USER, P.ReadMessageHistory)
      const { before, after, around } = call.query
      const limit = intOf(call, 'limit', 50, 1, 100)
      const page = pageOf(world.messages.list(channel.id, null), { before, after, around, limit })
      return ok(page.map((message) => world.messages.json(message)))
    },
  },
  { method: 'POST', path: MESSAGES, bucket: bucket('messages-create'), major, run: create },
  {
    method: 'POST',
    path: `${MESSAGES}/bulk-delete`,
    bucket: bucket('messages-bulk', 1, 3_000),
    major,
    run: bulkDelete,
  },
  {
    method: 'GET',
    path: `${MESSAGES}/:message`,
    bucket: bucket('messages-get', 10),
    major,
    run: (call, world) => {
      const message = publicMessage(call, world)
      world.demand(BOT_USER, P.ReadMessageHistory)
      return ok(world.messages.json(message))
    },
  },
  { method: 'PATCH', path: `${MESSAGES}/:message`, bucket: bucket('messages-edit'), major, run: edit },
  { method: 'DELETE', path: `${MESSAGES}/:message`, bucket: bucket('messages-delete', 5, 1_000), major, run: remove },
  {
    method: 'POST',
    path: '/channels/:channel/typing',
    bucket: bucket('typing'),
    major,
    run: (call, world) => {
      const channel = channelOf(call, world)
      world.demand(BOT_USER, P.SendMessages)
      world.hub.emit({ type: 'typing', channelId: channel.id, userId: BOT_USER.id })
      return NO_CONTENT
    },
  },
]
