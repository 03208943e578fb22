/** `/pause [account]` and `/resume [account]`: the account's switch. What is open is managed on either way. */
import { textsLike } from '../src/discord/choice.ts'
import type { Command } from '../src/discord/handlers.ts'
import { answered } from '../src/discord/late-answer.ts'
import { askedReply, controlledReply } from '../src/discord/views/campaign-reply.ts'
import type { SessionMode } from '../src/session/mode.ts'
import { accountOf, accountOption, reasonOption } from './options.ts'
import { ANSWER_WAIT_MS } from './wait.ts'

interface Switch {
  readonly name: 'pause' | 'resume'
  readonly mode: SessionMode
  readonly description: string
  readonly reason: string
  /** Offered beside what is typed. */
  readonly reasons: readonly string[]
}

function switchCommand({ name, mode, description, reason, reasons }: Switch): Command {
  return {
    definition: {
      name,
      description,
      options: [accountOption('Which account; all of them if left out', false), reasonOption],
    },
    authority: 'operate',
    visibility: 'public',
    complete: (interaction) => textsLike(interaction.options.getFocused(), reasons),
    async run(interaction, desk, request) {
      const job = {
        kind: 'control',
        id: request.id,
        actor: request.actor,
        requestedAt_ms: desk.wall.now_ms(),
        profile: accountOf(interaction),
        mode,
        reason: interaction.options.getString('reason') ?? reason,
      } as const
      return answered({ command: name, job, wait_ms: ANSWER_WAIT_MS }, desk, (result) =>
        result.approvals === undefined
          ? controlledReply(name, result, request.actor)
          : askedReply(result, request.actor),
      )
    },
  }
}

export const pause = switchCommand({
  name: 'pause',
  mode: 'REDUCING',
  description: 'No new entries until /resume; what is open is managed as ever',
  reason: 'paused by hand',
  reasons: [
    'data release ahead (CPI, FOMC, payrolls)',
    'unusual market: looking first',
    'technical trouble: looking first',
    'nobody can watch for a while',
    'done for today',
  ],
})

export const resume = switchCommand({
  name: 'resume',
  mode: 'ACTIVE',
  description: 'Allow entries again after a pause; after a halt or a breach a second person has to approve',
  reason: 'resumed by hand',
  reasons: [
    'looked at: the account is in order',
    'the data release is over',
    'the trouble is mended',
    'somebody watches again',
    'reviewed the loss: the rules worked as they should',
  ],
})
