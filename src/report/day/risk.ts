/** Excursions, stops and limits of a day. Pure. Entry point: `riskOf`. */
import type { DayLimit } from '../../session/day-limits.ts'
import type { EventOf, JournalEvent, Plan } from '../../session/events.ts'
import { centsOf } from '../../strategy/exact.ts'
import { eventsOf } from '../events-of.ts'
import { median } from './fields.ts'
import type { Risk, Stop } from './risk-schema.ts'

export function riskOf(events: readonly JournalEvent[], plan: Plan): Risk {
  const stops = eventsOf(events, 'exit_decided').flatMap((exit) => stopsOf(exit, events, limitsAt(exit, events, plan)))
  const waits = stops.flatMap(({ toFlat_ms }) => (toFlat_ms === null ? [] : [toFlat_ms]))
  const overshoots = stops.flatMap(({ overshootCents }) => (overshootCents === null ? [] : [overshootCents]))
  return {
    maxDailyLossCents: plan.maxDailyLossCents,
    maxLossPerTradeCents: plan.maxLossPerTradeCents,
    excursions: excursionsOf(events),
    stops,
    stopSummary: {
      reached: stops.length,
      obeyed: stops.filter((stop) => isObeyed(stop, events)).length,
      medianToFlat_ms: median(waits),
      maxToFlat_ms: waits.length === 0 ? null : Math.max(...waits),
      maxOvershootCents: overshoots.length === 0 ? null : Math.max(...overshoots),
    },
    breaches: eventsOf(events, 'risk_breach').map(({ limit, at_ms, pnlCents, limitCents }) => ({
      limit,
      at_ms,
      pnlCents,
      limitCents,
    })),
    dayLimits: events.flatMap(dayLimitOf),
    warnings: eventsOf(events, 'risk_warning').map(({ limit, at_ms, usedPct }) => ({ limit, at_ms, usedPct })),
  }
}

/** Closed for a loss limit: which of two that held is named does not matter. */
const isObeyed = ({ reason, tradeId }: Stop, events: readonly JournalEvent[]): boolean =>
  (reason === 'stop_loss' || reason === 'daily_loss_limit') && !isHeldToExpiry(tradeId, events)

/** A close that was decided and did not go out before the expiry closed nothing. */
export const isHeldToExpiry = (tradeId: string, events: readonly JournalEvent[]): boolean =>
  eventsOf(events, 'trade_closed').some((closed) => closed.tradeId === tradeId && closed.settlement !== undefined)

type LossLimits = Pick<Plan, 'maxDailyLossCents' | 'maxLossPerTradeCents'>

/** The loss limits an exit was held against: the day's own from when they were set. */
function limitsAt(exit: EventOf<'exit_decided'>, events: readonly JournalEvent[], plan: Plan): LossLimits {
  const before = events.slice(0, events.indexOf(exit)).flatMap(dayLimitOf)
  const last = (limit: DayLimit): number | null => before.findLast((set) => set.limit === limit)?.to ?? null
  const [daily, perTrade] = [last('max_daily_loss'), last('max_loss_per_trade')]
  return {
    maxDailyLossCents: daily === null ? plan.maxDailyLossCents : centsOf(daily),
    maxLossPerTradeCents: perTrade === null ? plan.maxLossPerTradeCents : centsOf(perTrade),
  }
}

function dayLimitOf(event: JournalEvent): Risk['dayLimits'] {
  if (event.type !== 'day_limit_raised' && event.type !== 'day_limit_lowered') return []
  const { limit, at_ms, from, to, configured, reason } = event
  const isRaise = event.type === 'day_limit_raised'
  const by = isRaise ? event.requester.name : event.actor.name
  return [{ limit, at_ms, from, to, configured, by, approver: isRaise ? event.approver.name : null, reason }]
}

