/**
 * The feed: every publishable journal entry becomes one post, in order, whatever dies meanwhile. Entry points:
 * `createPublisher`, then `run` and, at shutdown, `drain`.
 *
 * 1. An account's entries are posted strictly by feed number: mark, send, record; the next one only after the record.
 * 2. A mark without a record means that the post may exist: it is looked for in the channel before it is sent again. The
 *    nonce of a post is derived from account and feed number, so that a repetition within minutes is no second post.
 * 3. An outage of Discord or of the store is retried for ever with growing waits; nothing here is waited for by trading.
 * 4. A post whose content Discord refuses is replaced by a plain one under the same number: numbers have no gaps.
 * 5. Only the holder of the newest epoch publishes: the store refuses the writes of any other, and `run` ends.
 */
import { createHash } from 'node:crypto'
import type { Logger } from 'pino'
import type { WallClock } from '../config/clock.ts'
import type { DeskReader } from '../report/views.ts'
import type { JournalEntry } from '../session/events.ts'
import { backoff_ms } from './backoff.ts'
import { fallbackPost } from './fallback.ts'
import { type ChartFile, type FeedChannel, type FeedSource, type FeedStore, type PostRef, PostRefused } from './port.ts'
import { type ChartRequest, footerOf, type Post, type RenderContext } from './post.ts'
import { render } from './render/index.ts'

export interface PublisherPorts {
  readonly source: FeedSource
  readonly store: FeedStore
  readonly channel: FeedChannel
  readonly reports: Pick<DeskReader, 'report'>
  readonly draw: (chart: ChartRequest) => Promise<ChartFile>
  readonly wall: WallClock
  readonly log: Logger
}

export interface PublisherOptions {
  /** Epoch of the bot's lease. */
  readonly epoch: number
  readonly batchMax: number
  /** How often all accounts are looked at, in case a wake-up was missed. */
  readonly scanEvery_ms: number
  readonly retryFirst_ms: number
  readonly retryMax_ms: number
}

export const PUBLISHER_DEFAULTS: Omit<PublisherOptions, 'epoch'> = {
  batchMax: 50,
  scanEvery_ms: 5_000,
  retryFirst_ms: 250,
  retryMax_ms: 30_000,
}

export interface Publisher {
  /** Publishes until `signal` aborts ('stopped') or a newer epoch appears ('stale_epoch'). Rejects on bugs only. */
  run(signal: AbortSignal): Promise<'stopped' | 'stale_epoch'>
  /** After `run`: posts what is still there; gives up after `timeout_ms`. True when nothing is left. */
  drain(timeout_ms: number): Promise<boolean>
}

class StaleEpoch extends Error {}
/** The wait for a retry was cut short: the caller is stopping. */
class Stopped extends Error {}

const NONCE_HASH_CHARS = 12

/** At most 25 characters, the same for every try of the same post. */
export function nonceOf(accountId: string, feedNo: number): string {
  return `${createHash('sha256').update(accountId).digest('hex').slice(0, NONCE_HASH_CHARS)}-${feedNo}`
}

