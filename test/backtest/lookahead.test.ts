import { describe, expect, test } from 'vitest'
import { checkDay, rulesTrader, type Trader } from '../../src/backtest/lookahead/check.ts'
import { cutAfter, ScrambledFutures } from '../../src/backtest/lookahead/futures.ts'
import { lookaheadSchema, runLookahead } from '../../src/backtest/lookahead/lookahead.ts'
import { PLANTED } from '../../src/backtest/lookahead/planted.ts'
import { lookaheadLines } from '../../src/cli/lookahead.ts'
import { sequence } from '../../src/config/prng.ts'
import { packDay, unpackDay } from '../../src/replay/packed-day.ts'
import type { Bar } from '../../src/strategy/types.ts'
import { HOUR_MS, MINUTE_MS } from '../../src/time/units.ts'
import { book, day, mid } from '../replay/made-days.ts'
import { at, config, SESSION } from '../strategy/fixtures.ts'
import { sourceOfDays } from './made-source.ts'

/** An hour in which prices move every minute; refused as too dear at first, then a trade. */
function movingDay() {
  const random = sequence('moving')
  let price = 600
  const bars: Bar[] = []
  const books = []
  for (let minute = 0; minute < 60; minute++) {
    const t_ms = SESSION.open_ms + minute * MINUTE_MS
    const o = price
    const c = Math.round((o + random.normal() * 0.1) * 100) / 100
    bars.push({ t_ms, o, h: Math.max(o, c) + 0.02, l: Math.min(o, c) - 0.02, c })
    price = c
    const value = minute < 30 ? 2.5 + minute / 100 : 1.2 + (minute - 30) / 100
    const time = new Date(t_ms + 60_000 - 4 * HOUR_MS).toISOString().slice(11, 19)
    books.push({ ...book(time, mid(Math.round(value * 100) / 100)), t_ms: t_ms + 60_000, spot: c })
  }
  return packDay(day(books, { bars }))
}

const DAY = movingDay()
const uniform = () => {
  const random = sequence('scramble')
  return () => random.uniform()
}
const RULES = rulesTrader(config(), 'touch')

describe('a day with another future', () => {
  test('cut after a book has nothing later, the bar under way included', () => {
    const cut = unpackDay(cutAfter(DAY, 20))
    expect(cut.books).toEqual(unpackDay(DAY).books.slice(0, 21))
    expect(cut.bars).toEqual(unpackDay(DAY).bars.slice(0, 21))
    expect(cut.bars.every(({ t_ms }) => t_ms + 60_000 <= at('09:51:00'))).toBe(true)
  })

  test('scrambled after a book is the same up to it, and another after it', () => {
    const [whole, scrambled] = [unpackDay(DAY), unpackDay(new ScrambledFutures(DAY, uniform()).after(20))]
    expect(scrambled.books.slice(0, 21)).toEqual(whole.books.slice(0, 21))
    expect(scrambled.bars.slice(0, 21)).toEqual(whole.bars.slice(0, 21))
    for (const index of [21, 40, 59]) {
      expect(scrambled.books[index]?.spot).not.toBe(whole.books[index]?.spot)
      expect(scrambled.books[index]?.rows).not.toEqual(whole.books[index]?.rows)
      expect(scrambled.bars[index]).not.toEqual(whole.bars[index])
      expect(scrambled.bars[index]?.t_ms).toBe(whole.bars[index]?.t_ms)
    }
    expect(unpackDay(DAY)).toEqual(unpackDay(movingDay()))
  })

  test('scrambled book by book is the day up to each of them, and never the day after it', () => {
    const futures = new ScrambledFutures(DAY, uniform())
    const whole = unpackDay(DAY)
    for (let last = 0; last < DAY.times.length; last += 1) {
      const made = unpackDay(futures.after(last))
      const known = unpackDay(cutAfter(DAY, last))
      expect(made.books.slice(0, last + 1)).toEqual(known.books)
      expect(made.bars.slice(0, known.bars.length)).toEqual(known.bars)
      for (let at = last + 1; at < made.books.length; at += 1) {
        expect(made.books[at]?.spot).not.toBe(whole.books[at]?.spot)
        expect(made.books[at]?.rows).not.toEqual(whole.books[at]?.rows)
      }
      for (let at = known.bars.length; at < made.bars.length; at += 1) expect(made.bars[at]).not.toEqual(whole.bars[at])
    }
    expect(() => futures.after(3)).toThrow('expected books in order')
    expect(unpackDay(DAY)).toEqual(whole)
  })
})

