/** Reads from discord.js's interactions the plain facts that authorisation and the journal work on. */
import { type Interaction, PermissionFlagsBits } from 'discord.js'
import type { Actor } from '../session/events.ts'
import type { AccessFacts } from './access.ts'

function roleIdsOf(member: Interaction['member']): readonly string[] {
  if (member === null) return []
  return Array.isArray(member.roles) ? member.roles : [...member.roles.cache.keys()]
}

export function factsOf(interaction: Interaction): AccessFacts {
  const { channel } = interaction
  return {
    guildId: interaction.guildId,
    channelId: interaction.channelId,
    parentChannelId: channel?.isThread() ? channel.parentId : null,
    roleIds: roleIdsOf(interaction.member),
    managesServer: interaction.memberPermissions?.has(PermissionFlagsBits.ManageGuild) ?? false,
  }
}

export function actorOf(interaction: Interaction): Actor {
  const { member, user } = interaction
  const nick = member !== null && 'displayName' in member ? member.displayName : (user.globalName ?? user.username)
  return { id: user.id, name: nick, via: 'discord' }
}
