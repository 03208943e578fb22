import { expect } from 'vitest'
import { visibleReview } from '../../src/review/reveal.ts'
import type { TradeReview } from '../../src/review/types.ts'
import type { EventOf, JournalEntry } from '../../src/session/events.ts'
import { journalOf } from '../support/journal-samples.ts'
import { ANN, BEN, CLOSED, recordOf, said } from '../support/review-samples.ts'
import { TradeWorld } from '../support/trade-world.ts'

export const TRADE_ID = '2026-07-17-1'
/** With wall times of the world's own present: a card is looked for since the trade began. */
export const DAY: readonly JournalEntry[] = journalOf().map((entry) => ({ ...entry, atWall_ms: 1_800_000_000_000 }))
export const NOTES = 7
/** As far as the first fills; with the position held; to the end of the trade; to the end of the day. */
export const [OPENED, HELD, CLOSED_AT, OVER] = [23, 120, 216, DAY.length] as const

export const trade = { ...CLOSED, tradeId: TRADE_ID }
export const first = [ANN, said(4, 2, 5)] as const
export const second = [BEN, said(4, 5, 5)] as const
export const review = (...answers: Parameters<typeof recordOf>[1][]): readonly TradeReview[] => [
  visibleReview(recordOf(trade, ...answers)),
]
export const WAITING = review(first)
export const REVIEWED = review(first, second)

export function worldAt(entries: number, reviews: readonly TradeReview[] = []): TradeWorld {
  const world = new TradeWorld()
  world.journal = DAY.slice(0, entries)
  world.reviews = reviews
  return world
}

export const ENDED: EventOf<'session_ended'> = {
  type: 'session_ended',
  status: 'traded',
  dayNetPnlCents: 0,
  dayBrokerPnlCents: 0,
  targetDailyCents: 34_177,
  entries: 1,
  decisions: 16,
  skips: {},
  minutesMissed: 3,
  next: null,
}

export const titleOf = (world: TradeWorld, index = 0): string => world.cards[index]?.message.embed.title ?? ''
export const only = (world: TradeWorld): string => {
  expect(world.cards).toHaveLength(1)
  expect([...world.threads.keys()]).toEqual([world.cards[0]?.id])
  return world.cards[0]?.id ?? ''
}
