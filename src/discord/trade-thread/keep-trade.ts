/**
 * Brings one trade's card and thread to what they are to show, step by step: card, thread, edit, notes, the message
 * that asks for the review, archive. Entry
 * points: `keepTrade`, `isSettled`.
 *
 * 1. What is about to be sent is written down first, under the lease's epoch, and looked for before it is sent again: a
 *    crash between any two steps leaves one card and one thread, and the next call goes on where it was.
 * 2. A message has one thread at most, under its own id: making it twice is making it once.
 * 3. Which notes the thread holds is read from the thread whenever it is not certain.
 * 4. An archived thread that somebody wakes by writing stays awake; only a further note of the desk archives it again.
 */
import type { TradeCardRecord } from '../../store/trade-card-store.ts'
import { DAY_MS } from '../../time/units.ts'
import { isAskShown, keepAsked } from './keep-ask.ts'
import { keepEdited, keepPosted } from './keep-card.ts'
import { isTold, keepArchived, keepHung, keepTold } from './keep-thread.ts'
import { digestOf, type Wanted } from './wanted.ts'
import { otherThread, type Work } from './work.ts'

/** Throws `StaleEpoch`, and what store and channel throw: call again. */
export async function keepTrade(work: Work): Promise<void> {
  const posted = await keepPosted(work)
  const hung = await keepHung(work, posted)
  const edited = await keepEdited(work, hung)
  const told = await keepTold(work, edited)
  const asked = await keepAsked(work, told)
  const { wanted, ports } = work
  if (asked.settled || !isEnd(wanted, ports.wall.now_ms()) || !isComplete(wanted, asked)) return
  work.memory.chart = null
  await keepArchived(work, asked)
}

/** Nothing is left to do for what is wanted. */
export function isSettled(wanted: Wanted, record: TradeCardRecord | null): boolean {
  return record?.settled === true && isComplete(wanted, record)
}

const isComplete = (wanted: Wanted, record: TradeCardRecord): boolean =>
  isShown(wanted, record) && isTold(wanted, record) && isAskShown(wanted, record)

/** Longer than a position that was held past the close is waited for to be settled. */
const UNSETTLED_MS_MAX = 9 * DAY_MS

const isEnd = ({ isFinal, stage, card }: Wanted, now_ms: number): boolean =>
  isFinal || (stage === 'unsettled' && card.isOver && now_ms - card.begunWall_ms > UNSETTLED_MS_MAX)

const isShown = (wanted: Wanted, record: TradeCardRecord): boolean =>
  record.shown === digestOf(wanted, otherThread(record))
