/** A channel with threads, a memory and a journal that outlive the keepers of a trade's card; nothing else is real. */
import { SnowflakeUtil } from 'discord.js'
import { pino } from 'pino'
import type { CardMessage, NoteMessage, TradeChannel } from '../../src/discord/trade-thread/channel.ts'
import { TradeKeeper } from '../../src/discord/trade-thread/keeper.ts'
import { lastNoteIn } from '../../src/discord/trade-thread/notes.ts'
import type { StatusView } from '../../src/report/views.ts'
import type { TradeReview } from '../../src/review/types.ts'
import type { JournalEntry } from '../../src/session/events.ts'
import type { TradeCardRecord, TradeCardStore } from '../../src/store/trade-card-store.ts'
import { ACCOUNT_ID, DATE, SOURCE } from './desk-samples.ts'
import { faulty, type Hook } from './faulty.ts'
import { EPOCH } from './feed-memory.ts'
import { STATUS } from './view-samples.ts'

const START_MS = 1_800_000_000_000

interface Sent {
  readonly id: string
  readonly nonce: string
  message: CardMessage
}

interface Thread {
  readonly name: string
  readonly notes: { readonly id: string; readonly nonce: string; message: NoteMessage }[]
  isArchived: boolean
  timesArchived: number
}

export class TradeWorld {
  readonly cards: Sent[] = []
  readonly threads = new Map<string, Thread>()
  readonly records = new Map<string, TradeCardRecord>()
  journal: readonly JournalEntry[] = []
  reviews: readonly TradeReview[] = []
  phase: StatusView['phase'] = 'holding'
  /** The session that is on. */
  today = DATE
  epoch = EPOCH
  now_ms = START_MS
  drawn = 0
  /** Discord forgets nonces after some minutes. */
  noncesKept = true
  /** What `edit` answers next instead of editing. */
  editAnswer: 'too_old' | 'refused' | null = null
  threadAnswer: 'refused' | null = null
  #lastId = 0n

  readonly channel: TradeChannel = {
    id: 'c',
    send: async (message, nonce) => {
      const known = this.noncesKept ? this.cards.find((card) => card.nonce === nonce) : undefined
      if (known !== undefined) return known.id
      const id = this.#nextId()
      this.cards.push({ id, nonce, message })
      return id
    },
    edit: async (messageId, message) => {
      if (this.editAnswer !== null) return this.editAnswer
      const card = this.cards.find(({ id }) => id === messageId)
      if (card === undefined) return 'gone'
      card.message = message
      return 'edited'
    },
    find: async ({ footer, after }) => {
      const found = this.cards.find(
        ({ id, message }) => message.embed.footer?.text === footer && BigInt(id) > BigInt(after ?? 0),
      )
      return found === undefined ? null : { channelId: 'c', messageId: found.id }
    },
    newestMessageId: async () => this.cards.at(-1)?.id ?? null,
    openThread: async (messageId, name) => {
      if (this.threadAnswer !== null) return this.threadAnswer
      if (!this.cards.some(({ id }) => id === messageId)) return 'gone'
      if (!this.threads.has(messageId)) {
        this.threads.set(messageId, { name, notes: [], isArchived: false, timesArchived: 0 })
      }
      return 'done'
    },
    write: async (threadId, message, nonce) => {
      const thread = this.threads.get(threadId)
      if (thread === undefined) return 'gone'
      const known = this.noncesKept ? thread.notes.find((note) => note.nonce === nonce) : undefined
      if (known !== undefined) return { content: known.message.content, messageId: known.id }
      const id = this.#nextId()
      thread.notes.push({ id, nonce, message })
      thread.isArchived = false
      return { content: message.content, messageId: id }
    },
    rewrite: async (threadId, messageId, message) => {
      const note = this.threads.get(threadId)?.notes.find(({ id }) => id === messageId)
      if (note === undefined) return 'gone'
      note.message = message
      return 'edited'
    },
    lastNote: async (threadId, series) => {
      const thread = this.threads.get(threadId)
      if (thread === undefined) return 'gone'
      const found = thread.notes.findLast(({ message }) => lastNoteIn(message.content, series) > 0)
      if (found === undefined) return { number: 0, messageId: null }
      return { number: lastNoteIn(found.message.content, series), messageId: found.id }
    },
    archive: async (threadId) => {
      const thread = this.threads.get(threadId)
      if (thread === undefined) return 'gone'
      thread.isArchived = true
      thread.timesArchived += 1
      return 'done'
    },
  }

  readonly store: TradeCardStore = {
    readAll: async () => new Map(this.records),
    read: async (_accountId, tradeId) => this.records.get(tradeId) ?? null,
    write: async (_accountId, tradeId, record, epoch) => {
      if (epoch !== this.epoch) return false
      this.records.set(tradeId, record)
      return true
    },
  }

  keeper(hook: Hook = () => undefined, epoch = EPOCH): TradeKeeper {
    const reader = {
      accounts: async () => [{ accountId: ACCOUNT_ID, profile: '25k' as const, source: SOURCE, armed: true }],
      status: async (): Promise<StatusView> => ({
        ...STATUS,
        date: this.today,
        phase: this.phase,
        feedNo: this.journal.length,
      }),
      dates: async () => [DATE],
      journal: async (_accountId: string, date: string) => (date === DATE ? this.journal : []),
      reviews: async () => this.reviews,
    }
    return new TradeKeeper(
      {
        store: faulty(this.store, hook),
        channel: faulty(this.channel, hook),
        reader: faulty(reader, hook),
        reviewersNeeded: 2,
        draw: async () => {
          this.drawn += 1
          return { png: new Uint8Array(), alt: 'chart' }
        },
        wall: { now_ms: () => this.now_ms, monotonic_ms: () => this.now_ms, sleep: async () => undefined },
        log: pino({ level: 'silent' }),
      },
      epoch,
    )
  }

  /** Looks until nothing changes for a while; a dead keeper looks no more. */
  async settle(keeper: TradeKeeper = this.keeper(), passes = 12): Promise<void> {
    for (let pass = 0; pass < passes; pass += 1) {
      await keeper.pass()
      this.now_ms += 6_000
    }
  }

  /** A thread's notes by their numbers, as they are told in the messages. */
  told(threadId: string): readonly string[] {
    const messages = this.threads.get(threadId)?.notes.map(({ message }) => message) ?? []
    const told = messages.filter(({ buttons }) => buttons === null)
    return told.flatMap(({ content }) => content.split('\n').filter((line) => !line.startsWith('-#')))
  }

  /** The messages of a thread with buttons: those that ask for the review. */
  asks(threadId: string): readonly NoteMessage[] {
    const messages = this.threads.get(threadId)?.notes.map(({ message }) => message) ?? []
    return messages.filter(({ buttons }) => buttons !== null)
  }

  #nextId(): string {
    const made = SnowflakeUtil.generate({ timestamp: this.now_ms, increment: 0n })
    this.#lastId = made > this.#lastId ? made : this.#lastId + 1n
    return String(this.#lastId)
  }
}
