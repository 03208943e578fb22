/**
 * What a trade's card says in each of its states. Pure. Entry points: `tradeCardEmbed`, `tradeCardFooter`,
 * `threadName`.
 */
import { createHash } from 'node:crypto'
import type { APIEmbed } from 'discord.js'
import { COLOURS, clip, embed, type Field, figure, line, plain, pnlColour } from '../../feed/embed.ts'
import { dayName, legsName, money, NONE, price, signedMoney, sourceBadge, structureName } from '../../report/format.ts'
import type { TradeCard, TradeStage } from '../../report/trade-card.ts'
import { codeWords, exitWords } from '../../report/words.ts'
import { worstCaseCents } from '../../report/worst-case.ts'
import { openColour } from './status-parts.ts'
import {
  adoptedFields,
  breakEven,
  creditCents,
  decisionField,
  exitField,
  fillsField,
  markFields,
  resultFields,
  soldWords,
  worstField,
} from './trade-fields.ts'

/** The card's states: those of the trade, and what the team makes of it. */
export type CardStage = TradeStage | 'reviewed'

const WAY: readonly CardStage[] = ['proposed', 'working', 'open', 'at_risk', 'closed', 'reviewed']

const STAGE_WORDS: Readonly<Record<CardStage, string>> = {
  proposed: 'Proposed',
  working: 'Working',
  open: 'Open',
  at_risk: 'At risk',
  closed: 'Closed',
  reviewed: 'Reviewed',
  given_up: 'Given up',
  unsettled: 'Open at the close',
}

const STAGE_SIGNS: Readonly<Record<CardStage, string>> = {
  proposed: '📝',
  working: '⏳',
  open: '🟢',
  at_risk: '🟠',
  closed: '🏁',
  reviewed: '☑️',
  given_up: '↩️',
  unsettled: '⚠️',
}

const CODE_CHARS = 6
const THREAD_NAME_MAX = 100

/** What the team's review adds to a card. */
export interface ReviewPart {
  readonly isReviewed: boolean
  /** `Review: 1 of 2 in (Ann)`. */
  readonly line: string
  readonly fields: readonly Field[]
}

interface TradeCardLook {
  readonly card: TradeCard
  /** Null while it is not closed. */
  readonly review: ReviewPart | null
  /** Where its thread is not the one hanging on this very message. */
  readonly threadId: string | null
  /** File name of the attached chart. */
  readonly image: string | null
}

export function cardStage({ stage }: TradeCard, review: ReviewPart | null): CardStage {
  return stage === 'closed' && review?.isReviewed === true ? 'reviewed' : stage
}

/** The same at all times: the card is found again by it. Two markets of one seed differ in the last part. */
export function tradeCardFooter({ source, profile, tradeId, accountId }: TradeCard): string {
  const code = createHash('sha256').update(accountId).digest('hex').slice(0, CODE_CHARS)
  return `${clip(sourceBadge(source), 120)} · ${profile} · trade ${clip(tradeId, 100)} · ${code}`
}

/** `25k · Fri 17 Jul 2026 · 742P / 737P`. */
export function threadName(card: TradeCard): string {
  return clip(
    [card.profile, dayName(card.date), legsOf(card) ?? card.tradeId, ordinalWords(card)].filter(isText).join(' · '),
    THREAD_NAME_MAX,
  )
}

const isText = (text: string): boolean => text !== ''

export function tradeCardEmbed({ card, review, threadId, image }: TradeCardLook): APIEmbed {
  const stage = cardStage(card, review)
  return embed({
    colour: colourOf(card, stage),
    title: titleOf(card, stage),
    description: [
      wayOf(stage),
      `${dayName(card.date)} · ${whatOf(card)}`,
      ...(card.exit !== null && card.closed === null ? [`Closing: ${exitWords(card.exit.reason)}.`] : []),
      ...(review === null ? [] : [review.line]),
      ...(threadId === null ? [] : [`Its thread: <#${threadId}>`]),
    ].join('\n'),
    fields: [...figuresOf(card), ...(review?.fields ?? [])],
    footer: tradeCardFooter(card),
    ...(image === null ? {} : { image }),
  })
}

/** `Proposed ▸ Working ▸ **Open** ▸ At risk ▸ Closed ▸ Reviewed`; what ends the way otherwise stands at its end. */
function wayOf(stage: CardStage): string {
  const isOff = !WAY.includes(stage)
  const way = isOff ? [...WAY.slice(0, stage === 'given_up' ? 2 : 3), stage] : WAY
  return way.map((name) => (name === stage ? `**${STAGE_WORDS[name]}**` : STAGE_WORDS[name])).join(' ▸ ')
}

