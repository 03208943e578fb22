/**
 * A trade's review as parts of a card, a thread or a list. Entry points: `reviewLine`, `reviewFields`, `reviewButtons`.
 *
 * They work on what everybody may see (`TradeReview`), so no card can show a grade too early.
 */
import { type APIActionRowComponent, type APIButtonComponent, ButtonStyle, ComponentType } from 'discord.js'
import { type Field, line, plain } from '../../feed/embed.ts'
import { agreementWords, opinionLine, planWords, spreadText } from '../../report/review-words.ts'
import type { FinishedReview, Opinion, TradeReview } from '../../review/types.ts'
import { customId } from '../handlers.ts'

/** First part of the buttons' custom ids. */
export const REVIEW_BUTTON = 'review'
/** Last part: whether the plan was followed. */
export const PLAN_PARTS = { followed: 'by', broken: 'off' } as const

const NAMES_SHOWN_MAX = 5
const OPINIONS_SHOWN_MAX = 8
const NOTE_SHOWN_MAX = 300

/** `Review: 1 of 2 in (Ann)`, `Reviewed by Ann, Ben: differed`. `needed`: of the desk's policy. */
export function reviewLine(review: TradeReview, needed: number): string {
  if (review.state === 'reviewed') {
    const names = namesOf(review.opinions.map(({ reviewer }) => reviewer.name))
    return `Reviewed by ${names}: ${agreementWords(review.dissent.agreement)}`
  }
  const { reviewers, needsOther } = review
  const names = reviewers.length === 0 ? '' : ` (${namesOf(reviewers.map(({ name }) => name))})`
  const other = needsOther && reviewers.length >= needed ? ', somebody who did not stop it is needed' : ''
  return `Review: ${Math.min(reviewers.length, needed)} of ${needed} in${names}${other}`
}

function namesOf(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_SHOWN_MAX).map((name) => plain(name, 40))
  if (names.length > shown.length) shown.push(`${names.length - shown.length} more`)
  return shown.join(', ')
}

/** Who said what, how far they lie apart, and what was changed since. */
export function reviewFields({ opinions, dissent }: FinishedReview): readonly Field[] {
  const { followed, notFollowed } = dissent
  const plan =
    followed.length > 0 && notFollowed.length > 0
      ? `\nby the plan: ${namesOf(followed.map(({ name }) => name))} · off the plan: ${namesOf(notFollowed.map(({ name }) => name))}`
      : `\nall: ${planWords(followed.length > 0)}`
  return [
    line(`Review: ${agreementWords(dissent.agreement)}`, `${spreadText(dissent)}${plan}`),
    ...opinions.slice(0, OPINIONS_SHOWN_MAX).map(opinionField),
  ]
}

function opinionField({ reviewer, now, blind, history }: Opinion): Field {
  const note = now.note === '' ? '' : `\n> ${plain(now.note.replaceAll(/\s+/g, ' '), NOTE_SHOWN_MAX)}`
  const changed =
    blind !== null && opinionLine(blind) !== opinionLine(now) ? `\n*was, blind: ${opinionLine(blind)}*` : ''
  const marks = [...(blind === null ? ['after the grades were shown'] : []), ...(history.length > 0 ? ['edited'] : [])]
  const suffix = marks.length === 0 ? '' : ` (${marks.join(', ')})`
  return line(`${plain(reviewer.name, 80)}${suffix}`, `${opinionLine(now)}${note}${changed}`)
}

/** The way in: each opens the form. Also to edit one's own review. */
export function reviewButtons(
  accountId: string,
  { trade }: Pick<TradeReview, 'trade'>,
): APIActionRowComponent<APIButtonComponent> {
  const button = (part: string, style: ButtonStyle.Success | ButtonStyle.Secondary, label: string) => ({
    type: ComponentType.Button as const,
    style: style as ButtonStyle.Success | ButtonStyle.Secondary,
    label,
    custom_id: customId(REVIEW_BUTTON, accountId, trade.tradeId, part),
  })
  return {
    type: ComponentType.ActionRow,
    components: [
      button(PLAN_PARTS.followed, ButtonStyle.Success, 'Review: by the plan'),
      button(PLAN_PARTS.broken, ButtonStyle.Secondary, 'Review: off the plan'),
    ],
  }
}
