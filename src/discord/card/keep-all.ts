/** The messages that the bot edits in place: the live cards, and the cards and threads of the trades. */
import type { Client } from 'discord.js'
import type { FeedChannel } from '../../feed/port.ts'
import type { FeedChannelOptions } from '../feed-channel.ts'
import type { BotDeps } from '../main.ts'
import { createTradeChannel } from '../trade-thread/channel.ts'
import { keepTrades } from '../trade-thread/keeper.ts'
import { createCardChannel } from './channel.ts'
import { keepCards } from './keeper.ts'

type Deps = Pick<BotDeps, 'cards' | 'tradeCards' | 'reader' | 'reviews' | 'draw' | 'wall' | 'log'>

interface CardPlace {
  readonly client: Client
  readonly place: FeedChannelOptions
  readonly feed: FeedChannel
  /** How often Discord has come back. */
  readonly returns: () => number
}

/** Each until `signal` aborts, or a newer epoch of the bot's lease exists. */
export function keepAllCards(
  { cards, tradeCards, reader, reviews, draw, wall, log }: Deps,
  { client, place, feed, returns }: CardPlace,
  epoch: number,
  signal: AbortSignal,
): Promise<'stopped' | 'stale_epoch'>[] {
  const kept: Promise<'stopped' | 'stale_epoch'>[] = []
  if (cards !== undefined) {
    const channel = createCardChannel(client, place, feed)
    kept.push(keepCards({ store: cards, channel, reader, returns, wall, log }, epoch, signal))
  }
  if (tradeCards !== undefined) {
    const channel = createTradeChannel(client, place, feed)
    const reviewersNeeded = reviews.policy.needed
    kept.push(
      keepTrades({ store: tradeCards, channel, reader, reviewersNeeded, draw, returns, wall, log }, epoch, signal),
    )
  }
  return kept
}
