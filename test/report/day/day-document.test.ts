import { describe, expect, it } from 'vitest'
import { NO_CHECKS } from '../../../src/report/day/checks-schema.ts'
import { buildDayDocument } from '../../../src/report/day/day-document.ts'
import { type DayDocument, dayDocumentSchema } from '../../../src/report/day/schema.ts'
import { buildDayReport } from '../../../src/report/day-report.ts'
import type { JournalEvent } from '../../../src/session/events.ts'
import { at } from '../../support/desk-samples.ts'
import { journalEvents, journalOf } from '../../support/journal-samples.ts'

type Change = (events: JournalEvent[]) => JournalEvent[]

function documentOf(change: Change = (events) => events): DayDocument {
  const made = buildDayDocument(journalOf(change(journalEvents())))
  if (made === null) throw new Error('expected a report')
  return made
}

/** The sample day lost in place of won: at the stop, with a fill beyond it. */
const stopped: Change = (events) =>
  events.map((event): JournalEvent => {
    if (event.type === 'exit_decided') {
      return {
        ...event,
        reason: 'session_end',
        alsoFired: ['stop_loss'],
        rulePnlCents: -100_900,
        netPnlCents: -100_500,
      }
    }
    if (event.type === 'trade_closed') {
      const [netPnlCents, dayNetPnlCents] = [-104_000, -104_000]
      return { ...event, reason: 'session_end', alsoFired: ['stop_loss'], netPnlCents, dayNetPnlCents }
    }
    return event
  })

