/** Which dispatch, if any, tells a session of an event, as its intents allow. */
import { GatewayIntentBits as Intent } from 'discord-api-types/v10'
import { findUser, memberJson, memberWithUserJson } from '../directory.ts'
import { BOT_USER, GUILD_ID } from '../fixtures.ts'
import type { SimEvent } from '../hub.ts'
import type { World } from '../world.ts'
import type { GatewaySession } from './session.ts'

interface Dispatch {
  readonly type: string
  readonly data: unknown
}

type MessageEvent = Extract<SimEvent, { type: 'message_create' | 'message_update' }>

/** Without the privileged intent, what others wrote is blank unless the bot is mentioned. */
function messageData(event: MessageEvent) {
  const { message } = event
  const author = findUser(message.author.id)
  const isBlank = author?.bot !== true && !message.mentions.some((user) => user.id === BOT_USER.id)
  return {
    ...message,
    ...(isBlank ? { content: '', embeds: [], attachments: [], components: [] } : {}),
    guild_id: GUILD_ID,
    ...(author === undefined ? {} : { member: memberJson(author) }),
  }
}

function threadData(world: World, threadId: string, isNew: boolean): unknown {
  const channel = world.channels.get(threadId)
  if (channel === undefined) return undefined
  return {
    ...world.channels.json(channel),
    ...(isNew ? { newly_created: true } : {}),
    member: world.channels.memberJson(channel, BOT_USER.id),
  }
}

function guildEvent(event: SimEvent, world: World): Dispatch | null {
  switch (event.type) {
    case 'thread_create':
    case 'thread_update': {
      const isNew = event.type === 'thread_create'
      return { type: isNew ? 'THREAD_CREATE' : 'THREAD_UPDATE', data: threadData(world, event.threadId, isNew) }
    }
    case 'thread_delete':
      return {
        type: 'THREAD_DELETE',
        data: { id: event.threadId, guild_id: GUILD_ID, parent_id: event.parentId, type: 11 },
      }
    case 'pins_update':
      return {
        type: 'CHANNEL_PINS_UPDATE',
        data: { guild_id: GUILD_ID, channel_id: event.channelId, last_pin_timestamp: event.lastPin },
      }
    default:
      return null
  }
}

function messageEvent(event: SimEvent): Dispatch | null {
  switch (event.type) {
    case 'message_create':
      return event.audience === null ? { type: 'MESSAGE_CREATE', data: messageData(event) } : null
    case 'message_update':
      return event.audience === null ? { type: 'MESSAGE_UPDATE', data: messageData(event) } : null
    case 'message_delete':
      return event.audience === null
        ? { type: 'MESSAGE_DELETE', data: { id: event.messageId, channel_id: event.channelId, guild_id: GUILD_ID } }
        : null
    default:
      return null
  }
}

export function dispatchOf(event: SimEvent, session: GatewaySession, world: World): Dispatch | null {
  if (event.type === 'interaction_create') {
    const isOurs = event.applicationId === session.application.user.id
    return isOurs ? { type: 'INTERACTION_CREATE', data: event.payload } : null
  }
  if (event.type === 'typing') {
    const user = findUser(event.userId)
    if (!session.hears(Intent.GuildMessageTyping) || user === undefined) return null
    return {
      type: 'TYPING_START',
      data: {
        channel_id: event.channelId,
        guild_id: GUILD_ID,
        user_id: user.id,
        timestamp: Math.floor(world.time.now_ms() / 1_000),
        member: memberWithUserJson(user),
      },
    }
  }
  if (event.type.startsWith('message')) return session.hears(Intent.GuildMessages) ? messageEvent(event) : null
  return session.hears(Intent.Guilds) ? guildEvent(event, world) : null
}
