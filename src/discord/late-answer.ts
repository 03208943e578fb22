/**
 * Commands that no worker answers at once: the reply says so, and is made again when the answer is there. Entry points:
 * `answered` (for commands), `settle` (for the router).
 *
 * 1. The same job is waited for, by its id: nothing is done twice.
 * 2. The bot edits its own message, which it may long after Discord has forgotten the interaction.
 * 3. Kept in the store while it waits: a reply that a bot leaves behind is settled by the next one.
 */
import type { APIEmbed } from 'discord.js'
import type { PostRef } from '../feed/port.ts'
import type { CommandJob, CommandResult } from '../queue/jobs.ts'
import type { Outcome } from './audit.ts'
import type { Desk } from './desk.ts'
import { LATE_WAIT_MS } from './late-wait.ts'
import { type Reply, refusalReply } from './reply.ts'
import { type PendingCommand, pendingReply, unansweredReply } from './views/campaign-reply.ts'

type Done = Extract<CommandResult, { ok: true }>
export type No = Extract<CommandResult, { ok: false }>

export interface Asked {
  readonly command: PendingCommand
  readonly job: CommandJob
  readonly wait_ms: number
  /** Shown already while nobody has answered, beside that. */
  readonly meanwhile?: () => Promise<readonly APIEmbed[]>
  /** What a refusal looks like; absent: like any other. */
  readonly refused?: (no: No) => Promise<Reply>
}

/** The reply to a command: what `made` makes of its answer, now or later. */
export async function answered(
  { command, job, wait_ms, meanwhile, refused = async ({ refusal }) => refusalReply(refusal) }: Asked,
  desk: Pick<Desk, 'commands'>,
  made: (done: Done) => Reply | Promise<Reply>,
): Promise<Reply> {
  const reply = async (result: CommandResult): Promise<Reply> =>
    result.ok ? await made(result) : await refused(result)
  const result = await desk.commands.submit(job, wait_ms)
  if (result !== 'pending') return reply(result)
  const pending = pendingReply(command)
  return {
    ...pending,
    embeds: [...pending.embeds, ...((await meanwhile?.()) ?? [])],
    pending: { command, job },
    late: async () => {
      const late = await desk.commands.submit(job, LATE_WAIT_MS)
      return late === 'pending' ? unansweredReply(command) : reply(late)
    },
  }
}

/** Makes the message again once the answer is there; null: there was nothing to wait for, or the bot ends. */
export async function settle(
  { late, pending }: Reply,
  at: PostRef,
  desk: Pick<Desk, 'editMessage' | 'kept' | 'wall'>,
  isClosing: () => boolean,
): Promise<Outcome | null> {
  if (late === undefined) return null
  if (pending !== undefined) await desk.kept.keep({ kind: 'pending', at, ...pending, asked_ms: desk.wall.now_ms() })
  const reply = await late()
  if (isClosing()) return null
  await desk.kept.drop(at)
  await desk.editMessage(at, reply.embeds, reply.buttons)
  await reply.onSent?.(at)
  return reply.outcome ?? { outcome: 'done', code: null }
}