describe('the published report of a day', () => {
  it('keeps to its schema, and holds all of the version before it', () => {
    const made = documentOf()
    expect(dayDocumentSchema.parse(made)).toEqual(made)
    const { schema: _schema, ...before } = buildDayReport(journalOf()) ?? { schema: '' }
    expect(made).toMatchObject(before)
  })

  it('names the limits set for the day and who agreed, and holds a stop against the limit of its time', () => {
    const raised: JournalEvent = {
      type: 'day_limit_raised',
      approvalId: 'a1',
      requester: { id: '1', name: 'olivia', via: 'discord' },
      approver: { id: '2', name: 'amir', via: 'discord' },
      reason: 'a calm day',
      at_ms: at('10:30'),
      limit: 'max_loss_per_trade',
      from: 1000,
      to: 1010,
      configured: 1000,
    }
    const later: JournalEvent = { ...raised, from: 1010, to: 1200 }
    const { risk } = documentOf((events) => {
      const all = stopped(events)
      const exit = all.findIndex(({ type }) => type === 'exit_decided')
      return [...all.slice(0, exit), raised, ...all.slice(exit), later]
    })
    expect(risk.maxLossPerTradeCents).toBe(100_000)
    expect(risk.stops.map(({ limitCents, overshootCents }) => [limitCents, overshootCents])).toEqual([[101_000, 3_000]])
    expect(risk.dayLimits).toMatchObject([{ to: 1010, by: 'olivia', approver: 'amir' }, { to: 1200 }])
  })

  it('is none for a day without a session', () => {
    expect(buildDayDocument(journalOf(journalEvents().slice(0, 1)))).toBeNull()
  })

  it('counts decisions by reason with the times of the first and last', () => {
    expect(documentOf().decisionsByReason).toEqual([
      { reason: 'high_vix', count: 12, first_ms: at('09:45:01'), last_ms: at('09:57:01') },
      { reason: 'premium_low', count: 3, first_ms: at('09:58:01'), last_ms: at('10:00:01') },
      { reason: null, count: 1, first_ms: at('10:03:00'), last_ms: at('10:03:00') },
    ])
  })

  it('is red however much was won, when that is more than half the target away, as the plan has it', () => {
    const { performance } = documentOf()
    expect(performance).toMatchObject({ varianceCents: 131_000 - 34_177, light: { colour: 'red', days: 1 } })
    expect(performance.light.conditions.map(({ name, colour }) => [name, colour])).toEqual([
      ['daily_pnl', 'red'],
      ['execution_rate', 'green'],
      ['win_rate', 'green'],
      ['risk', 'green'],
    ])
    expect(performance.ranges.map(({ metric, inside }) => [metric, inside])).toEqual([
      ['daily_pnl', false],
      ['execution_rate', false],
      ['win_rate', false],
      ['worst_day', true],
      ['trading_costs', true],
    ])
  })

  it('says in which orders, how fast and how well it was filled', () => {
    const { execution } = documentOf()
    expect(execution).toMatchObject({ entriesDecided: 1, entriesFilled: 1, entryFillRatePct: 100, inSeveralParts: 1 })
    const [open] = execution.orders
    expect(open).toMatchObject({
      purpose: 'open',
      qty: 25,
      filledQty: 25,
      executions: 2,
      averagePrice: '1.21',
      status: 'filled',
    })
    expect(execution.fills.reduce((sum, { qty }) => sum + qty, 0)).toBe(50)
  })

  it('separates what the touch cost from what the fill gave beyond it, beside the estimate', () => {
    const { costs } = documentOf()
    // 25 spreads at a mid of 1.23; sold at 1.21, the sell price of the decision.
    expect(costs.premiumCents).toBe(307_500)
    expect(costs.actual.slippageCents).toBe(
      (costs.actual.totalCents ?? 0) - (costs.actual.spreadCents ?? 0) - costs.estimated.commissionCents,
    )
    const { commissionCents, spreadCents, slippageCents, totalCents } = costs.estimated
    expect(totalCents).toBe(commissionCents + spreadCents + slippageCents)
    // The plan's own slippage, not the profile's.
    const dearer: Change = (events) =>
      events.map((event) =>
        event.type === 'entry_decided' ? { ...event, costs: { ...event.costs, slippageCents: 6150 } } : event,
      )
    expect(documentOf(dearer).execution.slippage.assumedPct).toBe(2)
    expect(costs.proof.map(({ proves }) => proves)).toEqual([false, false, false])
    // Within what was assumed, which fills at the quote do not prove.
    const { execution, performance } = documentOf()
    expect(execution.slippage).toMatchObject({ within: true, proves: false })
    expect(performance.ranges.map(({ metric, proves }) => [metric, proves])).toEqual([
      ['daily_pnl', null],
      ['execution_rate', null],
      ['win_rate', null],
      ['worst_day', null],
      ['trading_costs', false],
    ])
    expect(documentOf().missing.map(({ field }) => field)).toContain('costs.actual.commissionCents')
  })

  it('counts a stop that held at an exit with another name: trigger, time to flat, overshoot', () => {
    const { risk } = documentOf(stopped)
    expect(risk.stops).toHaveLength(1)
    expect(risk.stops[0]).toMatchObject({
      limit: 'max_loss_per_trade',
      reason: 'session_end',
      triggerCents: -100_500,
      overshootAtTriggerCents: 500,
      finalCents: -104_000,
      overshootCents: 4000,
    })
    expect(risk.stops[0]?.toFlat_ms).toBe((risk.stops[0]?.flat_ms ?? 0) - (risk.stops[0]?.trigger_ms ?? 0))
    expect(risk.stopSummary).toMatchObject({ reached: 1, obeyed: 0, maxOvershootCents: 4000 })
    expect(documentOf().risk.stops).toEqual([])
  })

  it('follows a stop by the P&L that was beyond the limit, the rule’s where it alone was', () => {
    const byRule = documentOf((events) =>
      stopped(events).map((event): JournalEvent => {
        if (event.type === 'exit_decided') return { ...event, netPnlCents: -96_000 }
        if (event.type !== 'trade_closed') return event
        return { ...event, rulePnlCents: -100_900, netPnlCents: -97_000, dayNetPnlCents: -97_000 }
      }),
    ).risk
    expect(byRule.stops).toMatchObject([
      { triggerCents: -100_900, overshootAtTriggerCents: 900, finalCents: -100_900, overshootCents: 900 },
    ])
    expect(byRule.stopSummary.maxOvershootCents).toBe(900)
    const still = documentOf((events) => stopped(events).filter(({ type }) => type !== 'trade_closed')).risk
    expect(still.stops).toMatchObject([{ triggerCents: -100_500, finalCents: null, overshootCents: null }])
  })

  it('shows how far the trade was down and up, out of its marks and its end', () => {
    const [excursion] = documentOf().risk.excursions
    const marks = journalEvents().flatMap((event) => (event.type === 'mark' ? [event.netPnlCents] : []))
    expect(excursion?.adverseCents).toBe(Math.min(...marks))
    expect(excursion?.favourableCents).toBeGreaterThanOrEqual(Math.max(...marks))
  })

  it('works out the P&L of each trade again from its fills', () => {
    expect(documentOf().reconciliation).toMatchObject({
      differenceCents: 0,
      trades: [{ fillsCents: 137_500, recordedCents: 137_500 }],
    })
    const wrong = documentOf((events) =>
      events.map((event) => (event.type === 'trade_closed' ? { ...event, brokerPnlCents: 137_400 } : event)),
    )
    expect(wrong.reconciliation.differenceCents).toBe(-100)
  })

  it('says what it does not know, and has no light before the day has ended', () => {
    const running = documentOf((events) => events.slice(0, -1))
    expect(running).toMatchObject({ final: false, performance: { light: { colour: null } }, checks: NO_CHECKS })
    expect(running.missing.map(({ field }) => field)).toEqual(
      expect.arrayContaining(['performance.light.colour', 'checks', 'pnl.brokerFeesCents']),
    )
  })

  it('has no result and no colour for the P&L of a day left open at the close', () => {
    const open = documentOf((events) =>
      events
        .filter(({ type }) => type !== 'trade_closed')
        .map((event) => (event.type === 'session_ended' ? { ...event, status: 'incomplete' as const } : event)),
    )
    const [pnl] = open.performance.light.conditions
    expect(pnl).toMatchObject({ name: 'daily_pnl', value: null, colour: null })
    expect(open.performance.varianceCents).toBeNull()
  })
})

