/**
 * A live day, out of its journal, as the comparison with its replay wants it. Pure. Entry points: `liveDay`, `endOf`.
 */
import type { AttributedDay, AttributedTrade, EntryDecision, TradeEnd, WhyNot } from '../../replay/attribution.ts'
import type { EventOf, JournalEvent } from '../../session/events.ts'
import { eventsOf, lastEventOf } from '../events-of.ts'

export function liveDay(events: readonly JournalEvent[]): AttributedDay {
  const ended = lastEventOf(events, 'session_ended')
  if (ended === undefined) return { status: 'unsettled', reason: 'the session has not ended' }
  if (ended.status === 'incomplete') return { status: 'unsettled', reason: 'a position was open at the close' }
  const trades = eventsOf(events, 'trade_closed').map((trade) => tradeOf(trade, events))
  const givenUp = givenUpOf(events)
  const why: WhyNot = heldBack(events) ? 'human' : 'no_signal'
  if (trades.length > 0) return { status: 'traded', trades: trades.toSorted(byDecision), givenUp, why }
  const wanted = eventsOf(events, 'decision').some(({ action }) => action === 'enter')
  return { status: 'no_trade', why: givenUp.length > 0 ? 'not_filled' : wanted ? 'human' : why }
}

const byDecision = (a: EntryDecision, b: EntryDecision): number => a.decided_ms - b.decided_ms

function tradeOf(trade: EventOf<'trade_closed'>, events: readonly JournalEvent[]): AttributedTrade {
  const decided = eventsOf(events, 'entry_decided').find(({ tradeId }) => tradeId === trade.tradeId)
  const { strike, hedgeStrike, contracts, entryFill, exitFill, exit_ms, commissionCents: feesCents } = trade
  return {
    decided_ms: decided?.at_ms ?? trade.entry_ms,
    ...{ strike, hedgeStrike, contracts, exit_ms, feesCents },
    entryFill: Number(entryFill),
    exitFill: Number(exitFill),
    end: endOf(trade, events),
  }
}

/** Entries that were given up and, so far as the journal tells, never filled. */
function givenUpOf(events: readonly JournalEvent[]): readonly EntryDecision[] {
  const traded = new Set(eventsOf(events, 'trade_closed').map(({ tradeId }) => tradeId))
  const abandoned = new Set(eventsOf(events, 'entry_abandoned').map(({ tradeId }) => tradeId))
  return eventsOf(events, 'entry_decided').flatMap(({ tradeId, at_ms, strike, hedgeStrike }) =>
    abandoned.has(tradeId) && !traded.has(tradeId) ? [{ decided_ms: at_ms, strike, hedgeStrike }] : [],
  )
}

/** A person kept the desk from trading for a part of the day. */
function heldBack(events: readonly JournalEvent[]): boolean {
  return eventsOf(events, 'session_ended').some(
    ({ status, minutesPaused = 0 }) => status === 'stopped' || minutesPaused > 0,
  )
}

/** How a trade of these events ended: by a rule, by a person, at its expiry, or by the desk. */
export function endOf({ reason, tradeId }: EventOf<'trade_closed'>, events: readonly JournalEvent[]): TradeEnd {
  switch (reason) {
    case 'halted':
      return isHaltedByHand(tradeId, events) ? 'human' : 'engine'
    case 'closed_elsewhere':
      return 'human'
    case 'quotes_lost':
    case 'watchdog':
    case 'shutdown':
    case 'legs_out_of_balance':
      return 'engine'
    case 'expired':
    case 'assigned':
      return 'expiry'
    default:
      return reason
  }
}

/** The last halt before the exit was a person's; the desk's own is in no such event. */
function isHaltedByHand(tradeId: string, events: readonly JournalEvent[]): boolean {
  const at = events.findLastIndex((event) => event.type === 'exit_decided' && event.tradeId === tradeId)
  const before = at === -1 ? events : events.slice(0, at)
  const control = lastEventOf(before, 'control_set')
  return control?.mode === 'HALTED' && control.actor.via !== 'system'
}
