/**
 * What a reviewer is told after answering: the own grades, and where the review stands. Entry point: `confirmation`.
 */
import { type APIButtonComponent, ButtonStyle, ComponentType } from 'discord.js'
import { COLOURS, embed, type Field, line, plain } from '../../feed/embed.ts'
import { opinionLine } from '../../report/review-words.ts'
import type { SubmitResult } from '../../review/port.ts'
import type { ClosedTrade, ReviewContent } from '../../review/types.ts'
import type { Reply } from '../reply.ts'
import { openButton, reviewFields, reviewLine, tradeName } from './parts.ts'

export interface Confirmed {
  readonly result: Exclude<SubmitResult, { kind: 'refused' }>
  readonly content: ReviewContent
  readonly remarks: readonly string[]
  readonly needed: number
  /** A further trade that waits for this reviewer. */
  readonly next: { readonly accountId: string; readonly trade: Pick<ClosedTrade, 'tradeId' | 'profile'> } | null
}

const TITLES = { saved: 'Saved', edited: 'Changed', unchanged: 'Nothing changed' } as const
const OWN_NOTE_MAX = 900

export function confirmation({ result, content, remarks, needed, next }: Confirmed): Reply {
  const { review, kind } = result
  const note = content.note === '' ? '' : `\n> ${plain(content.note.replaceAll(/\s+/g, ' '), OWN_NOTE_MAX)}`
  const hint =
    review.state === 'waiting'
      ? 'Others see your grades once enough reviewers are in; until then you can change them unseen.'
      : 'What you said is shown to all.'
  const fields: Field[] = [
    line('You said', `${opinionLine(content)}${note}`),
    ...(remarks.length === 0 ? [] : [line('Mind', remarks.join('\n'))]),
    ...(review.state === 'reviewed' ? reviewFields(review) : []),
  ]
  return {
    embeds: [
      embed({
        colour: COLOURS.plan,
        title: `📝 ${TITLES[kind]}: ${tradeName(review.trade)}`,
        description: `${reviewLine(review, needed)}\n${hint}`,
        fields,
        footer: 'The same button again changes your review',
      }),
    ],
    ...(next === null
      ? {}
      : {
          buttons: {
            type: ComponentType.ActionRow,
            components: [nextButton(next)],
          },
        }),
  }
}

const nextButton = ({ accountId, trade }: NonNullable<Confirmed['next']>): APIButtonComponent =>
  openButton(accountId, trade.tradeId, `Next: ${tradeName(trade)}`, ButtonStyle.Primary)
