/** `/validate [account]`: checks everything that trading needs, and says what to do about what is not right. */
import type { Command } from '../src/discord/handlers.ts'
import { validateReply } from '../src/discord/views/validate-reply.ts'
import { accountOf, accountOption } from './options.ts'
import { ANSWER_WAIT_MS } from './wait.ts'

export const validate: Command = {
  definition: {
    name: 'validate',
    description: 'Check keys, account, buying power, market hours, feeds, Redis and Discord, and say what to do',
    options: [accountOption('Which account; 25k when left out', false)],
  },
  authority: 'view',
  visibility: 'public',
  run: (interaction, desk, request) => validateReply(accountOf(interaction), desk, request, ANSWER_WAIT_MS),
}
