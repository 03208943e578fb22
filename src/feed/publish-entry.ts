/** One entry of the feed on its way into the channel: mark, draw, send, record. Entry point: `publishEntry`. */
import type { Logger } from 'pino'
import type { WallClock } from '../config/clock.ts'
import type { ChartFile, ChartRequest } from '../report/chart.ts'
import type { DeskReader } from '../report/views.ts'
import type { JournalEntry } from '../session/events.ts'
import { fallbackPost } from './fallback.ts'
import { type FeedChannel, type FeedStore, type PostRef, PostRefused } from './port.ts'
import { footerOf, type Post, type RenderContext } from './post.ts'
import { postKey } from './post-key.ts'
import { render } from './render/index.ts'

export interface EntryPorts {
  readonly store: FeedStore
  readonly channel: FeedChannel
  readonly reports: Pick<DeskReader, 'document'>
  readonly draw: (chart: ChartRequest) => Promise<ChartFile>
  readonly wall: WallClock
  readonly log: Logger
}

/**
 * How long a look into the channel counts: an earlier try may still arrive after it, and the channel knows its nonce
 * for a few minutes only.
 */
const LOOK_COUNTS_MS = 60_000

/** A newer epoch of the bot's lease publishes now. */
export class StaleEpoch extends Error {}

export interface Placement {
  readonly feedNo: number
  /** Epoch of the bot's lease. */
  readonly epoch: number
  /** The post before this one; null: none known. */
  readonly lastMessageId: string | null
}

/**
 * The message's id; null: somebody moved the cursor meanwhile. Throws `StaleEpoch`, and what store and channel throw.
 */
export async function publishEntry(entry: JournalEntry, at: Placement, ports: EntryPorts): Promise<string | null> {
  const { store, channel, wall, log } = ports
  const { accountId } = entry
  const { feedNo, epoch } = at
  const older = at.lastMessageId ?? (await channel.newestMessageId())
  const begun = await store.begin(accountId, feedNo, epoch, older)
  if (begun.state === 'stale_epoch') throw new StaleEpoch()
  if (begun.state === 'moved') return null
  const nonce = postKey(accountId, feedNo)
  const isAgain = begun.state === 'resumed'
  const mayGoOut = isAgain ? within(LOOK_COUNTS_MS, wall) : undefined
  const existing = isAgain ? await channel.find({ nonce, footer: footerOf(entry), after: begun.after }) : null
  const sent = existing ?? (await send(entry, nonce, ports, mayGoOut))
  const recorded = await store.record(accountId, feedNo, epoch, sent)
  if (recorded === 'stale_epoch') throw new StaleEpoch()
  const late_ms = wall.now_ms() - entry.atWall_ms
  const { messageId } = sent
  log.debug({ accountId, feedNo, event: entry.event.type, messageId, late_ms, adopted: existing !== null }, 'posted')
  return recorded === 'recorded' ? messageId : null
}

/** Whether it is still no longer than `limit_ms` from now, by both clocks: one of them may sleep with the machine. */
function within(limit_ms: number, wall: WallClock): () => boolean {
  const system_ms = () => (wall.system_ms ?? wall.now_ms)()
  const [began_ms, system_began_ms] = [wall.monotonic_ms(), system_ms()]
  return () => wall.monotonic_ms() - began_ms < limit_ms && Math.abs(system_ms() - system_began_ms) < limit_ms
}

async function send(
  entry: JournalEntry,
  nonce: string,
  ports: EntryPorts,
  mayGoOut: (() => boolean) | undefined,
): Promise<PostRef> {
  const { channel, log } = ports
  const context = await contextOf(entry, ports)
  const drawn = render(entry, context)
  if (drawn === null) return channel.send(fallbackPost(entry, context), nonce, null, mayGoOut)
  try {
    const chart = await chartOf(drawn, entry, ports)
    return await channel.send(chart === null ? withoutImage(drawn) : drawn, nonce, chart, mayGoOut)
  } catch (error) {
    if (!(error instanceof PostRefused)) throw error
    log.error({ err: error, feedNo: entry.feedNo, event: entry.event.type }, 'post refused; sending a plain one')
    return channel.send(fallbackPost(entry, context, drawn.tier), nonce, null, mayGoOut)
  }
}

async function contextOf(entry: JournalEntry, { reports, wall }: EntryPorts): Promise<RenderContext> {
  const document = entry.event.type === 'day_reported' ? await reports.document(entry.accountId, entry.date) : null
  return { nowWall_ms: wall.now_ms(), document }
}

async function chartOf(post: Post, entry: JournalEntry, { draw, log }: EntryPorts): Promise<ChartFile | null> {
  if (post.chart === null) return null
  try {
    return await draw(post.chart)
  } catch (error) {
    log.error({ err: error, feedNo: entry.feedNo }, 'chart could not be drawn; posting without it')
    return null
  }
}

function withoutImage(post: Post): Post {
  const { image: _image, ...embed } = post.embed
  return { ...post, embed }
}
