/** `/status [account]`: position, P&L, distance to stop and target, gates, health; with a button to look again. */
import type { ButtonHandler, Command } from '../src/discord/handlers.ts'
import { partsOf } from '../src/discord/handlers.ts'
import { STATUS_BUTTON, statusReply } from '../src/discord/views/status-reply.ts'
import { PROFILE_NAMES } from '../src/strategy/types.ts'
import { accountOf, accountOption } from './options.ts'

export const status: Command = {
  definition: {
    name: 'status',
    description: 'What the desk is doing: position, P&L, distance to stop and target, gates, health',
    options: [accountOption('Which account; all of them when left out', false)],
  },
  authority: 'view',
  visibility: 'ephemeral',
  run: (interaction, desk) => statusReply(accountOf(interaction), desk),
}

export const statusRefresh: ButtonHandler = {
  name: STATUS_BUTTON,
  authority: 'view',
  answer: 'update',
  run(interaction, desk) {
    const [wanted] = partsOf(interaction.customId)
    return statusReply(PROFILE_NAMES.find((name) => name === wanted) ?? null, desk)
  },
}
