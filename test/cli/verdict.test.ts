import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterAll, describe, expect, test } from 'vitest'
import { runVerdict, type VerdictOptions } from '../../src/cli/verdict.ts'
import { runVerdictRates } from '../../src/cli/verdict-rates.ts'
import { NO_CHECKS } from '../../src/report/day/checks-schema.ts'
import type { DeskReader } from '../../src/report/views.ts'
import { PROFILES } from '../../src/strategy/profiles.ts'
import { DEFAULT_LIMITS } from '../../src/strategy/rules.ts'
import type { ProfileName } from '../../src/strategy/types.ts'
import { MadeFiles } from '../validation/audit-table.ts'
import { madeDays, PLAN } from '../validation/verdict-days.ts'

const files = new MadeFiles()
afterAll(() => files.remove())

const strategyFor = (name: ProfileName) => ({ profile: PROFILES[name], limits: DEFAULT_LIMITS, width: 5 })
const noReader = () => Promise.reject(new Error('no store is to be opened'))

async function collected(work: (out: PassThrough, err: PassThrough) => Promise<number> | number) {
  const out = new PassThrough().setEncoding('utf8')
  const err = new PassThrough().setEncoding('utf8')
  const status = await work(out, err)
  out.end()
  err.end()
  return { status, out: (await out.toArray()).join(''), err: (await err.toArray()).join('') }
}

const run = (options: VerdictOptions, openReader: Parameters<typeof runVerdict>[1]['openReader'] = noReader) =>
  collected((out, err) =>
    runVerdict(options, { out, err, strategyFor, optionFeed: 'indicative', now_ms: 0, openReader }),
  )

const cents = Array.from({ length: 30 }, (_, index) => (index % 3 === 0 ? -110_000 : 80_000))
const lines = madeDays(cents).map((day) => JSON.stringify(day))
const days = files.write('days.jsonl', lines)

