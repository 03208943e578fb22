/** Discord: token, server, channel, permissions, commands, roles, and whether a critical post reaches anybody. */
import { PermissionFlagsBits, PermissionsBitField } from 'discord.js'
import type { ChannelFacts, CommandDifference, DiscordFacts, DiscordRead, RoleKind } from '../../preflight/facts.ts'
import { type CheckId, type CheckLine, fail, pass, warn } from '../../preflight/line.ts'
import { keysOf } from '../../tables/typed-keys.ts'
import { missingPermissions, NEEDED_PERMISSIONS } from '../permissions.ts'
import { isSame } from '../registration.ts'

const INVITE = 'Invite the bot with the link that `npm run -s phase4d -- register` prints.'

export function discordLines(facts: DiscordFacts): readonly CheckLine[] {
  const lines = [token, guild, channel, permissions, commands, roles, paging].map((check) => check(facts))
  return lines.filter((line) => line !== null)
}

function unreadable(id: CheckId, read: Extract<DiscordRead<unknown>, { ok: false }>, advice: string): CheckLine {
  if (read.problem !== 'unreachable') return fail(id, read.message, advice)
  return fail(
    id,
    `not readable: ${read.message}`,
    'Check the network and DISCORD_API_URL, and discordstatus.com; then repeat.',
  )
}

function token({ bot, apiUrl }: DiscordFacts): CheckLine {
  if (bot.ok) return pass('discord_token', `the bot is ${bot.value.name}`)
  if (bot.problem === 'unreachable') {
    const advice =
      'The token was not judged. Check the network and DISCORD_API_URL, and discordstatus.com; trading does not depend on it.'
    return fail('discord_token', `Discord cannot be reached at ${new URL(apiUrl).host}: ${bot.message}`, advice)
  }
  const advice = 'Copy DISCORD_TOKEN again from the Bot page of your application (discord.com/developers).'
  return fail('discord_token', `Discord refuses the token: ${bot.message}`, advice)
}

const RANK: Readonly<Record<CheckLine['status'], number>> = { pass: 0, warn: 1, fail: 2 }

/** Several of a kind as one line: what is wrong with any of them, each thing said once, or all that is right. */
function merged([first, ...further]: readonly [CheckLine, ...CheckLine[]]): CheckLine {
  if (further.length === 0) return first
  const lines = [first, ...further]
  const status = lines.reduce((worst, line) => (RANK[line.status] > RANK[worst] ? line.status : worst), first.status)
  const told = lines.filter((line) => (line.status === 'pass') === (status === 'pass'))
  const unique = (texts: readonly (string | null)[]): readonly string[] => [
    ...new Set(texts.filter((text) => text !== null)),
  ]
  const found = unique(told.map((line) => line.found)).join('; ')
  const advice = unique(told.map((line) => line.advice)).join(' ')
  return { ...first, status, found, advice: status === 'pass' ? null : advice }
}

function guild({ guild: read, guildId, others }: DiscordFacts): CheckLine | null {
  if (read === null) return null
  const further = others?.guilds.map((other) => guildLine(other.guild, other.id)) ?? []
  return merged([guildLine(read, guildId), ...further])
}

function guildLine(read: DiscordRead<{ readonly name: string }>, guildId: string): CheckLine {
  if (read.ok) return pass('discord_guild', read.value.name)
  return unreadable(
    'discord_guild',
    { ...read, message: `the bot is not in server ${guildId} (${read.message})` },
    `Check DISCORD_GUILD_ID. ${INVITE}`,
  )
}

function channel({ channel: read, guildId, channelId, others }: DiscordFacts): CheckLine | null {
  if (read === null) return null
  const guildIds = [guildId, ...(others?.guilds.map(({ id }) => id) ?? [])]
  const further = others?.channels.map((other) => channelLine(other.channel, other.id, guildIds)) ?? []
  // What is posted goes to the first, which has to be in the first server.
  return merged([channelLine(read, channelId, [guildId]), ...further])
}

function channelLine(read: DiscordRead<ChannelFacts>, channelId: string, guildIds: readonly string[]): CheckLine {
  const check = 'Check DISCORD_CHANNEL_ID (right-click on the channel, Copy Channel ID), and that the bot may see it.'
  if (!read.ok)
    return unreadable(
      'discord_channel',
      { ...read, message: `the bot does not see channel ${channelId} (${read.message})` },
      check,
    )
  const { name, guildId: inGuild, isText } = read.value
  const isListed = inGuild !== null && guildIds.includes(inGuild)
  if (!isListed) return fail('discord_channel', `${name} belongs to another server`, check)
  if (!isText) return fail('discord_channel', `${name} is no text channel`, check)
  return pass('discord_channel', `#${name}`)
}

