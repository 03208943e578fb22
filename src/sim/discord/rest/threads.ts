/** Channels and threads: read, change, open from a message or without one, members, archived ones. */
import { PermissionFlagsBits as P } from 'discord-api-types/v10'
import { z } from 'zod'
import { ARCHIVE_MINUTES, type Channel } from '../channels.ts'
import { findUser } from '../directory.ts'
import { apiErrors } from '../errors.ts'
import { BOT_USER, GUILD_ID } from '../fixtures.ts'
import { MESSAGE_TYPE, NOTHING } from '../message.ts'
import { optional, parseForm, text } from '../schema/form.ts'
import type { World } from '../world.ts'
import { publicMessage } from './messages.ts'
import { type Answer, type Call, channelOf, created, intOf, NO_CONTENT, ok, type Route } from './route.ts'

const major = ['channel']
const CREATES = { name: 'threads-create', limit: 50, window_ms: 300_000 }
const CHANGES = { name: 'channel-patch', limit: 5, window_ms: 15_000 }
const PUBLIC_THREAD = 11

const archiveAfter = optional(z.literal(ARCHIVE_MINUTES))
const slowmode = optional(z.int().min(0).max(21_600))
const openBody = z.object({
  name: text(1, 100),
  auto_archive_duration: archiveAfter,
  rate_limit_per_user: slowmode,
  type: optional(z.literal([10, 11, 12])),
})
const patchBody = z.object({
  name: optional(text(1, 100)),
  archived: optional(z.boolean()),
  locked: optional(z.boolean()),
  auto_archive_duration: archiveAfter,
  rate_limit_per_user: slowmode,
})
const DEFAULT_ARCHIVE_MIN = 4320

/** A channel that can have threads; a thread cannot. */
function parentOf(call: Call, world: World): Channel {
  const channel = channelOf(call, world)
  if (channel.thread !== null) throw apiErrors.wrongChannelType()
  world.demand(BOT_USER, P.CreatePublicThreads)
  return channel
}

function open(call: Call, world: World, parent: Channel, id: string): Channel {
  const form = parseForm(openBody, call.body)
  return world.channels.openThread({
    id,
    parentId: parent.id,
    ownerId: BOT_USER.id,
    name: form.name,
    autoArchive_min: form.auto_archive_duration ?? DEFAULT_ARCHIVE_MIN,
    slowmode_s: form.rate_limit_per_user ?? 0,
  })
}

const withMember = (world: World, channel: Channel) => ({
  ...world.channels.json(channel),
  member: world.channels.memberJson(channel, BOT_USER.id),
})

function openFromMessage(call: Call, world: World): Answer {
  const parent = parentOf(call, world)
  const message = publicMessage(call, world)
  if (world.channels.get(message.id) !== undefined) throw apiErrors.threadExists()
  const thread = open(call, world, parent, message.id)
  world.messages.setHasThread(message)
  const reference = { type: 0, channel_id: parent.id, message_id: message.id, guild_id: GUILD_ID }
  world.messages.create({
    channel: thread,
    author: BOT_USER,
    input: NOTHING,
    uploads: [],
    type: MESSAGE_TYPE.threadStarter,
    extra: { message_reference: reference },
  })
  if (thread.thread !== null) thread.thread.messageCount = 0
  return created(withMember(world, thread))
}

function openAlone(call: Call, world: World): Answer {
  const parent = parentOf(call, world)
  const { name, type } = parseForm(openBody, call.body)
  if (type !== undefined && type !== PUBLIC_THREAD) throw apiErrors.missingPermissions()
  const thread = open(call, world, parent, world.nextId())
  const reference = { type: 0, channel_id: thread.id, guild_id: GUILD_ID }
  world.messages.create({
    channel: parent,
    author: BOT_USER,
    input: { ...NOTHING, content: name },
    uploads: [],
    type: MESSAGE_TYPE.threadCreated,
    extra: { message_reference: reference },
  })
  return created(withMember(world, thread))
}

