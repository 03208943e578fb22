/**
 * Text channels and threads. Threads archive themselves after their duration without activity, and wake when somebody
 * writes, unless locked. Entry points: `Channels.get`, `openThread`, `setThread`, `touch`.
 */

import { MINUTE_MS } from '../../time/units.ts'
import type { Directory } from './directory.ts'
import { CHANNEL_ID, CHANNEL_OTHER_ID, GUILD_ID } from './fixtures.ts'
import type { Hub } from './hub.ts'
import type { PageChannel } from './page-api.ts'
import { isOlder } from './snowflake.ts'
import type { SimTime } from './time.ts'

export const ARCHIVE_MINUTES = [60, 1440, 4320, 10080] as const
type ArchiveMinutes = (typeof ARCHIVE_MINUTES)[number]
/** Oldest archived threads are forgotten beyond this. */
const THREADS_MAX = 1_000
export const PINS_MAX = 50

interface Pin {
  readonly messageId: string
  readonly at_ms: number
}

interface ThreadState {
  readonly parentId: string
  readonly ownerId: string
  readonly created_ms: number
  archived: boolean
  locked: boolean
  archiveChanged_ms: number
  autoArchive_min: ArchiveMinutes
  /** Messages but the starter, and those ever sent. */
  messageCount: number
  totalSent: number
  readonly members: Map<string, number>
  /** Takes the pending auto-archive back. */
  cancelArchive: () => void
}

export interface Channel {
  readonly id: string
  name: string
  topic: string | null
  readonly position: number
  slowmode_s: number
  lastMessageId: string | null
  /** Newest first. */
  pins: Pin[]
  readonly thread: ThreadState | null
}

export const isoOf = (at_ms: number): string => new Date(at_ms).toISOString().replace('Z', '000+00:00')

const textChannel = (id: string, name: string, topic: string, position: number): Channel => ({
  id,
  name,
  topic,
  position,
  slowmode_s: 0,
  lastMessageId: null,
  pins: [],
  thread: null,
})

export class Channels {
  private readonly byId = new Map<string, Channel>()
  private readonly time: SimTime
  private readonly hub: Hub
  private readonly directory: Directory

  constructor(time: SimTime, hub: Hub, directory: Directory) {
    this.time = time
    this.hub = hub
    this.directory = directory
    for (const channel of [
      textChannel(CHANNEL_ID, 'phase4d-desk', 'The trading desk. Type /start to begin.', 0),
      textChannel(CHANNEL_OTHER_ID, 'general', 'Anything else.', 1),
    ]) {
      this.byId.set(channel.id, channel)
    }
  }

  get(id: string): Channel | undefined {
    return this.byId.get(id)
  }

  texts(): readonly Channel[] {
    return [...this.byId.values()].filter((channel) => channel.thread === null)
  }

  /** Oldest first. */
  threads(): readonly Channel[] {
    return [...this.byId.values()].filter((channel) => channel.thread !== null)
  }

  openThread(given: {
    id: string
    parentId: string
    ownerId: string
    name: string
    autoArchive_min: ArchiveMinutes
    slowmode_s: number
  }): Channel {
    const now_ms = this.time.now_ms()
    const channel: Channel = {
      id: given.id,
      name: given.name,
      topic: null,
      position: 0,
      slowmode_s: given.slowmode_s,
      lastMessageId: null,
      pins: [],
      thread: {
        parentId: given.parentId,
        ownerId: given.ownerId,
        created_ms: now_ms,
        archived: false,
        locked: false,
        archiveChanged_ms: now_ms,
        autoArchive_min: given.autoArchive_min,
        messageCount: 0,
        totalSent: 0,
        members: new Map([[given.ownerId, now_ms]]),
        cancelArchive: () => {},
      },
    }
    this.byId.set(channel.id, channel)
    this.armArchive(channel)
    this.forgetOldThreads()
    this.hub.emit({ type: 'thread_create', threadId: channel.id })
    return channel
  }