describe('a day whose position was held past the close', () => {
  const pinned = { targetDailyCents: 34_177, entries: 1, decisions: 16, skips: {}, minutesMissed: 3, next: null }
  const settlement = { qty: 25, price: '1.5', officialClose: '740.5', assignedQty: 25, by: 'official_close' } as const
  /** Decided to close at the stop, and not filled; settled at 1.50 after it was sold at 1.21. */
  const held: Change = (events) =>
    stopped(events).flatMap((event): JournalEvent[] => {
      if (event.type === 'fill' && event.purpose === 'close') return []
      if (event.type === 'exit_decided') return [{ ...event, reason: 'stop_loss', alsoFired: [] }]
      if (event.type === 'session_ended') {
        return [{ type: 'session_ended', status: 'incomplete', dayNetPnlCents: 0, dayBrokerPnlCents: 0, ...pinned }]
      }
      return event.type === 'trade_closed' ? [] : [event]
    })
  const settled: Change = (events) => {
    const closed = events.find((event) => event.type === 'trade_closed')
    if (closed?.type !== 'trade_closed') throw new Error('expected a trade')
    const [brokerPnlCents, netPnlCents, commissionCents] = [-72_500, -75_750, 3250]
    return [
      ...held(events),
      {
        ...{
          ...closed,
          exitFill: '1.5',
          exit_ms: at('16:00'),
          reason: 'assigned',
          alsoFired: ['stop_loss'],
          settlement,
        },
        ...{ brokerPnlCents, netPnlCents, commissionCents, dayNetPnlCents: netPnlCents },
      },
      {
        ...{ type: 'session_ended', status: 'traded', dayNetPnlCents: netPnlCents, dayBrokerPnlCents: brokerPnlCents },
        ...pinned,
        corrects: { status: 'incomplete', dayNetPnlCents: 0, dayBrokerPnlCents: 0 },
      },
    ]
  }

  it('is not known until it is settled, and then says what it said before', () => {
    expect(documentOf(held)).toMatchObject({ status: 'incomplete', corrected: null, trades: [{ settlement: null }] })
    const made = documentOf(settled)
    expect(dayDocumentSchema.parse(made)).toEqual(made)
    expect(made).toMatchObject({
      status: 'traded',
      netPnlCents: -75_750,
      corrected: { status: 'incomplete', dayNetPnlCents: 0 },
      trades: [{ reason: 'assigned', exitFill: 1.5, settlement }],
    })
  })

  it('has books that agree: what expiry came to is of no fill', () => {
    expect(documentOf(settled).reconciliation).toMatchObject({
      trades: [{ settledCents: -375_000, differenceCents: 0 }],
      differenceCents: 0,
    })
  })

  it('cost what its opening cost, and no stop closed it', () => {
    const { costs, risk } = documentOf(settled)
    const won = documentOf()
    expect(costs.actual.spreadCents).not.toBeNull()
    expect(costs.actual.spreadCents).toBeLessThanOrEqual(won.costs.actual.spreadCents ?? 0)
    expect(risk.stopSummary).toMatchObject({ reached: 1, obeyed: 0 })
  })

  it('is a failure of risk control, settled or not', () => {
    for (const change of [held, settled]) {
      const { conditions } = documentOf(change).performance.light
      expect(conditions.find(({ name }) => name === 'risk')?.evidence).toContain('1 position left open')
    }
  })
})

describe('a total of costs', () => {
  it('says how much of it is estimated commission', () => {
    const { costs } = documentOf()
    expect(costs.actual.estimatedCommissionCents).toBe(costs.estimated.commissionCents)
    expect(costs.actual.estimatedCommissionCents).toBeGreaterThan(0)
    const { actual } = costs
    const parts = (actual.spreadCents ?? 0) + (actual.slippageCents ?? 0) + (actual.estimatedCommissionCents ?? 0)
    expect(actual.totalCents).toBe(parts)
  })
})
