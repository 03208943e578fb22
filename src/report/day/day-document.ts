/**
 * The published report of a day, out of its journal and of what was found by running its tape again. Pure.
 * Entry points: `buildDayDocument`, `asDayReport`.
 */
import type { EventOf, JournalEntry } from '../../session/events.ts'
import type { Settlement } from '../../session/settled-events.ts'
import { centsOf } from '../../strategy/exact.ts'
import { buildDayReport } from '../day-report.ts'
import { eventsOf, lastEventOf } from '../events-of.ts'
import type { DayReport } from '../views.ts'
import { type DayChecks, NO_CHECKS } from './checks-schema.ts'
import { impactEstimated, impactMeasured } from './cost-proof.ts'
import { costsOf } from './costs.ts'
import { sum } from './fields.ts'
import { executionOf } from './orders.ts'
import { breachesOf, isLeftOpen, performanceOf } from './performance.ts'
import { qualityOf, reconciliationOf } from './quality.ts'
import { riskOf } from './risk.ts'
import { DAY_SCHEMA, type DayDocument, type Missing } from './schema.ts'

/** Null for a day without a session. */
export function buildDayDocument(entries: readonly JournalEntry[], checks: DayChecks = NO_CHECKS): DayDocument | null {
  const built = buildDayReport(entries)
  if (built === null) return null
  // The limits set for the day are published with the rest of the risk.
  const { dailyLimitCents: _, ...report } = built
  const events = entries.map(({ event }) => event)
  const costs = costsOf(events, report.source)
  const risk = riskOf(events, report.plan)
  const closed = eventsOf(events, 'trade_closed')
  const assumedCommissionCents = sum(closed.map(({ commissionCents }) => commissionCents))
  const isKnown = report.status !== 'incomplete' && report.final
  const part: Omit<DayDocument, 'missing'> = {
    ...report,
    schema: DAY_SCHEMA,
    trades: report.trades.map((trade) => ({ ...trade, settlement: settlementOf(trade.tradeId, closed) })),
    corrected: lastEventOf(events, 'session_ended')?.corrects ?? null,
    pnlPoints: [...report.pnlPoints],
    alerts: [...report.alerts],
    configHash: report.plan.configHash,
    decisionsByReason: decisionsByReason(eventsOf(events, 'decision')),
    timings: timingsOf(entries, report),
    pnl: {
      grossCents: sum(closed.map(({ brokerPnlCents }) => brokerPnlCents)),
      assumedCommissionCents,
      brokerFeesCents: costs.actual.commissionCents,
      netCents: report.netPnlCents,
      ruleCents: report.rulePnlCents,
      brokerCents: report.brokerPnlCents,
    },
    performance: performanceOf({
      profile: report.profile,
      targetDailyCents: report.targetDailyCents,
      days: 1,
      daysWithEntry: report.trades.length > 0 ? 1 : 0,
      meanCents: isKnown || !report.final ? report.netPnlCents : null,
      worstCents: isKnown || !report.final ? report.netPnlCents : null,
      closed: closed.length,
      wins: closed.filter(({ netPnlCents }) => netPnlCents > 0).length,
      breaches: breachesOf(risk),
      leftOpen: isLeftOpen(report) ? 1 : 0,
      warnings: risk.warnings.length,
      costsPct: costs.actual.pctOfPremium,
      costsProve: costs.proof.every(({ proves }) => proves),
      final: report.final,
    }),
    costs,
    execution: executionOf(entries, report.profile, costs),
    risk,
    dataQuality: qualityOf(events, report),
    reconciliation: reconciliationOf(entries),
    checks,
  }
  return { ...part, missing: missingOf(part) }
}

const settlementOf = (tradeId: string, closed: readonly EventOf<'trade_closed'>[]): Settlement | null =>
  closed.find((trade) => trade.tradeId === tradeId)?.settlement ?? null

