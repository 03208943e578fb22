/**
 * Reads at Discord what the checks of its side are made on, over REST alone: with the bot's own client, or with one
 * that never connects (`restClient`). Entry points: `gatherDiscord`, `restClient`.
 */
import {
  Client,
  DiscordAPIError,
  type GuildBasedChannel,
  HTTPError,
  RESTJSONErrorCodes,
  type RESTPostAPIChatInputApplicationCommandsJSONBody,
  Routes,
} from 'discord.js'
import { z } from 'zod'
import type { DiscordConfig } from '../../config/config.ts'
import type { ChannelFacts, CommandDifference, DiscordFacts, DiscordRead } from '../../preflight/facts.ts'
import { difference } from '../registration.ts'

const REST_TIMEOUT_MS = 5000

/** Knows the token, and never logs in: a second connection would take part in the bot's life. */
export function restClient({ apiUrl, token }: Pick<DiscordConfig, 'apiUrl' | 'token'>): Client {
  const client = new Client({ intents: [], rest: { api: apiUrl, timeout: REST_TIMEOUT_MS, retries: 0 } })
  client.rest.setToken(token)
  return client
}

const namedSchema = z.object({ id: z.string(), name: z.string() })
const userSchema = z.object({ id: z.string() })

/** Never rejects for what Discord or the network does. */
export async function gatherDiscord(
  client: Client,
  config: DiscordConfig,
  definitions: readonly RESTPostAPIChatInputApplicationCommandsJSONBody[],
): Promise<DiscordFacts> {
  const { apiUrl, guildId, channelId, operatorRoleIds, approverRoleIds, viewerRoleIds, alertRoleIds } = config
  const base = {
    apiUrl,
    guildId,
    channelId,
    alertRoleIds,
    roleIds: { operator: operatorRoleIds, approver: approverRoleIds, viewer: viewerRoleIds },
  }
  const bot = await reading(async () => {
    const [application, user] = await Promise.all([
      client.rest.get(Routes.currentApplication()),
      client.rest.get(Routes.user()),
    ])
    const { id, name } = namedSchema.parse(application)
    return { applicationId: id, name, userId: userSchema.parse(user).id }
  })
  if (!bot.ok) return { ...base, bot, guild: null, channel: null, permissions: null, commands: null }
  const [guild, others] = await Promise.all([
    readGuild(client, guildId),
    readOthers(client, config, definitions, bot.value.applicationId),
  ])
  const listed = { ...base, others }
  if (!guild.ok) return { ...listed, bot, guild, channel: null, permissions: null, commands: null }
  const [found, commands] = await Promise.all([
    readChannel(client, channelId),
    readCommands(client, { applicationId: bot.value.applicationId, guildId, definitions }),
  ])
  const own =
    found.ok && found.value !== null && !found.value.isDMBased() && found.value.guildId === guildId ? found.value : null
  const permissions = own === null ? null : await readPermissions(client, own, bot.value.userId)
  return { ...listed, bot, guild, channel: channelFacts(found), permissions, commands }
}

function readGuild(client: Client, guildId: string): Promise<DiscordRead<GuildFacts>> {
  return reading(async () => {
    const found = await client.guilds.fetch({ guild: guildId, force: true })
    const roles = [...found.roles.cache.values()]
    const mentionable = new Set(roles.filter((role) => role.mentionable).map((role) => role.id))
    return { name: found.name, roles: new Map(roles.map((role) => [role.id, role.name])), mentionable }
  })
}

const readChannel = (client: Client, channelId: string): Promise<DiscordRead<Fetched>> =>
  reading(() => client.channels.fetch(channelId, { force: true, allowUnknownGuild: true }))

interface Registered {
  readonly applicationId: string
  readonly guildId: string
  readonly definitions: readonly RESTPostAPIChatInputApplicationCommandsJSONBody[]
}

function readCommands(
  client: Client,
  { applicationId, guildId, definitions }: Registered,
): Promise<DiscordRead<CommandDifference>> {
  return reading(async () => {
    const route = Routes.applicationGuildCommands(applicationId, guildId)
    return difference(z.array(z.unknown()).parse(await client.rest.get(route)), definitions)
  })
}

/** Where commands are taken beside the first server and channel, in which all is posted. */
async function readOthers(
  client: Client,
  { guildIds, channelIds }: DiscordConfig,
  definitions: Registered['definitions'],
  applicationId: string,
): Promise<NonNullable<DiscordFacts['others']>> {
  const [guilds, channels] = await Promise.all([
    Promise.all(
      guildIds.slice(1).map(async (id) => {
        const guild = await readGuild(client, id)
        const commands = guild.ok ? await readCommands(client, { applicationId, guildId: id, definitions }) : null
        return { id, guild, commands }
      }),
    ),
    Promise.all(channelIds.slice(1).map(async (id) => ({ id, channel: channelFacts(await readChannel(client, id)) }))),
  ])
  return { guilds, channels }
}

type GuildFacts = Extract<NonNullable<DiscordFacts['guild']>, { ok: true }>['value']
type Fetched = Awaited<ReturnType<Client['channels']['fetch']>>

function channelFacts(read: DiscordRead<Fetched>): DiscordRead<ChannelFacts> {
  if (!read.ok) return read
  if (read.value === null) return { ok: false, problem: 'not_found', message: 'Discord does not know it' }
  const { value } = read
  const name = 'name' in value && value.name !== null ? value.name : value.id
  const guildId = value.isDMBased() ? null : value.guildId
  return { ok: true, value: { name, guildId, isText: value.isTextBased() } }
}

function readPermissions(client: Client, channel: GuildBasedChannel, userId: string): Promise<DiscordRead<bigint>> {
  return reading(async () => {
    const member = await client.guilds.resolve(channel.guildId)?.members.fetch({ user: userId, force: true })
    if (member === undefined) throw new Error('the bot is no member of the server')
    return channel.permissionsFor(member).bitfield
  })
}

async function reading<T>(read: () => Promise<T>): Promise<DiscordRead<T>> {
  try {
    return { ok: true, value: await read() }
  } catch (error) {
    return { ok: false, ...problemOf(error) }
  }
}

const NO_ACCESS: ReadonlySet<unknown> = new Set([
  RESTJSONErrorCodes.MissingAccess,
  RESTJSONErrorCodes.MissingPermissions,
])

function problemOf(error: unknown): Pick<Extract<DiscordRead<never>, { ok: false }>, 'problem' | 'message'> {
  if (error instanceof DiscordAPIError) {
    const message = `${error.message}, code ${error.code}`
    if (error.status === 401) return { problem: 'unauthorised', message }
    if (error.status === 403 || NO_ACCESS.has(error.code)) return { problem: 'no_access', message }
    if (error.status === 404) return { problem: 'not_found', message }
    return { problem: 'unreachable', message }
  }
  if (error instanceof HTTPError) return { problem: 'unreachable', message: `HTTP ${error.status}` }
  if (!(error instanceof Error)) return { problem: 'unreachable', message: String(error) }
  const { cause } = error
  return { problem: 'unreachable', message: cause instanceof Error ? cause.message : error.message }
}
