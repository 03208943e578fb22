/**
 * What a trade's thread tells: a line for each event of the trade, then that a review is asked for, then what the
 * reviewers said. Pure. Entry points: `tradeNotes`, `reviewAsks`, `reviewNotes`, `notesMessage`, `lastNoteIn`.
 *
 * 1. All lists only grow at their ends: the n-th note stays the n-th, and a message names the numbers it holds.
 * 2. No reviewer's words are here before the grades are shown: `TradeReview` has none before.
 */
import { clip, plain } from '../../feed/embed.ts'
import {
  clockTime,
  heldFor,
  legsName,
  money,
  percent,
  price,
  priceOrNone,
  signedMoney,
  signedMoneyOrNone,
  sourceBadge,
} from '../../report/format.ts'
import { agreementWords, opinionLine, spreadText } from '../../report/review-words.ts'
import type { NotedEvent, TradeCard, TradeNote } from '../../report/trade-card.ts'
import { codeWords, exitWords, settlementWords } from '../../report/words.ts'
import type { ReviewContent, TradeReview } from '../../review/types.ts'
import { reviewLine } from '../review/parts.ts'

/** Of a message's content. */
const CONTENT_MAX = 2_000
const NOTE_MAX = 1_500
const OUTSIDE_MAX = 300
/** Twice what a reviewer may write: markup in it is escaped. */
const REVIEW_NOTE_MAX = 1_200

/** The lists of a thread, counted apart: a review may be edited at any time. */
export const NOTE_SERIES = ['notes', 'asks', 'reviews'] as const
export type NoteSeries = (typeof NOTE_SERIES)[number]

export const tradeNotes = ({ notes }: Pick<TradeCard, 'notes'>): readonly string[] => notes.map(noteLine)

function noteLine({ feedNo, event }: TradeNote): string {
  return clip(`${feedNo === null ? '' : `\`#${feedNo}\` `}${noteWords(event)}`, NOTE_MAX)
}

function noteWords(event: NotedEvent): string {
  switch (event.type) {
    case 'entry_decided':
      return `${clockTime(event.at_ms)} decided: sell ${event.contracts} × ${legsName(event.strike, event.hedgeStrike)} from ${price(event.sellPrice)} on, mid ${price(event.mid)}, SPY ${price(event.spot)}`
    case 'fill': {
      const verb = event.purpose === 'open' ? 'sold' : 'bought back'
      return `${clockTime(event.at_ms)} **${verb} ${event.qty} at ${price(event.price)}** (${event.filledQty} of ${event.orderQty})${slippageWords(event.slippageCents)}`
    }
    case 'order_refused':
      return `the broker refused the ${purposeWords(event.purpose)} order: ${plain(event.message, OUTSIDE_MAX)}`
    case 'order_denied':
      return `the desk's own risk check held the ${purposeWords(event.purpose)} order back: ${codeWords(event.code)}`
    case 'entry_abandoned':
      return `**given up** after ${event.attempts} ${event.attempts === 1 ? 'attempt' : 'attempts'}, nothing was sold: ${plain(event.reason, OUTSIDE_MAX)}`
    case 'risk_warning':
      return `${clockTime(event.at_ms)} **${percent(event.usedPct, 0)}** of the ${LIMITS[event.limit]} used: ${signedMoney(event.pnlCents)} of ${money(-Math.abs(event.limitCents))}`
    case 'risk_breach':
      return `${clockTime(event.at_ms)} **breach** of the ${LIMITS[event.limit]}: ${signedMoney(event.pnlCents)} of ${money(-Math.abs(event.limitCents))}`
    case 'exit_decided': {
      const by = event.actor === null ? '' : ` (${plain(event.actor.name, OUTSIDE_MAX)})`
      const also =
        event.alsoFired.length === 0 ? '' : `, at the same quote also ${event.alsoFired.map(exitWords).join(', ')}`
      return `${clockTime(event.at_ms)} **closing: ${exitWords(event.reason)}**${by}${also}; SPY ${priceOrNone(event.spot)}, mid ${priceOrNone(event.mid)}, net ${signedMoneyOrNone(event.netPnlCents)}`
    }
    case 'trade_closed':
      return `${clockTime(event.exit_ms)} **closed: ${signedMoney(event.netPnlCents)} net**, broker ${signedMoney(event.brokerPnlCents)}, rule ${signedMoneyOrNone(event.rulePnlCents)}${event.settlement === undefined ? '' : `; ${settlementWords(event.settlement)}`}; held ${heldFor(event.entry_ms, event.exit_ms)}`
  }
}

