/** `/health`: processes, queues, streams, reconciliation, versions; what is wrong comes first. */
import type { Command } from '../src/discord/handlers.ts'
import { healthReply } from '../src/discord/views/health-reply.ts'

export const health: Command = {
  definition: {
    name: 'health',
    description: 'Whether everything is alive: workers, queues, streams, last reconciliation, versions',
  },
  authority: 'view',
  visibility: 'ephemeral',
  run: (_interaction, desk, request) => healthReply(desk, request),
}
