/**
 * `phase4d register`: registers the slash commands in the configured server, and prints the link that invites the bot.
 */
import { DiscordAPIError, REST, RESTJSONErrorCodes, Routes } from 'discord.js'
import { z } from 'zod'
import { DEFINITIONS } from '../../commands/index.ts'
import { isLoopback } from '../broker/hosts.ts'
import type { Config } from '../config/config.ts'
import { reasonOf } from '../config/reason.ts'
import { inviteUrl, NEEDED_PERMISSIONS } from '../discord/permissions.ts'
import { isSame, registerCommands } from '../discord/registration.ts'
import type { CommandDifference } from '../preflight/facts.ts'
import { EXIT, UsageError } from './usage.ts'

const REST_TIMEOUT_MS = 10_000
const applicationSchema = z.object({ id: z.string(), name: z.string() })

interface RegisterOutput {
  write(text: string): void
}

/** Exit status 1: Discord said no, or cannot be reached; why and what to do is printed. */
export async function runRegister(config: Config, out: RegisterOutput = process.stdout): Promise<number> {
  const { discord } = config
  if (discord === null) {
    throw new UsageError(
      'no DISCORD_TOKEN: set it together with DISCORD_GUILD_ID and DISCORD_CHANNEL_ID (see .env.example)',
    )
  }
  const rest = new REST({ api: discord.apiUrl, timeout: REST_TIMEOUT_MS }).setToken(discord.token)
  try {
    const application = applicationSchema.parse(await rest.get(Routes.currentApplication()))
    const invite = isLoopback(discord.apiUrl)
      ? simulatedText(discord.apiUrl)
      : discord.guildIds.map((guildId) => inviteText(application, guildId)).join('\n\n')
    out.write(`${invite}\n\n`)
    for (const guildId of discord.guildIds) {
      const found = await registerCommands(rest, application.id, guildId, DEFINITIONS)
      const where = discord.guildIds.length === 1 ? '' : `Server ${guildId}: `
      out.write(`${where}${differenceText(found)}\n`)
    }
    return EXIT.done
  } catch (error) {
    out.write(`${failureText(error, discord.apiUrl)}\n`)
    return EXIT.no
  }
}

function simulatedText(apiUrl: string): string {
  return [
    `Discord is simulated here (${apiUrl}): the bot is in the simulated server already, and nobody is to be invited.`,
    'For an invite link to your own server set DISCORD_TOKEN and the other DISCORD_ variables in .env (see .env.example).',
  ].join('\n')
}

/** What to open to add the bot to a server, and why each permission is asked for. */
export function inviteText(application: { readonly id: string; readonly name: string }, guildId: string): string {
  const reasons = NEEDED_PERMISSIONS.map(({ name, because }) => `  ${name.padEnd(22)} ${because}`)
  return [
    `Invite ${application.name} to the server with this link:`,
    '',
    `  ${inviteUrl(application.id, guildId)}`,
    '',
    'It asks for:',
    ...reasons,
  ].join('\n')
}

function differenceText(found: CommandDifference): string {
  if (isSame(found)) return `Slash commands are up to date: ${found.unchanged.map((name) => `/${name}`).join(' ')}`
  const part = (what: string, names: readonly string[]): string[] =>
    names.length === 0 ? [] : [`${what} ${names.map((name) => `/${name}`).join(' ')}`]
  return `Slash commands: ${[...part('added', found.added), ...part('changed', found.changed), ...part('removed', found.removed)].join('; ')}`
}

function failureText(error: unknown, apiUrl: string): string {
  if (error instanceof DiscordAPIError) {
    if (error.status === 401)
      return 'Discord refused DISCORD_TOKEN: copy it again from the Bot page of your application.'
    if (error.code === RESTJSONErrorCodes.MissingAccess || error.code === RESTJSONErrorCodes.UnknownGuild) {
      return 'The bot is not in the server DISCORD_GUILD_ID: open the link above, then run this again.'
    }
    return `Discord refused: ${error.message} (code ${error.code})`
  }
  return `Discord cannot be reached at ${apiUrl}: ${reasonOf(error)}. Check DISCORD_API_URL and the network.`
}
