/** The way from elsewhere to a trade's card and thread. Entry point: `tradeLink`. */
import type { DiscordConfig } from '../../config/config.ts'
import type { TradeCardStore } from '../../store/trade-card-store.ts'

/** Gives text with links, or null for a trade without a card. Throws `StoreUnreachable`. */
export function tradeLink(
  { guildId }: Pick<DiscordConfig, 'guildId'>,
  store: Pick<TradeCardStore, 'read'> | null,
): (accountId: string, tradeId: string) => Promise<string | null> {
  return async (accountId, tradeId) => {
    const record = store === null ? null : await store.read(accountId, tradeId)
    if (record === null || record.messageId === null) return null
    const { channelId, messageId, threadId, threadGone } = record
    const card = `[Its card](https://discord.com/channels/${guildId}/${channelId}/${messageId})`
    return threadId === null || threadGone ? card : `${card} · its thread <#${threadId}>`
  }
}
