/**
 * What a report's new parts say in words: the light with its conditions, the checks. Shared by embed and terminal.
 * Pure.
 */
import type { Split } from '../../replay/attribution.ts'
import { DAY_LIMIT_ENTRIES } from '../../session/day-limits.ts'
import { duration, money, NONE, several, signedMoney } from '../format.ts'
import { limitValue } from '../words.ts'
import type { DayChecks } from './checks-schema.ts'
import type { Light, LightColour } from './performance-schema.ts'
import type { PeriodDocument } from './period-schema.ts'
import type { DayDocument } from './schema.ts'
import { splitWords } from './split-words.ts'

const MARKS: Readonly<Record<LightColour, string>> = { green: '🟢', yellow: '🟡', red: '🔴' }
const WORDS: Readonly<Record<LightColour, string>> = { green: 'excellent', yellow: 'acceptable', red: 'concerning' }
const NAMES: Readonly<Record<Light['conditions'][number]['name'], string>> = {
  daily_pnl: 'Daily P&L',
  execution_rate: 'Execution rate',
  win_rate: 'Win rate',
  risk: 'Risk limits',
}

export const lightMark = (colour: LightColour | null): string => (colour === null ? '⚪' : MARKS[colour])

/** `🔴 concerning`; what it is about stands beside it. */
export const lightWords = (colour: LightColour | null): string =>
  colour === null ? '⚪ not judged yet' : `${MARKS[colour]} ${WORDS[colour]}`

/** One line a condition; none has a colour before the whole has one. */
export function conditionLines({ conditions, colour: whole }: Light): readonly string[] {
  return conditions.map(
    ({ name, colour, evidence }) => `${lightMark(whole === null ? null : colour)} ${NAMES[name]}: ${evidence}`,
  )
}

export function checkLines({ parity, replay, reason }: DayChecks): readonly string[] {
  if (parity === null) return [`Not run again: ${reason ?? NONE}`]
  const whole = parity.complete
    ? ''
    : `; the tape holds ${parity.entries} of ${parity.journalDecisions} entry decisions`
  const lines = [
    `${parity.reproduced} of ${parity.decisions} entry and exit decisions reproduced from the tape${whole}`,
  ]
  if (replay === null) return lines
  if (replay.netPnlCents === null) return [...lines, `No replay: ${replay.reason ?? NONE}`]
  const apart =
    replay.difference === null ? 'live − replay not known, the live day is not settled' : apartWords(replay.difference)
  return [...lines, `The rules alone: ${signedMoney(replay.netPnlCents)}, ${apart}`]
}

/** `live − replay −$45.00: price −$75.00, fees +$30.00`. */
function apartWords({ differenceCents, split }: { differenceCents: number; split: Split }): string {
  const parts = splitWords(split)
  return `live − replay ${signedMoney(differenceCents)}${parts === '' ? '' : `: ${parts}`}`
}

/** `live − replay` of the days of a period, by kind of day and by cause. */
export function replayedWords({
  daysReplayed,
  replayed,
  replayDifferenceCents,
  split,
}: PeriodDocument['checks']): string {
  if (daysReplayed === 0) return 'no day is replayed'
  const { matched, missed, extra, bothFlat } = replayed
  const kinds = `${matched} matched, ${missed} missed, ${extra} extra, ${bothFlat} without a trade on either side`
  const apart = apartWords({ differenceCents: replayDifferenceCents, split })
  return `${apart}, on ${several(daysReplayed, 'day')} (${kinds})`
}

export function executionLine({ execution }: DayDocument): string {
  if (execution.sent === 0) return NONE
  const { contractsFilled, contractsOrdered, timeToFill_ms, inSeveralParts } = execution
  const wait = timeToFill_ms.median === null ? '' : `, ${duration(timeToFill_ms.median)} to fill (median)`
  const parts = inSeveralParts === 0 ? '' : `, ${inSeveralParts} in several parts`
  return `${contractsFilled} of ${contractsOrdered} contracts ordered were filled${wait}${parts}`
}

/** One line a limit that was set for the day alone. */
export function dayLimitLines({ risk }: DayDocument): readonly string[] {
  return risk.dayLimits.map(({ limit, from, to, by, approver }) => {
    const { name } = DAY_LIMIT_ENTRIES[limit]
    const second = approver === null ? '' : `, approved by ${approver}`
    return `${approver === null ? '🔻' : '🔺'} ${name} ${limitValue(limit, from)} → ${limitValue(limit, to)} for this day, by ${by}${second}`
  })
}

export function stopLines({ risk }: DayDocument): readonly string[] {
  return risk.stops.map(({ limit, toFlat_ms, overshootCents, limitCents }) => {
    const name = limit === 'max_loss_per_trade' ? 'stop' : 'daily limit'
    const flat = toFlat_ms === null ? 'not flat' : `flat after ${duration(toFlat_ms)}`
    return `${name} of ${money(limitCents)}: ${flat}, ${overshootCents === null ? 'result not known' : `${money(overshootCents)} beyond it`}`
  })
}

export function daysWords(counts: PeriodDocument['counts']): string {
  return [
    `${counts.withEntry} with an entry, ${counts.wins} of ${counts.closedTrades} trades won`,
    ...(counts.noSession > 0 ? [`${counts.noSession} without a session, counted as $0`] : []),
    ...(counts.incomplete > 0 ? [`${counts.incomplete} not known yet, in no sum`] : []),
    ...(counts.running > 0 ? [`${counts.running} still running, in no sum`] : []),
  ].join('; ')
}
