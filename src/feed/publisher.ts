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
import { type PersistOptions, persist, Stopped } from './persist.ts'
import type { FeedSource } from './port.ts'
import { type EntryPorts, publishEntry, StaleEpoch } from './publish-entry.ts'

export interface PublisherPorts extends EntryPorts {
  readonly source: FeedSource
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

export function createPublisher(ports: PublisherPorts, options: PublisherOptions): Publisher {
  return {
    async run(signal) {
      try {
        await publishUntil(signal, ports, options)
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
        await publishAll(signal, ports, options)
        return !signal.aborted
      } catch (error) {
        const isExpected = error instanceof StaleEpoch || error instanceof Stopped
        if (!isExpected) ports.log.error({ err: error }, 'draining the feed failed')
        return false
      }
    },
  }
}

async function publishUntil(signal: AbortSignal, ports: PublisherPorts, options: PublisherOptions): Promise<void> {
  const { source, wall } = ports
  const { scanEvery_ms } = options
  const retries = retriesOf(ports, options)
  let scan_ms = Number.NEGATIVE_INFINITY
  while (!signal.aborted) {
    if (wall.monotonic_ms() - scan_ms >= scanEvery_ms) {
      scan_ms = wall.monotonic_ms()
      await publishAll(signal, ports, options)
    }
    const grown = await persist('waiting for the feed', signal, retries, () => source.waitForFeed(scanEvery_ms, signal))
    for (const accountId of grown) await publishAccount(accountId, signal, ports, options)
  }
}

async function publishAll(signal: AbortSignal, ports: PublisherPorts, options: PublisherOptions): Promise<void> {
  const retries = retriesOf(ports, options)
  const accounts = await persist('reading the accounts', signal, retries, () => ports.source.accounts())
  for (const accountId of accounts) await publishAccount(accountId, signal, ports, options)
}

/** Everything an account has waiting. */
async function publishAccount(
  accountId: string,
  signal: AbortSignal,
  ports: PublisherPorts,
  options: PublisherOptions,
): Promise<void> {
  const what = `publishing the feed of ${accountId}`
  while (!signal.aborted) {
    const read = await persist(what, signal, retriesOf(ports, options), () =>
      publishBatch(accountId, signal, ports, options),
    )
    if (read === 0) return
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
  const entries = await ports.source.feed(accountId, position.cursor, batchMax)
  let { cursor, lastMessageId } = position
  for (const entry of entries) {
    if (signal.aborted) return 0
    const { feedNo } = entry
    if (feedNo !== cursor + 1) throw new Error(`expected feed number ${cursor + 1}, got ${feedNo}`)
    const messageId = await publishEntry(entry, { feedNo, epoch, lastMessageId }, ports)
    if (messageId === null) break // somebody moved the cursor: read it again
    cursor = feedNo
    lastMessageId = messageId
  }
  return entries.length
}

function retriesOf({ wall, log }: PublisherPorts, options: PublisherOptions): PersistOptions {
  const waits = { first_ms: options.retryFirst_ms, max_ms: options.retryMax_ms }
  return { wall, log, waits, isFinal: (error) => error instanceof StaleEpoch }
}
