/**
 * The buttons and the form of a review. Entry points: `reviewOpenButton`, `reviewButton`, `reviewFormHandler`.
 *
 * 1. Whoever may look may review, and the role is checked at the button and at the form.
 * 2. The trade and the plan's answer stand in the custom ids; who reviews is who pressed: nobody answers for another.
 * 3. A reviewer is shown the own grades only, until enough are in.
 */
import { type ButtonInteraction, MessageFlags, type ModalSubmitInteraction } from 'discord.js'
import type { SubmitResult } from '../../review/port.ts'
import { ownVersion } from '../../review/reveal.ts'
import type { Refusal } from '../../session/refusal.ts'
import type { Desk, Request } from '../desk.ts'
import { type ButtonHandler, type ModalHandler, partsOf } from '../handlers.ts'
import { payload } from '../payload.ts'
import { type Reply, refusalReply } from '../reply.ts'
import { tradeOfAccount } from '../views/trade-reply.ts'
import { REVIEW_FORM, readForm, reviewForm } from './form.ts'
import { closedEmbed, PLAN_PARTS, REVIEW_BUTTON, REVIEW_OPEN_BUTTON, reviewButtons, reviewEmbed } from './parts.ts'
import { type Confirmed, confirmation } from './reply.ts'
import { readReviews } from './waiting.ts'

const WRONG_PLACE: Refusal = {
  code: 'stale_command',
  message: 'This button does not say which trade it is about. Use `/review` for the trades that wait.',
  numbers: {},
}

/** Shows the trade to who asked, with the buttons to review it. */
export const reviewOpenButton: ButtonHandler = {
  name: REVIEW_OPEN_BUTTON,
  authority: 'view',
  answer: 'ephemeral',
  async run(interaction, desk, request) {
    const [accountId, tradeId] = partsOf(interaction.customId)
    if (accountId === undefined || tradeId === undefined) return refusalReply(WRONG_PLACE)
    const shown = await tradeOfAccount(accountId, tradeId, desk, request)
    return shown ?? closedAlone(accountId, tradeId, desk)
  },
}

export const reviewButton: ButtonHandler = {
  name: REVIEW_BUTTON,
  authority: 'view',
  answer: 'own',
  async run(interaction, desk) {
    const asked = askedOf(interaction.customId)
    if (asked === null) return refuse(interaction, WRONG_PLACE)
    const record = await desk.reviews.record(asked.accountId, asked.tradeId)
    if (record === null) return refuse(interaction, notClosed(asked.tradeId))
    const own = ownVersion(record, interaction.user.id)
    await interaction.showModal(reviewForm({ ...asked, profile: record.trade.profile, own }, desk.reviews.policy))
    return null
  },
}

export const reviewFormHandler: ModalHandler = {
  name: REVIEW_FORM,
  authority: 'view',
  answer: 'ephemeral',
  async run(interaction: ModalSubmitInteraction, desk: Desk, request: Request): Promise<Reply> {
    const asked = askedOf(interaction.customId)
    if (asked === null) return refusalReply(WRONG_PLACE)
    const { accountId, tradeId, planFollowed } = asked
    const answer = readForm(interaction.fields, planFollowed)
    if (!answer.ok) return refusalReply({ code: 'bad_option', message: answer.problem, numbers: {} })
    const { content, remarks } = answer
    const reviewer = request.actor
    const result = await desk.reviews.submit({ accountId, tradeId, reviewer, content, interactionId: request.id })
    request.log.info({ accountId, tradeId, result: result.kind }, 'a review was submitted')
    if (result.kind === 'refused') return refusalReply(refusalOf(result, tradeId))
    const next = await nextFor(reviewer.id, desk)
    return confirmation({ result, content, remarks, needed: desk.reviews.policy.needed, next })
  },
}

/** A trade whose beginning the journal does not have: what is known of its end, and its review. */
async function closedAlone(accountId: string, tradeId: string, { reader, reviews }: Desk): Promise<Reply> {
  const review = (await reader.reviews(accountId)).find(({ trade }) => trade.tradeId === tradeId)
  if (review === undefined) return refusalReply(notClosed(tradeId))
  return {
    embeds: [closedEmbed(review), reviewEmbed(review, reviews.policy.needed)],
    buttons: reviewButtons(accountId, review),
  }
}

function askedOf(id: string): { accountId: string; tradeId: string; planFollowed: boolean } | null {
  const [accountId, tradeId, plan] = partsOf(id)
  if (accountId === undefined || tradeId === undefined) return null
  if (plan !== PLAN_PARTS.followed && plan !== PLAN_PARTS.broken) return null
  return { accountId, tradeId, planFollowed: plan === PLAN_PARTS.followed }
}

async function refuse(interaction: ButtonInteraction, refusal: Refusal): Promise<null> {
  await interaction.reply({ ...payload(refusalReply(refusal)), flags: MessageFlags.Ephemeral })
  return null
}

const notClosed = (tradeId: string): Refusal => ({
  code: 'no_data',
  message: `There is no closed trade ${tradeId.slice(0, 40)}: a trade is reviewed once it is closed. \`/review\` lists those that wait.`,
  numbers: {},
})

function refusalOf({ reason }: Extract<SubmitResult, { kind: 'refused' }>, tradeId: string): Refusal {
  switch (reason) {
    case 'not_closed':
      return notClosed(tradeId)
    case 'full':
      return {
        code: 'bad_option',
        message: `${tradeId.slice(0, 40)} has as many reviews as one trade can have; yours was not saved.`,
        numbers: {},
      }
    case 'busy':
      return { code: 'failed', message: 'Many answered at once; yours was not saved. Send it again.', numbers: {} }
  }
}

/** The oldest trade that waits, and not only for others. */
async function nextFor(reviewerId: string, { reader }: Desk): Promise<Confirmed['next']> {
  const shelf = await readReviews(null, reader)
  const next = shelf?.waiting.find(({ review }) => !review.reviewers.some(({ id }) => id === reviewerId))
  return next === undefined ? null : { accountId: next.account.accountId, trade: next.review.trade }
}
