import { describe, expect, test } from 'vitest'
import { replay } from '../../src/replay/replay.ts'
import { replayDay } from '../../src/replay/replay-day.ts'
import { decide } from '../../src/strategy/decide.ts'
import { config, HALF_DAY, quietBars } from '../strategy/fixtures.ts'
import { book, day, mid } from './made-days.ts'

const SPREAD = config({ structure: 'put_spread' })

describe('the replay of a day', () => {
  test('enters at the sell price of the deciding book and leaves at the buy price of a later one', () => {
    const result = replayDay(
      day([book('09:50:00', mid(1.2)), book('09:55:00', mid(1)), book('10:00:00', mid(0.4))]),
      config(),
    )
    expect(result).toMatchObject({
      status: 'traded',
      entry: { time: '09:50:00', strike: 601, hedgeStrike: null, mid: 1.2, fill: 1.19 },
      exit: { time: '10:00:00', reason: 'profit_target', alsoFired: [], mid: 0.4, fill: 0.41 },
      netPnl: 1917.5, // (1.19 − 0.41) × 2500 − 32.50
      rulePnl: 1854.75, // 0.80 × 2500 − 145.25
      skips: {},
      decisions: 1,
    })
  })

  test('a spread is valued by both legs', () => {
    const books = [book('09:50:00', mid(1.2)), book('09:55:00', mid(0.3), { bid: 0, ask: 0.01 })]
    expect(replayDay(day(books), SPREAD)).toMatchObject({
      entry: { hedgeStrike: 596, mid: 1.09, fill: 1.07 },
      exit: { reason: 'profit_target', mid: 0.295, fill: 0.31 },
      netPnl: 1835, // 0.76 × 2500 − 65
    })
  })

  test('the book of the entry is not looked at for an exit', () => {
    // The ask is so far away that the position is under its stop at once.
    const far = { bid: 1, ask: 1.5 }
    const result = replayDay(day([book('09:50:00', far), book('09:55:00', far)]), config())
    expect(result).toMatchObject({ entry: { time: '09:50:00' }, exit: { time: '09:55:00', reason: 'stop_loss' } })
  })

  test('skips are counted from the decisions taken, without those outside the window', () => {
    const books = [
      book('09:31:00', mid(3)),
      book('09:50:00', mid(3)),
      book('09:55:00', mid(3)),
      book('10:00:00', null, null),
      book('10:05:00', mid(1.2)),
      book('10:10:00', mid(3)),
    ]
    const result = replayDay(day(books), config())
    expect(result.skips).toEqual({ premium_high: 2, no_chain: 1 })
    expect(result.decisions).toBe(4)
    expect(result.entry?.time).toBe('10:05:00')
  })

  test('a day without an entry is no trade, with a P&L of 0', () => {
    const result = replayDay(day([book('09:31:00', mid(3)), book('15:00:00', mid(1))]), config())
    expect(result).toEqual({
      date: '2026-07-17',
      status: 'no_trade',
      entry: null,
      exit: null,
      rulePnl: 0,
      netPnl: 0,
      skips: {},
      decisions: 0,
    })
  })

  test('without bars nothing is traded: every decision is warming up', () => {
    const result = replayDay(day([book('09:50:00', mid(1.2))], { bars: [] }), config())
    expect(result).toMatchObject({ status: 'no_trade', skips: { warming_up: 1 } })
  })

  test('a day whose data ends with the position open is incomplete', () => {
    const result = replayDay(day([book('09:50:00', mid(1.2)), book('09:55:00', mid(1.1))]), config())
    expect(result).toMatchObject({ status: 'incomplete', exit: null, rulePnl: null, netPnl: null })
  })

  test('only one trade is made a day', () => {
    const books = [book('09:50:00', mid(1.2)), book('09:55:00', mid(0.4)), book('10:00:00', mid(1.2))]
    expect(replayDay(day(books), config())).toMatchObject({ decisions: 1, exit: { time: '09:55:00' } })
  })

  test.each([
    ['a strike is not listed', book('09:55:00', null)],
    ['the ask is 0', book('09:55:00', { bid: 5, ask: 0 })],
    ['the bid is missing', book('09:55:00', { bid: null, ask: 9 })],
  ])('a book is passed over for the position where %s', (_name, broken) => {
    const result = replayDay(day([book('09:50:00', mid(1.2)), broken, book('10:00:00', mid(0.4))]), config())
    expect(result).toMatchObject({ exit: { time: '10:00:00' } })
  })

  test('a book without the hedge is passed over for a spread, and counts for a put alone', () => {
    const books = [book('09:50:00', mid(1.2)), book('09:55:00', mid(0.3), null), book('10:00:00', mid(0.3))]
    expect(replayDay(day(books), SPREAD).exit?.time).toBe('10:00:00')
    expect(replayDay(day(books), config()).exit?.time).toBe('09:55:00')
  })

  test('the session ends 50 minutes before the close, on half days too', () => {
    const books = [book('09:50:00', mid(1.2)), book('15:09:59', mid(1.2)), book('15:10:00', mid(1.2))]
    expect(replayDay(day(books), config()).exit).toMatchObject({ time: '15:10:00', reason: 'session_end' })
    const shift = HALF_DAY.open_ms - day(books).session.open_ms
    const half = [books[0], book('12:09:00', mid(1.2)), book('12:10:00', mid(1.2))].flatMap((each) =>
      each === undefined ? [] : [{ ...each, t_ms: each.t_ms + shift }],
    )
    const short = day(half, { date: HALF_DAY.date, session: HALF_DAY, bars: quietBars(210, HALF_DAY) })
    expect(replayDay(short, config()).exit).toMatchObject({ time: '12:10:00', reason: 'session_end' })
  })

  test('a loss on a wide book is confirmed by the next one', () => {
    const wide = { bid: 1.2, ask: 2.8 }
    const entry = book('09:50:00', mid(1.2))
    const confirmed = replayDay(day([entry, book('09:55:00', wide), book('10:00:00', mid(2.2))]), config())
    expect(confirmed.exit).toMatchObject({ time: '10:00:00', reason: 'daily_loss_limit', fill: 2.21 })
    const twiceWide = replayDay(day([entry, book('09:55:00', wide), book('10:00:00', wide)]), config())
    expect(twiceWide.exit).toMatchObject({ time: '10:00:00', fill: 2.8 })
    const unconfirmed = [entry, book('09:55:00', wide), book('10:00:00', mid(1.2)), book('10:05:00', wide)]
    expect(replayDay(day(unconfirmed), config()).status).toBe('incomplete')
  })

  test('a book that cannot be used does not confirm, and the one after it does', () => {
    const wide = { bid: 1.2, ask: 2.8 }
    const books = [book('09:50:00', mid(1.2)), book('09:55:00', wide), book('10:00:00', null), book('10:05:00', wide)]
    expect(replayDay(day(books), config()).exit?.time).toBe('10:05:00')
  })

  test('what a later book or bar says changes nothing before it', () => {
    const books = [book('09:50:00', mid(1.2)), book('09:55:00', mid(1.1)), book('10:00:00', mid(0.4))]
    const future = quietBars(390).map((bar, index) => (index < 30 ? bar : { ...bar, h: 900, l: 100 }))
    expect(replayDay(day(books, { bars: future }), config())).toEqual(replayDay(day(books), config()))
    const cut = replayDay(day(books.slice(0, 2)), config())
    expect(cut.entry).toEqual(replayDay(day(books), config()).entry)
  })

  test('it decides what `decide` decides', () => {
    const recorded = day([book('09:50:00', mid(1.2))])
    const now_ms = recorded.books[0]?.t_ms ?? 0
    const spot = { bid: 600.2, ask: 600.2, t_ms: now_ms }
    const flat = { entries: 0, netPnl: 0, open: false }
    const chain = recorded.books[0]?.rows ?? []
    const decision = decide(
      { now_ms, session: recorded.session, spot, bars: recorded.bars, chain, day: flat },
      config(),
    )
    const { entry } = replayDay(recorded, config())
    expect(decision).toMatchObject({ vixEstimate: entry?.vixEstimate, rangePct: entry?.rangePct, mid: entry?.mid })
  })
})

describe('the summary of a replay', () => {
  test('adds the rounded days, and counts incomplete ones nowhere else', () => {
    const winner = day([book('09:50:00', mid(1.2)), book('09:55:00', mid(0.4))])
    const loser = day([book('09:50:00', mid(1.2)), book('09:55:00', mid(1.8))])
    const open = day([book('09:50:00', mid(1.2))])
    const idle = day([book('09:31:00', mid(1.2))])
    const { summary, days } = replay([winner, loser, open, idle], config())
    expect(summary).toEqual({
      profile: '25k',
      structure: 'short_put',
      days: 4,
      entries: 3,
      closed: 2,
      incomplete: 1,
      noTrade: 1,
      wins: 1,
      losses: 1,
      netPnl: 335, // 1917.50 − 1582.50
      rulePnl: 209.5, // 1854.75 − 1645.25
      winRate: 0.5,
      executionRate: 0.75,
    })
    expect(days.map(({ status }) => status)).toEqual(['traded', 'traded', 'incomplete', 'no_trade'])
  })

  test('without days there are no rates', () => {
    expect(replay([], config()).summary).toMatchObject({ days: 0, netPnl: 0, winRate: null, executionRate: null })
  })
})
