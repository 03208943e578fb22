/**
 * A feed in a test: everything that outlives a publisher, and publishers that can be killed. Entry points: `FeedWorld`,
 * `publisher`.
 */
import { pino } from 'pino'
import type { WallClock } from '../../src/config/clock.ts'
import { type FeedChannel, NotSent } from '../../src/feed/port.ts'
import type { Post } from '../../src/feed/post.ts'
import { createPublisher, PUBLISHER_DEFAULTS } from '../../src/feed/publisher.ts'
import { faulty, type Hook } from './faulty.ts'
import { EPOCH, FeedMemory } from './feed-memory.ts'
import { DOCUMENT } from './journal-samples.ts'

/** Journal, memory and channel that outlive the publishers; nothing is real but the publisher. */
export class FeedWorld extends FeedMemory {
  readonly messages: { id: string; footer: string; nonce: string; post: Post; pictures: number }[] = []
  /** Discord forgets nonces after some minutes. */
  noncesKept = true
  private nextId = 1000

  readonly channel: FeedChannel = {
    id: 'c',
    send: async (post, nonce, chart, mayGoOut) => {
      if (mayGoOut?.() === false) throw new NotSent()
      const known = this.noncesKept ? this.messages.find((message) => message.nonce === nonce) : undefined
      if (known) return { channelId: 'c', messageId: known.id }
      this.nextId += 1
      const pictures = chart === null ? 0 : 1
      this.messages.push({ id: String(this.nextId), footer: post.embed.footer?.text ?? '', nonce, post, pictures })
      return { channelId: 'c', messageId: String(this.nextId) }
    },
    find: async ({ footer, after }) => {
      const found = this.messages.find(
        (message) => message.footer === footer && Number(message.id) > Number(after ?? 0),
      )
      return found ? { channelId: 'c', messageId: found.id } : null
    },
    newestMessageId: async () => this.messages.at(-1)?.id ?? null,
  }
}

export const NO_SLEEP: WallClock = { now_ms: () => 1_000_000, monotonic_ms: () => 0, sleep: async () => undefined }
const nothing = () => undefined

export function publisher(world: FeedWorld, hook: Hook = nothing, epoch = EPOCH, wall = NO_SLEEP) {
  return createPublisher(
    {
      source: faulty(world.source, hook),
      store: faulty(world.store, hook),
      channel: faulty(world.channel, hook),
      reports: faulty({ document: async () => DOCUMENT }, hook),
      draw: async () => {
        await hook()
        return { png: new Uint8Array(), alt: 'chart' }
      },
      wall,
      log: pino({ level: 'silent' }),
    },
    { ...PUBLISHER_DEFAULTS, epoch },
  )
}
