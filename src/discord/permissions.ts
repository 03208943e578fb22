/** What the bot must be allowed to do, each with the reason; and the invite link that asks for exactly that. */
import { OAuth2Scopes, PermissionFlagsBits, PermissionsBitField } from 'discord.js'

interface NeededPermission {
  readonly flag: bigint
  readonly name: string
  readonly because: string
}

/** In the desk's channel. A permission stands here only with the code that uses it. */
export const NEEDED_PERMISSIONS: readonly NeededPermission[] = [
  { flag: PermissionFlagsBits.ViewChannel, name: 'View Channel', because: 'to work in the channel at all' },
  { flag: PermissionFlagsBits.SendMessages, name: 'Send Messages', because: 'to post the feed' },
  { flag: PermissionFlagsBits.EmbedLinks, name: 'Embed Links', because: 'posts are embeds' },
  { flag: PermissionFlagsBits.AttachFiles, name: 'Attach Files', because: 'charts and reports are files' },
  {
    flag: PermissionFlagsBits.ReadMessageHistory,
    name: 'Read Message History',
    because: 'to see, after a crash, whether a post was sent already',
  },
  {
    flag: PermissionFlagsBits.MentionEveryone,
    name: 'Mention Everyone',
    because: 'Discord asks for it to ping the operator role on a breach; the bot never mentions everyone',
  },
  { flag: PermissionFlagsBits.PinMessages, name: 'Pin Messages', because: 'the live card is a pinned message' },
  { flag: PermissionFlagsBits.CreatePublicThreads, name: 'Create Public Threads', because: 'each trade has a thread' },
  {
    flag: PermissionFlagsBits.SendMessagesInThreads,
    name: 'Send Messages in Threads',
    because: "to tell in a trade's thread what happens to it",
  },
]

const SCOPES: readonly OAuth2Scopes[] = [OAuth2Scopes.Bot, OAuth2Scopes.ApplicationsCommands]

export const permissionBits = (): bigint => NEEDED_PERMISSIONS.reduce((bits, { flag }) => bits | flag, 0n)

/** What of it is missing, given what the bot has in the channel. */
export function missingPermissions(held: bigint): readonly NeededPermission[] {
  const bits = new PermissionsBitField(held)
  return NEEDED_PERMISSIONS.filter(({ flag }) => !bits.has(flag))
}

export function inviteUrl(applicationId: string, guildId: string): string {
  const url = new URL('https://discord.com/oauth2/authorize')
  url.searchParams.set('client_id', applicationId)
  url.searchParams.set('scope', SCOPES.join(' '))
  url.searchParams.set('permissions', permissionBits().toString())
  url.searchParams.set('guild_id', guildId)
  url.searchParams.set('disable_guild_select', 'true')
  return url.toString()
}