describe('the look-ahead check', () => {
  test('finds nothing in the rules, and tries every book in both ways', () => {
    const check = checkDay(DAY, RULES, uniform())
    expect(check.leaks).toEqual([])
    expect(check.decisions).toBeGreaterThan(30)
    expect(check.trials).toBe(2 * DAY.times.length)
  })

  test.each(PLANTED.map((leak) => [leak.name, leak] as const))('finds the planted leak %s', (_name, leak) => {
    const { leaks } = checkDay(DAY, leak.of(RULES), uniform())
    // A jump that it would heed is nowhere in the day itself, cut or not.
    const trials = leak.name === 'next_jump' ? ['scrambled'] : ['cut', 'scrambled']
    expect(new Set(leaks.map(({ trial }) => trial))).toEqual(new Set(trials))
    expect(leaks[0]).toMatchObject({ date: '2026-07-17', saw: { rows: 2 } })
    expect(leaks[0]?.decided).not.toEqual(leaks[0]?.changedTo)
  })

  test('of the planted ones, one decides on the day as it was what the rules decide', () => {
    const silent = PLANTED.find(({ name }) => name === 'next_jump')
    expect(silent?.of(RULES)(DAY)).toEqual(RULES(DAY))
  })

  test('finds a trader that only an exit betrays, and one that fails without its future', () => {
    const peeking = checkDay(
      DAY,
      (each) => RULES(each).map((seen) => (seen.kind === 'exit' ? { ...seen, book: each.times.length - 1 } : seen)),
      uniform(),
    )
    expect(peeking.leaks.some(({ kind }) => kind === 'exit')).toBe(true)
    const last = DAY.times.length - 1
    const failing = checkDay(
      DAY,
      (each) => {
        if (each.times.length <= last) throw new Error('expected the close')
        return RULES(each)
      },
      uniform(),
    )
    expect(failing.leaks[0]?.changedTo).toEqual({ failed: 'expected the close' })
  })

  test('finds a trader that is silent on the day as it was, and decides with another end of it', () => {
    const close = DAY.spots.at(-1)
    const { decisions, leaks } = checkDay(DAY, (each) => (each.spots.at(-1) === close ? [] : RULES(each)), uniform())
    expect(decisions).toBe(0)
    expect(new Set(leaks.map(({ trial }) => trial))).toEqual(new Set(['cut', 'scrambled']))
    expect(leaks.every(({ decided, changedTo }) => decided === null && changedTo !== null)).toBe(true)
  })

  test('finds one that decides at a book only where the next one jumps, as none does on the day as it was', () => {
    const jumps: Trader = (each) =>
      RULES(each).filter(({ book: at }) => (each.spots[at + 1] ?? 0) > 1.02 * (each.spots[at] as number))
    const { decisions, leaks } = checkDay(DAY, jumps, uniform())
    expect(decisions).toBe(0)
    expect(leaks.length).toBeGreaterThan(0)
    expect(new Set(leaks.map(({ trial }) => trial))).toEqual(new Set(['scrambled']))
  })

  test('a decision that says more, less or something else, at any depth, is another one', () => {
    const close = DAY.spots.at(-1)
    const changes: readonly ((decision: object) => object)[] = [
      (decision) => ({ ...decision, note: null }),
      (decision) => Object.fromEntries(Object.entries(decision).slice(1)),
      (decision) =>
        'costs' in decision ? { ...decision, costs: { ...Object(decision.costs), totalCents: 1 } } : decision,
    ]
    for (const change of changes) {
      const changed: Trader = (each, until) =>
        RULES(each, until).map((seen) =>
          // Whatever the change makes of it, a check takes a decision as data.
          each.spots.at(-1) === close ? seen : ({ ...seen, decision: change(seen.decision) } as typeof seen),
        )
      expect(checkDay(DAY, changed, uniform()).leaks.length).toBeGreaterThan(0)
    }
  })

  test('finds one that takes back an earlier decision, whatever it decides later', () => {
    const whole = DAY.times.length
    const isUp = (each: typeof DAY) => (each.spots.at(-1) as number) === DAY.spots[whole - 1]
    const { leaks } = checkDay(DAY, (each) => RULES(each).filter(({ book: at }) => at !== 3 || isUp(each)), uniform())
    expect(leaks.map(({ time }) => time)).toContain('09:34:00')
    expect(leaks.every(({ decided, changedTo }) => decided !== null && changedTo === null)).toBe(true)
  })

  test('says over a whole source what it tried, and that it would have found every planted leak', async () => {
    const options = {
      source: sourceOfDays([DAY]),
      config: config(),
      fills: 'touch',
      seed: '1',
      signal: new AbortController().signal,
      onProgress: () => undefined,
    } as const
    const result = lookaheadSchema.parse(await runLookahead(options))
    expect(result).toMatchObject({ days: 1, leaks: 0, listed: [] })
    expect(result.planted.map(({ foundOn }) => foundOn)).toEqual(PLANTED.map(() => '2026-07-17'))
    expect(lookaheadLines(result).join('\n')).not.toContain('more, not listed')
    const close = DAY.spots.at(-1)
    const trader: Trader = (each) => (each.spots.at(-1) === close ? [] : RULES(each))
    const caught = lookaheadSchema.parse(await runLookahead({ ...options, trader }))
    expect(caught.leaks).toBeGreaterThan(100)
    expect(caught).toMatchObject({ notListed: 0 })
    expect(caught.listed).toHaveLength(caught.leaks)
    const lines = lookaheadLines(caught).join('\n')
    expect(lines).toContain(`  and ${caught.leaks - 20} more, not listed here (--json lists all)`)
    const many = { ...caught, leaks: 50_000, notListed: 50_000 - caught.leaks }
    expect(lookaheadLines(many).join('\n')).toContain(
      `  and 49980 more, not listed here (--json lists the first ${caught.leaks})`,
    )
    expect(caught.listed[0]?.time).toMatch(/^\d\d:\d\d:\d\d$/)
  })
})
