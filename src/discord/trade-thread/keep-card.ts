/** A trade's card: posted once, edited in place. Entry points: `keepPosted`, `keepEdited`. */
import { SnowflakeUtil } from 'discord.js'
import { type ChartFile, TRADE_CHART_FILE } from '../../report/chart.ts'
import type { TradeCardRecord } from '../../store/trade-card-store.ts'
import { MINUTE_MS } from '../../time/units.ts'
import { tradeCardFooter } from '../views/trade-card-embed.ts'
import type { CardMessage } from './channel.ts'
import { digestOf, embedOf, type Wanted } from './wanted.ts'
import {
  NOTHING_TOLD,
  nonceOf,
  otherThread,
  REFUSED_WAIT_MS,
  save,
  type TradeMemory,
  type TradePorts,
  type Work,
} from './work.ts'

const EDIT_EVERY_MS = 4_000
/** Discord edits messages older than an hour less often. */
const OLD_MS = 3600_000
const EDIT_OLD_EVERY_MS = MINUTE_MS
/** A picture takes a tenth of a second of the bot's time. */
const DRAW_EVERY_MS = 30_000
/** How far the clocks of the desk and of Discord may lie apart. */
const CLOCKS_APART_MAX_MS = 600_000

const FRESH: Omit<TradeCardRecord, 'channelId'> = {
  number: 1,
  messageId: null,
  after: null,
  threadId: null,
  threadGone: false,
  told: NOTHING_TOLD,
  ask: null,
  shown: '',
  archivedAt: null,
  settled: false,
}

/** The card there is, the one that was sent before a crash, or a new one. */
export async function keepPosted(work: Work): Promise<TradeCardRecord> {
  const { wanted, memory, ports } = work
  const { channel } = ports
  const known = memory.record?.channelId === channel.id ? memory.record : null
  if (known !== null && known.messageId !== null) return known
  const begun = known ?? (await save(work, { ...FRESH, channelId: channel.id, after: await beginning(work) }))
  const nonce = nonceOf(work, `c${begun.number}`)
  const found = await channel.find({ nonce, footer: tradeCardFooter(wanted.card), after: begun.after })
  if (found !== null) return save(work, { ...begun, messageId: found.messageId, shown: '' })
  const messageId = await channel.send(await messageOf(work, begun), nonce)
  remember(work)
  return save(work, { ...begun, messageId, shown: digestOf(wanted, otherThread(begun)) })
}

/** A message id older than any card of the trade: the store may have lost what it knew of one. */
async function beginning({ wanted, ports }: Work): Promise<string | null> {
  const timestamp = Math.max(Number(SnowflakeUtil.epoch), wanted.card.begunWall_ms - CLOCKS_APART_MAX_MS)
  const begun = SnowflakeUtil.generate({ timestamp, increment: 0n, workerId: 0n, processId: 0n })
  const newest = await ports.channel.newestMessageId()
  return newest === null || BigInt(newest) > begun ? String(begun) : newest
}

/** Edits the card where it shows something else, at most every few seconds; one that was deleted is posted again. */
export async function keepEdited(work: Work, record: TradeCardRecord): Promise<TradeCardRecord> {
  const { wanted, memory, ports } = work
  const { messageId } = record
  const shown = digestOf(wanted, otherThread(record))
  if (messageId === null || shown === record.shown || !isEditDue(wanted, messageId, memory, ports)) return record
  const result = await ports.channel.edit(messageId, await messageOf(work, record))
  remember(work)
  if (result === 'gone') return replaced(work, record)
  if (result === 'too_old') {
    memory.editFrom_ms = ports.wall.monotonic_ms() + REFUSED_WAIT_MS
    return record
  }
  if (result === 'refused') ports.log.error({ tradeId: wanted.card.tradeId, messageId }, "a trade's card was refused")
  return save(work, { ...record, shown, settled: false })
}

/** The next card has another number, and the thread stays: it outlives the message it was made from. */
async function replaced(work: Work, record: TradeCardRecord): Promise<TradeCardRecord> {
  const after = await work.ports.channel.newestMessageId()
  const number = record.number + 1
  await save(work, { ...record, number, messageId: null, after, shown: '', settled: false })
  return keepPosted(work)
}

function isEditDue({ stage }: Wanted, messageId: string, memory: TradeMemory, { wall }: TradePorts): boolean {
  const now_ms = wall.monotonic_ms()
  if (now_ms < memory.editFrom_ms) return false
  const isOld = wall.now_ms() - SnowflakeUtil.timestampFrom(messageId) > OLD_MS
  return now_ms - memory.edited_ms >= (isOld && stage === memory.stage ? EDIT_OLD_EVERY_MS : EDIT_EVERY_MS)
}

function remember({ wanted, memory, ports }: Work): void {
  memory.edited_ms = ports.wall.monotonic_ms()
  memory.stage = wanted.stage
}

async function messageOf(work: Work, record: TradeCardRecord): Promise<CardMessage> {
  const chart = await chartOf(work)
  const embed = embedOf(work.wanted, otherThread(record), chart === null ? null : TRADE_CHART_FILE)
  return { embed, chart, buttons: work.wanted.buttons }
}

/** A card without its picture is still a card. */
async function chartOf({ wanted: { card }, memory, ports }: Work): Promise<ChartFile | null> {
  const { draw, wall, log } = ports
  const { course, fills, closed, exit } = card
  if (course === null) return null
  const key = `${fills.length}:${exit?.at_ms ?? ''}:${closed === null ? 'open' : 'closed'}`
  const last = memory.chart
  const isFresh = last !== null && (closed !== null || wall.monotonic_ms() - last.drawn_ms < DRAW_EVERY_MS)
  if (last?.key === key && isFresh) return last.file
  try {
    const file = await draw({ kind: 'trade', course })
    memory.chart = { key, file, drawn_ms: wall.monotonic_ms() }
    return file
  } catch (error) {
    log.error({ err: error, tradeId: card.tradeId }, "a trade's chart could not be drawn")
    return null
  }
}
