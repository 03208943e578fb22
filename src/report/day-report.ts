/** A day's report out of its journal: pure, and the same while the day runs as after it. Entry: `buildDayReport`. */
import type { EventOf, JournalEntry, JournalEvent } from '../session/events.ts'
import { centsOf } from '../strategy/exact.ts'
import type { SkipReason } from '../strategy/types.ts'
import { MINUTE_MS } from '../time/units.ts'
import { lastEventOf } from './events-of.ts'
import { signedMoney } from './format.ts'
import { tradesOf } from './trade-view.ts'
import type { DayReport, TradeView } from './views.ts'
import { NOT_SETTLED } from './words.ts'

/** Null for a day without a session: a campaign may have been armed, but nothing was traded or decided. */
export function buildDayReport(entries: readonly JournalEntry[]): DayReport | null {
  const first = entries.find(({ event }) => event.type === 'session_started')
  const events = entries.map((entry) => entry.event)
  const started = lastEventOf(events, 'session_started')
  if (first === undefined || started === undefined) return null
  const ended = lastEventOf(events, 'session_ended')
  const trades = tradesOf(events)
  const decisions = events.filter((event) => event.type === 'decision')
  return {
    schema: 'phase4d.day/1',
    accountId: first.accountId,
    source: first.source,
    profile: first.profile,
    date: first.date,
    plan: started.plan,
    final: ended !== undefined,
    open_ms: started.open_ms,
    close_ms: started.close_ms,
    status: ended?.status ?? 'running',
    netPnlCents: sum(trades.map((trade) => trade.netPnlCents)),
    brokerPnlCents: sum(trades.map((trade) => trade.brokerPnlCents)),
    rulePnlCents: rulePnlOf(trades),
    targetDailyCents: started.plan.targetDailyCents,
    ...dailyLimitOf(events),
    trades,
    decisions: decisions.length,
    skips: countSkips(decisions),
    minutesMissed: ended?.minutesMissed ?? missedSoFar(started, first.atMarket_ms, decisions),
    pnlPoints: pnlPoints(events, started.open_ms),
    alerts: entries.flatMap(({ event, atMarket_ms }) =>
      event.type === 'engine_alert' ? [{ at_ms: atMarket_ms, code: event.code, message: event.message }] : [],
    ),
  }
}

/** What the day stands at: its closed trades, and while one is open the last mark with it. */
interface DayStanding {
  readonly cents: number
  /** When the open position was marked; null: nothing is open, or it has no mark yet. */
  readonly marked_ms: number | null
}

export function dayStanding({ final, netPnlCents, trades, pnlPoints }: DayReport): DayStanding {
  const open = trades.find(({ exit_ms }) => exit_ms === null)
  const last = pnlPoints.at(-1)
  const isMarked = !final && open !== undefined && last !== undefined && last.at_ms > open.entry_ms
  return isMarked ? { cents: last.netPnlCents, marked_ms: last.at_ms } : { cents: netPnlCents, marked_ms: null }
}

/** What it stands at, in words: of a position that was open at the close nobody knows yet. */
export const standingWords = (report: DayReport): string =>
  report.status === 'incomplete' ? NOT_SETTLED : signedMoney(dayStanding(report).cents)

export const dailyLossLimit = ({ dailyLimitCents, plan }: DayReport): number =>
  dailyLimitCents ?? plan.maxDailyLossCents

/** As it was set last; of a day without one, nothing. */
function dailyLimitOf(events: readonly JournalEvent[]): Pick<DayReport, 'dailyLimitCents'> {
  const set = events.findLast(
    (event) =>
      (event.type === 'day_limit_raised' || event.type === 'day_limit_lowered') && event.limit === 'max_daily_loss',
  )
  return set !== undefined && 'to' in set ? { dailyLimitCents: centsOf(set.to) } : {}
}

/** An open trade has no result yet; those of the others stand. */
function sum(values: readonly (number | null)[]): number {
  return values.reduce<number>((total, value) => total + (value ?? 0), 0)
}

/** A sum with an unknown part is unknown. */
function rulePnlOf(trades: readonly TradeView[]): number | null {
  const closed = trades.filter(({ exit_ms }) => exit_ms !== null).map(({ rulePnlCents }) => rulePnlCents)
  return closed.includes(null) ? null : sum(closed)
}

function countSkips(decisions: readonly EventOf<'decision'>[]): Partial<Record<SkipReason, number>> {
  const counts: Partial<Record<SkipReason, number>> = {}
  for (const { reason } of decisions) if (reason !== null) counts[reason] = (counts[reason] ?? 0) + 1
  return counts
}

/**
 * Minutes of the window before the last decision in which none was taken; what the session counts itself at its end.
 */
function missedSoFar(
  { open_ms, windowOpen_ms }: EventOf<'session_started'>,
  started_ms: number,
  decisions: readonly EventOf<'decision'>[],
): number {
  const minuteOf = (at_ms: number): number => Math.floor((at_ms - open_ms) / MINUTE_MS)
  const first = minuteOf(windowOpen_ms)
  let decided = Math.max(0, minuteOf(started_ms) - 1)
  let missed = 0
  for (const { at_ms } of decisions) {
    const minute = minuteOf(at_ms)
    missed += Math.max(0, minute - Math.max(decided + 1, first))
    decided = minute
  }
  return missed
}

/** From zero at the open, level until each entry, through every mark to each trade's end. */
function pnlPoints(events: readonly JournalEvent[], open_ms: number): DayReport['pnlPoints'] {
  const points = [{ at_ms: open_ms, netPnlCents: 0 }]
  const begun = new Set<string>()
  let closed_ms: number | null = null
  for (const event of events) {
    const last = points.at(-1)
    // One that was adopted has no decision here, and may have been filled before what the day last showed.
    const isEntry = event.type === 'entry_decided' || (event.type === 'fill' && event.purpose === 'open')
    if (isEntry && last !== undefined && !begun.has(event.tradeId)) {
      begun.add(event.tradeId)
      points.push({ ...last, at_ms: Math.max(last.at_ms, event.at_ms) })
    }
    if (event.type === 'mark') points.push({ at_ms: event.at_ms, netPnlCents: event.dayNetPnlCents })
    if (event.type === 'fill' && event.purpose === 'close') closed_ms = event.at_ms
    if (event.type === 'trade_closed') {
      points.push({ at_ms: closed_ms ?? event.exit_ms, netPnlCents: event.dayNetPnlCents })
      closed_ms = null
    }
  }
  return points
}
