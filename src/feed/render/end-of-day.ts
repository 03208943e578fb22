/** The end of a session, and what its day's report says of trades and decisions. */

import {
  clockMinute,
  clockTime,
  dayName,
  legsName,
  NONE,
  price,
  signedMoney,
  signedMoneyOrNone,
} from '../../report/format.ts'
import type { DayReport, TradeView } from '../../report/views.ts'
import { exitWords, skipCounts } from '../../report/words.ts'
import type { EventOf, JournalEntry } from '../../session/events.ts'
import { type Field, figure, line, pnlColour } from '../embed.ts'
import { type Post, post, type RenderContext } from '../post.ts'
import { pausedSentence } from './session.ts'

const STATUS_WORDS: Readonly<Record<DayReport['status'], string>> = {
  traded: 'Traded',
  no_trade: 'No trade today',
  incomplete: 'A position was open at the close: the P&L is not known yet',
  stopped: 'Stopped before the end of the day',
  running: 'The session is still running',
}

export const statusWords = (status: DayReport['status']): string => STATUS_WORDS[status]

/** What cannot be known is not shown as a number. */
export const rulePnlWords = (cents: number | null): string =>
  cents === null ? 'unknown\na trade was closed without a quote' : signedMoney(cents)

export function decisionsField({
  decisions,
  minutesMissed,
  minutesPaused = 0,
  skips,
}: Pick<DayReport, 'decisions' | 'minutesMissed' | 'skips'> & { readonly minutesPaused?: number | undefined }): Field {
  const minutes = (count: number) => `${count} ${count === 1 ? 'minute' : 'minutes'}`
  const paused = minutesPaused === 0 ? '' : `, ${minutes(minutesPaused)} paused`
  return line(
    `Entry decisions: ${decisions}, ${minutes(minutesMissed)} missed${paused}`,
    `skipped: ${skipCounts(skips)}`,
  )
}

/** One line a trade: legs, prices, times, P&L, reason. */
function tradeLine(trade: TradeView): string {
  const legs = `${trade.contracts} × ${legsName(trade.strike, trade.hedgeStrike)}`
  const opened = `${price(trade.entryFill)} ${clockTime(trade.entry_ms)}`
  if (trade.exit_ms === null || trade.exitFill === null) return `${legs} · sold ${opened} · open`
  const reason = trade.reason === null ? '' : ` · ${exitWords(trade.reason)}`
  return `${legs} · ${opened} → ${price(trade.exitFill)} ${clockTime(trade.exit_ms)} · **${signedMoneyOrNone(trade.netPnlCents)}**${reason}`
}

const TRADES_SHOWN_MAX = 4

export function tradesField(trades: readonly TradeView[]): Field {
  const lines = trades.slice(0, TRADES_SHOWN_MAX).map(tradeLine)
  if (trades.length > lines.length) lines.push(`and ${trades.length - lines.length} more`)
  return line('Trades', lines.length === 0 ? NONE : lines.join('\n'))
}

/** Short: the day's report follows once its decisions were run again, and tells all of it. */
export function sessionEnded(entry: JournalEntry, event: EventOf<'session_ended'>, context: RenderContext): Post {
  const next =
    event.next === null ? 'none armed' : `${dayName(event.next.date)}, ${clockMinute(event.next.open_ms)} New York`
  return post(entry, context, {
    tier: 'silent',
    colour: pnlColour(event.dayNetPnlCents),
    title: `🏁 Session over, ${dayName(entry.date)}: ${signedMoney(event.dayNetPnlCents)}`,
    description: `${STATUS_WORDS[event.status]}. The day's report follows.`,
    fields: [
      figure('Net P&L', signedMoney(event.dayNetPnlCents)),
      figure('Broker P&L', signedMoney(event.dayBrokerPnlCents)),
      line('Next session', event.paused === undefined ? next : `${next}\n${pausedSentence(event.paused)}`),
    ],
  })
}