describe('the verdict command', () => {
  test('reads days from a file and prints the word with its figures', async () => {
    const { status, out } = await run({ days })
    expect(status).toBe(0)
    expect(out).toMatch(/^INSUFFICIENT {3}PAPER PA1 · 25k/)
    expect(out).toContain('30 trading days, 2025-01-02 to')
  })

  test('with --json prints one document, the same again for the same days', async () => {
    const first = await run({ days, json: true })
    expect(JSON.parse(first.out)).toMatchObject({
      schema: 'phase4d.verdict/1',
      word: 'INSUFFICIENT',
      counts: { days: 30 },
    })
    expect((await run({ days, json: true })).out).toBe(first.out)
  })

  test('refuses a field it does not know: misspelt, it would be left out unseen', async () => {
    const [first = '', ...more] = lines
    const file = files.write('misspelt.jsonl', [...more, first.replace('"trades"', '"tradess"')])
    await expect(run({ days: file })).rejects.toThrow(/:30: tradess: expected one of date, accountId/)
  })

  test('a day of a file whose session never ended is not left out of it', async () => {
    const open = { ...madeDays([...cents, null]).at(-1), ended: false }
    const file = files.write('never-ended.jsonl', [...lines, JSON.stringify(open)])
    const counts = async (path: string) => JSON.parse((await run({ days: path, json: true })).out).counts
    const before = await counts(days)
    expect(await counts(file)).toMatchObject({ days: before.days + 1, incomplete: before.incomplete + 1 })
  })

  test('draws a chart of the bounds where asked to', async () => {
    const chart = join(files.folder, 'verdict.png')
    expect((await run({ days, chart })).status).toBe(0)
    expect(readFileSync(chart).subarray(1, 4).toString()).toBe('PNG')
    await expect(run({ days, chart: join(files.folder, 'no', 'folder.png') })).rejects.toThrow(
      /expected a place to write to/,
    )
  })

  test('paper goes before made-up days, which are asked for by name', async () => {
    const sim = madeDays(cents, { source: { kind: 'SIM', label: '7' }, accountId: 'SIM1' })
    const both = files.write('both.jsonl', [...lines, ...sim.map((day) => JSON.stringify(day))])
    expect((await run({ days: both })).out).toContain('PAPER PA1')
    expect((await run({ days: both, source: 'SIM' })).out).toContain('SIM seed 7')
    expect(await run({ days, source: 'REPLAY' })).toMatchObject({ status: 1, out: '' })
  })

  test('every campaign before counts as a variant', async () => {
    const changed = madeDays(cents).map((day, index) =>
      index < 12 ? { ...day, plan: { ...PLAN, configHash: 'c' } } : day,
    )
    const file = files.write(
      'changed.jsonl',
      changed.map((day) => JSON.stringify(day)),
    )
    const document = JSON.parse((await run({ days: file, variants: '20', json: true })).out)
    expect(document).toMatchObject({ registration: { variants: 21 }, campaign: { number: 2 }, counts: { days: 18 } })
  })

  test('refuses bad days with the line, and bad options', async () => {
    const bad = files.write('bad.jsonl', [lines[0] ?? '', '{"date":"2026-02-30"}'])
    await expect(run({ days: bad })).rejects.toThrow(/bad\.jsonl:2: date: expected a date/)
    await expect(run({ days: files.write('text.jsonl', ['no json']) })).rejects.toThrow(
      /text\.jsonl:1: expected a JSON object/,
    )
    await expect(run({ days: files.write('twice.jsonl', [lines[0] ?? '', lines[0] ?? '']) })).rejects.toThrow(
      /each date once/,
    )
    const closed = (lines[0] ?? '').replace(/"date":"[^"]*"/, '"date":"2026-01-03"')
    await expect(run({ days: files.write('closed.jsonl', [lines[0] ?? '', closed]) })).rejects.toThrow(
      /closed\.jsonl:2: date: expected a trading day, the exchange is closed on 2026-01-03/,
    )
    await expect(run({ days: 'no-such.jsonl' })).rejects.toThrow(/ENOENT/)
    expect(await run({ days, variants: '0' })).toMatchObject({ status: 2 })
  })

  test('reads ended days from the store, and says when there are none', async () => {
    const report = { checks: NO_CHECKS, accountId: 'PA1', source: { kind: 'PAPER', label: 'PA1' }, plan: PLAN }
    const reader = {
      accounts: async () => [{ accountId: 'PA1', profile: '25k', source: report.source, armed: true }],
      dates: async () => ['2026-07-17', '2026-07-16'],
      journal: async (_account: string, date: string) =>
        date === '2026-07-16'
          ? [{ date, event: { type: 'engine_alert', code: 'late', message: '', critical: true } }]
          : [],
      lookaheads: async () => [],
      document: async (_account: string, date: string) => ({
        ...report,
        date,
        final: date === '2026-07-16',
        status: 'traded',
        netPnlCents: 1500,
        rulePnlCents: 1400,
        trades: [{ netPnlCents: 1500, reason: 'profit_target' }],
      }),
    } as unknown as DeskReader
    let closed = 0
    const open = async () => ({ reader, close: () => closed++ })
    const { out } = await run({ json: true }, open)
    expect(JSON.parse(out)).toMatchObject({ counts: { days: 1, withEntry: 1 }, winRate: { successes: 1, trials: 1 } })
    expect(JSON.parse(out).criteria[0]).toMatchObject({
      state: 'not_met',
      evidence: expect.stringContaining('2026-07-16: late'),
    })
    expect(await run({ account: '2k' }, open)).toMatchObject({
      status: 1,
      err: expect.stringContaining('no day has ended'),
    })
    const none = await run({ account: '2k', json: true }, open)
    expect(none.status).toBe(1)
    expect(JSON.parse(none.out)).toEqual({
      ok: false,
      refusal: { code: 'no_data', message: expect.stringContaining('no day has ended'), numbers: {} },
    })
    expect(closed).toBe(3)
  })
})

describe('the simulation of error rates', () => {
  test('prints a row a kind of days, the same again for the same seed', async () => {
    const simulate = (seed: string) =>
      collected((out, err) =>
        runVerdictRates({ streams: '100', horizon: '60', seed, json: true }, { out, err, strategyFor }),
      )
    const first = await simulate('a')
    expect(JSON.parse(first.out).streamsOf.map(({ name }: { name: string }) => name)).toEqual([
      'normal',
      'heavy',
      'short put',
      'clustered',
      'streaky',
      'crash',
    ])
    expect((await simulate('a')).out).toBe(first.out)
    expect((await simulate('b')).out).not.toBe(first.out)
  })

  test('refuses options that make no sense', async () => {
    const refused = await collected((out, err) => runVerdictRates({ streams: 'many' }, { out, err, strategyFor }))
    expect(refused).toMatchObject({ status: 2, out: '', err: expect.stringContaining('--streams') })
  })
})