  setThread(
    channel: Channel,
    change: { archived?: boolean; locked?: boolean; autoArchive_min?: ArchiveMinutes },
  ): void {
    const { thread } = channel
    if (thread === null) throw new Error(`expected a thread, got the text channel ${channel.id}`)
    if (change.archived !== undefined && change.archived !== thread.archived) {
      thread.archived = change.archived
      thread.archiveChanged_ms = this.time.now_ms()
    }
    thread.locked = change.locked ?? thread.locked
    thread.autoArchive_min = change.autoArchive_min ?? thread.autoArchive_min
    this.armArchive(channel)
    this.hub.emit({ type: 'thread_update', threadId: channel.id })
  }

  join(channel: Channel, userId: string): void {
    channel.thread?.members.set(userId, this.time.now_ms())
  }

  leave(channel: Channel, userId: string): void {
    channel.thread?.members.delete(userId)
  }

  /** Somebody wrote in the channel: the auto-archive starts anew. */
  touch(channel: Channel, messageId: string): void {
    channel.lastMessageId = messageId
    if (channel.thread === null) return
    channel.thread.totalSent++
    channel.thread.messageCount++
    this.armArchive(channel)
  }

  delete(channel: Channel): void {
    channel.thread?.cancelArchive()
    this.byId.delete(channel.id)
    if (channel.thread !== null) {
      this.hub.emit({ type: 'thread_delete', threadId: channel.id, parentId: channel.thread.parentId })
    }
  }

  close(): void {
    for (const channel of this.threads()) channel.thread?.cancelArchive()
  }

  json(channel: Channel) {
    const common = {
      id: channel.id,
      guild_id: GUILD_ID,
      name: channel.name,
      flags: 0,
      last_message_id: channel.lastMessageId,
      last_pin_timestamp: channel.pins[0] === undefined ? null : isoOf(channel.pins[0].at_ms),
      rate_limit_per_user: channel.slowmode_s,
    }
    const { thread } = channel
    if (thread === null) {
      return {
        ...common,
        type: 0,
        topic: channel.topic,
        position: channel.position,
        parent_id: null,
        nsfw: false,
        permission_overwrites: this.directory.overwritesJson(),
      }
    }
    return {
      ...common,
      type: 11,
      parent_id: thread.parentId,
      owner_id: thread.ownerId,
      thread_metadata: {
        archived: thread.archived,
        archive_timestamp: isoOf(thread.archiveChanged_ms),
        auto_archive_duration: thread.autoArchive_min,
        locked: thread.locked,
        create_timestamp: isoOf(thread.created_ms),
      },
      message_count: thread.messageCount,
      member_count: thread.members.size,
      total_message_sent: thread.totalSent,
    }
  }

  memberJson(channel: Channel, userId: string) {
    const joined_ms = channel.thread?.members.get(userId)
    if (joined_ms === undefined) return undefined
    return { id: channel.id, user_id: userId, join_timestamp: isoOf(joined_ms), flags: 1 }
  }

  pageView(channel: Channel): PageChannel {
    const { thread } = channel
    return {
      id: channel.id,
      kind: thread === null ? 'text' : 'thread',
      name: channel.name,
      topic: channel.topic,
      parentId: thread?.parentId ?? null,
      archived: thread?.archived ?? false,
      locked: thread?.locked ?? false,
      lastMessageId: channel.lastMessageId,
      messageCount: thread?.messageCount ?? 0,
      pinned: channel.pins.map((pin) => pin.messageId),
    }
  }

  private armArchive(channel: Channel): void {
    const { thread } = channel
    if (thread === null) return
    thread.cancelArchive()
    if (thread.archived) return
    thread.cancelArchive = this.time.after(thread.autoArchive_min * MINUTE_MS, () =>
      this.setThread(channel, { archived: true }),
    )
  }

  private forgetOldThreads(): void {
    const threads = this.threads()
    if (threads.length <= THREADS_MAX) return
    const byAge = [...threads].sort((a, b) => (isOlder(a.id, b.id) ? -1 : 1))
    const oldest = byAge.find((channel) => channel.thread?.archived) ?? byAge[0]
    if (oldest !== undefined) this.delete(oldest)
  }
}
