import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type TradeCard, type TradeStage, tradeCards } from '../../src/report/trade-card.ts'
import type { JournalEvent } from '../../src/session/events.ts'
import { MINUTE_MS } from '../../src/time/units.ts'
import { at, DAY_EVENTS, PLAN } from '../support/desk-samples.ts'
import { journalEvents, journalOf, withoutLegs } from '../support/journal-samples.ts'
import { anyTradeJournal } from '../support/trade-journals.ts'

const TRADE_ID = '2026-07-17-1'
const ORDER_ID = 'p4d-25k-20260717-open-1'

const sample = <T extends JournalEvent['type']>(type: T): Extract<JournalEvent, { type: T }> => {
  const found = DAY_EVENTS.find((event): event is Extract<JournalEvent, { type: T }> => event.type === type)
  if (found === undefined) throw new Error(`expected a sample of ${type}`)
  return found
}

const [started, decided, opening] = [sample('session_started'), sample('entry_decided'), sample('fill')]
const intent: JournalEvent = {
  type: 'order_intent',
  clientOrderId: ORDER_ID,
  purpose: 'open',
  attempt: 1,
  symbols: ['SPY260717P00742000', 'SPY260717P00737000'],
  qty: 25,
  limitPrice: '1.21',
}
const accepted: JournalEvent = { type: 'order_accepted', clientOrderId: ORDER_ID, orderId: 'o1' }
const abandoned: JournalEvent = { type: 'entry_abandoned', tradeId: TRADE_ID, reason: 'order canceled', attempts: 3 }
const ended = sample('session_ended')

function mark(netPnlCents: number, minute: number): JournalEvent {
  const pnl = { netPnlCents, rulePnlCents: netPnlCents, dayNetPnlCents: netPnlCents }
  return { type: 'mark', at_ms: at('10:04') + minute * MINUTE_MS, spot: 741, mid: 1.2, close: 1.21, ...pnl }
}

function cardsOf(...events: JournalEvent[]): readonly TradeCard[] {
  return tradeCards(journalOf(events))
}

const stageOf = (...events: JournalEvent[]): TradeStage | undefined => cardsOf(...events)[0]?.stage

