/**
 * A trade's review as parts of a card, a thread or a list. Entry points: `reviewLine`, `reviewFields`, `reviewButtons`,
 * `tradeName`.
 *
 * They work on what everybody may see (`TradeReview`), so no card can show a grade too early.
 */
import {
  type APIActionRowComponent,
  type APIButtonComponent,
  type APIButtonComponentWithCustomId,
  type APIEmbed,
  ButtonStyle,
  ComponentType,
} from 'discord.js'
import { COLOURS, clip, embed, type Field, line, plain, pnlColour } from '../../feed/embed.ts'
import { NAME_MAX, opinionText } from '../../feed/opinion.ts'
import { dayName, legsName, signedMoney, structureName } from '../../report/format.ts'
import { agreementWords, opinionLine, planWords, spreadText } from '../../report/review-words.ts'
import { exitWords } from '../../report/words.ts'
import type { FinishedReview, Opinion, TradeReview } from '../../review/types.ts'
import type { ProfileName } from '../../strategy/types.ts'
import { customId } from '../handlers.ts'

/** First part of the buttons' custom ids. */
export const REVIEW_BUTTON = 'review'
/** Shows the trade to who pressed it, with the buttons to review it. */
export const REVIEW_OPEN_BUTTON = 'review-open'
/** Last part: whether the plan was followed. */
export const PLAN_PARTS = { followed: 'by', broken: 'off' } as const

const NAMES_SHOWN_MAX = 5
const WAS_MAX = 150

/** `2026-07-17-1 · 25k`: ids are their account's own, and several accounts share a channel. */
export const tradeName = ({ tradeId, profile }: { readonly tradeId: string; readonly profile: ProfileName }): string =>
  `${clip(tradeId, 24)} · ${profile}`

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
    ...opinions.map((opinion) => opinionField(opinion, opinions.length)),
  ]
}

function opinionField({ reviewer, now, blind, history }: Opinion, reviewers: number): Field {
  const wasBlind = blind === null ? null : opinionLine(blind)
  const changed = wasBlind === null || wasBlind === opinionLine(now) ? '' : `\n*was, blind: ${clip(wasBlind, WAS_MAX)}*`
  const marks = [...(blind === null ? ['after the grades were shown'] : []), ...(history.length > 0 ? ['edited'] : [])]
  const suffix = marks.length === 0 ? '' : ` (${marks.join(', ')})`
  return line(`${plain(reviewer.name, NAME_MAX)}${suffix}`, `${opinionText(now, reviewers)}${changed}`)
}

/** The way in: each opens the form. Also to edit one's own review. */
export function reviewButtons(
  accountId: string,
  { trade }: Pick<TradeReview, 'trade'>,
): APIActionRowComponent<APIButtonComponent> {
  const button = (part: string, style: ButtonStyle.Success | ButtonStyle.Secondary, label: string) =>
    buttonOf(customId(REVIEW_BUTTON, accountId, trade.tradeId, part), label, style)
  return {
    type: ComponentType.ActionRow,
    components: [
      button(PLAN_PARTS.followed, ButtonStyle.Success, 'Review: by the plan'),
      button(PLAN_PARTS.broken, ButtonStyle.Secondary, 'Review: off the plan'),
    ],
  }
}

export const openButton = (
  accountId: string,
  tradeId: string,
  label: string,
  style: ButtonStyle.Primary | ButtonStyle.Secondary,
): APIButtonComponent => buttonOf(customId(REVIEW_OPEN_BUTTON, accountId, tradeId), label, style)

function buttonOf(
  custom_id: string,
  label: string,
  style: Exclude<APIButtonComponentWithCustomId['style'], undefined>,
): APIButtonComponentWithCustomId {
  return { type: ComponentType.Button, style, label, custom_id }
}

/** A review beside a trade's own embed. */
export function reviewEmbed(review: TradeReview, needed: number): APIEmbed {
  return embed({
    colour: review.state === 'waiting' ? COLOURS.neutral : COLOURS.plan,
    title: `📝 ${reviewLine(review, needed)}`,
    ...(review.state === 'waiting'
      ? { description: 'Grades are shown once enough reviewers are in.' }
      : { fields: reviewFields(review) }),
    footer: tradeName(review.trade),
  })
}

/** What is known of every closed trade, without its decision and fills. */
export function closedEmbed({ trade }: Pick<TradeReview, 'trade'>): APIEmbed {
  const { date, contracts, strike, hedgeStrike, structure, netPnlCents, reason } = trade
  return embed({
    colour: pnlColour(netPnlCents),
    title: `🧾 ${contracts} × SPY ${legsName(strike, hedgeStrike)}: ${signedMoney(netPnlCents)}`,
    description: `${dayName(date)} · ${structureName(structure)} · closed by: ${exitWords(reason)}`,
    footer: tradeName(trade),
  })
}
