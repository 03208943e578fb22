/**
 * A trade's thread: hung on its card, told what happens, archived. Entry points: `keepHung`, `keepTold`,
 * `keepArchived`.
 */
import type { TradeCardRecord } from '../../store/trade-card-store.ts'
import { threadName } from '../views/trade-card-embed.ts'
import type { ThreadResult } from './channel.ts'
import { askOf, noteMessageOf } from './keep-ask.ts'
import { lastNoteIn, NOTE_SERIES, type NoteSeries, notesMessage } from './notes.ts'
import type { Wanted } from './wanted.ts'
import { NOTHING_TOLD, nonceOf, REFUSED_WAIT_MS, save, type Work } from './work.ts'

const TELL_EVERY_MS = 2_000
const MESSAGES_A_CALL_MAX = 20

export async function keepHung(work: Work, record: TradeCardRecord): Promise<TradeCardRecord> {
  const { messageId, threadId, threadGone } = record
  if (threadId !== null || threadGone || messageId === null || isWaiting(work)) return record
  const result = await work.ports.channel.openThread(messageId, threadName(work.wanted.card))
  if (result === 'done') return save(work, { ...record, threadId: messageId, settled: false })
  if (result === 'refused') return refused('made', work, record)
  // The card is gone: it is to be edited, and so replaced.
  return save(work, { ...record, shown: '' })
}

/** Nothing is left to be told. */
export function isTold(wanted: Wanted, { told, threadGone }: TradeCardRecord): boolean {
  return threadGone || (told.sure && !NOTE_SERIES.some((series) => isOwed(wanted, told, series)))
}

/** What is reviewed already is not asked for any more. */
function isOwed({ notes, stage }: Wanted, told: TradeCardRecord['told'], series: NoteSeries): boolean {
  return told[series] < notes[series].length && !(series === 'asks' && stage === 'reviewed')
}

export async function keepTold(work: Work, record: TradeCardRecord): Promise<TradeCardRecord> {
  const { wanted, memory, ports } = work
  if (record.threadId === null || isTold(wanted, record) || isWaiting(work)) return record
  const now_ms = ports.wall.monotonic_ms()
  if (now_ms - memory.told_ms < TELL_EVERY_MS) return record
  memory.told_ms = now_ms
  let current = await certain(work, record, record.threadId)
  for (const series of NOTE_SERIES) {
    for (let sent = 0; sent < MESSAGES_A_CALL_MAX; sent += 1) {
      const next = await tellNext(work, current, series)
      if (next === current) break
      current = next
    }
  }
  return current
}

/** The same record: nothing is left, or nothing can be told now. */
async function tellNext(work: Work, record: TradeCardRecord, series: NoteSeries): Promise<TradeCardRecord> {
  const { wanted, ports } = work
  const { threadId, threadGone, told } = record
  if (threadId === null || threadGone || isWaiting(work) || !isOwed(wanted, told, series)) return record
  const message = notesMessage(wanted.card, series, wanted.notes[series], told[series])
  if (message === null) return record
  const begun = await save(work, { ...record, told: { ...told, sure: false }, settled: false })
  const nonce = nonceOf(work, `${series.slice(0, 1)}${told[series] + 1}`)
  const result = await ports.channel.write(threadId, noteMessageOf(wanted, series, message.content), nonce)
  if (typeof result === 'string') return failed(result, work, begun)
  // An earlier try may have written fewer of them.
  const to = lastNoteIn(result.content, series) || message.to
  const ask = series === 'asks' ? askOf(result) : begun.ask
  return save(work, { ...begun, ask, told: { ...told, [series]: to, sure: true } })
}

/** With what the thread holds for certain. */
async function certain(work: Work, record: TradeCardRecord, threadId: string): Promise<TradeCardRecord> {
  if (record.told.sure) return record
  const { channel } = work.ports
  const told = { ...NOTHING_TOLD, sure: true }
  let { ask } = record
  for (const series of NOTE_SERIES) {
    const last = await channel.lastNote(threadId, series)
    if (last === 'gone') return failed('gone', work, record)
    told[series] = last.number
    // What it shows is not known: it is made again.
    if (series === 'asks') ask = last.messageId === null ? null : { messageId: last.messageId, shown: '' }
  }
  return save(work, { ...record, ask, told })
}

/**
 * Archives the thread of a trade that is over, once for what it holds: whoever wakes it by writing is not disturbed.
 */
export async function keepArchived(work: Work, record: TradeCardRecord): Promise<void> {
  const { threadId, threadGone, told } = record
  const count = told.notes + told.asks + told.reviews
  const isArchived = !work.wanted.isFinal || threadId === null || threadGone || record.archivedAt === count
  if (isArchived) {
    await save(work, { ...record, settled: true })
    return
  }
  if (isWaiting(work)) return
  const result = await work.ports.channel.archive(threadId)
  if (result === 'done') await save(work, { ...record, archivedAt: count, settled: true })
  else await failed(result, work, record)
}

async function failed(result: ThreadResult, work: Work, record: TradeCardRecord): Promise<TradeCardRecord> {
  if (result === 'refused') return refused('written to', work, record)
  // Of a card that went with it (another server, say) the next one gets its own.
  if (record.threadId !== record.messageId)
    return save(work, { ...record, threadId: null, ask: null, told: NOTHING_TOLD })
  const { tradeId } = work.wanted.card
  work.ports.log.warn({ tradeId }, "a trade's thread was deleted; its card goes on without one")
  return save(work, { ...record, threadGone: true })
}

function refused(what: string, { wanted, memory, ports }: Work, record: TradeCardRecord): TradeCardRecord {
  memory.threadFrom_ms = ports.wall.monotonic_ms() + REFUSED_WAIT_MS
  ports.log.warn(
    { tradeId: wanted.card.tradeId, wait_ms: REFUSED_WAIT_MS },
    `a trade's thread may not be ${what}: the bot needs Create Public Threads and Send Messages in Threads, and the thread unlocked; trying again later`,
  )
  return record
}

const isWaiting = ({ memory, ports }: Work): boolean => ports.wall.monotonic_ms() < memory.threadFrom_ms
