/** Gateway address, application, users, guild, roles and members. */

import {
  applicationJson,
  findUser,
  guildJson,
  memberWithUserJson,
  roleJsonOf,
  rolesJson,
  USERS,
  userJson,
} from '../directory.ts'
import { apiErrors } from '../errors.ts'
import { BOT_USER, GUILD_ID, GUILD_NAME } from '../fixtures.ts'
import type { World } from '../world.ts'
import { type Call, demandGuild, ok, type Route } from './route.ts'

const SESSION_STARTS = { total: 1000, remaining: 1000, reset_after: 86_400_000, max_concurrency: 1 }
const gatewayUrl = (call: Call): string => `${call.origin.replace(/^http/, 'ws')}/gateway`

function memberJson(call: Call) {
  demandGuild(call)
  const id = call.params.user === '@me' ? BOT_USER.id : (call.params.user ?? '')
  const user = findUser(id)
  if (user === undefined) throw apiErrors.unknownMember()
  return memberWithUserJson(user)
}

const selfJson = () => ({ ...userJson(BOT_USER), mfa_enabled: false, locale: 'en-US', verified: true, email: null })

const myGuildJson = (world: World) => ({
  id: GUILD_ID,
  name: GUILD_NAME,
  icon: null,
  banner: null,
  owner: false,
  permissions: world.directory.permissionBits(BOT_USER).toString(),
  features: [],
})

export const guildRoutes: readonly Route[] = [
  { method: 'GET', path: '/gateway', byToken: true, run: (call) => ok({ url: gatewayUrl(call) }) },
  {
    method: 'GET',
    path: '/gateway/bot',
    anyBot: true,
    run: (call) => ok({ url: gatewayUrl(call), shards: 1, session_start_limit: SESSION_STARTS }),
  },
  { method: 'GET', path: '/applications/@me', run: () => ok(applicationJson()) },
  { method: 'GET', path: '/oauth2/applications/@me', run: () => ok(applicationJson()) },
  { method: 'GET', path: '/users/@me', run: () => ok(selfJson()) },
  { method: 'GET', path: '/users/@me/guilds', run: (_call, world) => ok([myGuildJson(world)]) },
  {
    method: 'GET',
    path: '/users/:user',
    run: (call) => {
      const user = findUser(call.params.user ?? '')
      if (user === undefined) throw apiErrors.unknownUser()
      return ok(userJson(user))
    },
  },
  {
    method: 'GET',
    path: '/guilds/:guild',
    run: (call) => {
      demandGuild(call)
      const counts = { approximate_member_count: USERS.length, approximate_presence_count: USERS.length }
      return ok({ ...guildJson(), ...(call.query.with_counts === 'true' ? counts : {}) })
    },
  },
  {
    method: 'GET',
    path: '/guilds/:guild/roles',
    run: (call) => {
      demandGuild(call)
      return ok(rolesJson())
    },
  },
  {
    method: 'GET',
    path: '/guilds/:guild/roles/:role',
    run: (call) => {
      demandGuild(call)
      const role = roleJsonOf(call.params.role ?? '')
      if (role === undefined) throw apiErrors.unknownRole()
      return ok(role)
    },
  },
  {
    method: 'GET',
    path: '/guilds/:guild/channels',
    run: (call, world) => {
      demandGuild(call)
      return ok(world.channels.texts().map((channel) => world.channels.json(channel)))
    },
  },
  {
    method: 'GET',
    path: '/guilds/:guild/threads/active',
    run: (call, world) => {
      demandGuild(call)
      const threads = world.channels.threads().filter((channel) => channel.thread?.archived === false)
      return ok({
        threads: threads.map((channel) => world.channels.json(channel)),
        members: threads.flatMap((channel) => world.channels.memberJson(channel, BOT_USER.id) ?? []),
        has_more: false,
      })
    },
  },
  {
    method: 'GET',
    path: '/guilds/:guild/members',
    // The list of members needs the privileged intent, which this application has not been granted.
    run: (call) => {
      demandGuild(call)
      throw apiErrors.missingAccess()
    },
  },
  { method: 'GET', path: '/guilds/:guild/members/:user', run: (call) => ok(memberJson(call)) },
  {
    method: 'GET',
    path: '/users/@me/guilds/:guild/member',
    run: (call) => ok(memberJson({ ...call, params: { ...call.params, user: '@me' } })),
  },
]
