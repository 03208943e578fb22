/** `/start account [structure] [confirm]`: arms an account; a session runs each trading day until `/stop`. */
import { ApplicationCommandOptionType } from 'discord.js'
import { confirmReply } from '../src/discord/approval/start-confirm.ts'
import type { Command } from '../src/discord/handlers.ts'
import { answered, type No } from '../src/discord/late-answer.ts'
import { refusalReply } from '../src/discord/reply.ts'
import { armedReply } from '../src/discord/views/campaign-reply.ts'
import { preflightEmbed } from '../src/discord/views/preflight-embed.ts'
import { DISCORD_WAIT_MS, refusedStart } from '../src/discord/views/refused-reply.ts'
import { completedPreflight } from '../src/discord/views/validate-reply.ts'
import { commandJobSchema } from '../src/queue/jobs.ts'
import { accountOf, accountOption, UNKNOWN_ACCOUNT } from './options.ts'
import { ANSWER_WAIT_MS } from './wait.ts'

export const start: Command = {
  definition: {
    name: 'start',
    description: 'Start paper trading: one session each trading day, until /stop',
    options: [
      accountOption('Which account to trade', true),
      {
        type: ApplicationCommandOptionType.String,
        name: 'structure',
        description: 'What to sell; auto: a short put where buying power covers it, else a put spread',
        choices: ['auto', 'put_spread', 'short_put'].map((value) => ({ name: value, value })),
      },
      {
        type: ApplicationCommandOptionType.Boolean,
        name: 'confirm',
        description: 'On a paper account: ask once more (as when left out), or False to start at once',
      },
    ],
  },
  authority: 'operate',
  visibility: 'public',
  async run(interaction, desk, request) {
    const profile = accountOf(interaction)
    if (profile === null) return refusalReply(UNKNOWN_ACCOUNT)
    const structure = interaction.options.getString('structure')
    const { id, actor } = request
    const ask = interaction.options.getBoolean('confirm') ?? true
    const job = commandJobSchema.parse({
      kind: 'start',
      id,
      actor,
      requestedAt_ms: desk.wall.now_ms(),
      profile,
      structure,
      ...(ask ? { ask } : {}),
    })
    const refused = (no: No) => refusedStart(no, actor, desk)
    return answered({ command: 'start', job, wait_ms: ANSWER_WAIT_MS, refused }, desk, async (result) => {
      // Two minutes to confirm begin when there is something to press.
      const wish = { profile, structure, id, actor, asked_wall_ms: desk.wall.now_ms() }
      const isAsking = result.isAsking === true
      const reply = isAsking ? confirmReply(result, wish, desk) : armedReply(result, actor, desk.feedChannelId)
      if (result.preflight === undefined) return reply
      const preflight = await completedPreflight(result.preflight, desk, DISCORD_WAIT_MS)
      return { ...reply, embeds: [...reply.embeds, preflightEmbed(preflight, actor)] }
    })
  },
}