/** The same day for what reads the version before it. */
export function asDayReport(document: DayDocument): DayReport {
  const set = document.risk.dayLimits.findLast(({ limit }) => limit === 'max_daily_loss')
  const limit = set === undefined ? {} : { dailyLimitCents: centsOf(set.to) }
  return { ...document, ...limit, schema: 'phase4d.day/1' }
}

function decisionsByReason(decisions: readonly EventOf<'decision'>[]): DayDocument['decisionsByReason'] {
  const found = new Map<string | null, DayDocument['decisionsByReason'][number]>()
  for (const { reason, at_ms } of decisions) {
    const known = found.get(reason)
    found.set(reason, { reason, count: (known?.count ?? 0) + 1, first_ms: known?.first_ms ?? at_ms, last_ms: at_ms })
  }
  return [...found.values()].toSorted((a, b) => b.count - a.count)
}

function timingsOf(entries: readonly JournalEntry[], report: DayReport): DayDocument['timings'] {
  const events = entries.map(({ event }) => event)
  const started = lastEventOf(events, 'session_started')
  const decisions = eventsOf(events, 'decision')
  const trades = eventsOf(events, 'entry_decided').map(({ tradeId, at_ms }) => {
    const fills = eventsOf(events, 'fill').filter((fill) => fill.tradeId === tradeId)
    const opening = fills.filter(({ purpose }) => purpose === 'open')
    const exit = eventsOf(events, 'exit_decided').findLast((event) => event.tradeId === tradeId)
    return {
      tradeId,
      decided_ms: at_ms,
      firstFill_ms: opening[0]?.at_ms ?? null,
      opened_ms: opening.at(-1)?.at_ms ?? null,
      exitDecided_ms: exit?.at_ms ?? null,
      exitReason: exit?.reason ?? null,
      alsoFired: exit?.alsoFired ?? [],
      flat_ms: report.trades.find((trade) => trade.tradeId === tradeId)?.exit_ms ?? null,
    }
  })
  return {
    windowOpen_ms: started?.windowOpen_ms ?? report.open_ms,
    windowClose_ms: started?.windowClose_ms ?? report.close_ms,
    firstDecision_ms: decisions[0]?.at_ms ?? null,
    lastDecision_ms: decisions.at(-1)?.at_ms ?? null,
    ended_ms: entries.findLast(({ event }) => event.type === 'session_ended')?.atMarket_ms ?? null,
    trades,
  }
}

function missingOf({
  costs,
  checks,
  performance,
  reconciliation,
  trades,
  final,
  rulePnlCents,
  source,
  profile,
}: Omit<DayDocument, 'missing'>): Missing[] {
  const missing: Missing[] = [
    {
      field: 'costs.estimated.impactCents',
      reason: impactEstimated(profile),
    },
    { field: 'costs.actual.impactCents', reason: impactMeasured(source.kind) },
  ]
  if (costs.actual.commissionCents === null) {
    const reason = 'the broker’s cash was not read after the session, or moved by more than fills and fees'
    missing.push({ field: 'pnl.brokerFeesCents', reason }, { field: 'costs.actual.commissionCents', reason })
  }
  if (reconciliation.brokerDifferenceCents === null) {
    const reason = 'the broker’s own records were not read after the session'
    missing.push({ field: 'reconciliation.brokerDifferenceCents', reason })
  }
  if (costs.actual.spreadCents === null) {
    const reason =
      trades.length === 0 ? 'nothing was traded' : 'a trade is open, or was entered or closed without a quote'
    missing.push({ field: 'costs.actual', reason }, { field: 'execution.slippage.againstTouchCents', reason })
  }
  if (rulePnlCents === null)
    missing.push({ field: 'rulePnlCents', reason: 'a trade was closed without a usable quote' })
  if (!final) missing.push({ field: 'performance.light.colour', reason: 'the session still runs' })
  if (performance.ranges.some(({ low, high }) => low === null && high === null)) {
    missing.push({ field: 'performance.ranges', reason: 'daily amounts are published for the 25k account only' })
  }
  if (checks.reason !== null) missing.push({ field: 'checks', reason: checks.reason })
  return missing
}