function stopsOf(exit: EventOf<'exit_decided'>, events: readonly JournalEvent[], plan: LossLimits): Stop[] {
  const { tradeId, at_ms, reason, alsoFired, netPnlCents } = exit
  const held = new Set<string>([reason, ...alsoFired])
  const closed = eventsOf(events, 'trade_closed').find((event) => event.tradeId === tradeId)
  const lastFill = eventsOf(events, 'fill').findLast((event) => event.tradeId === tradeId && event.purpose === 'close')
  const flat_ms = closed === undefined ? null : (lastFill?.at_ms ?? closed.exit_ms)
  const head = {
    tradeId,
    reason,
    alsoFired,
    trigger_ms: at_ms,
    flat_ms,
    toFlat_ms: flat_ms === null ? null : Math.max(0, flat_ms - at_ms),
  }
  const stop = (
    limit: Stop['limit'],
    limitCents: number,
    triggerCents: number | null,
    finalCents: number | null,
  ): Stop => ({
    ...head,
    limit,
    limitCents,
    triggerCents,
    finalCents,
    overshootAtTriggerCents: beyond(triggerCents, limitCents),
    overshootCents: beyond(finalCents, limitCents),
  })
  const fired = firedBy(exit, plan.maxLossPerTradeCents)
  const before = closed === undefined ? 0 : closed.dayNetPnlCents - closed.netPnlCents
  return [
    ...(held.has('stop_loss')
      ? [stop('max_loss_per_trade', plan.maxLossPerTradeCents, exit[fired], closed?.[fired] ?? null)]
      : []),
    ...(held.has('daily_loss_limit')
      ? [
          stop(
            'max_daily_loss',
            plan.maxDailyLossCents,
            netPnlCents === null ? null : before + netPnlCents,
            closed?.dayNetPnlCents ?? null,
          ),
        ]
      : []),
  ]
}

/** Which P&L was beyond the limit of a trade: the net one where it was, as fills change it, or else the rule's. */
function firedBy(
  { rulePnlCents, netPnlCents }: EventOf<'exit_decided'>,
  limitCents: number,
): 'rulePnlCents' | 'netPnlCents' {
  const isByNet = netPnlCents !== null && netPnlCents < -limitCents
  return !isByNet && rulePnlCents !== null && rulePnlCents < -limitCents ? 'rulePnlCents' : 'netPnlCents'
}

const beyond = (pnlCents: number | null, limitCents: number): number | null =>
  pnlCents === null ? null : Math.max(0, -limitCents - pnlCents)

interface Point {
  readonly at_ms: number
  readonly cents: number
}

/** Marks carry no trade's id: those between an entry and its end are its own, as one position is open at a time. */
function excursionsOf(events: readonly JournalEvent[]): Risk['excursions'] {
  return eventsOf(events, 'entry_decided').flatMap(({ tradeId }) => {
    const from = events.findIndex((event) => event.type === 'entry_decided' && event.tradeId === tradeId)
    const end = events.findIndex((event) => event.type === 'trade_closed' && event.tradeId === tradeId)
    const own = events.slice(from, end === -1 ? undefined : end + 1)
    if (!own.some((event) => event.type === 'fill' && event.tradeId === tradeId)) return []
    const points = own.flatMap(pointOf)
    const adverse = points.reduce<Point | null>(
      (worst, point) => (worst === null || point.cents < worst.cents ? point : worst),
      null,
    )
    const best = points.reduce<Point | null>(
      (top, point) => (top === null || point.cents > top.cents ? point : top),
      null,
    )
    return [
      {
        tradeId,
        adverseCents: adverse?.cents ?? null,
        adverse_ms: adverse?.at_ms ?? null,
        favourableCents: best?.cents ?? null,
        favourable_ms: best?.at_ms ?? null,
        points: points.length,
      },
    ]
  })
}

function pointOf(event: JournalEvent): Point[] {
  if (event.type === 'mark') return [{ at_ms: event.at_ms, cents: event.netPnlCents }]
  if (event.type === 'exit_decided' && event.netPnlCents !== null)
    return [{ at_ms: event.at_ms, cents: event.netPnlCents }]
  return event.type === 'trade_closed' ? [{ at_ms: event.exit_ms, cents: event.netPnlCents }] : []
}
