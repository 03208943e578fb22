import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ReplayOptions, runReplay } from '../../src/cli/replay.ts'
import { PROFILES } from '../../src/strategy/profiles.ts'
import { DEFAULT_LIMITS } from '../../src/strategy/rules.ts'
import type { ProfileName } from '../../src/strategy/types.ts'

const strategyFor = (name: ProfileName) => ({ profile: PROFILES[name], limits: DEFAULT_LIMITS, width: 5 })

let folder = ''
let quotes = ''
let bars = ''

/** Three days: one that wins, one without a trade, one left open. */
function writeDays(): void {
  const bookRows = (date: string, time: string, bid: number, ask: number) => [
    `${date},${time},600.2,596,0.1,0.12`,
    `${date},${time},600.2,601,${bid},${ask}`,
  ]
  const quoteRows = [
    ...bookRows('2026-07-15', '09:50:00', 1.19, 1.21),
    ...bookRows('2026-07-15', '10:00:00', 0.39, 0.41),
    ...bookRows('2026-07-16', '09:50:00', 2.99, 3.01),
    ...bookRows('2026-07-17', '09:50:00', 1.19, 1.21),
  ]
  const barRows = ['2026-07-15', '2026-07-16', '2026-07-17'].flatMap((date) =>
    Array.from(
      { length: 20 },
      (_, index) => `${date},09:${30 + index},600,600.1,599.9,${index % 2 === 0 ? 600 : 600.05}`,
    ),
  )
  writeFileSync(quotes, ['date,time,spot,strike,bid,ask', ...quoteRows, ''].join('\n'))
  writeFileSync(bars, ['date,time,open,high,low,close', ...barRows, ''].join('\n'))
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'phase4d-replay-'))
  quotes = join(folder, 'quotes.csv')
  bars = join(folder, 'bars.csv')
  writeDays()
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function run(options: ReplayOptions): Promise<{ status: number; out: string; err: string }> {
  const out = new PassThrough().setEncoding('utf8')
  const err = new PassThrough().setEncoding('utf8')
  const status = await runReplay(options, { out, err, strategyFor })
  out.end()
  err.end()
  return { status, out: (await out.toArray()).join(''), err: (await err.toArray()).join('') }
}

describe('the replay command', () => {
  test('with --json prints one line a day and then the summary, and nothing else', async () => {
    const { status, out, err } = await run({ quotes, bars, json: true })
    expect(status).toBe(0)
    expect(err).toBe(
      'data: 3 days (0 half), 4 books, 8 quotes, 60 bars\n' +
        'data: 1110 minutes without a bar, 6 gaps of more than 10 minutes between books\n',
    )
    expect(out).toBe(
      `${[
        '{"date":"2026-07-15","status":"traded","entry":{"time":"09:50:00","strike":601,"mid":1.2,"fill":1.19,"costs":' +
          '{"commission":16.25,"spread":105,"slippage":24,"total":145.25}},"exit":{"time":"10:00:00",' +
          '"reason":"profit_target","mid":0.4,"fill":0.41},"rulePnl":1854.75,"netPnl":1917.5,"skips":{}}',
        '{"date":"2026-07-16","status":"no_trade","entry":null,"exit":null,"rulePnl":0,"netPnl":0,"skips":{"premium_high":1}}',
        '{"date":"2026-07-17","status":"incomplete","entry":{"time":"09:50:00","strike":601,"mid":1.2,"fill":1.19,"costs":' +
          '{"commission":16.25,"spread":105,"slippage":24,"total":145.25}},"exit":null,"rulePnl":null,"netPnl":null,"skips":{}}',
        '{"summary":{"profile":"25k","structure":"short_put","days":3,"entries":2,"closed":1,"incomplete":1,"noTrade":1,' +
          '"wins":1,"losses":0,"netPnl":1917.5,"rulePnl":1854.75,"winRate":1,"executionRate":0.6666666666666666}}',
      ].join('\n')}\n`,
    )
  })

  test('a spread has its hedge beside the strike', async () => {
    const { out } = await run({ quotes, bars, json: true, structure: 'put_spread', profile: '2k', to: '2026-07-15' })
    const [day, last] = out
      .trimEnd()
      .split('\n')
      .map((text) => JSON.parse(text))
    expect(Object.keys(day.entry)).toEqual(['time', 'strike', 'hedgeStrike', 'mid', 'fill', 'costs'])
    expect(day.entry.hedgeStrike).toBe(596)
    expect(last.summary).toMatchObject({ profile: '2k', structure: 'put_spread', days: 1 })
  })

  test('without --json prints a table that a person reads', async () => {
    const { status, out } = await run({ quotes, bars, structure: 'put_spread' })
    expect(status).toBe(0)
    expect(out).toMatch(/2026-07-15 {2}traded +601\/596 {2}09:50:00/)
    expect(out).toMatch(/no_trade {2}premium_high ×1/)
    expect(out).toMatch(/25k put_spread: 3 days, 2 entries, 1 closed, 1 incomplete, 1 without a trade/)
  })

  test('the range is inclusive', async () => {
    const { out } = await run({ quotes, bars, json: true, from: '2026-07-16', to: '2026-07-17' })
    expect(out.trimEnd().split('\n')).toHaveLength(3)
  })

  test.each<[string, object, RegExp]>([
    ['no quotes file', { quotes: undefined }, /--quotes: expected a file/],
    ['a quotes file that is not there', { quotes: '/none.csv' }, /none\.csv: expected a file, found none/],
    ['a bars file that is not there', { bars: '/none.csv' }, /none\.csv: expected a file, found none/],
    ['a profile that is not there', { profile: '5k' }, /--profile: .*"2k"/],
    ['structure auto', { structure: 'auto' }, /--structure: .*"short_put"/],
    ['a width of 0', { width: '0' }, /--width/],
    ['a width that is no number', { width: 'wide' }, /--width: expected a number/],
    ['a date that does not exist', { from: '2026-02-30' }, /--from: expected a date/],
    ['a range backwards', { from: '2026-07-17', to: '2026-07-16' }, /--from: expected a date not after --to/],
    ['a range without days', { from: '2026-08-01' }, /no day from 2026-08-01 to its last/],
    ['files the wrong way round', { quotes: 'BARS' }, /the header lacks spot,strike,bid,ask/],
  ])('%s is bad usage: status 2, a reason, no output', async (_name, changes, reason) => {
    const options = { quotes, bars, json: true, ...changes }
    const { status, out, err } = await run(options.quotes === 'BARS' ? { ...options, quotes: bars } : options)
    expect(status).toBe(2)
    expect(out).toBe('')
    expect(err).toMatch(reason)
  })

  test('a corrupt row is bad input, even on the last day: nothing is printed', async () => {
    const corrupt = join(folder, 'corrupt.csv')
    writeFileSync(
      corrupt,
      'date,time,spot,strike,bid,ask\n2026-07-15,09:50:00,600,601,1,2\n2026-07-16,09:50:00,600,601,?,2\n',
    )
    const { status, out, err } = await run({ quotes: corrupt, bars, json: true })
    expect(status).toBe(2)
    expect(out).toBe('')
    expect(err).toBe(`${corrupt}:3: expected a bid of 0 or more, got "?"\n`)
  })
})