function titleOf(card: TradeCard, stage: CardStage): string {
  const legs = legsOf(card)
  const qty = card.closed?.contracts ?? card.trade?.contracts ?? card.entry?.contracts
  const what = legs === null ? 'a position not in the journal' : `${qty ?? NONE} × SPY ${legs}`
  return `${STAGE_SIGNS[stage]} ${STAGE_WORDS[stage]}: ${what}${resultWords(card, stage)}`
}

function resultWords({ closed, mark, order }: TradeCard, stage: CardStage): string {
  if (closed !== null) return ` · ${signedMoney(closed.netPnlCents)}`
  if (stage === 'working' && order !== null) return ` · ${order.filledQty} of ${order.qty} filled`
  const isHeld = stage === 'open' || stage === 'at_risk' || stage === 'unsettled'
  return isHeld && mark !== null ? ` · ${signedMoney(mark.netPnlCents)}` : ''
}

function legsOf({ entry, trade }: TradeCard): string | null {
  const legs = entry ?? trade
  return legs === null ? null : legsName(legs.strike, legs.hedgeStrike)
}

/** The first of a day needs no number. */
const ordinalWords = ({ ordinal }: TradeCard): string => (ordinal > 1 ? `entry ${ordinal} of the day` : '')

function whatOf(card: TradeCard): string {
  const { entry, trade } = card
  const structure = entry?.structure ?? trade?.structure
  const name = structure === undefined ? '' : structureName(structure)
  const sold = trade === null ? '' : soldWords(trade)
  return [name, ordinalWords(card), sold, beginningWords(card)].filter(isText).join(' · ')
}

/** Of what was not sold yet, or not by a decision of this journal. */
function beginningWords({ entry, trade, closed, order, abandoned, stage }: TradeCard): string {
  if (entry === null) {
    return closed === null
      ? 'adopted from the broker: held and closed by the rules'
      : 'its decision is not in the journal'
  }
  if (trade !== null) return ''
  if (stage === 'given_up') return givenUpWords(abandoned)
  return `to be sold at ${price(order?.limitPrice ?? entry.sellPrice)} or better${attemptWords(order)}`
}

function givenUpWords(abandoned: TradeCard['abandoned']): string {
  if (abandoned === null) return 'nothing was sold when the day ended'
  const { attempts, reason } = abandoned
  return `nothing was sold in ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}: ${plain(reason)}`
}

const attemptWords = (order: TradeCard['order']): string =>
  order !== null && order.attempt > 1 ? `, order ${order.attempt} of the day` : ''

function figuresOf(card: TradeCard): readonly Field[] {
  const { entry, detail, closed } = card
  if (entry === null) return adoptedFields(card)
  const credit = detail?.trade.entryFill ?? entry.sellPrice
  const contracts = detail?.trade.contracts ?? entry.contracts
  return [
    ...markFields(card),
    ...(detail === null ? [figure('Credit, as decided', money(creditCents(credit, contracts)))] : resultFields(detail)),
    worstField(detail === null ? entry.trueMaxLossCents : worstCaseCents(detail.trade)),
    figure('Break-even', breakEven(entry.strike, credit)),
    figure('Stop · target at mid', `${price(entry.stopMid)} · ${price(entry.targetMid)}`),
    decisionField({ entry }),
    ...(detail === null ? orderFields(card) : [fillsField(detail)]),
    ...(detail === null || (detail.exit === null && closed?.settlement === undefined) ? [] : [exitField(detail)]),
  ]
}

/** What became of the orders of an entry that was never filled. */
function orderFields({ notes }: TradeCard): readonly Field[] {
  const lines = notes.flatMap(({ event }) => {
    if (event.type === 'order_refused') return [`The broker refused it: ${plain(event.message, 300)}`]
    if (event.type === 'order_denied') return [`The desk's own risk check held it back: ${codeWords(event.code)}`]
    return []
  })
  return lines.length === 0 ? [] : [line('Orders', lines.slice(-3).join('\n'))]
}

function colourOf({ closed, mark, course }: TradeCard, stage: CardStage): number {
  if (closed !== null) return pnlColour(closed.netPnlCents)
  switch (stage) {
    case 'proposed':
    case 'working':
      return COLOURS.action
    case 'open':
      if (mark === null) return COLOURS.plan
      return openColour(mark.netPnlCents, course?.maxLossPerTradeCents ?? 0)
    case 'at_risk':
    case 'unsettled':
      return COLOURS.warning
    case 'closed':
    case 'reviewed':
    case 'given_up':
      return COLOURS.neutral
  }
}
