/** What a trade's card and thread are to show now, whatever they show. Pure. Entry point: `wantedOf`. */
import { createHash } from 'node:crypto'
import type { APIActionRowComponent, APIButtonComponent, APIEmbed } from 'discord.js'
import type { TradeCard } from '../../report/trade-card.ts'
import type { TradeReview } from '../../review/types.ts'
import { reviewButtons, reviewFields, reviewLine } from '../review/parts.ts'
import { type CardStage, cardStage, type ReviewPart, tradeCardEmbed } from '../views/trade-card-embed.ts'
import { type NoteSeries, reviewAsks, reviewNotes, tradeNotes } from './notes.ts'

export interface Wanted {
  readonly card: TradeCard
  readonly review: ReviewPart | null
  readonly stage: CardStage
  /** Of the card, and of the message in the thread that asks for the review. */
  readonly buttons: APIActionRowComponent<APIButtonComponent> | null
  readonly notes: Readonly<Record<NoteSeries, readonly string[]>>
  /** Nothing more happens to the trade, and nothing is left to be reviewed: its thread goes to the archive. */
  readonly isFinal: boolean
}

/** `needed`: reviewers after whom grades are shown. */
export function wantedOf(card: TradeCard, found: TradeReview | null, needed: number): Wanted {
  const trade = card.closed === null ? null : found
  const review: ReviewPart | null =
    trade === null
      ? null
      : {
          isReviewed: trade.state === 'reviewed',
          line: reviewLine(trade, needed),
          fields: trade.state === 'reviewed' ? reviewFields(trade) : [],
        }
  const stage = cardStage(card, review)
  return {
    card,
    review,
    stage,
    buttons: trade === null ? null : reviewButtons(card.accountId, trade),
    notes: { notes: tradeNotes(card), asks: reviewAsks(trade, needed), reviews: reviewNotes(trade) },
    isFinal: stage === 'reviewed' || (stage === 'given_up' && card.isOver),
  }
}

/** `threadId`: where the thread is not the one hanging on the card itself. */
export function embedOf({ card, review }: Wanted, threadId: string | null, image: string | null): APIEmbed {
  return tradeCardEmbed({ card, review, threadId, image })
}

/** Two with the same digest look the same but for the newest points of the chart, which come with the next mark. */
export function digestOf(wanted: Wanted, threadId: string | null): string {
  const parts = [embedOf(wanted, threadId, null), wanted.buttons, wanted.card.course !== null]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16)
}
