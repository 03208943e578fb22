/**
 * A refusal together with the preflight it rests on, where there is one. Entry points: `refusedStart`, `refusedReply`.
 */
import { failuresOf } from '../../preflight/line.ts'
import type { CommandResult } from '../../queue/jobs.ts'
import type { Actor } from '../../session/events.ts'
import type { Desk } from '../desk.ts'
import { type Reply, refusalReply } from '../reply.ts'
import { preflightEmbed } from './preflight-embed.ts'
import { completedPreflight } from './validate-reply.ts'

type Refused = Extract<CommandResult, { ok: false }>

/** Discord's part of the preflight is not waited for longer. */
export const DISCORD_WAIT_MS = 5_000

/** `actor` absent: whoever asked is not known any more. `shown`: with what was checked beside what refused it. */
export function refusedReply({ refusal, preflight }: Refused, actor?: Actor, shown = preflight): Reply {
  if (preflight === undefined || shown === undefined) return refusalReply(refusal)
  const failed = failuresOf(preflight.checks).length
  const checks = failed === 1 ? 'one check failed' : `${failed} checks failed`
  // What each of them found, and what to do, stands in the preflight: said once.
  const message = `Nothing was started: ${checks}. What was found, and what to do about it, stands below; \`/validate\` checks again.`
  const { embeds, ...rest } = refusalReply({ ...refusal, message, numbers: {} })
  return { ...rest, embeds: [...embeds, preflightEmbed(shown, actor)] }
}

/** Of a `/start`: with Discord's part. */
export async function refusedStart(
  no: Refused,
  actor: Actor,
  desk: Pick<Desk, 'checkDiscord' | 'wall'>,
): Promise<Reply> {
  const { preflight } = no
  if (preflight === undefined) return refusedReply(no)
  return refusedReply(no, actor, await completedPreflight(preflight, desk, DISCORD_WAIT_MS))
}
