/**
 * The feed: every publishable journal entry becomes one post, in order, whatever dies meanwhile. Entry points:
 * `createPublisher`, then `run` and, at shutdown, `drain`.
 *
 * 1. An account's entries are posted strictly by feed number: mark, send, record; the next one only after the record.
 * 2. A mark without a record means that the post may exist: it is looked for in the channel before it is sent again.
 *    The nonce of a post is derived from account and feed number, so that a repetition within minutes is no second
 *    post; one that was held up for longer since the look is not sent, and looked for again.
 * 3. An outage of Discord or of the store is retried for ever with growing waits; nothing here is waited for by
 *    trading.
 * 4. A post whose content Discord refuses is replaced by a plain one under the same number: numbers have no gaps.
 * 5. An account whose feed lacks a number, or cannot be read, is told of in the channel, once a process, and waits; the
 *    others go on.
 * 6. Only the holder of the newest epoch publishes: the store refuses the writes of any other, and `run` ends.
 */
import { ZodError } from 'zod'
import type { WallClock } from '../config/clock.ts'
import { brokenFeedPost } from './fallback.ts'
import { type PersistOptions, persist, Stopped } from './persist.ts'
import type { FeedSource } from './port.ts'
import { accountTag } from './post-key.ts'
import { type EntryPorts, publishEntry, StaleEpoch } from './publish-entry.ts'

/** Trying again at once would change nothing. */
class BrokenFeed extends Error {
  readonly missingNo: number
  constructor(missingNo: number, got: string) {
    super(`expected feed number ${missingNo}, got ${got}`)
    this.missingNo = missingNo
  }
}

export interface PublisherPorts extends EntryPorts {
  readonly source: FeedSource
  /** Waits before another try, no longer than until the channel is back; absent: the clock's. */
  readonly sleep?: WallClock['sleep']
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

/** What every step works with. `told`: accounts whose broken feed was told of. */
interface Publishing {
  readonly ports: PublisherPorts
  readonly options: PublisherOptions
  readonly told: Set<string>
}

export function createPublisher(ports: PublisherPorts, options: PublisherOptions): Publisher {
  const publishing: Publishing = { ports, options, told: new Set() }
  return {
    async run(signal) {
      try {
        await publishUntil(signal, publishing)
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
        await publishAll(signal, publishing)
        return !signal.aborted
      } catch (error) {
        const isExpected = error instanceof StaleEpoch || error instanceof Stopped
        if (!isExpected) ports.log.error({ err: error }, 'draining the feed failed')
        return false
      }
    },
  }
}

async function publishUntil(signal: AbortSignal, publishing: Publishing): Promise<void> {
  const { ports, options } = publishing
  const { source, wall } = ports
  const { scanEvery_ms } = options
  const retries = retriesOf(ports, options)
  let scan_ms = Number.NEGATIVE_INFINITY
  while (!signal.aborted) {
    if (wall.monotonic_ms() - scan_ms >= scanEvery_ms) {
      scan_ms = wall.monotonic_ms()
      await publishAll(signal, publishing)
    }
    const grown = await persist('waiting for the feed', signal, retries, () => source.waitForFeed(scanEvery_ms, signal))
    for (const accountId of grown) await publishAccount(accountId, signal, publishing)
  }
}

async function publishAll(signal: AbortSignal, publishing: Publishing): Promise<void> {
  const { ports, options } = publishing
  const retries = retriesOf(ports, options)
  const accounts = await persist('reading the accounts', signal, retries, () => ports.source.accounts())
  for (const accountId of accounts) await publishAccount(accountId, signal, publishing)
}

/** Everything an account has waiting. */
async function publishAccount(accountId: string, signal: AbortSignal, publishing: Publishing): Promise<void> {
  const { ports, options } = publishing
  const what = `publishing the feed of ${accountId}`
  while (!signal.aborted) {
    try {
      const read = await persist(what, signal, retriesOf(ports, options), () =>
        publishBatch(accountId, signal, ports, options),
      )
      if (read === 0) return
      publishing.told.delete(accountId)
    } catch (error) {
      if (!(error instanceof BrokenFeed)) throw error
      await tellOf(error, accountId, publishing)
      return
    }
  }
}

/** Said where its posts would be; what cannot be said now is said at the next look. */
async function tellOf(broken: BrokenFeed, accountId: string, { ports, told }: Publishing): Promise<void> {
  const { channel, log } = ports
  if (told.has(accountId)) return
  log.error({ err: broken, accountId }, 'the feed of an account cannot be published; the others go on')
  try {
    await channel.send(brokenFeedPost(accountId, broken.missingNo), `broken-${accountTag(accountId)}`, null)
    told.add(accountId)
  } catch (error) {
    log.warn({ err: error, accountId }, 'that a feed cannot be published could not be posted yet')
  }
}

/** How many entries there were; 0 also when stopped. */
async function publishBatch(
  accountId: string,
  signal: AbortSignal,
  ports: PublisherPorts,
  { epoch, batchMax }: PublisherOptions,
): Promise<number> {
  const position = await ports.store.position(accountId)
  const entries = await ports.source.feed(accountId, position.cursor, batchMax).catch((error: unknown) => {
    throw error instanceof ZodError ? new BrokenFeed(position.cursor + 1, 'what this version cannot read') : error
  })
  let { cursor, lastMessageId } = position
  for (const entry of entries) {
    if (signal.aborted) return 0
    const { feedNo } = entry
    if (feedNo !== cursor + 1) throw new BrokenFeed(cursor + 1, String(feedNo))
    const messageId = await publishEntry(entry, { feedNo, epoch, lastMessageId }, ports)
    if (messageId === null) break // somebody moved the cursor: read it again
    cursor = feedNo
    lastMessageId = messageId
  }
  return entries.length
}

function retriesOf({ wall, log, sleep }: PublisherPorts, options: PublisherOptions): PersistOptions {
  const waits = { first_ms: options.retryFirst_ms, max_ms: options.retryMax_ms }
  const own = sleep === undefined ? {} : { sleep }
  return { wall, log, waits, ...own, isFinal: (error) => error instanceof StaleEpoch || error instanceof BrokenFeed }
}
