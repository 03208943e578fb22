/** The seeded market: deterministic, free of arbitrage, and like the real one where real data are at hand. */
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Market, type MarketListener } from '../../../src/sim/market/market.ts'
import type { MarketBook, MarketDay } from '../../../src/sim/market/price-source.ts'
import { putPrice } from '../../../src/sim/market/put-pricing.ts'
import { seededSource } from '../../../src/sim/market/seeded-source.ts'
import { ABSENT, sharedFile } from '../../support/shared-data.ts'

const source = (seed = 'test') => seededSource({ seed, startDate: '2026-03-02' })
const bookAt = (day: MarketDay, second: number): MarketBook => {
  const book = day.bookAt(day.session.open_ms + second * 1000)
  if (book === null) throw new Error(`expected a book at second ${second}`)
  return book
}
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
const deviation = (values: readonly number[]): number => {
  const centre = mean(values)
  return Math.sqrt(mean(values.map((value) => (value - centre) ** 2)))
}
const kurtosis = (values: readonly number[]): number => {
  const scale = deviation(values)
  return mean(values.map((value) => (value / scale) ** 4))
}
const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN

function expectNoArbitrage(book: MarketBook): void {
  const rows = [...book.puts].map(([strike, quote]) => ({ strike, ...quote }))
  for (const [index, row] of rows.entries()) {
    expect(row.bid).toBeGreaterThanOrEqual(0)
    expect(row.ask).toBeGreaterThan(row.bid)
    expect(row.ask + 0.011).toBeGreaterThan(row.strike - book.spot.ask)
    expect(Math.abs(Math.round(row.bid * 100) - row.bid * 100)).toBeLessThan(1e-9)
    const below = rows[index - 1]
    if (below === undefined) continue
    expect(row.bid + row.ask).toBeGreaterThanOrEqual(below.bid + below.ask)
    expect(row.bid - below.ask).toBeLessThanOrEqual(1 + 1e-9)
  }
}

function days(count: number, seed = 'test'): MarketDay[] {
  const market = source(seed)
  const made = [market.firstDay()]
  while (made.length < count) {
    const last = made.at(-1)
    const next = last === undefined ? null : market.dayAfter(last)
    if (next === null) break
    made.push(next)
  }
  return made
}

