/** Views as plain text for a terminal. */
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
  const skips = Object.entries(report.skips).map(([reason, count]) => `${reason} ${count}`)
  const rows: (readonly [string, string])[] = [
    ['net P&L', `${signedMoney(report.netPnlCents)} of ${signedMoney(report.targetDailyCents)}`],
    ['rule P&L', report.rulePnlCents === null ? 'unknown' : signedMoney(report.rulePnlCents)],
    ['broker P&L', signedMoney(report.brokerPnlCents)],
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
