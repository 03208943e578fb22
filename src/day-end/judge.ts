/**
 * A day that has ended, judged: what the end-of-day post says beside the result. Pure. Entry point: `judgeDay`.
 *
 * 1. Everything in it follows from the journal, the day's report and the campaign's days: judged again it is the same.
 * 2. What is not known is null, with the reason; it is never taken for good.
 */
import { breachesOf } from '../report/day/performance.ts'
import { buildPeriod } from '../report/day/period.ts'
import type { DayDocument } from '../report/day/schema.ts'
import { conditionLines } from '../report/day/text.ts'
import type { EventOf, JournalEntry } from '../session/events.ts'
import { planKey } from '../validation/verdict/registration.ts'
import type { Verdict } from '../validation/verdict/verdict.ts'
import { verdictChanges, verdictReasons } from '../validation/verdict/word-text.ts'
import { handsOf } from './hands.ts'

export type DayReported = EventOf<'day_reported'>

export interface DayFacts {
  readonly endNo: number
  /** The day's journal. */
  readonly entries: readonly JournalEntry[]
  readonly document: DayDocument
  /** The campaign's reports of the last days, this one included. */
  readonly recent: readonly DayDocument[]
  /** A text: why there is none. */
  readonly verdict: Verdict | string
}

const REASONS_MAX = 3
const CHANGES_MAX = 4

export function judgeDay({ endNo, entries, document, recent, verdict }: DayFacts): DayReported {
  const isJudged = typeof verdict !== 'string'
  return {
    type: 'day_reported',
    endNo,
    netPnlCents: document.netPnlCents,
    targetDailyCents: document.targetDailyCents,
    rules: rulesOf(entries, document),
    verdict: isJudged ? numberOf(verdict, document) : null,
    verdictReason: isJudged ? null : verdict,
    light: lightOf(document, recent),
  }
}

function rulesOf(entries: readonly JournalEntry[], document: DayDocument): DayReported['rules'] {
  const { checks, risk, dataQuality, reconciliation } = document
  const { parity, replay } = checks
  const count = (type: JournalEntry['event']['type']): number =>
    entries.filter(({ event }) => event.type === type).length
  const ended = entries.findLast((entry) => entry.event.type === 'session_ended')?.event
  return {
    parity:
      parity === null
        ? null
        : { reproduced: parity.reproduced, decisions: parity.decisions, complete: parity.complete },
    parityReason: checks.reason,
    replayDifferenceCents: replay?.difference?.differenceCents ?? null,
    ...(replay?.difference == null && replay?.reason != null ? { replayReason: replay.reason } : {}),
    breaches: breachesOf(risk),
    stopsReached: risk.stopSummary.reached,
    stopsObeyed: risk.stopSummary.obeyed,
    ordersDenied: count('order_denied'),
    ordersRefused: refusedOrders(entries),
    hands: [...handsOf(entries)],
    minutesDue: dataQuality.minutesDue,
    minutesMissed: dataQuality.minutesMissed,
    minutesPaused: ended?.type === 'session_ended' ? (ended.minutesPaused ?? 0) : 0,
    booksDifferenceCents: reconciliation.differenceCents,
    booksTold: [...new Set(reconciliation.differencesTold.map(({ code }) => code))],
    brokerDifferenceCents: reconciliation.brokerDifferenceCents,
  }
}

/** At once or after they were taken; an order that is asked for again under its id is one. */
export function refusedOrders(entries: readonly JournalEntry[]): number {
  const ids = entries.flatMap(({ event }) => {
    if (event.type === 'order_refused') return [event.clientOrderId]
    // Of a close that is refused again and again, not every refusal is posted; each is in the journal.
    const isRefused = event.type === 'order_ended' && /^(rejected|refused )/.test(event.status)
    return isRefused ? [event.clientOrderId] : []
  })
  return new Set(ids).size
}

const rounded = (cents: number): number => Math.round(cents) + 0

function numberOf(verdict: Verdict, { plan }: DayDocument): NonNullable<DayReported['verdict']> {
  const { word, campaign, counts, mean, registration } = verdict
  return {
    word,
    campaign: `${campaign.number}/${planKey(plan)}`,
    days: counts.days,
    meanCents: mean.pointCents === null ? null : rounded(mean.pointCents),
    lowerCents: rounded(mean.lowerCents),
    upperCents: rounded(mean.upperCents),
    targetCents: registration.targetDailyCents,
    reasons: verdictReasons(verdict).slice(0, REASONS_MAX),
    wouldChange: verdictChanges(verdict).slice(0, CHANGES_MAX),
  }
}

/** The recent light is that of the days together, as `/report` judges a period. */
function lightOf(document: DayDocument, recent: readonly DayDocument[]): DayReported['light'] {
  const day = document.performance.light.colour
  const [from, to] = [recent[0]?.date ?? document.date, recent.at(-1)?.date ?? document.date]
  const period = buildPeriod(recent, { from, to })
  if (period === null) return { day, recent: null, recentDays: 0, conditions: [] }
  const { light } = period.performance
  return { day, recent: light.colour, recentDays: period.counts.days, conditions: [...conditionLines(light)] }
}
