/**
 * The journal's day beside its tape: parity as the report shows it, and the live day split against its replay. Pure. Entry
 * point: `checksOf`.
 */
import { type AttributedDay, attribute, type TradeEnd } from '../../replay/attribution.ts'
import type { Parity } from '../../replay/tape/parity.ts'
import type { CloseReason, JournalEvent } from '../../session/events.ts'
import { eventsOf, lastEventOf } from '../events-of.ts'
import type { DayChecks } from './checks-schema.ts'

export interface TapeFindings {
  readonly parity: Parity
  readonly replayed: AttributedDay
  readonly isCut: boolean
}

/** `findings` a text: why there are none. */
export function checksOf(events: readonly JournalEvent[], date: string, findings: TapeFindings | string): DayChecks {
  if (typeof findings === 'string') return { parity: null, replay: null, reason: findings }
  const { parity, isCut } = findings
  const journalDecisions = eventsOf(events, 'decision').length
  const complete = parity.entries === journalDecisions && !isCut
  const replayed = settledReplay(events, findings)
  const [paired] = attribute([{ date, actual: liveDay(events), replayed }]).days
  return {
    parity: { ...parity, mismatches: [...parity.mismatches], journalDecisions, complete },
    replay: {
      status: replayed.status,
      reason: replayed.status === 'unsettled' ? replayed.reason : null,
      netPnlCents: netOf(replayed, date),
      difference:
        paired === undefined
          ? null
          : { kind: paired.kind, differenceCents: paired.differenceCents, split: { ...paired.split } },
    },
    reason: null,
  }
}

/** The replay, where the tape reaches as far as it has to. */
function settledReplay(events: readonly JournalEvent[], { parity, isCut, replayed }: TapeFindings): AttributedDay {
  const decided = eventsOf(events, 'decision').length
  if (isCut) return { status: 'unsettled', reason: 'the tape reached its greatest length before the day ended' }
  if (parity.entries !== decided) {
    return {
      status: 'unsettled',
      reason: `the tape holds ${parity.entries} of the day's ${decided} entry decisions`,
    }
  }
  const reason = replayed.status === 'no_trade' ? undecided(events) : null
  return reason === null ? replayed : { status: 'unsettled', reason }
}

/** As long a hole is between recorded books, too. */
const MISSED_MINUTES_MAX = 5

/** Why the rules may have entered where the tape has no entry; null: they were asked all the time. */
function undecided(events: readonly JournalEvent[]): string | null {
  for (const { status, minutesMissed, minutesPaused = 0 } of eventsOf(events, 'session_ended')) {
    if (status === 'stopped') return 'the session was stopped: what the rules would have done later is not on the tape'
    if (minutesPaused > 0) return `the desk was paused for ${minutesPaused} minutes: the rules were not asked then`
    if (minutesMissed > MISSED_MINUTES_MAX) return `${minutesMissed} minutes were missed: the rules were not asked then`
  }
  return null
}

/** What the replay came to, whether or not the live day is settled. */
function netOf(replayed: AttributedDay, date: string): number | null {
  const flat: AttributedDay = { status: 'no_trade', why: 'no_signal' }
  return attribute([{ date, actual: flat, replayed }]).days[0]?.replayCents ?? null
}

/** The live day as attribution wants it. */
function liveDay(events: readonly JournalEvent[]): AttributedDay {
  const ended = lastEventOf(events, 'session_ended')
  if (ended === undefined) return { status: 'unsettled', reason: 'the session has not ended' }
  if (ended.status === 'incomplete') return { status: 'unsettled', reason: 'a position was open at the close' }
  const closed = eventsOf(events, 'trade_closed')
  const [trade] = closed
  if (closed.length > 1) return { status: 'unsettled', reason: `${closed.length} trades in one day` }
  if (trade === undefined) return { status: 'no_trade', why: whyFlat(events) }
  const decided = eventsOf(events, 'entry_decided').find(({ tradeId }) => tradeId === trade.tradeId)
  return {
    status: 'traded',
    trade: {
      decided_ms: decided?.at_ms ?? trade.entry_ms,
      strike: trade.strike,
      hedgeStrike: trade.hedgeStrike,
      contracts: trade.contracts,
      entryFill: Number(trade.entryFill),
      exitFill: Number(trade.exitFill),
      exit_ms: trade.exit_ms,
      end: endOf(trade.reason),
      feesCents: trade.commissionCents,
    },
  }
}

function whyFlat(events: readonly JournalEvent[]): 'not_filled' | 'human' | 'no_signal' {
  if (eventsOf(events, 'entry_abandoned').length > 0) return 'not_filled'
  const wanted = eventsOf(events, 'decision').some(({ action }) => action === 'enter')
  const stopped = eventsOf(events, 'session_ended').some(({ status }) => status === 'stopped')
  return wanted || stopped ? 'human' : 'no_signal'
}

function endOf(reason: CloseReason): TradeEnd {
  switch (reason) {
    case 'halted':
    case 'closed_elsewhere':
      return 'human'
    case 'quotes_lost':
    case 'watchdog':
    case 'legs_out_of_balance':
      return 'engine'
    case 'expired':
    case 'assigned':
      return 'expiry'
    default:
      return reason
  }
}
