import { trading } from '@alpacahq/alpaca-trade-api'
import { describe, expect, it } from 'vitest'
import { sourceOfAccount, toAccount } from '../../src/broker/mapping/account.ts'
import { toActivities } from '../../src/broker/mapping/activities.ts'
import { toSessions } from '../../src/broker/mapping/calendar.ts'
import { streamedBar, streamedQuote, toChain, toQuotes } from '../../src/broker/mapping/market-data.ts'
import { toPositions } from '../../src/broker/mapping/positions.ts'
import { ACCOUNT, quote } from './samples.ts'

describe('the account', () => {
  it('keeps money as the broker wrote it', () => {
    expect(toAccount(trading.AccountFromJSON(ACCOUNT))).toEqual({
      id: ACCOUNT.id,
      number: 'PA3TEST00001',
      source: { kind: 'PAPER', label: 'PA3TEST00001' },
      status: 'ACTIVE',
      blocked: false,
      equity: '25000.00',
      cash: '25000',
      optionsBuyingPower: '24950.5',
      optionsLevel: 3,
    })
  })

  it.each(['account_blocked', 'trading_blocked', 'trade_suspended_by_user'])('is blocked when %s says so', (flag) => {
    expect(toAccount(trading.AccountFromJSON({ ...ACCOUNT, [flag]: true })).blocked).toBe(true)
  })

  it('has no options buying power and level 0 where options are not enabled', () => {
    const plain = { ...ACCOUNT, options_buying_power: undefined, options_trading_level: undefined }
    expect(toAccount(trading.AccountFromJSON(plain))).toMatchObject({ optionsBuyingPower: '0', optionsLevel: 0 })
  })

  it('shows its source in its number', () => {
    expect(sourceOfAccount('SIM-42-25k')).toEqual({ kind: 'SIM', label: '42' })
    expect(sourceOfAccount('SIM-my-seed-2k')).toEqual({ kind: 'SIM', label: 'my-seed' })
    expect(sourceOfAccount('REPLAY-2k')).toEqual({ kind: 'REPLAY', label: 'recorded' })
    expect(sourceOfAccount('PA35X')).toEqual({ kind: 'PAPER', label: 'PA35X' })
  })

  it('says which field is missing', () => {
    expect(() => toAccount(trading.AccountFromJSON({ ...ACCOUNT, equity: undefined }))).toThrow(/an account.*equity/)
  })
})

describe('the calendar', () => {
  const day = (date: string, close: string) =>
    trading.LegacyCalendarDayFromJSON({ date, open: '09:30', close, session_open: '0400', session_close: '2000' })

  it('is in New York time, through half days and the change of the clocks', () => {
    const days = [day('2026-07-17', '16:00'), day('2026-11-27', '13:00'), day('2026-03-09', '16:00')]
    expect(toSessions(days, '2026-01-01', '2026-12-31')).toEqual([
      { date: '2026-07-17', open_ms: Date.parse('2026-07-17T13:30:00Z'), close_ms: Date.parse('2026-07-17T20:00:00Z') },
      { date: '2026-11-27', open_ms: Date.parse('2026-11-27T14:30:00Z'), close_ms: Date.parse('2026-11-27T18:00:00Z') },
      { date: '2026-03-09', open_ms: Date.parse('2026-03-09T13:30:00Z'), close_ms: Date.parse('2026-03-09T20:00:00Z') },
    ])
  })

  it('has no day outside the ones asked for, and no time that is none', () => {
    expect(toSessions([day('2026-07-17', '16:00')], '2026-07-18', '2026-07-20')).toEqual([])
    expect(() => toSessions([day('2026-07-17', 'noon')], '2026-07-17', '2026-07-17')).toThrow(/expected a time/)
  })
})

describe('positions and activities', () => {
  it('count shorts below zero', () => {
    const position = (qty: string, side: string) => ({ symbol: 'SPY260717P00747000', qty, side, avgEntryPrice: '1.2' })
    expect(
      toPositions([position('-25', 'short'), position('25', 'short'), position('3', 'long')]).map((p) => p.qty),
    ).toEqual([-25, -25, 3])
  })

  it('keep assignments, expiries and exercises only', () => {
    const activity = (activity_type: string) =>
      trading.GetAccountActivities200ResponseInnerFromJSON({
        id: `20260717::${activity_type}`,
        activity_type,
        date: '2026-07-17',
        symbol: 'SPY260717P00747000',
        qty: '-2',
      })
    expect(toActivities([activity('OPASN'), activity('FILL'), activity('OPEXP')])).toEqual([
      { id: '20260717::OPASN', type: 'OPASN', symbol: 'SPY260717P00747000', qty: -2, date: '2026-07-17' },
      { id: '20260717::OPEXP', type: 'OPEXP', symbol: 'SPY260717P00747000', qty: -2, date: '2026-07-17' },
    ])
  })
})

describe('market data', () => {
  it('keeps a bid of 0 as a price and a missing side as none', () => {
    const quotes = toQuotes({ quotes: { A: quote(0, 0.05), B: { ...quote(1, 2), bp: undefined } } })
    expect(quotes.get('A')).toEqual({ bid: 0, ask: 0.05, t_ms: Date.parse('2026-07-17T14:00:00.500Z') })
    expect(quotes.get('B')?.bid).toBeNull()
  })

  it('takes the puts of the expiry from a chain, with and without a quote', () => {
    const page = toChain(
      {
        snapshots: {
          SPY260717P00747000: { latestQuote: quote(1.2, 1.22) },
          SPY260717P00747500: {},
          SPY260717C00747000: { latestQuote: quote(9, 9.1) },
          SPY260718P00747000: { latestQuote: quote(2, 2.1) },
        },
        nextPageToken: 'more',
      },
      '2026-07-17',
    )
    expect(page).toEqual({
      rows: [
        { strike: 747, bid: 1.2, ask: 1.22, t_ms: Date.parse('2026-07-17T14:00:00.500Z') },
        { strike: 747.5, bid: null, ask: null, t_ms: null },
      ],
      next: 'more',
    })
  })

  it('drops streamed quotes without a time and bars without a figure', () => {
    expect(streamedQuote({ bidPrice: 1, askPrice: 2, timestamp: new Date(Number.NaN) })).toBeNull()
    const bar = { open: 1, high: 1, low: 1, close: Number.NaN, timestamp: new Date(0) }
    expect(streamedBar(bar)).toBeNull()
  })
})
