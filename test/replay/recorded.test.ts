import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DataFileError, PROBLEMS_LISTED_MAX } from '../../src/replay/data-file.ts'
import { loadRecordedDays, type RecordedDay } from '../../src/replay/recorded.ts'

let folder = ''
let count = 0
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'phase4d-recorded-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function file(content: string | Buffer, name = '.csv'): string {
  const path = join(folder, `${++count}${name}`)
  writeFileSync(path, content)
  return path
}

const QUOTES = [
  'date,time,spot,strike,bid,ask,volume',
  '2026-07-17,09:34:11,741.17,740.0,0.5,0.52,7',
  '2026-07-17,09:34:11,741.17,741.0,0.0,0.01,7',
  '2026-07-17,09:39:11,741.3,740.0,0.6,,7',
  '2026-07-20,09:34:11,745,744.0,1,1.1,7',
]
const BARS = [
  'date,time,open,high,low,close',
  '2026-07-16,09:30,740,741,739,740.5',
  '2026-07-17,09:30,741,742,740,741.5',
  '2026-07-17,09:32,741.5,742,740,741.5',
]

const lines = (rows: readonly string[]): string => `${rows.join('\n')}\n`

/** The rows with one of them replaced; line 1 is the header. */
const withLine = (rows: readonly string[], line: number, text: string): string[] =>
  rows.map((row, index) => (index === line - 1 ? text : row))

const load = (quotes: readonly string[], bars: readonly string[] = BARS, range = {}): Promise<RecordedDay[]> =>
  loadRecordedDays(file(lines(quotes)), file(lines(bars)), range)

async function problemsOf(promise: Promise<unknown>): Promise<readonly { line: number | null; reason: string }[]> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  )
  if (!(error instanceof DataFileError)) throw new Error(`expected a DataFileError, got ${String(error)}`)
  return error.problems
}

