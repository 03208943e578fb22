/** What the duties of the schedule tell, out of what the desk knows at that moment. Entry point: `dutyActions`. */
import { labelOf, type PreflightReport } from '../preflight/line.ts'
import { buildPeriod } from '../report/day/period.ts'
import type { PeriodDocument } from '../report/day/period-schema.ts'
import { readDays } from '../report/day/read-period.ts'
import { conditionLines } from '../report/day/text.ts'
import type { DeskReader, OpenAlert, StatusView } from '../report/views.ts'
import { worstCaseCents } from '../report/worst-case.ts'
import type { EventOf } from '../session/events.ts'
import type { EngineRecord } from '../store/engine-records.ts'
import { centsOf } from '../strategy/exact.ts'
import { addDays } from '../strategy/newyork-time.ts'
import { entryWindow, MULTIPLIER } from '../strategy/rules.ts'
import { MINUTE_MS } from '../time/units.ts'
import { type Duty, LIQUIDATION_BEFORE_CLOSE_MIN } from './due.ts'
import type { DutyAction, DutyActions } from './pass.ts'
import { reminderOf } from './review-reminder.ts'

interface DutyPorts {
  readonly reader: Pick<DeskReader, 'status' | 'dates' | 'document' | 'reviews'>
  /** Checks everything that trading needs. `id`: of the check; the same when a crash makes it be asked for again. */
  readonly preflight: (engine: EngineRecord, id: string) => Promise<PreflightReport>
  readonly reviewersNeeded: number
}

const PROBLEMS_MAX = 10
const ALERTS_MAX = 10
const DAYS_OF_WEEK = 7

/** The end of the day is told by its session, and needs no duty. */
export function dutyActions({ reader, preflight, reviewersNeeded }: DutyPorts): DutyActions {
  return {
    preflight: async (engine, duty) => {
      const report = await preflight(engine, checkId(engine, duty))
      return preflightEvent(report, engine, (await reader.status(engine.campaign.accountId))?.openAlerts ?? [])
    },
    open: async (engine) => openEvent(engine),
    expiry: async (engine, duty) => {
      const { accountId, strategy } = engine.campaign
      const isOpen = (await reader.status(accountId))?.position != null
      const hasCents = isOpen ? buyingPowerOf(await preflight(engine, checkId(engine, duty))) : null
      // Read last: the account's answer may have taken a while.
      const view = isOpen ? await reader.status(accountId) : null
      if (view === null) return null
      const seen = engine.live === null ? unwatched(view) : view
      return expiryEvent(seen, duty, strategy.limits.sessionEndBeforeCloseMin, hasCents)
    },
    reviews: async ({ campaign }) => reminderOf(await reader.reviews(campaign.accountId), reviewersNeeded),
    week: async ({ campaign }, duty) => weekEvent(campaign.accountId, duty, reader),
  }
}

/** Account and day: two accounts are two checks. What is tried again is checked anew, not answered as before. */
const checkId = ({ campaign }: EngineRecord, { key, tries = 0 }: Parameters<DutyAction>[1]): string =>
  `schedule-${campaign.accountId}-${key}${tries === 0 ? '' : `-again-${tries}`}`

function preflightEvent(
  report: PreflightReport,
  { campaign }: EngineRecord,
  openAlerts: readonly OpenAlert[],
): EventOf<'preflight_reported'> {
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
    ...(openAlerts.length === 0
      ? {}
      : { openAlerts: { count: openAlerts.length, oldest: openAlerts.slice(0, ALERTS_MAX).map(wholeAge) } }),
  }
}

const wholeAge = (alert: OpenAlert): OpenAlert => ({ ...alert, age_ms: Math.round(alert.age_ms) })

function openEvent({ campaign, live }: EngineRecord): EventOf<'market_opened'> {
  const { open_ms, close_ms } = campaign.session
  const window = entryWindow(campaign.session, campaign.strategy.limits)
  const spot = live?.spot ?? null
  return { type: 'market_opened', open_ms, close_ms, windowOpen_ms: window.from_ms, windowClose_ms: window.to_ms, spot }
}

/** Options buying power as the account has it now, with the position open; null: it could not be read. */
function buyingPowerOf({ checks }: PreflightReport): number | null {
  const has = checks.find(({ id }) => id === 'buying_power')?.numbers.has
  return has === undefined ? null : centsOf(has)
}

/** What is held, without the prices and the time of an engine that fell silent. */
function unwatched(view: StatusView): StatusView {
  const position = view.position && { ...view.position, mid: null, netPnlCents: null }
  return { ...view, position, now_ms: null, spot: null }
}

/** Null: nothing is open on that day. */
function expiryEvent(
  view: StatusView,
  duty: Pick<Duty, 'at_ms' | 'date'>,
  sessionEndBeforeCloseMin: number,
  optionsBuyingPowerCents: number | null,
): EventOf<'expiry_watched'> | null {
  const { position, close_ms, spot, now_ms } = view
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
    optionsBuyingPowerCents,
  }
}

/** Null: no session ran that week. */
async function weekEvent(
  accountId: string,
  { date: from }: Duty,
  reader: Pick<DeskReader, 'dates' | 'document'>,
): Promise<EventOf<'week_ended'> | null> {
  const range = { from, to: addDays(from, DAYS_OF_WEEK - 1) }
  const documents = await readDays(reader, accountId, range)
  const period = buildPeriod(documents, range)
  if (period === null) return null
  const days = period.days.map(({ date, netPnlCents }) => {
    const document = documents.find((one) => one.date === date)
    const trades = document?.trades ?? []
    return {
      date,
      netPnlCents,
      targetDailyCents: document?.targetDailyCents ?? period.performance.targetDailyCents,
      trades: trades.length,
      wins: trades.filter((trade) => (trade.netPnlCents ?? 0) > 0).length,
      final: document?.final ?? true,
    }
  })
  return { type: 'week_ended', ...range, days, judged: judgedOf(period) }
}

function judgedOf({ performance, checks, costs }: PeriodDocument): EventOf<'week_ended'>['judged'] {
  return {
    light: performance.light.colour,
    conditions: [...conditionLines(performance.light)],
    decisions: checks.decisions,
    reproduced: checks.reproduced,
    costCents: costs.daysKnown === 0 ? null : costs.actualCents,
    estimatedCents: costs.estimatedOfKnownCents,
  }
}