const LIMITS = { max_daily_loss: 'daily loss limit', max_loss_per_trade: 'loss limit of the trade' } as const

const purposeWords = (purpose: 'open' | 'close'): string => (purpose === 'open' ? 'opening' : 'closing')

function slippageWords(slippageCents: number | null): string {
  if (slippageCents === null) return ''
  if (slippageCents === 0) return ', at the mid'
  return `, ${money(Math.abs(slippageCents))} ${slippageCents > 0 ? 'worse' : 'better'} than the mid`
}

/** Once a trade is closed: what its reviewers are asked for, and who has answered. The buttons stand below. */
export function reviewAsks(review: TradeReview | null, needed: number): readonly string[] {
  if (review === null) return []
  const how =
    review.state === 'waiting'
      ? 'Grade entry, exit and sizing from 1 to 5: the button says whether the plan was followed, and opens the form. Grades stay hidden until enough reviewers are in.'
      : 'The same buttons change your own review.'
  return [clip(`📝 **${reviewLine(review, needed)}**\n${how}`, NOTE_MAX)]
}

/** First what was said blind, with how far it lies apart; then what was changed or added since. */
export function reviewNotes(review: TradeReview | null): readonly string[] {
  if (review === null || review.state === 'waiting') return []
  const { opinions, dissent, revealedAtWall_ms } = review
  const blind = opinions.flatMap(({ reviewer, blind }) => (blind === null ? [] : [saidLine(reviewer.name, ':', blind)]))
  const later = opinions
    .flatMap(({ reviewer, blind, history, now, atWall_ms }) =>
      [...history, { ...now, atWall_ms }]
        .filter((version) => version.atWall_ms > revealedAtWall_ms)
        .map((version) => ({ name: reviewer.name, isNew: blind === null, version })),
    )
    .toSorted((a, b) => a.version.atWall_ms - b.version.atWall_ms)
  return [
    `📝 **Reviewed: ${agreementWords(dissent.agreement)}** · ${spreadText(dissent)}`,
    ...blind,
    ...later.map(({ name, isNew, version }) =>
      saidLine(name, isNew ? ', after the grades were shown:' : ' changed the review:', version),
    ),
  ]
}

function saidLine(name: string, when: string, content: ReviewContent): string {
  const note = plain(content.note.replaceAll(/\s+/g, ' ').trim(), REVIEW_NOTE_MAX)
  const quote = note === '' ? '' : `\n> ${note}`
  return clip(`**${plain(name, 80)}**${when} ${opinionLine(content)}${quote}`, NOTE_MAX)
}

interface NotesMessage {
  readonly content: string
  /** Number of its last note. */
  readonly to: number
}

/** As many notes after the first `told` as fit into one message; null: none are left. */
export function notesMessage(
  card: Pick<TradeCard, 'source' | 'profile' | 'tradeId'>,
  series: NoteSeries,
  notes: readonly string[],
  told: number,
): NotesMessage | null {
  const left = notes.slice(told)
  if (left.length === 0) return null
  const origin = `${clip(sourceBadge(card.source), 120)} · ${card.profile} · ${clip(card.tradeId, 40)}`
  const footer = (to: number): string => {
    const range = to === told + 1 ? `${to}` : `${told + 1}–${to}`
    return `-# ${origin} · New York time · ${series} ${range}`
  }
  const lines: string[] = []
  let size = footer(notes.length).length
  for (const note of left) {
    size += note.length + 1
    if (size > CONTENT_MAX) break
    lines.push(note)
  }
  const to = told + lines.length
  return { content: [...lines, footer(to)].join('\n'), to }
}

/** Number of the last note of `series` in a message of the thread; 0: it holds none of them. */
export function lastNoteIn(content: string, series: NoteSeries): number {
  const [, told, , to] = /-# .* · (notes|asks|reviews) (\d+–)?(\d{1,6})$/.exec(content) ?? []
  return told === series ? Number(to) : 0
}
