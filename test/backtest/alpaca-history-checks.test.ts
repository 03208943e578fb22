import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { HistoryError } from '../../src/backtest/alpaca/history-error.ts'
import { historySource } from '../../src/backtest/alpaca/history-source.ts'
import { putSymbol } from '../../src/broker/occ.ts'
import { type PackedDay, unpackDay } from '../../src/replay/packed-day.ts'
import { type DataQuality, noCounts, QualityTally, qualityLines } from '../../src/replay/quality.ts'
import { sessionHours } from '../../src/strategy/exchange-calendar.ts'
import type { Bar } from '../../src/strategy/types.ts'
import { MINUTE_MS } from '../../src/time/units.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

const DATE = '2026-07-17'
const found = sessionHours(DATE)
if (found === null) throw new Error('expected a session')
const session = found
const MINUTES = 5

function bar(minute: number, c: number, more: Partial<Bar> = {}): Bar {
  return { t_ms: session.open_ms + minute * MINUTE_MS, o: c, h: c, l: c, c, ...more }
}
const SPY = Array.from({ length: MINUTES }, (_, minute) => bar(minute, 600.2))
const PUT = Array.from({ length: MINUTES }, (_, minute) => bar(minute, 1.2))

/** A source of one day whose SPY bars and bars of the put at 601 are these, with a folder for what it keeps. */
function sourceOf(spy: readonly Bar[], put: readonly Bar[], folder = mkdtempSync(join(tmpdir(), 'phase4d-checks-'))) {
  folders.push(folder)
  let asked = 0
  const reads = {
    spyBars: async () => {
      asked++
      return spy
    },
    putBars: async () => new Map([[putSymbol(DATE, 601), put]]),
  }
  const cache = { folder, unique: '1', say: () => undefined }
  const now_ms = Date.parse('2026-07-20T14:00:00Z')
  const source = historySource({ from: DATE, to: DATE, reads, feed: 'iex', isSimulated: false, cache, now_ms })
  const load = async (): Promise<{ days: PackedDay[]; quality: DataQuality }> => {
    const days: PackedDay[] = []
    const [counts, tally] = [noCounts(), new QualityTally()]
    for await (const day of source.days(counts)) {
      days.push(day)
      tally.add(day)
    }
    return { days, quality: tally.result(counts) }
  }
  return { load, folder, asked: () => asked }
}

const keptIn = (folder: string): string[] => readdirSync(folder, { recursive: true }).map(String)

async function refusal(spy: readonly Bar[], put: readonly Bar[]): Promise<string> {
  const { load, folder } = sourceOf(spy, put)
  const error: unknown = await load().catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(HistoryError)
  expect(keptIn(folder)).toEqual([])
  return error instanceof HistoryError ? error.message : ''
}

