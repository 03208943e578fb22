/**
 * A trading day as the verdict sees it. Entry points: `verdictDaySchema`, `dayOfReport`, `hasEntry`.
 *
 * 1. A day whose position is still open is `incomplete` and has no P&L yet; so is one whose session never ended.
 * 2. A day carries its own plan, so that a change of configuration shows itself.
 */
import { z } from 'zod'
import { splitSchema } from '../../report/day/checks-schema.ts'
import type { DayReport } from '../../report/views.ts'
import { worstCaseCents } from '../../report/worst-case.ts'
import { planSchema } from '../../session/events.ts'
import { registeredSchema } from '../../session/registration.ts'
import { isCalendarDate } from '../../strategy/newyork-time.ts'
import { type DayEvidence, dayEvidenceSchema } from '../criteria/evidence.ts'
import { unpairedSchema } from './unpaired.ts'

const cents = z.int()

export const verdictDaySchema = z
  .object({
    date: z.string().refine(isCalendarDate, { error: 'expected a date like 2026-07-17' }),
    accountId: z.string().min(1),
    source: z.object({ kind: z.enum(['SIM', 'REPLAY', 'PAPER']), label: z.string() }),
    plan: planSchema,
    status: z.enum(['traded', 'no_trade', 'stopped', 'incomplete', 'no_session']),
    netPnlCents: cents.nullable(),
    rulePnlCents: cents.nullable().default(null),
    /** Net P&L of the same day replayed from its recorded quotes; null where it was not. */
    replayNetPnlCents: cents.nullable().default(null),
    /** Where its difference from the replay comes from, cents, actual − replay; null where there is no pair. */
    replaySplit: splitSchema.nullable().default(null),
    /** Why it has no replay to be paired with; null where it has one, and where nothing tells. */
    unpaired: unpairedSchema.nullable().default(null),
    /** What the day's positions could have lost by their structure; null where none tells it. */
    worstCaseCents: cents.nullable().default(null),
    /** Net P&L of each closed trade. */
    trades: z.array(z.object({ netPnlCents: cents })).default([]),
    /** Somebody stopped, paused or changed something for this day: flagged, and counted all the same. */
    overridden: z.boolean().default(false),
    /** What they changed, a line each, as far as the day's events tell. */
    overrides: z.array(z.string()).default([]),
    /** False: its session has entered and not ended; once the day is over that is a P&L nobody knows. */
    ended: z.boolean().default(true),
    /** The campaign was stopped on it, or after it and before another day; null: nothing tells, its status does. */
    stoppedAfter: z.boolean().nullable().default(null),
    /** The session that it was armed for again, where it had been stopped since the day before. */
    armedFor: z.string().refine(isCalendarDate, { error: 'expected a date like 2026-07-17' }).nullable().default(null),
    /** What was registered when the campaign was armed that the day belongs to; only where it was armed that day. */
    registered: registeredSchema.nullable().default(null),
    /** What else the day shows; null where its events are not at hand. */
    evidence: dayEvidenceSchema.nullable().default(null),
  })
  .refine((day) => (day.netPnlCents === null) === (day.status === 'incomplete'), {
    path: ['netPnlCents'],
    error: 'expected an amount in cents, null only of an incomplete day',
  })
export type VerdictDay = z.infer<typeof verdictDaySchema>

/** A day of a file may tell that it traded, and not its trades. */
export const hasEntry = ({ status, trades }: Pick<VerdictDay, 'status' | 'trades'>): boolean =>
  trades.length > 0 || status === 'traded' || status === 'incomplete'

/** What a day's report says of it, whichever version. */
type ReportedDay = Pick<
  DayReport,
  'accountId' | 'source' | 'plan' | 'date' | 'final' | 'status' | 'netPnlCents' | 'rulePnlCents'
> & { readonly trades: readonly Pick<DayReport['trades'][number], TradeField>[] }

type TradeField = 'netPnlCents' | 'reason' | 'strike' | 'hedgeStrike' | 'entryFill' | 'contracts'

/** Of a day's report; null while its session still runs. */
export function dayOfReport(report: ReportedDay, evidence: DayEvidence | null): VerdictDay | null {
  if (!report.final || report.status === 'running') return null
  const closed = report.trades.flatMap(({ netPnlCents }) => (netPnlCents === null ? [] : [{ netPnlCents }]))
  const unknown = report.status === 'incomplete'
  return {
    date: report.date,
    accountId: report.accountId,
    source: report.source,
    plan: report.plan,
    status: report.status,
    netPnlCents: unknown ? null : report.netPnlCents,
    rulePnlCents: unknown || closed.length < report.trades.length ? null : report.rulePnlCents,
    replayNetPnlCents: null,
    replaySplit: null,
    unpaired: null,
    worstCaseCents: worstCaseOf(report.trades),
    trades: closed,
    overridden: report.status === 'stopped' || report.trades.some(({ reason }) => reason === 'operator_stop'),
    overrides: [],
    ended: true,
    stoppedAfter: null,
    armedFor: null,
    registered: null,
    evidence,
  }
}

/** One position is open at a time, but each of a day may lose all. */
function worstCaseOf(trades: ReportedDay['trades']): number | null {
  const each = trades.flatMap((trade) => worstCaseCents(trade) ?? [])
  return each.length === 0 ? null : each.reduce((sum, cents) => sum + cents, 0)
}