describe('the stage of an entry', () => {
  it('is proposed when decided, working once the broker has the order, open when it is filled, closed at the end', () => {
    const seen: (TradeStage | undefined)[] = []
    const events = journalEvents()
    for (let count = 1; count <= events.length; count += 1) {
      const stage = stageOf(...events.slice(0, count))
      if (stage !== seen.at(-1)) seen.push(stage)
    }
    expect(seen).toEqual(['proposed', 'working', 'open', 'at_risk', 'open', 'at_risk', 'closed'])
  })

  it('is working while a part is filled, and open with that part when the order ends', () => {
    const partly = [started, decided, intent, accepted, { ...opening, qty: 10, filledQty: 10 }]
    expect(stageOf(...partly)).toBe('working')
    const over: JournalEvent = { type: 'order_ended', clientOrderId: ORDER_ID, status: 'canceled', filledQty: 10 }
    expect(stageOf(...partly, over)).toBe('open')
    expect(cardsOf(...partly, over)[0]?.detail?.trade.contracts).toBe(10)
  })

  it('is at risk from four fifths of a limit on, and open again only well below it', () => {
    const held = [started, decided, intent, accepted, { ...opening, qty: 25, filledQty: 25 }]
    expect(stageOf(...held, mark(-79_900, 1))).toBe('open')
    expect(stageOf(...held, mark(-80_000, 1))).toBe('at_risk')
    expect(stageOf(...held, mark(-80_000, 1), mark(-70_000, 2))).toBe('at_risk')
    expect(stageOf(...held, mark(-80_000, 1), mark(-59_000, 2))).toBe('open')
    const ofDay = { ...started, plan: { ...PLAN, maxLossPerTradeCents: 500_000 } }
    expect(stageOf(ofDay, ...held.slice(1), mark(-119_000, 1))).toBe('open')
    expect(stageOf(ofDay, ...held.slice(1), mark(-120_000, 1))).toBe('at_risk')
  })

  it('goes by a limit that was set for the day, from then on', () => {
    const held = [started, decided, intent, accepted, { ...opening, qty: 25, filledQty: 25 }]
    const lowered: JournalEvent = {
      type: 'day_limit_lowered',
      actor: { id: '1', name: 'Olivia', via: 'discord' },
      reason: 'x',
      at_ms: at('10:06'),
      limit: 'max_loss_per_trade',
      from: 1000,
      to: 500,
      configured: 1000,
    }
    expect(stageOf(...held, mark(-45_000, 1))).toBe('open')
    expect(stageOf(...held, lowered, mark(-45_000, 1))).toBe('at_risk')
    expect(cardsOf(...held, lowered)[0]?.detail?.maxLossPerTradeCents).toBe(50_000)
    const closed = sample('trade_closed')
    expect(cardsOf(...held, closed, lowered)[0]?.detail?.maxLossPerTradeCents).toBe(100_000)
    expect(cardsOf(...held, lowered, closed)[0]?.detail?.maxLossPerTradeCents).toBe(50_000)
  })

  it('is given up when nothing was sold, and open again when a late fill brings it back', () => {
    const givenUp = [started, decided, intent, accepted, abandoned]
    expect(stageOf(...givenUp)).toBe('given_up')
    expect(cardsOf(...givenUp)[0]?.isOver).toBe(false)
    expect(stageOf(...givenUp, { ...opening, qty: 25, filledQty: 25 })).toBe('open')
    expect(cardsOf(...givenUp, ended)[0]).toMatchObject({ stage: 'given_up', isOver: true })
  })

  it('is given up when the day ends before anything was sold, and unsettled when it ends with something open', () => {
    expect(stageOf(started, decided, ended)).toBe('given_up')
    const held = [started, decided, { ...opening, qty: 25, filledQty: 25 }]
    expect(stageOf(...held, ended)).toBe('unsettled')
    expect(tradeCards(journalOf(held), true)[0]?.stage).toBe('unsettled')
    const gone: JournalEvent = { type: 'engine_alert', code: 'market_gone', message: 'gone', critical: false }
    expect(stageOf(...held, gone)).toBe('unsettled')
  })

  it('of a trade whose decision the journal does not have is open, then closed', () => {
    const adopted = [started, { ...opening, qty: 25, filledQty: 25 }]
    const held = { strike: 742, hedgeStrike: 737, structure: 'put_spread', contracts: 25, entryFill: 1.21 }
    expect(cardsOf(...adopted)[0]).toMatchObject({ stage: 'open', entry: null, detail: null, trade: held })
    expect(cardsOf(...withoutLegs(adopted))[0]).toMatchObject({ stage: 'open', trade: null })
    expect(stageOf(...adopted, sample('trade_closed'))).toBe('closed')
  })
})

describe('the entries of a day', () => {
  it('are counted by themselves: ids skip the numbers of attempts that came to nothing', () => {
    const second = { ...decided, tradeId: '2026-07-17-4' }
    const cards = cardsOf(started, decided, intent, accepted, abandoned, second)
    expect(cards.map(({ tradeId, ordinal, stage }) => [tradeId, ordinal, stage])).toEqual([
      [TRADE_ID, 1, 'given_up'],
      ['2026-07-17-4', 2, 'proposed'],
    ])
  })

  it('have the orders, marks and warnings of their own time', () => {
    const [first, second] = cardsOf(
      started,
      decided,
      intent,
      { type: 'order_refused', clientOrderId: ORDER_ID, purpose: 'open', code: '403', message: 'no' },
      abandoned,
      { ...decided, tradeId: '2026-07-17-2' },
      { ...intent, clientOrderId: 'p4d-25k-20260717-open-2', attempt: 2 },
      { ...opening, tradeId: '2026-07-17-2', clientOrderId: 'p4d-25k-20260717-open-2', qty: 25, filledQty: 25 },
      mark(-100, 1),
      sample('risk_warning'),
    )
    expect(first?.notes.map(({ event }) => event.type)).toEqual(['entry_decided', 'order_refused', 'entry_abandoned'])
    expect(second?.notes.map(({ event }) => event.type)).toEqual(['entry_decided', 'fill', 'risk_warning'])
    expect([first?.mark, second?.mark?.netPnlCents]).toEqual([null, -100])
  })

  it('prop_notes_only_grow: whatever happens next, the notes told so far stay as they are', () => {
    fc.assert(
      fc.property(anyTradeJournal, fc.nat(), (journal, cut) => {
        const before = tradeCards(journal.slice(0, cut % (journal.length + 1)))
        const after = tradeCards(journal)
        for (const card of before) {
          const later = after.find(({ tradeId }) => tradeId === card.tradeId)
          expect(later?.notes.slice(0, card.notes.length)).toEqual(card.notes)
          expect(later?.ordinal).toBe(card.ordinal)
        }
      }),
    )
  })
})