export function createPublisher(ports: PublisherPorts, options: PublisherOptions): Publisher {
  const { source, store, channel, wall, log } = ports

  /** Repeats `work` until it succeeds; the wait grows with each failure. */
  async function persist<T>(what: string, signal: AbortSignal, work: (failures: number) => Promise<T>): Promise<T> {
    for (let failures = 0; ; ) {
      if (signal.aborted) throw new Stopped()
      try {
        return await work(failures)
      } catch (error) {
        if (error instanceof StaleEpoch || error instanceof Stopped) throw error
        failures += 1
        const wait_ms = backoff_ms(failures, { first_ms: options.retryFirst_ms, max_ms: options.retryMax_ms })
        log.warn({ err: error, failures, wait_ms }, `${what} failed; trying again`)
        await wall.sleep(wait_ms, signal)
      }
    }
  }

  async function chartOf(post: Post, entry: JournalEntry): Promise<ChartFile | null> {
    if (post.chart === null) return null
    try {
      return await ports.draw(post.chart)
    } catch (error) {
      log.error({ err: error, feedNo: entry.feedNo }, 'chart could not be drawn; posting without it')
      return null
    }
  }

  async function contextOf(entry: JournalEntry): Promise<RenderContext> {
    const report = entry.event.type === 'session_ended' ? await ports.reports.report(entry.accountId, entry.date) : null
    return { nowWall_ms: wall.now_ms(), report }
  }

  async function send(entry: JournalEntry, nonce: string): Promise<PostRef> {
    const drawn = render(entry, await contextOf(entry))
    if (drawn === null) return channel.send(fallbackPost(entry), nonce, null)
    try {
      const chart = await chartOf(drawn, entry)
      return await channel.send(chart === null ? withoutImage(drawn) : drawn, nonce, chart)
    } catch (error) {
      if (!(error instanceof PostRefused)) throw error
      log.error({ err: error, feedNo: entry.feedNo, event: entry.event.type }, 'post refused; sending a plain one')
      return channel.send(fallbackPost(entry), nonce, null)
    }
  }

  /** One entry, from mark to record. */
  async function publish(entry: JournalEntry, feedNo: number, lastMessageId: string | null): Promise<string | null> {
    const { accountId } = entry
    const older = lastMessageId ?? (await channel.newestMessageId())
    const begun = await store.begin(accountId, feedNo, options.epoch, older)
    if (begun.state === 'stale_epoch') throw new StaleEpoch()
    if (begun.state === 'moved') return null
    const nonce = nonceOf(accountId, feedNo)
    const existing =
      begun.state === 'resumed' ? await channel.find({ nonce, footer: footerOf(entry), after: begun.after }) : null
    const sent = existing ?? (await send(entry, nonce))
    const recorded = await store.record(accountId, feedNo, options.epoch, sent)
    if (recorded === 'stale_epoch') throw new StaleEpoch()
    const late_ms = wall.now_ms() - entry.atWall_ms
    log.debug(
      { accountId, feedNo, event: entry.event.type, messageId: sent.messageId, late_ms, adopted: existing !== null },
      'posted',
    )
    return recorded === 'recorded' ? sent.messageId : null
  }

  /** Everything an account has waiting. */
  async function publishAccount(accountId: string, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const posted = await persist(`publishing the feed of ${accountId}`, signal, async () => {
        const position = await store.position(accountId)
        const entries = await source.feed(accountId, position.cursor, options.batchMax)
        let { cursor, lastMessageId } = position
        for (const entry of entries) {
          if (signal.aborted) return 0
          if (entry.feedNo !== cursor + 1) throw new Error(`expected feed number ${cursor + 1}, got ${entry.feedNo}`)
          const messageId = await publish(entry, entry.feedNo, lastMessageId)
          if (messageId === null) break // somebody moved the cursor: read it again
          cursor = entry.feedNo
          lastMessageId = messageId
        }
        return entries.length
      })
      if (posted === 0) return
    }
  }

  async function publishAll(signal: AbortSignal): Promise<void> {
    const accounts = await persist('reading the accounts', signal, () => source.accounts())
    for (const accountId of accounts) await publishAccount(accountId, signal)
  }

  return {
    async run(signal) {
      try {
        let scan_ms = Number.NEGATIVE_INFINITY
        while (!signal.aborted) {
          if (wall.monotonic_ms() - scan_ms >= options.scanEvery_ms) {
            scan_ms = wall.monotonic_ms()
            await publishAll(signal)
          }
          const grown = await persist('waiting for the feed', signal, () =>
            source.waitForFeed(options.scanEvery_ms, signal),
          )
          for (const accountId of grown) await publishAccount(accountId, signal)
        }
        return 'stopped'
      } catch (error) {
        if (error instanceof StaleEpoch) return 'stale_epoch'
        if (error instanceof Stopped) return 'stopped'
        throw error
      }
    },
    async drain(timeout_ms) {
      const signal = AbortSignal.timeout(timeout_ms)
      try {
        await publishAll(signal)
        return !signal.aborted
      } catch (error) {
        if (!(error instanceof StaleEpoch || error instanceof Stopped))
          log.error({ err: error }, 'draining the feed failed')
        return false
      }
    },
  }
}

function withoutImage(post: Post): Post {
  const { image: _image, ...embed } = post.embed
  return { ...post, embed }
}
