/**
 * The journal's day beside its tape: parity as the report shows it, and the live day split against its replay. Pure.
 * Entry point: `checksOf`.
 */
import { type AttributedDay, attribute } from '../../replay/attribution.ts'
import type { Parity } from '../../replay/tape/parity.ts'
import type { JournalEvent } from '../../session/events.ts'
import { eventsOf } from '../events-of.ts'
import type { DayChecks } from './checks-schema.ts'
import { liveDay } from './live-day.ts'

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
          : {
              kind: paired.kind,
              differenceCents: paired.differenceCents,
              split: { ...paired.split },
              trades: paired.trades.map((trade) => ({ ...trade, split: { ...trade.split } })),
            },
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
