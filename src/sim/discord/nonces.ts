/** Which message an author sent with which nonce, for some minutes: what `enforce_nonce` looks up. */
import type { FixtureUser } from './fixtures.ts'
import type { StoredMessage } from './message.ts'
import type { SimTime } from './time.ts'

/** "The past few minutes" of Discord's documentation. */
const NONCE_LIFE_MS = 300_000
const NONCES_MAX = 10_000

interface Entry {
  readonly messageId: string
  readonly channelId: string
  readonly until_ms: number
}

export class Nonces {
  private readonly entries = new Map<string, Entry>()
  private readonly time: SimTime

  constructor(time: SimTime) {
    this.time = time
  }

  find(author: FixtureUser, nonce: string | number): Entry | undefined {
    const found = this.entries.get(`${author.id}:${nonce}`)
    return found === undefined || found.until_ms < this.time.now_ms() ? undefined : found
  }

  keep(message: StoredMessage, nonce: string | number): void {
    const now_ms = this.time.now_ms()
    const key = `${message.author.id}:${nonce}`
    this.entries.delete(key)
    this.entries.set(key, { messageId: message.id, channelId: message.channelId, until_ms: now_ms + NONCE_LIFE_MS })
    for (const [oldest, { until_ms }] of this.entries) {
      if (until_ms >= now_ms && this.entries.size <= NONCES_MAX) break
      this.entries.delete(oldest)
    }
  }
}
