/** `/why [account]`: which gate decides now, and which decided when today, with the numbers. */
import type { Command } from '../src/discord/handlers.ts'
import { whyReply } from '../src/discord/views/why-reply.ts'
import { accountOf, accountOption } from './options.ts'

export const why: Command = {
  definition: {
    name: 'why',
    description: 'Why there is no entry now: the gate that decides, and the day so far, with the numbers',
    options: [accountOption('Which account; the one started last when left out', false)],
  },
  authority: 'view',
  visibility: 'ephemeral',
  run: (interaction, desk) => whyReply(accountOf(interaction), desk),
}
