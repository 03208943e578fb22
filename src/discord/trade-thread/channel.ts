/** The channel as a trade's card and thread see it. Entry point: `createTradeChannel`. */
import {
  type APIActionRowComponent,
  type APIButtonComponent,
  type APIEmbed,
  ChannelType,
  type Client,
  DiscordAPIError,
  MessageFlags,
  RESTJSONErrorCodes,
  ThreadAutoArchiveDuration,
  type ThreadChannel,
} from 'discord.js'
import type { FeedChannel } from '../../feed/port.ts'
import { type ChartFile, TRADE_CHART_FILE } from '../../report/chart.ts'
import { type EditResult, editOnce } from '../edit-result.ts'
import { type FeedChannelOptions, guildChannel } from '../feed-channel.ts'
import { lastNoteIn, type NoteSeries } from './notes.ts'

export interface CardMessage {
  readonly embed: APIEmbed
  readonly chart: ChartFile | null
  /** Null: none. */
  readonly buttons: Buttons
}

/** `refused`: the bot may not, or the thread is locked. `gone`: somebody deleted it. */
export type ThreadResult = 'done' | 'gone' | 'refused'
type Failed = Exclude<ThreadResult, 'done'>

type Buttons = APIActionRowComponent<APIButtonComponent> | null

/** A message of a thread. */
export interface NoteMessage {
  readonly content: string
  readonly buttons: Buttons
}

export interface WrittenNote {
  readonly content: string
  readonly messageId: string
}

/** `number` 0: there is none. */
interface LastNote {
  readonly number: number
  readonly messageId: string | null
}

/** Methods throw where another try may help. */
export interface TradeChannel extends Pick<FeedChannel, 'id' | 'find' | 'newestMessageId'> {
  /** Silently; the message's id. */
  send(message: CardMessage, nonce: string): Promise<string>
  edit(messageId: string, message: CardMessage): Promise<EditResult>
  /** The one thread that hangs on a message, made or found; it has the message's id. */
  openThread(messageId: string, name: string): Promise<ThreadResult>
  /** Writes into a thread, waking it up; what stands there then, which an earlier try may have written. */
  write(threadId: string, message: NoteMessage, nonce: string): Promise<Failed | WrittenNote>
  /** Makes a message in a thread again, waking it up. */
  rewrite(threadId: string, messageId: string, message: NoteMessage): Promise<EditResult>
  /** The newest note of `series` that the bot wrote into the thread. */
  lastNote(threadId: string, series: NoteSeries): Promise<LastNote | 'gone'>
  archive(threadId: string): Promise<ThreadResult>
}

const MENTIONS = { allowedMentions: { parse: [] } } as const
const PAGE = 100
/** How far back the bot's own last note is looked for: people may have written this many pages since. */
const PAGES_MAX = 50

const GONE: ReadonlySet<unknown> = new Set([RESTJSONErrorCodes.UnknownMessage, RESTJSONErrorCodes.UnknownChannel])

export function createTradeChannel(client: Client, options: FeedChannelOptions, feed: FeedChannel): TradeChannel {
  const channel = () => guildChannel(client, options)

  async function threadChannel(threadId: string): Promise<ThreadChannel> {
    const found = client.channels.cache.get(threadId) ?? (await client.channels.fetch(threadId))
    if (found === null || !found.isThread()) throw new Error(`expected ${threadId} to be a thread`)
    return found
  }

  return {
    id: options.channelId,
    find: feed.find,
    newestMessageId: feed.newestMessageId,
    async send(message, nonce) {
      const flags = MessageFlags.SuppressNotifications
      const sent = await (await channel()).send({ ...bodyOf(message), nonce, enforceNonce: true, flags })
      return sent.id
    },
    async edit(messageId, message) {
      return editOnce(async () => (await channel()).messages.edit(messageId, { ...bodyOf(message), attachments: [] }))
    },
    async openThread(messageId, name) {
      const parent = await channel()
      if (parent.type !== ChannelType.GuildText && parent.type !== ChannelType.GuildAnnouncement) return 'refused'
      return threadResult(async () => {
        try {
          const autoArchiveDuration = ThreadAutoArchiveDuration.OneWeek
          await parent.threads.create({ startMessage: messageId, name, autoArchiveDuration })
        } catch (error) {
          // Made before a crash, or by somebody by hand: a message has one thread at most, under its own id.
          if (!(error instanceof DiscordAPIError) || error.code !== RESTJSONErrorCodes.ThreadAlreadyCreatedForMessage)
            throw error
        }
      })
    },
    async write(threadId, message, nonce) {
      let written: WrittenNote | null = null
      const result = await threadResult(async () => {
        const flags = MessageFlags.SuppressNotifications
        const target = await threadChannel(threadId)
        const sent = await target.send({ ...noteOf(message), nonce, enforceNonce: true, flags })
        written = { content: sent.content, messageId: sent.id }
      })
      return result === 'done' ? (written ?? 'gone') : result
    },
    rewrite(threadId, messageId, message) {
      return editOnce(async () => {
        const target = await threadChannel(threadId)
        // What stands in an archived thread cannot be edited.
        if (target.archived === true) await target.setArchived(false)
        await target.messages.edit(messageId, noteOf(message))
      })
    },
    async lastNote(threadId, series) {
      let last: LastNote = { number: 0, messageId: null }
      const result = await threadResult(async () => {
        last = await findLastNote(await threadChannel(threadId), client.user?.id ?? '', series)
      })
      // A thread that cannot be read is asked again, not taken for an empty one.
      if (result === 'refused') throw new Error(`the thread ${threadId} cannot be read`)
      return result === 'gone' ? 'gone' : last
    },
    archive: (threadId) => threadResult(async () => (await threadChannel(threadId)).setArchived(true)),
  }
}

/** The chart goes along with every edit: Discord shows a picture that an embed kept from before a second time. */
function bodyOf({ embed, chart, buttons }: CardMessage) {
  return {
    embeds: [embed],
    components: buttons === null ? [] : [buttons],
    files:
      chart === null ? [] : [{ name: TRADE_CHART_FILE, attachment: Buffer.from(chart.png), description: chart.alt }],
    ...MENTIONS,
  }
}

const noteOf = ({ content, buttons }: NoteMessage) => ({
  content,
  components: buttons === null ? [] : [buttons],
  ...MENTIONS,
})

async function threadResult(work: () => Promise<unknown>): Promise<ThreadResult> {
  try {
    await work()
    return 'done'
  } catch (error) {
    if (!(error instanceof DiscordAPIError)) throw error
    if (GONE.has(error.code)) return 'gone'
    if (error.status >= 400 && error.status < 500 && error.status !== 401 && error.status !== 429) return 'refused'
    throw error
  }
}

/** Numbers ascend: the newest message with one has the last. */
async function findLastNote(thread: ThreadChannel, authorId: string, series: NoteSeries): Promise<LastNote> {
  let before: string | undefined
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const range = before === undefined ? {} : { before }
    const messages = [...(await thread.messages.fetch({ ...range, limit: PAGE, cache: false })).values()]
    messages.sort((a, b) => (BigInt(a.id) > BigInt(b.id) ? -1 : 1))
    for (const { author, content, id } of messages) {
      const number = author.id === authorId ? lastNoteIn(content, series) : 0
      if (number > 0) return { number, messageId: id }
    }
    if (messages.length < PAGE) break
    before = messages.at(-1)?.id
  }
  return { number: 0, messageId: null }
}
