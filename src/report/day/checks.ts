/**
 * The journal's day beside its tape: parity as the report shows it, and the live day split against its replay. Pure.
 * Entry point: `checksOf`.
 */
import { type AttributedDay, attribute } from '../../replay/attribution.ts'
import type { Parity } from '../../replay/tape/parity.ts'
import type { JournalEvent } from '../../session/events.ts'
import { MINUTE_MS } from '../../time/units.ts'
import { eventsOf, lastEventOf } from '../events-of.ts'
import { several } from '../format.ts'
import type { DayChecks } from './checks-schema.ts'
import { liveDay } from './live-day.ts'

export interface TapeFindings {
  readonly parity: Parity
  readonly replayed: AttributedDay
  /** At the end of the tape the rules held nothing and had an entry left. */
  readonly mayEnter: boolean
  readonly isCut: boolean
}

const PAUSED = 'the desk was paused'
const MISSED = 'minutes were missed'

/** Whether that is why a replay is not settled: nobody asked the rules. */
export function unaskedKind(reason: string | null): 'paused' | 'minutes missed' | null {
  if (reason?.startsWith(PAUSED)) return 'paused'
  return reason?.includes(MISSED) ? 'minutes missed' : null
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
function settledReplay(events: readonly JournalEvent[], findings: TapeFindings): AttributedDay {
  const { parity, isCut, replayed } = findings
  const decided = eventsOf(events, 'decision').length
  if (isCut) return { status: 'unsettled', reason: 'the tape reached its greatest length before the day ended' }
  if (parity.entries !== decided) {
    return {
      status: 'unsettled',
      reason: `the tape holds ${parity.entries} of the day's ${decided} entry decisions`,
    }
  }
  const reason = undecided(events, findings)
  return reason === null ? replayed : { status: 'unsettled', reason }
}

/** As long a hole is between recorded books, too. */
const MISSED_MINUTES_MAX = 5

/**
 * Why the rules may have entered, or earlier, where they were not asked; null: they were asked all the time that
 * matters.
 */
function undecided(events: readonly JournalEvent[], { replayed, mayEnter }: TapeFindings): string | null {
  if (replayed.status === 'unsettled') return null
  const [first] = replayed.status === 'traded' ? replayed.trades : []
  const isToTheEnd = first === undefined || mayEnter
  for (const { status, minutesMissed, minutesPaused = 0 } of eventsOf(events, 'session_ended')) {
    // After the rules' last entry nobody had to ask them; before the desk was armed nobody could.
    const hole = isToTheEnd ? minutesMissed : Math.min(minutesMissed, longestHole(first.decided_ms, events))
    if (isToTheEnd && status === 'stopped')
      return 'the session was stopped: what the rules would have done later is not on the tape'
    if (minutesPaused > 0 && (isToTheEnd || longestHole(first.decided_ms, events) > 0))
      return `${PAUSED} for ${several(minutesPaused, 'minute')}: the rules were not asked then`
    if (hole > MISSED_MINUTES_MAX) return `${hole} ${MISSED}: the rules were not asked then`
  }
  return null
}

/** Most minutes in a row, from the opening of the window to the rules' entry, in which nothing was decided. */
function longestHole(entry_ms: number, events: readonly JournalEvent[]): number {
  const started = lastEventOf(events, 'session_started')
  if (started === undefined) return 0
  const minuteOf = (at_ms: number): number => Math.floor((at_ms - started.windowOpen_ms) / MINUTE_MS)
  const asked = eventsOf(events, 'decision').map(({ at_ms }) => minuteOf(Math.min(at_ms, entry_ms)))
  const minutes = [-1, ...asked.filter((minute) => minute >= 0), minuteOf(entry_ms)]
  return minutes.reduce((most, minute, at) => Math.max(most, minute - (minutes[at - 1] ?? minute) - 1), 0)
}

/** What the replay came to, whether or not the live day is settled. */
function netOf(replayed: AttributedDay, date: string): number | null {
  const flat: AttributedDay = { status: 'no_trade', why: 'no_signal' }
  return attribute([{ date, actual: flat, replayed }]).days[0]?.replayCents ?? null
}
