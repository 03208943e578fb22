import { describe, expect, it } from 'vitest'
import { buildDayReport } from '../../src/report/day-report.ts'
import type { DayReport } from '../../src/report/views.ts'
import type { JournalEvent } from '../../src/session/events.ts'
import { at } from '../support/desk-samples.ts'
import { journalEvents, journalOf } from '../support/journal-samples.ts'

function report(change: (events: JournalEvent[]) => JournalEvent[] = (events) => events): DayReport {
  const made = buildDayReport(journalOf(change(journalEvents())))
  if (made === null) throw new Error('expected a report')
  return made
}

const upTo = (type: JournalEvent['type'], events: JournalEvent[]): JournalEvent[] =>
  events.slice(0, events.findIndex((event) => event.type === type) + 1)

describe("a day's report", () => {
  it('has the day in numbers: trades, sums, decisions, skips, and the P&L over time', () => {
    const made = report()
    expect(made).toMatchObject({
      final: true,
      status: 'traded',
      netPnlCents: 131_000,
      brokerPnlCents: 137_500,
      rulePnlCents: 131_027,
      decisions: 16,
      skips: { high_vix: 12, premium_low: 3 },
      minutesMissed: 3,
    })
    expect(made.pnlPoints[0]).toEqual({ at_ms: at('09:30'), netPnlCents: 0 })
    expect(made.pnlPoints.at(-1)).toEqual({ at_ms: at('13:12:33'), netPnlCents: 131_000 })
  })

  it('keeps the P&L level until the fill of a trade that was adopted, and never goes back in time for it', () => {
    const adopted = (events: JournalEvent[]) => events.filter(({ type }) => type !== 'entry_decided')
    expect(report(adopted).pnlPoints.slice(0, 3)).toMatchObject([
      { at_ms: at('09:30'), netPnlCents: 0 },
      { at_ms: at('10:03:02'), netPnlCents: 0 },
      { at_ms: at('10:04:00') },
    ])
    const again = { tradeId: '2026-07-17-2', at_ms: at('10:10') }
    const late = report((events) => {
      const fill = events.find(({ type }) => type === 'fill')
      return fill?.type === 'fill' ? [...events, { ...fill, ...again }] : events
    })
    expect(late.pnlPoints.at(-1)).toEqual({ at_ms: at('13:12:33'), netPnlCents: 131_000 })
  })

  it('gives a trade the times of its fills: the first that opened it, the last that closed it', () => {
    const late = report((events) =>
      events.map((event) => (event.type === 'trade_closed' ? { ...event, exit_ms: at('13:12:40') } : event)),
    )
    expect(late.trades[0]).toMatchObject({ entry_ms: at('10:03:02'), exit_ms: at('13:12:33') })
  })

  it('says that the rule P&L is unknown when a trade was closed without a quote, instead of counting it as zero', () => {
    const blind = report((events) =>
      events.map((event) => (event.type === 'trade_closed' ? { ...event, rulePnlCents: null } : event)),
    )
    expect(blind.rulePnlCents).toBeNull()
    expect(blind.netPnlCents).toBe(131_000)
  })

  it('shows an entry that is filled in part as large as its fills, at their average price', () => {
    const [first] = report((events) => upTo('fill', events)).trades
    expect(first).toMatchObject({ contracts: 10, entryFill: 1.21, exit_ms: null, netPnlCents: null })
    const two = report((events) => {
      const begun = upTo('mark', events).filter(({ type }) => type !== 'mark')
      return begun.map((event) => (event.type === 'fill' && event.qty === 15 ? { ...event, price: '1.16' } : event))
    })
    expect(two.trades[0]).toMatchObject({ contracts: 25, entryFill: 1.18 })
    expect(two.rulePnlCents).toBe(0)
  })

  it('counts missed minutes while the session runs as the session does at its end', () => {
    const running = report((events) => upTo('entry_decided', events))
    expect(running).toMatchObject({ final: false, status: 'running', minutesMissed: 3 })
    const ended = report((events) =>
      events.map((event) => (event.type === 'session_ended' ? { ...event, minutesMissed: 7 } : event)),
    )
    expect(ended.minutesMissed).toBe(7)
  })

  it('does not count minutes before a session that began within the window', () => {
    const events = journalEvents().filter((event) => event.type !== 'decision' || event.at_ms >= at('09:55'))
    const late = journalOf(events).map((entry) =>
      entry.event.type === 'session_started' ? { ...entry, atMarket_ms: at('09:55:30') } : entry,
    )
    expect(buildDayReport(late.slice(0, 8))?.minutesMissed).toBe(0)
  })

  it('is none for a day on which nothing was begun', () => {
    expect(buildDayReport(journalOf().slice(0, 1))).toBeNull()
    expect(buildDayReport([])).toBeNull()
  })
})
