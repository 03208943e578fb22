/** What a handler answers with, as data; and the answers that several share. */
import type { APIActionRowComponent, APIButtonComponent, APIEmbed } from 'discord.js'
import { COLOURS, embed, figure, plain } from '../feed/embed.ts'
import type { CommandJob } from '../queue/jobs.ts'
import { headline, numberWords } from '../report/words.ts'
import type { Refusal } from '../session/refusal.ts'
import type { Outcome } from './audit.ts'
import type { PendingCommand } from './views/campaign-reply.ts'

export interface ReplyFile {
  readonly name: string
  readonly data: Uint8Array
  /** Alternative text, for pictures. */
  readonly description?: string
}

export interface Reply {
  readonly embeds: readonly APIEmbed[]
  readonly files?: readonly ReplyFile[]
  readonly buttons?: APIActionRowComponent<APIButtonComponent>
  /** Rows below `buttons`: at most four. */
  readonly moreButtons?: readonly APIActionRowComponent<APIButtonComponent>[]
  /** For the journal's line of the command; absent: it was done. */
  readonly outcome?: Outcome
  /** What takes this answer's place in the channel, when it is known; absent: this is the last word. */
  readonly late?: () => Promise<Reply>
  /** What the answer is waited for of: for a bot that takes over. */
  readonly pending?: { readonly command: PendingCommand; readonly job: CommandJob }
  /** Done once the answer to a slash command stands in the channel. */
  readonly onSent?: (message: { readonly channelId: string; readonly messageId: string }) => Promise<void>
}

const NUMBERS_SHOWN_MAX = 12

/** A no with its code, what to do about it, and the numbers that decided. */
export function refusalReply(refusal: Refusal): Reply {
  const numbers = Object.entries(refusal.numbers).slice(0, NUMBERS_SHOWN_MAX)
  return {
    outcome: { outcome: 'refused', code: refusal.code },
    embeds: [
      embed({
        colour: COLOURS.warning,
        title: `⛔ ${headline(refusal.code)}`,
        description: refusal.message,
        fields: numbers.map(([name, value]) => {
          const [label, shown] = numberWords(name, value)
          return figure(label, plain(shown))
        }),
        footer: refusal.code,
      }),
    ],
  }
}

/** Something broke in the desk itself: the person gets a reference that stands in the log. */
export function brokenReply(reference: string): Reply {
  return {
    embeds: [
      embed({
        colour: COLOURS.loss,
        title: '💥 This did not work',
        description: `The desk failed to answer. \`/status\` shows what is running. Try again; if it stays, look for \`${reference}\` in the bot's log.`,
        footer: 'bug',
      }),
    ],
  }
}
