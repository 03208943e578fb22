/**
 * The message in a trade's thread that asks for the review: written once as the thread's other notes are, made again as
 * reviewers answer. Entry points: `keepAsked`, `isAskShown`.
 */
import { createHash } from 'node:crypto'
import type { TradeCardRecord } from '../../store/trade-card-store.ts'
import type { NoteMessage, WrittenNote } from './channel.ts'
import { type NoteSeries, notesMessage } from './notes.ts'
import type { Wanted } from './wanted.ts'
import { save, type Work } from './work.ts'

/** Of the message, under which it is looked for again. */
const ASKS_FROM = 0

export function noteMessageOf({ buttons }: Wanted, series: NoteSeries, content: string): NoteMessage {
  return { content, buttons: series === 'asks' ? buttons : null }
}

/** What is kept of the message as it was written. */
export const askOf = ({ messageId, content }: WrittenNote): TradeCardRecord['ask'] => ({
  messageId,
  shown: digestOf(content),
})

/** A thread that never asked, for it was reviewed before, has nothing to show. */
export function isAskShown(wanted: Wanted, { ask, threadGone }: TradeCardRecord): boolean {
  const message = askMessage(wanted)
  return threadGone || ask === null || message === null || ask.shown === digestOf(message.content)
}

export async function keepAsked(work: Work, record: TradeCardRecord): Promise<TradeCardRecord> {
  const { wanted, ports } = work
  const { ask, threadId, told } = record
  const message = askMessage(wanted)
  if (isAskShown(wanted, record) || ask === null || message === null || threadId === null || !told.sure) return record
  const result = await ports.channel.rewrite(threadId, ask.messageId, message)
  // Old, locked or not to be edited: the card says the same.
  const isGone = result === 'gone'
  return save(work, { ...record, settled: false, ask: isGone ? null : { ...ask, shown: digestOf(message.content) } })
}

function askMessage(wanted: Wanted): NoteMessage | null {
  const message = notesMessage(wanted.card, 'asks', wanted.notes.asks, ASKS_FROM)
  return message === null ? null : noteMessageOf(wanted, 'asks', message.content)
}

const digestOf = (content: string): string => createHash('sha256').update(content).digest('hex').slice(0, 16)
