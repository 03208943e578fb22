/** Answers to `/start` and `/stop`. The feed tells the details; these say who did what. */
import type { APIEmbed } from 'discord.js'
import { COLOURS, embed, plain } from '../../feed/embed.ts'
import type { CommandResult } from '../../queue/jobs.ts'
import type { Actor } from '../../session/events.ts'
import type { Reply } from '../reply.ts'
import { type AccountCost, costField } from './closing-cost.ts'

type Done = Extract<CommandResult, { ok: true }>

const asked = (actor: Actor): string => `Asked for by ${actor.name}`

/** What happens next, and where it is to be seen: the plan itself is a post of the feed. */
export function armedReply({ message, plan }: Done, actor: Actor, feedChannelId: string): Reply {
  return {
    embeds: [
      embed({
        colour: COLOURS.plan,
        title: plan === null ? '🟢 Started' : `🟢 ${plan.profile} started`,
        description: `${plain(message)}\nThe plan and all that follows is posted in <#${feedChannelId}>; \`/status\` looks in between.`,
        footer: asked(actor),
      }),
    ],
  }
}

/** What closing costs, while nobody has answered yet. */
export function costEmbed(costs: readonly AccountCost[], actor: Actor): readonly APIEmbed[] {
  if (costs.length === 0) return []
  return [embed({ colour: COLOURS.neutral, title: '⏹️ Closing', fields: costs.map(costField), footer: asked(actor) })]
}

export function stoppedReply({ message }: Done, actor: Actor, costs: readonly AccountCost[] = []): Reply {
  return {
    embeds: [
      embed({
        colour: COLOURS.neutral,
        title: '⏹️ Stopping',
        description: plain(message),
        fields: costs.map(costField),
        footer: asked(actor),
      }),
    ],
  }
}

export function controlledReply(command: 'pause' | 'resume', { message }: Done, actor: Actor): Reply {
  const title = command === 'pause' ? '⏸️ Paused' : '▶️ Resumed'
  const next = command === 'pause' ? ' To close what is open at once, `/stop`.' : ''
  return {
    embeds: [embed({ colour: COLOURS.neutral, title, description: `${plain(message)}${next}`, footer: asked(actor) })],
  }
}

/** Nothing, or not all, was done yet: somebody else has to agree. */
export function askedReply({ message }: Done, actor: Actor): Reply {
  return {
    embeds: [
      embed({
        colour: COLOURS.warning,
        title: '✋ Needs a second person',
        description: plain(message),
        footer: asked(actor),
      }),
    ],
  }
}

export function limitedReply({ message }: Done, actor: Actor): Reply {
  return {
    embeds: [
      embed({ colour: COLOURS.neutral, title: '🔻 Limit lowered', description: plain(message), footer: asked(actor) }),
    ],
  }
}

export const PENDING_COMMANDS = ['start', 'stop', 'pause', 'resume', 'limit'] as const
export type PendingCommand = (typeof PENDING_COMMANDS)[number]

export function pendingReply(command: PendingCommand): Reply {
  return {
    outcome: { outcome: 'pending', code: null },
    embeds: [
      embed({
        colour: COLOURS.warning,
        title: '⏳ Accepted, not done yet',
        description: `The worker has not answered \`/${command}\` yet. What comes of it will stand here; \`/status\` shows whether a worker is alive.`,
        footer: command,
      }),
    ],
  }
}

/** Waited for long enough. */
export function unansweredReply(command: PendingCommand): Reply {
  return {
    outcome: { outcome: 'pending', code: null },
    embeds: [
      embed({
        colour: COLOURS.loss,
        title: '⌛ No worker has answered',
        description: `\`/${command}\` still waits for a worker, and nobody waits for its answer any more. \`/health\` says what is alive; once a worker is, look at \`/status\` before asking again.`,
        footer: command,
      }),
    ],
  }
}
