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
import { exitWords, NOT_SETTLED, skipCounts } from '../../report/words.ts'
import type { EventOf, JournalEntry } from '../../session/events.ts'
import { COLOURS, type Field, figure, line, pnlColour } from '../embed.ts'
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

/** A day whose position is not settled has no P&L yet; a second end says what the first one could not. */
function resultOf({ status, dayNetPnlCents, dayBrokerPnlCents }: EventOf<'session_ended'>) {
  const isKnown = status !== 'incomplete'
  const words = (cents: number): string => (isKnown ? signedMoney(cents) : NOT_SETTLED)
  return { net: words(dayNetPnlCents), broker: words(dayBrokerPnlCents) }
}

function correctedWords({ corrects }: EventOf<'session_ended'>): string {
  if (corrects === undefined) return ''
  const { status, dayNetPnlCents } = corrects
  const before = status === 'incomplete' ? 'the P&L was not known' : `it stood at ${signedMoney(dayNetPnlCents)}`
  return ` **Settled**: this puts the end of the day right that was told before, when ${before}.`
}

/** Short: the day's report follows once its decisions were run again, and tells all of it. */
export function sessionEnded(entry: JournalEntry, event: EventOf<'session_ended'>, context: RenderContext): Post {
  const next =
    event.next === null ? 'none armed' : `${dayName(event.next.date)}, ${clockMinute(event.next.open_ms)} New York`
  const { net, broker } = resultOf(event)
  const isSettled = event.corrects !== undefined
  return post(entry, context, {
    tier: 'silent',
    colour: event.status === 'incomplete' ? COLOURS.warning : pnlColour(event.dayNetPnlCents),
    title: `🏁 ${isSettled ? 'Day settled' : 'Session over'}, ${dayName(entry.date)}: ${net}`,
    description: `${STATUS_WORDS[event.status]}.${correctedWords(event)} The day's report follows.`,
    fields: [
      figure('Net P&L', net),
      figure('Broker P&L', broker),
      line('Next session', event.paused === undefined ? next : `${next}\n${pausedSentence(event.paused)}`),
    ],
  })
}
