/** What becomes of an interaction whose handler failed: its person hears it, the log gets the cause. */
import { DiscordAPIError, type Interaction, MessageFlags, RESTJSONErrorCodes } from 'discord.js'
import type { Request } from './desk.ts'
import { payload } from './payload.ts'
import { brokenReply, refusalReply } from './reply.ts'

/** Discord: unknown interaction (too late), and interaction already acknowledged. */
const GONE: ReadonlySet<string | number> = new Set([
  RESTJSONErrorCodes.UnknownInteraction,
  RESTJSONErrorCodes.InteractionHasAlreadyBeenAcknowledged,
])

/** Never rejects. */
export async function failed(interaction: Interaction, error: unknown, { log }: Request): Promise<void> {
  if (error instanceof DiscordAPIError && GONE.has(error.code)) {
    log.warn({ code: error.code }, 'interaction dropped: Discord no longer waits for an answer')
    return
  }
  const unreachable = error instanceof Error && error.name === 'StoreUnreachable' ? error : null
  log.error({ err: error }, unreachable === null ? 'interaction failed' : 'the store does not answer')
  if (!interaction.isRepliable()) return
  const reply =
    unreachable === null
      ? brokenReply(interaction.id)
      : refusalReply({ code: 'store_unreachable', message: unreachable.message, numbers: {} })
  try {
    if (interaction.deferred || interaction.replied) await interaction.editReply(payload(reply))
    else await interaction.reply({ ...payload(reply), flags: MessageFlags.Ephemeral })
  } catch (second) {
    log.warn({ err: second }, 'the failure could not be told')
  }
}
