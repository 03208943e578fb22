/** What the bot's own status in the member list says: the one place left when nothing can be posted. */
import { ActivityType, type Client } from 'discord.js'

export type StorePresence = 'ok' | 'away'

const AWAY_TEXT = '⚠️ store away: posts and commands wait'

/** Before the client is ready nothing happens: call it again then. */
export function showStore(client: Client, store: StorePresence): void {
  if (store === 'ok') client.user?.setPresence({ status: 'online', activities: [] })
  else client.user?.setPresence({ status: 'dnd', activities: [{ name: AWAY_TEXT, type: ActivityType.Custom }] })
}