describe('recorded days', () => {
  test('are read with their books, bars and hours', async () => {
    const [first, second] = await load(QUOTES)
    expect(first).toEqual({
      date: '2026-07-17',
      session: {
        date: '2026-07-17',
        open_ms: Date.parse('2026-07-17T09:30:00-04:00'),
        close_ms: Date.parse('2026-07-17T16:00:00-04:00'),
      },
      bars: [
        { t_ms: Date.parse('2026-07-17T09:30:00-04:00'), o: 741, h: 742, l: 740, c: 741.5 },
        { t_ms: Date.parse('2026-07-17T09:32:00-04:00'), o: 741.5, h: 742, l: 740, c: 741.5 },
      ],
      books: [
        {
          t_ms: Date.parse('2026-07-17T09:34:11-04:00'),
          time: '09:34:11',
          spot: 741.17,
          rows: [
            { strike: 740, bid: 0.5, ask: 0.52 },
            { strike: 741, bid: 0, ask: 0.01 },
          ],
        },
        {
          t_ms: Date.parse('2026-07-17T09:39:11-04:00'),
          time: '09:39:11',
          spot: 741.3,
          rows: [{ strike: 740, bid: 0.6, ask: null }],
        },
      ],
    })
    expect(second).toMatchObject({ date: '2026-07-20', bars: [] })
  })

  test('are the same from gzip, with Windows line ends, a byte order mark, other columns and no last line end', async () => {
    const plain = await load(QUOTES)
    const reordered = QUOTES.map((row) => {
      const [date, time, spot, strike, bid, ask] = row.split(',')
      return [ask, bid, 'x', strike, spot, time, date].join(',')
    })
    const quotes = file(gzipSync(`\uFEFF${reordered.join('\r\n')}`), '.csv.gz')
    expect(await loadRecordedDays(quotes, file(gzipSync(lines(BARS)), '.gz'))).toEqual(plain)
  })

  test('both ends of a range are included', async () => {
    const dates = async (range: object) => (await load(QUOTES, BARS, range)).map(({ date }) => date)
    expect(await dates({ from: '2026-07-17', to: '2026-07-17' })).toEqual(['2026-07-17'])
    expect(await dates({ from: '2026-07-18' })).toEqual(['2026-07-20'])
    expect(await dates({ from: '2026-07-21' })).toEqual([])
  })

  test('the hours follow half days and daylight saving', async () => {
    const quotes = [QUOTES[0] ?? '', '2026-10-30,10:00:00,741,740,1,2,0', '2026-11-27,10:00:00,741,740,1,2,0']
    const [summer, half] = await load(quotes)
    expect(summer?.books[0]?.t_ms).toBe(Date.parse('2026-10-30T14:00:00Z'))
    expect(half?.books[0]?.t_ms).toBe(Date.parse('2026-11-27T15:00:00Z'))
    expect(half?.session.close_ms).toBe(Date.parse('2026-11-27T18:00:00Z'))
  })

  test.each([
    ['too few fields', 3, '2026-07-17,09:34:11,741.17,741.0', /expected 7 fields, got 4/],
    ['no time', 3, '2026-07-17,9:34,741.17,741.0,1,2,7', /expected a time HH:MM:SS, got "9:34"/],
    ['no date', 2, 'soon,09:34:11,741.17,741.0,1,2,7', /expected a date YYYY-MM-DD, got "soon"/],
    ['a Saturday', 5, '2026-07-18,09:34:11,741.17,741.0,1,2,7', /the exchange is closed on 2026-07-18/],
    ['an earlier date', 5, '2026-07-16,09:34:11,741.17,741.0,1,2,7', /sorted by date, got 2026-07-16 after 2026-07-17/],
    ['an earlier time', 4, '2026-07-17,09:33:11,741.17,741.0,1,2,7', /sorted by time, got 09:33:11 after 09:34:11/],
    ['a strike twice', 3, '2026-07-17,09:34:11,741.17,740,1,2,7', /got 740 again at 09:34:11/],
    ['another spot', 3, '2026-07-17,09:34:11,741.18,741,1,2,7', /expected one spot a book/],
    ['no spot', 5, '2026-07-20,09:34:11,0,741,1,2,7', /expected a spot above 0/],
    ['a negative bid', 3, '2026-07-17,09:34:11,741.17,741,-1,2,7', /expected a bid of 0 or more, got "-1"/],
    ['a word for an ask', 3, '2026-07-17,09:34:11,741.17,741,1,nan,7', /expected an ask of 0 or more, got "nan"/],
    ['no strike', 3, '2026-07-17,09:34:11,741.17,,1,2,7', /expected a strike above 0/],
  ])('a quotes row with %s is refused with its line and the reason', async (_name, line, text, reason) => {
    const problems = await problemsOf(load(withLine(QUOTES, line, text)))
    expect(problems[0]).toMatchObject({ line, reason: expect.stringMatching(reason) })
  })

  test.each([
    ['a minute twice', 4, '2026-07-17,09:30,741.5,742,740,741.5', /expected one bar a minute, got 09:30 again/],
    ['an earlier minute', 4, '2026-07-17,09:29,741.5,742,740,741.5', /sorted by time/],
    ['half a minute', 4, '2026-07-17,09:32:30,741.5,742,740,741.5', /start on a whole minute/],
    ['a high below the close', 4, '2026-07-17,09:32,741.5,741,740,741.5', /expected low ≤ open, close ≤ high/],
    ['a price of 0', 4, '2026-07-17,09:32,741.5,742,0,741.5', /above 0/],
  ])('a bars row with %s is refused with its line and the reason', async (_name, line, text, reason) => {
    const problems = await problemsOf(load(QUOTES, withLine(BARS, line, text)))
    expect(problems).toEqual([{ line, reason: expect.stringMatching(reason) }])
  })

  test('the error names the file, and every line of it', async () => {
    const quotes = file(lines(withLine(withLine(QUOTES, 3, 'x'), 5, '2026-07-20,09:34:11,0,741,1,2,7')))
    await expect(loadRecordedDays(quotes, file(lines(BARS)))).rejects.toThrow(
      `${quotes}:3: expected 7 fields, got 1\n${quotes}:5: expected a spot above 0, got "0"`,
    )
  })

  test('a file full of nonsense is given up after a bounded number of problems', async () => {
    const problems = await problemsOf(load([QUOTES[0] ?? '', ...Array.from({ length: 500 }, () => 'x')]))
    expect(problems).toHaveLength(PROBLEMS_LISTED_MAX)
  })

  test.each([
    ['is not there', () => join(folder, 'none.csv'), /expected a file, found none/],
    ['is a folder', () => folder, /expected a file, got a folder/],
    ['is empty', () => file(''), /the file is empty/],
    ['lacks a column', () => file('date,time,spot,strike,bid\n'), /the header lacks ask/],
    ['is no gzip', () => file(lines(QUOTES), '.gz'), /expected gzip data/],
    ['is cut off', () => file(gzipSync(lines(QUOTES)).subarray(0, 60), '.gz'), /truncated/],
    ['has no lines', () => file(Buffer.alloc(600_000, 'x')), /expected lines of text/],
  ])('a file that %s is refused with the reason', async (_name, path, reason) => {
    const problems = await problemsOf(loadRecordedDays(path(), file(lines(BARS))))
    expect(problems[0]?.reason).toMatch(reason)
  })
})
