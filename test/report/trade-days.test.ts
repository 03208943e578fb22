import { describe, expect, it } from 'vitest'
import { sumOfDays, tradeDays } from '../../src/report/trade-days.ts'
import type { JournalEntry, JournalEvent } from '../../src/session/events.ts'
import { at } from '../support/desk-samples.ts'
import { adoptedEvents, journalEvents, journalOf, tradeDetails, withoutLegs } from '../support/journal-samples.ts'

const posted = (entries: readonly JournalEntry[]) => entries.filter(({ feedNo }) => feedNo !== null)
const on = (date: string, entries: readonly JournalEntry[]) => entries.map((entry) => ({ ...entry, date }))
const losing = () =>
  journalOf(
    journalEvents().map((event) =>
      event.type === 'trade_closed' ? { ...event, netPnlCents: -40_000, dayNetPnlCents: -40_000 } : event,
    ),
  )
const idle = () => journalOf().filter(({ event }) => event.type === 'session_started' || event.type === 'session_ended')

describe('the trades of several days', () => {
  const days = tradeDays(
    posted([...on('2026-07-15', idle()), ...on('2026-07-16', losing()), ...on('2026-07-17', journalOf())]),
  )

  it('are grouped by session, newest first, days without a trade among them', () => {
    expect(days.map(({ date, trades }) => [date, trades.map(({ netPnlCents }) => netPnlCents)])).toEqual([
      ['2026-07-17', [131_000]],
      ['2026-07-16', [-40_000]],
      ['2026-07-15', []],
    ])
  })

  it('come to sums, rates and extremes', () => {
    expect(sumOfDays(days)).toEqual({
      days: 3,
      tradedDays: 2,
      closed: 2,
      wins: 1,
      open: 0,
      netPnlCents: 91_000,
      bestCents: 131_000,
      worstCents: -40_000,
    })
  })

  it('leave an open trade out of every sum', () => {
    const open = tradeDays(posted(journalOf().slice(0, 25)))
    expect(sumOfDays(open)).toMatchObject({
      days: 1,
      tradedDays: 1,
      closed: 0,
      open: 1,
      netPnlCents: 0,
      bestCents: null,
    })
  })

  it('have one that was adopted among them while it is open, after those that were opened before it', () => {
    const again = { tradeId: '2026-07-17-2', clientOrderId: 'p4d-25k-20260717-open-2', at_ms: at('14:00') }
    const second = adoptedEvents().flatMap((event) =>
      event.type === 'fill' && event.purpose === 'open' ? [{ ...event, ...again }] : [],
    )
    const trades = (...events: JournalEvent[]) =>
      tradeDays(posted(journalOf([...journalEvents(), ...events])))[0]?.trades
    expect(trades(...second)).toMatchObject([
      { tradeId: '2026-07-17-1', netPnlCents: 131_000 },
      {
        tradeId: again.tradeId,
        entry_ms: again.at_ms,
        strike: 742,
        hedgeStrike: 737,
        structure: 'put_spread',
        contracts: 25,
        exit_ms: null,
        netPnlCents: null,
      },
    ])
    expect(trades(...withoutLegs(second))).toHaveLength(1)
  })

  it('leave out days on which an account was armed and no session began', () => {
    expect(tradeDays(journalOf().slice(0, 1))).toEqual([])
  })
})

describe("a trade's detail", () => {
  it('has the decision, its own fills, the marks while it was held, the exit and the result', () => {
    const [detail, ...others] = tradeDetails(journalOf())
    expect(others).toEqual([])
    expect(detail?.entry.spot).toBe(741.15)
    expect(detail?.fills.map(({ executionId }) => executionId)).toEqual(['e1', 'e2', 'e3'])
    expect(detail?.marks).toHaveLength(189)
    expect(detail?.exit?.reason).toBe('profit_target')
    expect(detail?.closed?.netPnlCents).toBe(131_000)
    expect(detail?.maxLossPerTradeCents).toBe(100_000)
  })

  it('keeps two trades of a day apart', () => {
    const first = journalEvents()
    const second = first
      .filter(({ type }) => !['campaign_armed', 'session_started', 'session_ended'].includes(type))
      .map((event) => ('tradeId' in event ? { ...event, tradeId: '2026-07-17-2' } : event))
    const details = tradeDetails(journalOf([...first.slice(0, -1), ...second]))
    expect(details.map(({ trade, marks, fills }) => [trade.tradeId, marks.length, fills.length])).toEqual([
      ['2026-07-17-1', 189, 3],
      ['2026-07-17-2', 189, 3],
    ])
  })

  it('is none for an entry that was never filled', () => {
    expect(tradeDetails(journalOf(journalEvents().filter(({ type }) => type !== 'fill')))).toEqual([])
  })
})
