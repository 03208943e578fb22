/** The status view out of what is stored: pure. */
import { resumeGuard } from '../approval/guard.ts'
import type { LimitOfToday, OpenAlert, PositionView, StatusView } from '../report/views.ts'
import type { Campaign } from '../session/campaign.ts'
import { DAY_LIMIT_ENTRIES, DAY_LIMITS, limitInForce, planWithDayLimits } from '../session/day-limits.ts'
import { isDrilled } from '../session/holds.ts'
import type { SessionMode } from '../session/mode.ts'
import { averagePrice } from '../session/money.ts'
import { heldQty, type SessionState } from '../session/state.ts'
import { newYorkDate } from '../strategy/newyork-time.ts'
import { stopMid, targetMid } from '../strategy/pnl.ts'
import { entryWindow } from '../strategy/rules.ts'
import { MINUTE_MS } from '../time/units.ts'
import type { LiveRecord } from './port.ts'

export interface StatusSources {
  readonly campaign: Campaign
  /** Null before the session of the campaign's next day has begun. */
  readonly session: SessionState | null
  readonly live: LiveRecord | null
  readonly feedNo: number
  /** Absent: none. */
  readonly openAlerts?: readonly OpenAlert[]
  readonly wall_ms: number
}

export function statusView({ campaign, session, live, feedNo, openAlerts = [], wall_ms }: StatusSources): StatusView {
  // Between two sessions the latest record is of another day than the one shown: its time and prices say nothing of
  // this one.
  const today = live !== null && newYorkDate(live.now_ms) === campaign.session.date ? live : null
  const window = entryWindow(campaign.session, campaign.strategy.limits)
  const position = session === null ? null : positionView(session, today)
  return {
    accountId: campaign.accountId,
    source: campaign.source,
    profile: campaign.strategy.profile.name,
    plan: planWithDayLimits(campaign.plan, limitInForce(campaign)),
    armed: campaign.active && campaign.stop === null,
    date: campaign.session.date,
    phase: session?.phase ?? 'waiting',
    ...heldBack(campaign, session),
    ...limitsOfToday(campaign),
    now_ms: today?.now_ms ?? null,
    open_ms: campaign.session.open_ms,
    close_ms: campaign.session.close_ms,
    windowOpen_ms: window.from_ms,
    windowClose_ms: window.to_ms,
    sessionEnd_ms: campaign.session.close_ms - campaign.strategy.limits.sessionEndBeforeCloseMin * MINUTE_MS,
    spot: today?.spot ?? null,
    dataAge_s: today === null || today.data_ms === null ? null : Math.max(0, (today.now_ms - today.data_ms) / 1000),
    position,
    entries: session?.entries ?? 0,
    dayNetPnlCents: (session?.netPnlCents ?? 0) + (position?.netPnlCents ?? 0),
    lastDecision: session?.lastDecision ?? null,
    skips: session?.skips ?? {},
    health: {
      worker: live?.worker ?? null,
      heartbeatAge_ms: live === null ? null : Math.max(0, wall_ms - live.atWall_ms),
      streams: live?.streams ?? { orders: 'disconnected', stock: 'disconnected', options: 'disconnected' },
      ...(live?.streamAges_ms === undefined ? {} : { streamAges_ms: live.streamAges_ms }),
      lastReconciled_ms: live?.reconciledAtWall_ms ?? null,
    },
    ...(openAlerts.length === 0 ? {} : { openAlerts }),
    feedNo,
  }
}

type Held = Pick<StatusView, 'mode' | 'modeReason' | 'guard'>

/** A session applies the switch at its next step, and one that has ended never does: a newer switch counts at once. */
function heldBack({ control }: Campaign, session: SessionState | null): Held {
  const isNewer = session === null || control.seq > session.control.seq
  if (isNewer && control.mode === 'ACTIVE') return { mode: 'ACTIVE' }
  const guard = resumeGuard(control, session)
  const guarded = guard === null ? {} : { guard }
  // A pause does not lift a halt.
  const isStricter = session === null || isDrilled(session) || strictness(control.mode) >= strictness(session.mode)
  const followsSwitch = session === null || (isNewer && isStricter)
  const { mode, modeReason } = followsSwitch ? { mode: control.mode, modeReason: control.reason } : session
  return mode === 'ACTIVE' ? { mode } : { mode, modeReason, ...guarded }
}

const strictness = (mode: SessionMode): number => ['ACTIVE', 'REDUCING', 'HALTED'].indexOf(mode)

function limitsOfToday({ strategy, dayLimits, session }: Campaign): Pick<StatusView, 'dayLimits'> {
  if (dayLimits?.date !== session.date) return {}
  const set = DAY_LIMITS.flatMap((limit): LimitOfToday[] => {
    const value = dayLimits.values[limit]
    return value === undefined ? [] : [{ limit, value, configured: DAY_LIMIT_ENTRIES[limit].read(strategy) }]
  })
  return set.length === 0 ? {} : { dayLimits: set }
}

function positionView(session: SessionState, live: LiveRecord | null): PositionView | null {
  const { trade, strategy } = session
  const contracts = heldQty(trade)
  if (trade === null || contracts === 0) return null
  return {
    tradeId: trade.tradeId,
    structure: strategy.structure,
    strike: trade.strike,
    hedgeStrike: trade.hedgeStrike,
    contracts,
    entryFill: Number(averagePrice(trade.openedNotional, trade.openedQty)),
    decisionMid: trade.decisionMid,
    mid: live?.mid ?? null,
    close: live?.close ?? null,
    rulePnlCents: live?.rulePnlCents ?? null,
    netPnlCents: live?.netPnlCents ?? null,
    stopMid: stopMid(trade.decisionMid, contracts, strategy),
    targetMid: targetMid(trade.decisionMid, contracts, strategy),
  }
}