function change(call: Call, world: World): Answer {
  const channel = channelOf(call, world)
  if (channel.thread === null) throw apiErrors.missingPermissions()
  const form = parseForm(patchBody, call.body)
  const isOwn = channel.thread.ownerId === BOT_USER.id
  if (form.locked !== undefined || !isOwn) world.demand(BOT_USER, P.ManageThreads)
  if (channel.thread.locked) world.demand(BOT_USER, P.ManageThreads)
  // An archived thread can only be woken; anything else has to come with that.
  if (channel.thread.archived && form.archived === undefined) throw apiErrors.threadArchived()
  channel.name = form.name ?? channel.name
  channel.slowmode_s = form.rate_limit_per_user ?? channel.slowmode_s
  world.channels.setThread(channel, {
    ...(form.archived === undefined ? {} : { archived: form.archived }),
    ...(form.locked === undefined ? {} : { locked: form.locked }),
    ...(form.auto_archive_duration === undefined ? {} : { autoArchive_min: form.auto_archive_duration }),
  })
  return ok(world.channels.json(channel))
}

function remove(call: Call, world: World): Answer {
  const channel = channelOf(call, world)
  if (channel.thread === null) throw apiErrors.missingPermissions()
  world.demand(BOT_USER, P.ManageThreads)
  const json = world.channels.json(channel)
  world.messages.deleteAllOf(channel.id)
  world.channels.delete(channel)
  return ok(json)
}

function threadOf(call: Call, world: World): Channel {
  const channel = channelOf(call, world)
  if (channel.thread === null) throw apiErrors.wrongChannelType()
  return channel
}

export const threadRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/channels/:channel',
    run: (call, world) => {
      const channel = channelOf(call, world)
      world.demand(BOT_USER, 0n)
      return ok(channel.thread === null ? world.channels.json(channel) : withMember(world, channel))
    },
  },
  { method: 'PATCH', path: '/channels/:channel', bucket: CHANGES, major, run: change },
  { method: 'DELETE', path: '/channels/:channel', run: remove },
  {
    method: 'POST',
    path: '/channels/:channel/messages/:message/threads',
    bucket: CREATES,
    major,
    run: openFromMessage,
  },
  { method: 'POST', path: '/channels/:channel/threads', bucket: CREATES, major, run: openAlone },
  {
    method: 'GET',
    path: '/channels/:channel/threads/archived/public',
    run: (call, world) => {
      const parent = channelOf(call, world)
      const limit = intOf(call, 'limit', 50, 1, 100)
      const threads = world.channels
        .threads()
        .filter((channel) => channel.thread?.parentId === parent.id && channel.thread.archived)
        .reverse()
      const shown = threads.slice(0, limit)
      return ok({
        threads: shown.map((channel) => world.channels.json(channel)),
        members: shown.flatMap((channel) => world.channels.memberJson(channel, BOT_USER.id) ?? []),
        has_more: threads.length > limit,
      })
    },
  },
  {
    method: 'GET',
    path: '/channels/:channel/thread-members',
    run: (call, world) => {
      const channel = threadOf(call, world)
      const ids = [...(channel.thread?.members.keys() ?? [])]
      return ok(ids.flatMap((id) => world.channels.memberJson(channel, id) ?? []))
    },
  },
  ...(['PUT', 'DELETE'] as const).map(
    (method): Route => ({
      method,
      path: '/channels/:channel/thread-members/:user',
      run: (call, world) => {
        const channel = threadOf(call, world)
        world.refuseArchived(channel)
        const userId = call.params.user === '@me' ? BOT_USER.id : (call.params.user ?? '')
        if (findUser(userId) === undefined) throw apiErrors.unknownUser()
        if (method === 'PUT') world.channels.join(channel, userId)
        else world.channels.leave(channel, userId)
        return NO_CONTENT
      },
    }),
  ),
]
