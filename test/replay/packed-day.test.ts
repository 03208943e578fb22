import { describe, expect, test } from 'vitest'
import { BENCH_KINDS, makeBenchDays } from '../../src/replay/bench-days.ts'
import { dayToNumbers, numbersToDay } from '../../src/replay/day-numbers.ts'
import { FILL_MODELS } from '../../src/replay/fill-model.ts'
import { packDay, unpackDay } from '../../src/replay/packed-day.ts'
import { replayDay } from '../../src/replay/replay-day.ts'
import { STRUCTURES } from '../../src/strategy/types.ts'
import { config } from '../strategy/fixtures.ts'
import { book, day, mid } from './made-days.ts'

describe('a packed day', () => {
  test('is the day it was packed from, missing sides included', () => {
    const made = day([
      book('09:50:00', { bid: null, ask: 1.2 }, { bid: 0, ask: null }),
      book('09:55:00', null, null),
      book('10:00:00', mid(1)),
    ])
    expect(unpackDay(packDay(made))).toEqual(made)
    expect(unpackDay(numbersToDay(dayToNumbers(packDay(made))))).toEqual(made)
  })

  test('numbers that are no day are refused', () => {
    const numbers = dayToNumbers(packDay(day([book('09:50:00', mid(1))])))
    expect(() => numbersToDay(numbers.subarray(0, numbers.length - 1))).toThrow(RangeError)
    expect(() => numbersToDay(new Float64Array(3))).toThrow(RangeError)
  })

  test('replays as the objects do, whatever kind of day, structure and fills', () => {
    for (const kind of BENCH_KINDS) {
      for (const made of makeBenchDays(kind, 3)) {
        for (const structure of STRUCTURES) {
          for (const fills of FILL_MODELS) {
            const settings = config({ structure })
            const result = replayDay(packDay(made), settings, { fills })
            expect(result).toEqual(replayDay(made, settings, { fills }))
          }
        }
      }
    }
  })
})

describe('fill models', () => {
  const days = day([book('09:50:00', { bid: 1.1, ask: 1.3 }), book('10:00:00', { bid: 0.3, ask: 0.5 })])

  test('touch gives up both spreads, mid none; seed trades at mids and counts by its own costs', () => {
    const touch = replayDay(days, config(), { fills: 'touch' })
    const middle = replayDay(days, config(), { fills: 'mid' })
    expect(touch).toMatchObject({ entry: { fill: 1.1 }, exit: { fill: 0.5 }, netPnl: 1467.5 })
    expect(middle).toMatchObject({ entry: { fill: 1.2 }, exit: { fill: 0.4 }, netPnl: 1967.5, rulePnl: 1854.75 })
    expect(replayDay(days, config(), { fills: 'seed' })).toEqual(middle)
    expect(replayDay(days, config())).toEqual(touch)
  })
})
