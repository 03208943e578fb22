import { describe, expect, test } from 'vitest'
import { packDay } from '../../src/replay/packed-day.ts'
import { dataQualitySchema, noCounts, QualityTally, qualityLines } from '../../src/replay/quality.ts'
import { at, quietBars } from '../strategy/fixtures.ts'
import { book, day, mid } from './made-days.ts'

describe('the quality of data', () => {
  test('counts what is missing, outside the session and crossed', () => {
    const tally = new QualityTally()
    const early = { ...(quietBars(1)[0] as never as object), t_ms: at('09:00:00') }
    const bars = [early as ReturnType<typeof quietBars>[0], ...quietBars(380)]
    const books = [
      book('09:25:00', mid(1)),
      book('09:35:00', { bid: null, ask: 1 }),
      book('09:40:00', { bid: 1.2, ask: 1.1 }),
      book('15:55:00', mid(1)),
    ]
    tally.add(packDay(day(books, { bars })))
    tally.add(packDay(day([book('10:00:00', mid(1))], { bars: [] })))
    const quality = tally.result({ ...noCounts(), barDaysWithoutBooks: 2 })
    expect(quality).toMatchObject({
      days: 2,
      books: 5,
      booksOutsideSession: 1,
      // 09:40 to 15:55; and before and after the one book of the second day.
      bookGaps: 3,
      missingSides: 1,
      crossedQuotes: 1,
      barsOutsideSession: 1,
      missingBars: 400,
      daysWithoutBars: 1,
      barDaysWithoutBooks: 2,
    })
    const [used, passedOver] = qualityLines(quality)
    expect(used).toBe('data: 2 days (0 half), 5 books, 10 quotes, 381 bars')
    expect(passedOver).toContain('1 quotes with the bid above the ask')
    expect(passedOver).toContain('2 days with bars and no books, passed over')
  })
  test('is read from documents written before repeated and left out bars were counted', () => {
    const { repeatedBars, putBarsOutsideSession, putBarsWithoutSpot, ...before } = new QualityTally().result(noCounts())
    const read = dataQualitySchema.parse(before)
    expect(read).toEqual({ ...before, repeatedBars, putBarsOutsideSession, putBarsWithoutSpot })
  })
})
