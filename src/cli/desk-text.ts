/** Views as plain text for a terminal. */

import { asDayReport } from '../report/day/day-document.ts'
import { bookLine, costLines, dataLines, excursionLines, rangeLines } from '../report/day/measured-text.ts'
import type { DayDocument } from '../report/day/schema.ts'
import { checkLines, conditionLines, dayLimitLines, executionLine, lightWords, stopLines } from '../report/day/text.ts'
import {
  clockTime,
  dayName,
  legsName,
  NONE,
  price,
  priceOrNone,
  signedMoney,
  signedMoneyOrNone,
  sourceBadge,
  structureName,
} from '../report/format.ts'
import { type DayReport, isOver, type PositionView, type StatusView, type TradeView } from '../report/views.ts'
import { NOT_SETTLED } from '../report/words.ts'

function table(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length))
  return rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`).join('\n')
}

export interface ShownStatus extends StatusView {
  /** Closed trades that wait for the team's review. */
  readonly reviewsWaiting: number
}

export function statusText(view: ShownStatus): string {
  const { plan, position, lastDecision } = view
  const title = `${view.profile} · ${sourceBadge(view.source)} · ${dayName(view.date)} · ${view.armed ? 'armed' : 'not armed'}`
  const rows: [string, string][] = [
    ['phase', `${view.phase} (${view.mode})`],
    ['market time', view.now_ms === null ? NONE : clockTime(view.now_ms)],
    ['structure', `${structureName(plan.structure, plan.width)}, ${plan.contracts} contracts`],
    ['SPY', view.spot === null ? NONE : price(view.spot)],
    ['day net P&L', `${signedMoney(view.dayNetPnlCents)} of ${signedMoney(plan.targetDailyCents)}`],
    ['position', position === null ? 'none' : positionText(position)],
    ['last decision', lastDecision === null ? NONE : (lastDecision.reason ?? 'enter')],
    ['reviews', view.reviewsWaiting === 0 ? 'none waits' : `${view.reviewsWaiting} waiting`],
    ['worker', workerText(view)],
    ['feed', `#${view.feedNo}`],
  ]
  return `${title}\n${table(rows)}`
}

function workerText(view: StatusView): string {
  const { worker, heartbeatAge_ms } = view.health
  if (isOver(view)) return 'no session running'
  return worker === null ? 'none' : `${worker}, ${heartbeatAge_ms ?? 0} ms ago`
}

function positionText(position: PositionView): string {
  const legs = legsName(position.strike, position.hedgeStrike)
  const levels = `stop ${price(position.stopMid)}, target ${price(position.targetMid)}`
  const pnl = `net ${signedMoneyOrNone(position.netPnlCents)}, rule ${signedMoneyOrNone(position.rulePnlCents)}`
  return `${position.contracts} × ${legs} sold at ${price(position.entryFill)}, mid ${priceOrNone(position.mid)} (${levels}); ${pnl}`
}

export function reportText(report: DayReport, more: readonly (readonly [string, string])[] = []): string {
  const title = `${report.profile} · ${sourceBadge(report.source)} · ${dayName(report.date)} · ${report.final ? report.status : 'running'}`
  const known = (text: string): string => (report.status === 'incomplete' ? NOT_SETTLED : text)
  const skips = Object.entries(report.skips).map(([reason, count]) => `${reason} ${count}`)
  const rows: (readonly [string, string])[] = [
    ['net P&L', `${known(signedMoney(report.netPnlCents))} of ${signedMoney(report.targetDailyCents)}`],
    ['rule P&L', known(report.rulePnlCents === null ? 'unknown' : signedMoney(report.rulePnlCents))],
    ['broker P&L', known(signedMoney(report.brokerPnlCents))],
    ['decisions', `${report.decisions}, ${report.minutesMissed} minutes missed`],
    ['skipped', skips.length === 0 ? NONE : skips.join(', ')],
    ...report.trades.map((trade): [string, string] => [`trade ${trade.tradeId}`, tradeText(trade)]),
    ...more,
    ...report.alerts.map((alert): [string, string] => [`alert ${clockTime(alert.at_ms)}`, alert.message]),
  ]
  return `${title}\n${table(rows)}`
}

function tradeText(trade: TradeView): string {
  const legs = `${trade.contracts} × ${legsName(trade.strike, trade.hedgeStrike)}`
  const entry = `${clockTime(trade.entry_ms)} at ${price(trade.entryFill)}`
  if (trade.exit_ms === null) return `${legs}: ${entry}, open`
  const exit = `${clockTime(trade.exit_ms)} at ${priceOrNone(trade.exitFill)} (${trade.reason ?? NONE})`
  return `${legs}: ${entry} → ${exit}; net ${signedMoneyOrNone(trade.netPnlCents)}`
}

/** The published report of a day: what it came to, then all that was measured of it, a line each. */
export const documentText = (document: DayDocument): string => reportText(asDayReport(document), measuredRows(document))

const measuredRows = (document: DayDocument): readonly (readonly [string, string])[] => [
  ['configuration', document.configHash],
  ['light', lightWords(document.performance.light.colour)],
  ...conditionLines(document.performance.light).map((line) => ['', line] as const),
  ...(document.final ? rangeLines(document.performance, document.source.kind) : []).map(
    (line) => ['range', line] as const,
  ),
  ...costLines(document).map((line) => ['costs', line] as const),
  ['execution', executionLine(document)],
  ...excursionLines(document).map((line) => ['while held', line] as const),
  ...stopLines(document).map((line) => ['loss limit', line] as const),
  ...dayLimitLines(document).map((line) => ['day limit', line] as const),
  ...checkLines(document.checks).map((line) => ['run again', line] as const),
  ...dataLines(document).map((line) => ['data', line] as const),
  ['books', bookLine(document)],
]
