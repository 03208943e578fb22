/**
 * Which campaign a verdict is about when none is named, and which others there are. Pure. Entry points:
 * `latestCampaign`, `campaignsElsewhere`, `lastCompleted`.
 */
import { CALENDAR_YEAR_MAX, CALENDAR_YEAR_MIN, sessionsBetween } from '../strategy/exchange-calendar.ts'
import { newYorkDate } from '../strategy/newyork-time.ts'
import { DAY_MS, HOUR_MS } from '../time/units.ts'
import { campaignsOf, type VerdictCampaign } from './verdict/campaigns.ts'
import type { VerdictDay } from './verdict/day.ts'

const sessions = (from: string, to: string): readonly string[] => sessionsBetween(from, to).map(({ date }) => date)

/**
 * The newest one, its days counted to `completed`; PAPER goes before what is made up, unless another source is asked
 * for. Null: no day has ended yet.
 * @throws DayError for days that cannot be counted.
 */
export function latestCampaign(
  days: readonly VerdictDay[],
  source: VerdictDay['source']['kind'] | null,
  completed: string | null = null,
): VerdictCampaign | null {
  const campaigns = campaignsOf(days, sessions, completed)
  const wanted = (kind: string): VerdictCampaign | undefined => campaigns.findLast((one) => one.source.kind === kind)
  if (source !== null) return wanted(source) ?? null
  return wanted('PAPER') ?? campaigns.at(-1) ?? null
}

const ELSEWHERE_MAX = 3

/**
 * The last campaign of each other account of the same profile and source, the newest first: a new account wipes nothing
 * away.
 */
export function campaignsElsewhere(days: readonly VerdictDay[], campaign: VerdictCampaign): readonly VerdictCampaign[] {
  const profile = campaign.days[0]?.plan.profile
  const until = campaign.days.at(-1)?.date ?? ''
  const others = campaignsOf(
    days
      .filter(({ accountId, plan }) => accountId !== campaign.accountId && plan.profile === profile)
      // Before this one's last day it is over, whether or not its session ended.
      .map((day) => ({ ...day, ended: day.ended || day.date < until })),
    sessions,
  ).filter(({ source }) => source.kind === campaign.source.kind)
  const last = new Map(others.map((one) => [one.accountId, one]))
  return [...last.values()].reverse().slice(0, ELSEWHERE_MAX)
}

/** A report is written soon after a session; until then its day is not missed. */
const REPORT_WITHIN_MS = HOUR_MS
/** No run of holidays and weekends is longer. */
const CLOSED_DAYS_MAX = 10

/** The exchange's last session that is over, with time for its report; null outside the years of the calendar. */
export function lastCompleted(now_ms: number): string | null {
  const [from, to] = [newYorkDate(now_ms - CLOSED_DAYS_MAX * DAY_MS), newYorkDate(now_ms)]
  if (Number(from.slice(0, 4)) < CALENDAR_YEAR_MIN || Number(to.slice(0, 4)) > CALENDAR_YEAR_MAX) return null
  const near = sessionsBetween(from, to)
  return near.findLast(({ close_ms }) => close_ms + REPORT_WITHIN_MS <= now_ms)?.date ?? null
}
