/** `/drill [account]`: proves that switch, alert and acknowledgement work, and leaves everything as it was. */
import { runDrill } from '../src/discord/alert/drill.ts'
import type { Command } from '../src/discord/handlers.ts'
import { payload } from '../src/discord/payload.ts'
import { accountOf, accountOption } from './options.ts'

export const drill: Command = {
  definition: {
    name: 'drill',
    description: 'Prove kill switch, alert and acknowledgement end to end; on simulators, or with nothing open',
    options: [accountOption('Which account; the first that is armed when left out', false)],
  },
  authority: 'operate',
  visibility: 'public',
  run: (interaction, desk, request) =>
    runDrill(accountOf(interaction), desk, request, (reply) => interaction.editReply(payload(reply))),
}