describe('the seeded market', () => {
  it('is the same for the same seed and another for another', () => {
    const [first, second, other] = [days(3), days(3), days(3, 'else')]
    expect(first.map((day) => day.bars)).toEqual(second.map((day) => day.bars))
    expect(bookAt(first[2] as MarketDay, 7_000).puts).toEqual(bookAt(second[2] as MarketDay, 7_000).puts)
    expect(first[0]?.closePrice).not.toBe(other[0]?.closePrice)
  })

  it('is the same at any speed: what is published at an instant does not depend on the steps taken', () => {
    const trace = (step_ms: number): string[] => {
      const seen: string[] = []
      const listener: MarketListener = {
        onBars: (bars) => seen.push(...bars.map((bar) => `bar ${bar.t_ms} ${bar.c}`)),
        onBook: () => undefined,
        publish: (book) => {
          if (book.t_ms % 60_000 === 0) seen.push(`${book.t_ms} ${book.spot.bid} ${JSON.stringify([...book.puts][30])}`)
        },
        onMoment: (moment) => seen.push(moment),
        onDay: (day) => seen.push(day.session.date),
      }
      const market = new Market(source(), listener)
      const end_ms = market.session.close_ms + 600_000
      for (let at_ms = market.now_ms; at_ms < end_ms; at_ms += step_ms) market.advance(at_ms + step_ms)
      return seen.filter((line) => line.startsWith('bar') || !line.includes(' ') || line.includes('['))
    }
    const [slow, fast] = [trace(15_000), trace(60_000)]
    expect(slow.filter((line) => line.startsWith('bar'))).toHaveLength(390)
    expect(fast.filter((line) => !/^\d/.test(line))).toEqual(slow.filter((line) => !/^\d/.test(line)))
    const inSlow = new Set(slow)
    for (const line of fast) expect(inSlow).toContain(line)
  })

  it('prop_quotes_leave_no_arbitrage_at_the_touch', () => {
    const made = days(10)
    fc.assert(
      fc.property(fc.nat(9), fc.nat(23_399), (at, second) => {
        expectNoArbitrage(bookAt(made[at] as MarketDay, second))
      }),
      { numRuns: 300 },
    )
  })

  it('prop_shocks_leave_a_sound_market_and_what_has_been_as_it_was', () => {
    const shock = fc.record({
      at: fc.nat(23_000),
      pct: fc.double({ min: -5, max: 5, noNaN: true }),
      seconds: fc.integer({ min: 1, max: 3_600 }),
    })
    fc.assert(
      fc.property(fc.array(shock, { minLength: 1, maxLength: 3 }), fc.nat(400), (shocks, later) => {
        const [day, calm] = [source().firstDay(), source().firstDay()]
        const first = Math.min(...shocks.map(({ at }) => at))
        const last = Math.max(...shocks.map(({ at }) => at))
        for (const { at, pct, seconds } of shocks) {
          expect(day.shock(day.session.open_ms + at * 1000, pct, seconds)).toBe(true)
        }
        expect(bookAt(day, first).spot).toEqual(bookAt(calm, first).spot)
        const complete = Math.floor(first / 60)
        expect(day.bars.slice(0, complete)).toEqual(calm.bars.slice(0, complete))
        for (const { o, h, l, c } of day.bars) expect(l <= Math.min(o, c) && Math.max(o, c) <= h && l > 0).toBe(true)
        expectNoArbitrage(bookAt(day, last + later))
      }),
      { numRuns: 40 },
    )
  })

  it('has half days and skips holidays', () => {
    const market = seededSource({ seed: 'x', startDate: '2026-11-26' })
    const day = market.firstDay()
    expect(day.session.date).toBe('2026-11-27')
    expect(day.bars).toHaveLength(210)
    expect(bookAt(day, 12_600).puts.size).toBeGreaterThan(40)
    expect(market.dayAfter(day)?.session.date).toBe('2026-11-30')
  })

  it('prices an at-the-money put at 10:00 between one and three dollars on most days', () => {
    const prices = days(30).map((day) => {
      const book = bookAt(day, 1_800)
      const [, quote] = [...book.puts].reduce((near, row) =>
        Math.abs(row[0] - book.spot.bid) < Math.abs(near[0] - book.spot.bid) ? row : near,
      )
      return (quote.bid + quote.ask) / 2
    })
    expect(median(prices)).toBeGreaterThan(1.3)
    expect(median(prices)).toBeLessThan(2.5)
    expect(prices.filter((price) => price > 0.8 && price < 4).length).toBeGreaterThan(25)
  })

  it('settles on intrinsic value when no time is left', () => {
    expect(putPrice(770, 772, 0)).toBe(2)
    expect(putPrice(770, 768, 0)).toBe(0)
    expect(putPrice(770, 770, 0.006)).toBeCloseTo(770 * 0.006 * 0.3989, 2)
  })
})

interface Shape {
  readonly dailyVolPct: number
  readonly kurtosis: number
  readonly openToNoon: number
  readonly closeToNoon: number
}

/** Closes of each day's minutes → what a one-minute return looks like. */
function shapeOf(closes: readonly (readonly number[])[]): Shape {
  const returns = closes.map((day) => day.slice(1).map((close, at) => close / (day[at] ?? close) - 1))
  const part = (from: number, to: number): number => deviation(returns.flatMap((day) => day.slice(from, to)))
  return {
    dailyVolPct: median(returns.map((day) => deviation(day) * Math.sqrt(252 * 390) * 100)),
    kurtosis: median(returns.map(kurtosis)),
    openToNoon: part(0, 60) / part(180, 240),
    closeToNoon: part(360, 389) / part(180, 240),
  }
}

const barsFile = sharedFile('spy_1min_2024-03-26_2024-09-30.csv.gz')

describe.skipIf(barsFile === null)(
  `the seeded market beside SPY's real minutes ${barsFile === null ? ABSENT : ''}`,
  () => {
    it('has volatility, tails and a U-shape of the same size', () => {
      const byDate = new Map<string, number[]>()
      for (const line of gunzipSync(readFileSync(barsFile ?? ''))
        .toString('utf8')
        .trim()
        .split('\n')
        .slice(1)) {
        const cells = line.split(',')
        const closes = byDate.get(cells[0] ?? '') ?? []
        closes.push(Number(cells[5]))
        byDate.set(cells[0] ?? '', closes)
      }
      const real = shapeOf([...byDate.values()].filter((closes) => closes.length === 390))
      const model = shapeOf(
        days(60)
          .map((day) => day.bars.map((bar) => bar.c))
          .filter((closes) => closes.length === 390),
      )
      for (const key of ['dailyVolPct', 'kurtosis', 'openToNoon', 'closeToNoon'] as const) {
        expect(model[key], `${key}: real ${real[key]}`).toBeGreaterThan(real[key] * 0.7)
        expect(model[key], `${key}: real ${real[key]}`).toBeLessThan(real[key] * 1.4)
      }
    })
  },
)
