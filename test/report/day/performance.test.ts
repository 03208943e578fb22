import { describe, expect, test } from 'vitest'
import { breachesOf, lightOf, type PerformanceFacts } from '../../../src/report/day/performance.ts'

const GOOD: PerformanceFacts = {
  profile: '25k',
  targetDailyCents: 34_177,
  days: 10,
  daysWithEntry: 6,
  meanCents: 34_177,
  worstCents: -10_000,
  closed: 6,
  wins: 4,
  breaches: 0,
  leftOpen: 0,
  warnings: 0,
  costsPct: 7,
  costsProve: true,
  final: true,
}

const colourOf = (change: Partial<PerformanceFacts>): string | null => lightOf({ ...GOOD, ...change }).colour

describe('the traffic light', () => {
  test.each([
    ['all four conditions hold', {}, 'green'],
    ['a quarter off the target is within', { meanCents: 25_633 }, 'green'],
    ['just over a quarter off', { meanCents: 25_632 }, 'yellow'],
    ['half off, above', { meanCents: 51_265 }, 'yellow'],
    ['more than half off, above', { meanCents: 51_267 }, 'red'],
    ['a loss', { meanCents: -1 }, 'red'],
    ['half of the days', { daysWithEntry: 5 }, 'green'],
    ['fewer than half', { daysWithEntry: 4 }, 'yellow'],
    ['three of ten', { daysWithEntry: 3 }, 'yellow'],
    ['fewer than three of ten', { daysWithEntry: 2 }, 'red'],
    ['55 % won', { closed: 20, wins: 11 }, 'green'],
    ['45 % won', { closed: 20, wins: 9 }, 'yellow'],
    ['fewer won', { closed: 20, wins: 8 }, 'red'],
    ['warnings break nothing', { warnings: 3 }, 'green'],
    ['one breach', { breaches: 1 }, 'yellow'],
    ['several breaches', { breaches: 2 }, 'red'],
    ['a position left open', { leftOpen: 1 }, 'yellow'],
    ['a breach, and a position left open', { breaches: 1, leftOpen: 1 }, 'red'],
    ['nothing closed yet is no failure of the win rate', { closed: 0, wins: 0 }, 'green'],
    ['while the session runs', { final: false }, null],
    ['no day', { days: 0 }, null],
  ] as const)('%s', (_name, change, colour) => {
    expect(colourOf(change)).toBe(colour)
  })
})

test('one loss beyond the limits of its trade and of the day is one breach; losses of their own are several', () => {
  const of = (limit: 'max_loss_per_trade' | 'max_daily_loss') => ({ limit, at_ms: 0, pnlCents: -1, limitCents: 1 })
  const [trade, day] = [of('max_loss_per_trade'), of('max_daily_loss')]
  expect([[], [trade], [day], [trade, day], [trade, trade, day]].map((breaches) => breachesOf({ breaches }))).toEqual([
    0, 1, 1, 1, 2,
  ])
})
