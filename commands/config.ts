/** `/config [account]`: the limits that are in force. */
import type { Command } from '../src/discord/handlers.ts'
import { configReply } from '../src/discord/views/config-reply.ts'
import { accountOf, accountOption } from './options.ts'

export const config: Command = {
  definition: {
    name: 'config',
    description: 'The limits in force: entry, exit, costs, engine; never a secret',
    options: [accountOption('Which account; the one started last when left out', false)],
  },
  authority: 'view',
  visibility: 'ephemeral',
  run: (interaction, desk) => configReply(accountOf(interaction), desk),
}
