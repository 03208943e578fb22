/** What a session is told once it has identified itself. */
import { guildJson, memberWithUserJson, USERS, userJson } from '../directory.ts'
import { BOT_USER, GUILD_ID } from '../fixtures.ts'
import type { World } from '../world.ts'
import type { GatewaySession } from './session.ts'

/** READY; `url` is where to resume. */
export function readyJson(session: GatewaySession, url: string) {
  return {
    v: 10,
    user: { ...userJson(session.application.user), mfa_enabled: false, verified: true, email: null },
    user_settings: {},
    session_type: 'normal',
    session_id: session.id,
    resume_gateway_url: url,
    relationships: [],
    private_channels: [],
    presences: [],
    guilds: [{ id: GUILD_ID, unavailable: true }],
    guild_join_requests: [],
    geo_ordered_rtc_regions: [],
    application: { id: session.application.user.id, flags: 0 },
    auth: {},
    shard: [0, 1],
    _trace: ['sim'],
  }
}

/** GUILD_CREATE, with what the bot may see of the guild. */
export function guildCreateJson(world: World) {
  const { channels } = world
  return {
    ...guildJson(),
    joined_at: memberWithUserJson(BOT_USER).joined_at,
    large: false,
    unavailable: false,
    lazy: true,
    member_count: USERS.length,
    members: [memberWithUserJson(BOT_USER)],
    voice_states: [],
    presences: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
    embedded_activities: [],
    channels: channels.texts().map((channel) => channels.json(channel)),
    threads: channels
      .threads()
      .filter((channel) => channel.thread?.archived === false)
      .map((channel) => ({ ...channels.json(channel), member: channels.memberJson(channel, BOT_USER.id) })),
  }
}
