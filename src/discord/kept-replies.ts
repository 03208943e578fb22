/**
 * Replies that wait for something: a start to be confirmed, a worker's answer. Kept in the store while they do, so that
 * the bot that comes next brings them to an end. Entry points: `KeptReplies`, `takeOverReplies`.
 *
 * 1. What is kept is a help, not a promise: a store that is away keeps nothing, and the reply stays as it is.
 * 2. A question that was answered is never said to have expired: whichever came first in the store holds.
 */
import type { Logger } from 'pino'
import { z } from 'zod'
import type { WallClock } from '../config/clock.ts'
import { COLOURS, embed, plain } from '../feed/embed.ts'
import type { PostRef } from '../feed/port.ts'
import { type CommandResult, commandJobSchema } from '../queue/jobs.ts'
import { actorSchema } from '../session/events.ts'
import type { KeptReplyStore } from '../store/kept-replies.ts'
import type { Desk } from './desk.ts'
import { LATE_WAIT_MS } from './late-wait.ts'
import type { Reply } from './reply.ts'
import { PENDING_COMMANDS, unansweredReply } from './views/campaign-reply.ts'
import { notConfirmedReply } from './views/confirm-reply.ts'
import { refusedReply } from './views/refused-reply.ts'

const at = z.object({ channelId: z.string(), messageId: z.string() })

const keptSchema = z.discriminatedUnion('kind', [
  /** A start that may be confirmed until `due_ms`. */
  z.object({ kind: z.literal('confirm'), at, id: z.string(), actor: actorSchema, due_ms: z.number() }),
  /** A command that no worker has answered since `asked_ms`. */
  z.object({
    kind: z.literal('pending'),
    at,
    command: z.enum(PENDING_COMMANDS),
    job: commandJobSchema,
    asked_ms: z.number(),
  }),
])
type KeptReply = z.infer<typeof keptSchema>

export class KeptReplies {
  readonly #store: KeptReplyStore
  readonly #log: Logger

  constructor(store: KeptReplyStore, log: Logger) {
    this.#store = store
    this.#log = log
  }

  async keep(reply: KeptReply): Promise<void> {
    await this.#tried(() => this.#store.keepReply(reply.at.messageId, JSON.stringify(reply)))
  }

  async drop({ messageId }: Pick<PostRef, 'messageId'>): Promise<void> {
    await this.#tried(() => this.#store.dropReply(messageId))
  }

  /** What of an older or newer version cannot be read is dropped. */
  async all(): Promise<readonly KeptReply[]> {
    const found: KeptReply[] = []
    for (const [messageId, text] of await this.#store.keptReplies()) {
      const read = keptSchema.safeParse(jsonOf(text))
      if (read.success) found.push(read.data)
      else await this.drop({ messageId })
    }
    return found
  }

  async #tried(work: () => Promise<void>): Promise<void> {
    await work().catch((error: unknown) => this.#log.debug({ err: error }, 'a reply that waits could not be kept'))
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

type TakeOverDesk = Pick<Desk, 'kept' | 'later' | 'authority' | 'commands' | 'editMessage'>

const laterName = (id: string): string => `confirm-${id}`

/** Names the choice that starting and calling off share, see `start-confirm.ts`. */
export const startChoice = (id: string): string => `start-${id}`

/** The message of a start says in time that it is too late; to be called once it stands in the channel. */
export function expireLater(
  reply: Extract<KeptReply, { kind: 'confirm' }>,
  desk: Omit<TakeOverDesk, 'commands'>,
): void {
  desk.later.at(reply.due_ms, laterName(reply.id), async () => {
    if ((await desk.authority.choose(startChoice(reply.id), 'expired')) === 'expired') {
      await desk.editMessage(reply.at, notConfirmedReply(reply.actor).embeds)
    }
    await desk.kept.drop(reply.at)
  })
}

/** Somebody answered in time. */
export async function answeredInTime(
  id: string,
  message: Pick<PostRef, 'messageId'>,
  desk: Pick<Desk, 'kept' | 'later'>,
): Promise<void> {
  desk.later.cancel(laterName(id))
  await desk.kept.drop(message)
}

/** What the bots before left behind, once, when a bot begins. Resolves when all of it is over or `signal` aborts. */
export async function takeOverReplies(
  desk: TakeOverDesk,
  { wall, log }: { readonly wall: WallClock; readonly log: Logger },
  signal: AbortSignal,
): Promise<void> {
  const left = await desk.kept.all().catch((error: unknown) => {
    log.debug({ err: error }, 'replies that were left behind could not be read')
    return []
  })
  const settling = left.map(async (reply) => {
    if (reply.kind === 'confirm') return expireLater(reply, desk)
    await settleLeft(reply, desk, wall, signal).catch((error: unknown) =>
      log.warn({ err: error, command: reply.command }, 'what came of a command of another bot could not be shown'),
    )
  })
  await Promise.all(settling)
}

/** The same job, by its id: nothing is done twice. */
async function settleLeft(
  { at: message, command, job, asked_ms }: Extract<KeptReply, { kind: 'pending' }>,
  { commands, editMessage, kept }: TakeOverDesk,
  wall: WallClock,
  signal: AbortSignal,
): Promise<void> {
  const isTooOld = wall.now_ms() - asked_ms >= LATE_WAIT_MS
  const result = isTooOld ? 'pending' : await commands.submit(job, LATE_WAIT_MS)
  if (signal.aborted) return
  await editMessage(message, (result === 'pending' ? unansweredReply(command) : leftReply(command, result)).embeds)
  await kept.drop({ messageId: message.messageId })
}

/** Less than the bot that was asked would say: it took with it what it had found meanwhile. */
function leftReply(command: string, result: CommandResult): Reply {
  if (!result.ok) return refusedReply(result)
  const again = result.isAsking === true ? ` Type \`/${command}\` again to confirm it.` : ''
  return {
    embeds: [
      embed({
        colour: COLOURS.neutral,
        title: `☑️ /${command} is answered`,
        description: `${plain(result.message)}${again}`,
        footer: 'Answered after the bot was started anew',
      }),
    ],
  }
}
