/**
 * The unchanging part of the simulated server in the API's shapes: people, roles, members, application, permissions.
 */
import { PermissionFlagsBits as P } from 'discord-api-types/v10'
import {
  APPLICATION_ID,
  APPROVER_ROLE_ID,
  BOT_ROLE_ID,
  BOT_USER,
  type FixtureUser,
  GUILD_ID,
  GUILD_NAME,
  OPERATOR_ROLE_ID,
  OWNER_ID,
  PEOPLE,
  PUBLIC_KEY,
  VIEWER_ROLE_ID,
} from './fixtures.ts'

/** When everybody joined; any past moment will do. */
const JOINED_AT = '2024-01-15T09:30:00.000000+00:00'

const EVERYONE_BITS =
  P.ViewChannel |
  P.SendMessages |
  P.SendMessagesInThreads |
  P.CreatePublicThreads |
  P.EmbedLinks |
  P.AttachFiles |
  P.AddReactions |
  P.ReadMessageHistory |
  P.UseApplicationCommands |
  P.ChangeNickname

/** What the invite link of the desk asks for. */
const BOT_PERMISSIONS =
  P.ViewChannel |
  P.SendMessages |
  P.SendMessagesInThreads |
  P.CreatePublicThreads |
  P.ManageThreads |
  P.ManageMessages |
  P.PinMessages |
  P.EmbedLinks |
  P.AttachFiles |
  P.ReadMessageHistory |
  P.MentionEveryone |
  P.UseApplicationCommands

interface RoleFixture {
  readonly id: string
  readonly name: string
  readonly color: number
  readonly bits: bigint
  readonly managed: boolean
}

/** Lowest first; `@everyone` has the server's id. */
const ROLES: readonly RoleFixture[] = [
  { id: GUILD_ID, name: '@everyone', color: 0, bits: EVERYONE_BITS, managed: false },
  { id: VIEWER_ROLE_ID, name: 'Viewer', color: 0x95a5a6, bits: 0n, managed: false },
  { id: OPERATOR_ROLE_ID, name: 'Operator', color: 0x3498db, bits: 0n, managed: false },
  { id: APPROVER_ROLE_ID, name: 'Approver', color: 0xe67e22, bits: 0n, managed: false },
  { id: BOT_ROLE_ID, name: 'Phase4D', color: 0x5865f2, bits: BOT_PERMISSIONS, managed: true },
]

export const USERS: readonly FixtureUser[] = [BOT_USER, ...PEOPLE]

export const findUser = (id: string): FixtureUser | undefined => USERS.find((user) => user.id === id)

const roleJson = (role: RoleFixture, position: number) => ({
  id: role.id,
  name: role.name,
  description: null,
  color: role.color,
  colors: { primary_color: role.color, secondary_color: null, tertiary_color: null },
  hoist: role.color !== 0,
  icon: null,
  unicode_emoji: null,
  position,
  permissions: role.bits.toString(),
  managed: role.managed,
  mentionable: role.color !== 0 && !role.managed,
  flags: 0,
  ...(role.managed ? { tags: { bot_id: BOT_USER.id } } : {}),
})

export const rolesJson = () => ROLES.map(roleJson)

export const roleJsonOf = (id: string) => rolesJson().find((role) => role.id === id)

export const isRole = (id: string): boolean => ROLES.some((role) => role.id === id)

export const userJson = (user: FixtureUser) => ({
  id: user.id,
  username: user.username,
  discriminator: user.bot ? '0042' : '0',
  global_name: user.bot ? null : user.globalName,
  avatar: null,
  banner: null,
  accent_color: null,
  avatar_decoration_data: null,
  collectibles: null,
  primary_guild: null,
  public_flags: 0,
  flags: 0,
  ...(user.bot ? { bot: true } : {}),
})

/** The member without its user, as in MESSAGE_CREATE. */
export const memberJson = (user: FixtureUser) => ({
  roles: [...user.roles],
  nick: null,
  avatar: null,
  banner: null,
  premium_since: null,
  joined_at: JOINED_AT,
  deaf: false,
  mute: false,
  pending: false,
  communication_disabled_until: null,
  flags: 0,
})

export const memberWithUserJson = (user: FixtureUser) => ({ ...memberJson(user), user: userJson(user) })

const OWNER: FixtureUser = { id: OWNER_ID, username: 'owner', globalName: 'Owner', bot: false, roles: [] }

export const applicationJson = () => ({
  id: APPLICATION_ID,
  name: BOT_USER.username,
  icon: null,
  description: '',
  type: null,
  bot: userJson(BOT_USER),
  bot_public: false,
  bot_require_code_grant: false,
  summary: '',
  verify_key: PUBLIC_KEY,
  flags: 0,
  flags_new: '0',
  redirect_uris: [],
  interactions_endpoint_url: null,
  role_connections_verification_url: null,
  owner: userJson(OWNER),
  approximate_guild_count: 1,
  approximate_user_install_count: 0,
  approximate_user_authorization_count: 0,
  explicit_content_filter: 0,
  team: null,
  eligible_oauth2_scopes: [],
})

/** Roles and what they permit. Every channel has the same overwrite, if any: what the bot's role is denied. */
export class Directory {
  private readonly botDenied: bigint

  constructor(botDenied: bigint) {
    this.botDenied = botDenied
  }

  overwritesJson() {
    return this.botDenied === 0n ? [] : [{ id: BOT_ROLE_ID, type: 0, allow: '0', deny: this.botDenied.toString() }]
  }

  /** Permission bits of a member in any channel. */
  permissionBits(user: FixtureUser): bigint {
    const granted = ROLES.filter((role) => role.id === GUILD_ID || user.roles.includes(role.id))
    const bits = granted.reduce((sum, role) => sum | role.bits, 0n)
    return user.bot ? bits & ~this.botDenied : bits
  }

  has(user: FixtureUser, bit: bigint): boolean {
    return (this.permissionBits(user) & bit) === bit
  }
}

const GUILD = {
  id: GUILD_ID,
  name: GUILD_NAME,
  icon: null,
  description: null,
  home_header: null,
  splash: null,
  discovery_splash: null,
  features: [],
  banner: null,
  owner_id: OWNER_ID,
  application_id: null,
  region: 'us-east',
  afk_channel_id: null,
  afk_timeout: 300,
  system_channel_id: null,
  system_channel_flags: 0,
  widget_enabled: false,
  widget_channel_id: null,
  verification_level: 0,
  default_message_notifications: 1,
  mfa_level: 0,
  explicit_content_filter: 0,
  max_presences: null,
  max_members: 25_000_000,
  max_stage_video_channel_users: 50,
  max_video_channel_users: 25,
  vanity_url_code: null,
  premium_tier: 0,
  premium_subscription_count: 0,
  preferred_locale: 'en-US',
  rules_channel_id: null,
  safety_alerts_channel_id: null,
  public_updates_channel_id: null,
  premium_progress_bar_enabled: false,
  nsfw: false,
  nsfw_level: 0,
  emojis: [],
  stickers: [],
  incidents_data: null,
}

export const guildJson = () => ({ ...GUILD, roles: rolesJson() })
