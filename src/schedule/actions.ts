/** What the duties of the schedule tell, out of what the desk knows at that moment. Entry point: `dutyActions`. */
import { labelOf, type PreflightReport } from '../preflight/line.ts'
import type { DeskReader, StatusView } from '../report/views.ts'
import { worstCaseCents } from '../report/worst-case.ts'
import type { EventOf, JournalEvent } from '../session/events.ts'
import type { EngineRecord } from '../store/engine-records.ts'
import { addDays } from '../strategy/newyork-time.ts'
import { entryWindow, MULTIPLIER } from '../strategy/rules.ts'
import { type Duty, LIQUIDATION_BEFORE_CLOSE_MIN } from './due.ts'
import type { DutyActions } from './pass.ts'
import { reminderOf } from './review-reminder.ts'

export interface DutyPorts {
  readonly reader: Pick<DeskReader, 'status' | 'dates' | 'report' | 'reviews'>
  /** Checks everything that trading needs. `id`: the same for every try of the same check. */
  readonly preflight: (engine: EngineRecord, id: string) => Promise<PreflightReport>
  readonly reviewersNeeded: number
}

const MINUTE_MS = 60_000
const PROBLEMS_MAX = 10
const DAYS_OF_WEEK = 7

/** The end of the day is told by its session, and needs no duty. */
export function dutyActions({ reader, preflight, reviewersNeeded }: DutyPorts): DutyActions {
  return {
    preflight: async (engine, duty) => {
      // Account and day: two accounts are two checks.
      const id = `schedule-${engine.campaign.accountId}-${duty.key}`
      return preflightEvent(await preflight(engine, id), engine)
    },
    open: async (engine) => openEvent(engine),
    expiry: async ({ campaign }, duty) => {
      const view = await reader.status(campaign.accountId)
      return view === null ? null : expiryEvent(view, duty, campaign.strategy.limits.sessionEndBeforeCloseMin)
    },
    reviews: async ({ campaign }) => reminderOf(await reader.reviews(campaign.accountId), reviewersNeeded),
    week: async ({ campaign }, duty) => weekEvent(campaign.accountId, duty, reader),
  }
}

function preflightEvent(report: PreflightReport, { campaign }: EngineRecord): EventOf<'preflight_reported'> {
  const { pass: passed, warn: warned, fail: failed } = report.summary
  const bad = report.checks.filter(({ status }) => status !== 'pass')
  const ranked = bad.toSorted((a, b) => Number(b.status === 'fail') - Number(a.status === 'fail'))
  return {
    type: 'preflight_reported',
    open_ms: campaign.session.open_ms,
    passed,
    warned,
    failed,
    problems: ranked.slice(0, PROBLEMS_MAX).map(({ id, status, found, advice }) => ({
      name: labelOf(id),
      failed: status === 'fail',
      found,
      advice: advice ?? '',
    })),
    notChecked: report.notChecked.map(labelOf),
  }
}

function openEvent({ campaign, live }: EngineRecord): EventOf<'market_opened'> {
  const { open_ms, close_ms } = campaign.session
  const window = entryWindow(campaign.session, campaign.strategy.limits)
  const spot = live?.spot ?? null
  return { type: 'market_opened', open_ms, close_ms, windowOpen_ms: window.from_ms, windowClose_ms: window.to_ms, spot }
}

/** Null: nothing is open on that day. */
export function expiryEvent(
  view: StatusView,
  duty: Pick<Duty, 'at_ms' | 'date'>,
  sessionEndBeforeCloseMin: number,
): EventOf<'expiry_watched'> | null {
  const { position, plan, close_ms, spot, now_ms } = view
  if (position === null || view.date !== duty.date) return null
  const { structure, strike, hedgeStrike, contracts, mid, netPnlCents } = position
  return {
    type: 'expiry_watched',
    at_ms: now_ms ?? duty.at_ms,
    close_ms,
    liquidation_ms: close_ms - LIQUIDATION_BEFORE_CLOSE_MIN * MINUTE_MS,
    sessionEnd_ms: close_ms - sessionEndBeforeCloseMin * MINUTE_MS,
    structure,
    strike,
    hedgeStrike,
    contracts,
    spot,
    mid,
    netPnlCents,
    assignmentCents: Math.round(strike * MULTIPLIER * contracts * 100),
    worstCaseCents: worstCaseCents(position),
    optionsBuyingPowerCents: plan.optionsBuyingPowerCents,
  }
}

/** Null: no session ran that week. */
async function weekEvent(
  accountId: string,
  { date: from }: Duty,
  reader: Pick<DeskReader, 'dates' | 'report'>,
): Promise<JournalEvent | null> {
  const to = addDays(from, DAYS_OF_WEEK - 1)
  const dates = (await reader.dates(accountId)).filter((date) => date >= from && date <= to).toSorted()
  const reports = await Promise.all(dates.map((date) => reader.report(accountId, date)))
  const days = reports.flatMap((report) => {
    if (report === null) return []
    const { date, netPnlCents, targetDailyCents, final, trades } = report
    const wins = trades.filter((trade) => (trade.netPnlCents ?? 0) > 0).length
    return [{ date, netPnlCents, targetDailyCents, trades: trades.length, wins, final }]
  })
  return days.length === 0 ? null : { type: 'week_ended', from, to, days }
}