describe("a day of Alpaca's history", () => {
  test('counts a bar that came twice alike once, and tells it', async () => {
    const { days, quality } = await sourceOf([...SPY, bar(1, 600.2)], [bar(3, 1.2), ...PUT]).load()
    const clean = await sourceOf(SPY, PUT).load()
    expect(days).toEqual(clean.days)
    expect(clean.quality).toMatchObject({ barRows: 5, quoteRows: 5, repeatedBars: 0 })
    expect(quality).toMatchObject({ books: 5, quotes: 5, bars: 5, barRows: 6, quoteRows: 6, repeatedBars: 2 })
    expect(qualityLines(quality).join()).toContain('2 bars that came again alike, counted once')
    expect(qualityLines(clean.quality).join()).not.toContain('again')
  })

  test('counts what it leaves out: bars outside the session, and bars of puts without one of SPY', async () => {
    const after = session.close_ms - session.open_ms
    const close = after / MINUTE_MS
    const spy = [bar(-1, 300), ...SPY.filter((_, minute) => minute !== 2), bar(close, 600.2)]
    const { days, quality } = await sourceOf(spy, [bar(-1, 1.2), ...PUT, bar(close, 1.2), bar(close + 1, 1.2)]).load()
    expect(quality).toMatchObject({
      books: 4,
      booksOutsideSession: 0,
      bars: 6,
      barsOutsideSession: 2,
      putBarsOutsideSession: 3,
      putBarsWithoutSpot: 1,
      quoteRows: 8,
    })
    expect(days.flatMap((day) => unpackDay(day).books.map(({ time }) => time))).toEqual([
      '09:31:00',
      '09:32:00',
      '09:34:00',
      '09:35:00',
    ])
    const shown = qualityLines(quality).join()
    expect(shown).toContain('2 bars outside the session, not used')
    expect(shown).toContain('3 bars of puts outside the session, not used')
    expect(shown).toContain('1 bars of puts in minutes without a SPY bar, not used')
  })

  test('tells the same of a day that it kept as of one that it read', async () => {
    const first = sourceOf([...SPY, bar(1, 600.2), bar(-1, 600)], [...PUT, bar(9, 1.2), bar(-1, 1.2)])
    const read = await first.load()
    const second = sourceOf([], [], first.folder)
    expect(await second.load()).toEqual(read)
    expect(second.asked()).toBe(0)
    expect(read.quality).toMatchObject({ repeatedBars: 1, putBarsWithoutSpot: 1, putBarsOutsideSession: 1 })
  })

  test('is refused with symbol, minute and reason where one minute has two different bars', async () => {
    const spy = await refusal([...SPY, bar(2, 600.3)], PUT)
    expect(spy).toMatch(
      /^2026-07-17 cannot be used: SPY at 09:32:00: expected one bar a minute, got 600.2,.* and 600.3,.*run it again/,
    )
    const put = await refusal(SPY, [...PUT, bar(4, 1.2, { l: 1.1 })])
    expect(put).toContain(`${putSymbol(DATE, 601)} at 09:34:00: expected one bar a minute`)
  })

  test.each([
    ['a negative price', { o: -5, h: -5, l: -5, c: -5 }, 'expected open, high, low and close above 0, got -5,-5,-5,-5'],
    ['a price of nothing', { l: 0 }, 'expected open, high, low and close above 0'],
    ['a high below the close', { h: 0.5 }, 'expected low ≤ open, close ≤ high'],
    ['a low above the open', { o: 0.5 }, 'expected low ≤ open, close ≤ high'],
    ['a start within a minute', { t_ms: session.open_ms + 90_500 }, 'expected a bar to start on a whole minute'],
  ])('is refused for %s, of SPY and of a put', async (_, wrong, reason) => {
    const time = 't_ms' in wrong ? '09:31:30' : '09:31:00'
    const others = (bars: readonly Bar[]): Bar[] => bars.filter((_, minute) => minute !== 1)
    expect(await refusal([...others(SPY), bar(1, 600.2, wrong)], PUT)).toContain(`SPY at ${time}: ${reason}`)
    const put = await refusal(SPY, [...others(PUT), bar(1, 1.2, wrong)])
    expect(put).toContain(`${putSymbol(DATE, 601)} at ${time}: ${reason}`)
  })

  test('is refused for a price that SPY cannot have had, and not searched for strikes by the million', async () => {
    expect(await refusal([...SPY, bar(7, 6_002_000)], PUT)).toContain('SPY at 09:37:00: expected prices of 300.1 to')
    expect(await refusal([...SPY, bar(7, 600, { l: 0.01 })], PUT)).toContain('SPY at 09:37:00: expected prices of')
    expect(await refusal([bar(0, 1e9), bar(1, 1e9)], PUT)).toContain('SPY at 09:30:00: expected prices of')
  })

  test('that was refused is asked for again, and used once it is right', async () => {
    const wrong = sourceOf([...SPY, bar(2, 600.3)], PUT)
    await expect(wrong.load()).rejects.toThrow(HistoryError)
    const right = sourceOf(SPY, PUT, wrong.folder)
    expect((await right.load()).days).toHaveLength(1)
    expect(right.asked()).toBe(1)
    expect(keptIn(wrong.folder).filter((name) => name.endsWith('.days'))).toHaveLength(1)
  })
})
