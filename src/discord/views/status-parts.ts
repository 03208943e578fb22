/**
 * Parts of an account's status that `/status` and the live card share: gates, health, day, limits, open alerts. Pure.
 */
import { COLOURS, plain, pnlColour } from '../../feed/embed.ts'
import {
  clockTime,
  dayName,
  dayOf,
  decimal,
  duration,
  money,
  NONE,
  percent,
  price,
  priceOrNone,
} from '../../report/format.ts'
import { ENGINE_SILENT_MS, moreAlerts } from '../../report/health.ts'
import { isOver, type PositionView, type StatusView } from '../../report/views.ts'
import { gateWords, limitValue, modeWords } from '../../report/words.ts'
import { DAY_LIMIT_ENTRIES, type DayLimit } from '../../session/day-limits.ts'
import { MULTIPLIER } from '../../strategy/rules.ts'

/** `$412.50`, and below it `$0.165 a share, at mid $1.84`: how far the mid is from a level. */
export function distance(position: PositionView, levelMid: number, direction: 1 | -1): string {
  if (position.mid === null) return NONE
  const perShare = direction * (levelMid - position.mid)
  const cents = perShare * MULTIPLIER * position.contracts * 100
  return `${money(cents)}\n$${decimal(perShare, 3)} a share, at mid ${price(levelMid)}`
}

/** Beside a figure that is another today than configured. */
export const flagOf = ({ dayLimits = [] }: StatusView, limit: DayLimit): string =>
  dayLimits.some((set) => set.limit === limit && set.value !== set.configured) ? ' 🔸' : ''

/** One line a limit set for today alone; null: none is. */
export function todaysLimitsText({ dayLimits = [] }: StatusView): string | null {
  const others = dayLimits.filter(({ value, configured }) => value !== configured)
  const lines = others.map(({ limit, value, configured }) => {
    const { name } = DAY_LIMIT_ENTRIES[limit]
    return `${name} **${limitValue(limit, value)}**, configured ${limitValue(limit, configured)}`
  })
  return lines.length === 0 ? null : lines.join('\n')
}

const ALERTS_SHOWN_MAX = 5
const ALERT_TITLE_MAX = 100

/** What still waits to be acknowledged, oldest first, a line each; null: nothing. */
export function openAlertsText({ openAlerts = [] }: StatusView): string | null {
  const lines = openAlerts
    .slice(0, ALERTS_SHOWN_MAX)
    .map(({ alertNo, title, age_ms }) => `#${alertNo} ${plain(title, ALERT_TITLE_MAX)}, ${duration(age_ms)} ago`)
  if (openAlerts.length > lines.length) lines.push(`and ${moreAlerts(openAlerts.length, lines.length)}: \`/health\``)
  return lines.length === 0 ? null : lines.join('\n')
}

export function gatesText(view: StatusView): string {
  const last = view.lastDecision
  if (last === null) return 'no decision yet today'
  const indicators = [
    last.vixEstimate === null ? null : `volatility estimate ${decimal(last.vixEstimate, 1)}`,
    last.rangePct === null ? null : `range ${percent(last.rangePct, 2)}`,
  ].filter((text) => text !== null)
  return [
    `${clockTime(last.at_ms)}: **${gateWords(last)}**`,
    ...(indicators.length === 0 ? [] : [indicators.join(' · ')]),
  ].join('\n')
}

export function healthText(view: StatusView, nowWall_ms: number): string {
  const { health } = view
  const streams = Object.entries(health.streams).map(
    // Before its session nothing is connected, and nothing is missed.
    ([name, state]) => `${state === 'connected' ? '🟢' : view.phase === 'waiting' ? '⚪' : '🔴'} ${name}`,
  )
  if (isOver(view)) return `no session running; \`/start account:${view.profile}\` begins one`
  const beat = health.heartbeatAge_ms === null ? NONE : `${duration(health.heartbeatAge_ms)} ago`
  const isSilent = (health.heartbeatAge_ms ?? 0) > ENGINE_SILENT_MS
  const reconciled = health.lastReconciled_ms === null ? NONE : `${duration(nowWall_ms - health.lastReconciled_ms)} ago`
  return [
    health.worker === null
      ? '🔴 no worker has this session'
      : `${isSilent ? '🔴 ' : ''}worker \`${plain(health.worker)}\`, wrote ${beat}`,
    `${streams.join(' · ')} · data ${view.dataAge_s === null ? NONE : `${decimal(view.dataAge_s, 1)} s old`} · reconciled ${reconciled}`,
  ].join('\n')
}

/** Where the day is: the clock with it, or when the market was last seen, which may be on an earlier day. */
export function dayText(view: StatusView): string {
  const { now_ms, date, spot, mode } = view
  const state = view.armed ? 'armed' : isOver(view) ? 'not armed' : 'not armed: ends with this session'
  if (isOver(view)) {
    const seen = now_ms === null ? '' : ` · market last seen ${dayOf(now_ms)} ${clockTime(now_ms)} New York`
    return `**${dayName(date)}**${seen} · ${modeWords(mode)} · ${state}`
  }
  const clock = now_ms === null ? NONE : `${clockTime(now_ms)} New York`
  return `**${dayName(date)}** · ${clock} · SPY ${priceOrNone(spot)} · ${modeWords(mode)} · ${state}`
}

export function colourOf({ mode, position, plan }: StatusView): number {
  if (mode !== 'ACTIVE') return COLOURS.warning
  // Without a quote there is no P&L yet, which is neither a gain nor a loss.
  return position === null || position.netPnlCents === null
    ? COLOURS.plan
    : openColour(position.netPnlCents, plan.maxLossPerTradeCents)
}

/** Of the stop: what closing costs right after an entry is less. */
const SMALL_LOSS_SHARE = 0.25

/** Of an open position: a loss is red once it is more than what every position begins with. */
export const openColour = (netPnlCents: number, maxLossPerTradeCents: number): number =>
  netPnlCents < 0 && netPnlCents > -Math.abs(maxLossPerTradeCents) * SMALL_LOSS_SHARE
    ? COLOURS.neutral
    : pnlColour(netPnlCents)
