/** Pinned messages, by the present routes (`messages/pins`) and the former ones (`pins`). */
import { PermissionFlagsBits as P } from 'discord-api-types/v10'
import { type Channel, isoOf, PINS_MAX } from '../channels.ts'
import { apiErrors } from '../errors.ts'
import { BOT_USER, GUILD_ID } from '../fixtures.ts'
import { MESSAGE_TYPE, NOTHING, type StoredMessage } from '../message.ts'
import type { World } from '../world.ts'
import { publicMessage } from './messages.ts'
import { type Answer, type Call, channelOf, intOf, NO_CONTENT, ok, type Route } from './route.ts'

const bucket = { name: 'pins', limit: 5, window_ms: 4_000 }
const major = ['channel']

const announce = (world: World, channel: Channel, message: StoredMessage): void => {
  const newest = channel.pins[0]
  world.hub.emit({
    type: 'pins_update',
    channelId: channel.id,
    lastPin: newest === undefined ? null : isoOf(newest.at_ms),
  })
  world.messages.announce(message)
}

function pin(call: Call, world: World): Answer {
  const channel = channelOf(call, world)
  const message = publicMessage(call, world)
  world.demand(BOT_USER, P.PinMessages)
  world.refuseArchived(channel)
  if (channel.pins.some((one) => one.messageId === message.id)) return NO_CONTENT
  if (channel.pins.length >= PINS_MAX) throw apiErrors.pinsMax()
  channel.pins.unshift({ messageId: message.id, at_ms: world.time.now_ms() })
  announce(world, channel, message)
  const reference = { type: 0, channel_id: channel.id, message_id: message.id, guild_id: GUILD_ID }
  world.messages.create({
    channel,
    author: BOT_USER,
    input: NOTHING,
    uploads: [],
    type: MESSAGE_TYPE.pinned,
    extra: { message_reference: reference },
  })
  return NO_CONTENT
}

function unpin(call: Call, world: World): Answer {
  const channel = channelOf(call, world)
  const message = publicMessage(call, world)
  world.demand(BOT_USER, P.PinMessages)
  world.refuseArchived(channel)
  channel.pins = channel.pins.filter((one) => one.messageId !== message.id)
  announce(world, channel, message)
  return NO_CONTENT
}

function pinned(call: Call, world: World): readonly { at_ms: number; message: StoredMessage }[] {
  const channel = channelOf(call, world)
  world.demand(BOT_USER, P.ReadMessageHistory)
  return channel.pins.flatMap(({ messageId, at_ms }) => {
    const message = world.messages.get(channel.id, messageId)
    return message === undefined ? [] : [{ at_ms, message }]
  })
}

export const pinRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/channels/:channel/messages/pins',
    bucket,
    major,
    run: (call, world) => {
      const limit = intOf(call, 'limit', 50, 1, 50)
      const before_ms = call.query.before === undefined ? Number.POSITIVE_INFINITY : Date.parse(call.query.before)
      const all = pinned(call, world).filter(({ at_ms }) => at_ms < before_ms)
      return ok({
        items: all
          .slice(0, limit)
          .map(({ at_ms, message }) => ({ pinned_at: isoOf(at_ms), message: world.messages.json(message) })),
        has_more: all.length > limit,
      })
    },
  },
  {
    method: 'GET',
    path: '/channels/:channel/pins',
    bucket,
    major,
    run: (call, world) => ok(pinned(call, world).map(({ message }) => world.messages.json(message))),
  },
  ...['/channels/:channel/messages/pins/:message', '/channels/:channel/pins/:message'].flatMap(
    (path): readonly Route[] => [
      { method: 'PUT', path, bucket, major, run: pin },
      { method: 'DELETE', path, bucket, major, run: unpin },
    ],
  ),
]