function permissions({ permissions: read }: DiscordFacts): CheckLine | null {
  if (read === null) return null
  if (!read.ok) return unreadable('discord_permissions', read, INVITE)
  const missing = missingPermissions(read.value)
  const numbers = { needed: NEEDED_PERMISSIONS.length, missing: missing.length }
  if (missing.length === 0)
    return pass('discord_permissions', `all ${NEEDED_PERMISSIONS.length} that are needed`, numbers)
  const list = missing.map(({ name, because }) => `${name} (${because})`).join(', ')
  const advice = `Grant them to the bot's role in this channel, or use the link again: ${INVITE}`
  return fail('discord_permissions', `missing: ${list}`, advice, numbers)
}

function commands({ commands: read, others }: DiscordFacts): CheckLine | null {
  if (read === null) return null
  const further =
    others?.guilds.flatMap((other) => (other.commands === null ? [] : [commandsLine(other.commands)])) ?? []
  return merged([commandsLine(read), ...further])
}

function commandsLine(read: DiscordRead<CommandDifference>): CheckLine {
  if (!read.ok) return unreadable('discord_commands', read, `The invitation must include slash commands. ${INVITE}`)
  const { added, changed, removed, unchanged } = read.value
  if (isSame(read.value))
    return pass('discord_commands', `all ${unchanged.length} registered`, { registered: unchanged.length })
  const part = (what: string, names: readonly string[]): string[] =>
    names.length === 0 ? [] : [`${what} ${names.map((name) => `/${name}`).join(' ')}`]
  const found = [...part('missing', added), ...part('outdated', changed), ...part('left over', removed)].join('; ')
  const numbers = { registered: unchanged.length, differing: added.length + changed.length + removed.length }
  return warn(
    'discord_commands',
    found,
    'The bot registers them when it starts; or run `npm run -s phase4d -- register` now.',
    numbers,
  )
}

const VARIABLES: Readonly<Record<RoleKind, string>> = {
  operator: 'DISCORD_OPERATOR_ROLE_IDS',
  approver: 'DISCORD_APPROVER_ROLE_IDS',
  viewer: 'DISCORD_VIEWER_ROLE_IDS',
}
const KINDS = keysOf(VARIABLES)

function roles({ guild: read, roleIds }: DiscordFacts): CheckLine | null {
  if (read === null || !read.ok) return null
  const names = read.value.roles
  const gone = (kind: RoleKind): readonly string[] => roleIds[kind].filter((id) => !names.has(id))
  const found = KINDS.map(
    (kind) => `${kind}: ${roleIds[kind].map((id) => names.get(id) ?? `${id} (not there)`).join(', ') || NOBODY[kind]}`,
  ).join('; ')
  const lacking = KINDS.filter((kind) => gone(kind).length > 0)
  const numbers = { configured: KINDS.flatMap((kind) => roleIds[kind]).length, missing: KINDS.flatMap(gone).length }
  if (lacking.length === 0) return pass('discord_roles', found, numbers)
  const advice = `Correct ${lacking.map((kind) => VARIABLES[kind]).join(' and ')} (right-click on the role, Copy Role ID), and start the bot again.`
  // Nobody could start or stop trading by a role then.
  const isFatal = roleIds.operator.length > 0 && gone('operator').length === roleIds.operator.length
  return (isFatal ? fail : warn)('discord_roles', found, advice, numbers)
}

const NOBODY: Readonly<Record<RoleKind, string>> = {
  operator: 'whoever manages the server',
  approver: 'whoever manages the server',
  viewer: 'everyone in the channel',
}

const SET_ALERT_ROLES =
  'Set DISCORD_ALERT_ROLE_IDS to a role that somebody on duty has (right-click on the role, Copy Role ID), and start the bot again.'

/** Who is mentioned by a critical post, and whether that notifies them. */
function paging({ guild: read, permissions: granted, alertRoleIds, roleIds }: DiscordFacts): CheckLine | null {
  if (read === null || !read.ok) return null
  const { roles: names, mentionable } = read.value
  const paged = alertRoleIds.length > 0 ? alertRoleIds : roleIds.operator
  const there = paged.filter((id) => names.has(id))
  const mayAll = granted?.ok === true && new PermissionsBitField(granted.value).has(PermissionFlagsBits.MentionEveryone)
  const mute = mayAll ? [] : there.filter((id) => !mentionable.has(id))
  const numbers = { configured: paged.length, missing: paged.length - there.length, mute: mute.length }
  const nameOf = (id: string): string => names.get(id) ?? `${id} (not there)`
  if (paged.length === 0) {
    return warn(
      'discord_paging',
      'nobody is paged: there are no alert roles and no operator roles',
      SET_ALERT_ROLES,
      numbers,
    )
  }
  const found = paged.map((id) => (mute.includes(id) ? `${nameOf(id)} (may not be mentioned)` : nameOf(id))).join(', ')
  if (there.length < paged.length) {
    const nobody = there.length === 0 ? 'nobody is paged: ' : ''
    return warn('discord_paging', `${nobody}${found}`, SET_ALERT_ROLES, numbers)
  }
  if (mute.length === 0) return pass('discord_paging', found, numbers)
  const advice =
    "Grant the bot's role Mention Everyone in this channel, or let everybody mention the role (its settings)."
  return warn('discord_paging', found, advice, numbers)
}
