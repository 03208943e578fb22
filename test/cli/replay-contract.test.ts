/** What scripts read of `replay --json`, field by field, on recorded days. */
import { PassThrough } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { runReplay } from '../../src/cli/replay.ts'
import { PROFILES } from '../../src/strategy/profiles.ts'
import { DEFAULT_LIMITS } from '../../src/strategy/rules.ts'
import { EXIT_REASONS, SKIP_REASONS } from '../../src/strategy/types.ts'
import { ABSENT, recordedFiles } from '../support/shared-data.ts'

const files = recordedFiles()

const count = z.int().min(0)
const time = z.string().regex(/^\d{2}:\d{2}:\d{2}$/)
const dollars = z.number().refine((value) => Math.abs(value * 100 - Math.round(value * 100)) < 1e-6, {
  error: 'expected whole cents',
})
const costs = z.strictObject({ commission: dollars, spread: dollars, slippage: dollars, total: dollars })

const daySchema = (structure: string) => {
  const own = structure === 'put_spread' ? { hedgeStrike: z.number() } : {}
  const entry = z.strictObject({ time, strike: z.number(), ...own, mid: z.number(), fill: z.number(), costs })
  const exit = z.strictObject({ time, reason: z.enum(EXIT_REASONS), mid: z.number(), fill: z.number() })
  const head = { date: z.iso.date(), skips: z.partialRecord(z.enum(SKIP_REASONS), count.min(1)) }
  return z.discriminatedUnion('status', [
    z.strictObject({ ...head, status: z.literal('traded'), entry, exit, rulePnl: dollars, netPnl: dollars }),
    z.strictObject({
      ...head,
      status: z.literal('no_trade'),
      ...{ entry: z.null(), exit: z.null(), rulePnl: z.literal(0), netPnl: z.literal(0) },
    }),
    z.strictObject({
      ...head,
      status: z.literal('incomplete'),
      ...{ entry, exit: z.null(), rulePnl: z.null(), netPnl: z.null() },
    }),
  ])
}

const summarySchema = z.strictObject({
  summary: z.strictObject({
    profile: z.enum(['2k', '25k']),
    structure: z.enum(['short_put', 'put_spread']),
    ...{ days: count, entries: count, closed: count, incomplete: count, noTrade: count, wins: count, losses: count },
    netPnl: dollars,
    rulePnl: dollars,
    winRate: z.number().min(0).max(1),
    executionRate: z.number().min(0).max(1),
  }),
})

const cents = (values: readonly (number | null)[]): number =>
  values.reduce((sum: number, value) => sum + Math.round((value ?? 0) * 100), 0)

/** The sums that the recorded days' own description states, dollars. */
const REFERENCE = [
  ['25k', 'short_put', 3, -6740, -8427.48],
  ['2k', 'short_put', 5, -625.2, -719.87],
  ['25k', 'put_spread', 3, -7130, -7781.79],
  ['2k', 'put_spread', 7, -64.4, -92.24],
] as const

describe.skipIf(files === null)(`replay --json on the recorded days ${files === null ? ABSENT : ''}`, () => {
  test.each(REFERENCE)(
    '%s %s: every line is as agreed, and the summary is that of its lines, to the cent',
    async (...of) => {
      const [profile, structure, wins, netPnl, rulePnl] = of
      const { quotes, bars } = files ?? { quotes: '', bars: '' }
      const out = new PassThrough().setEncoding('utf8')
      const strategyFor = () => ({ profile: PROFILES[profile], limits: DEFAULT_LIMITS, width: 5 })
      const context = { out, err: new PassThrough(), strategyFor }
      expect(await runReplay({ quotes, bars, profile, structure, json: true }, context)).toBe(0)
      out.end()
      const lines: unknown[] = (await out.toArray())
        .join('')
        .trimEnd()
        .split('\n')
        .map((text) => JSON.parse(text))
      const { summary } = summarySchema.parse(lines.pop())
      const days = lines.map((line) => daySchema(structure).parse(line))
      expect(days.map(({ date }) => date)).toEqual(days.map(({ date }) => date).toSorted())
      const daysThat = (status: string) => days.filter((day) => day.status === status)
      const closed = daysThat('traded')
      const won = closed.filter((day) => (day.netPnl ?? 0) > 0).length
      expect(summary).toEqual({
        ...{ profile, structure, days: 15, entries: 13, closed: 12, incomplete: 1, noTrade: 2 },
        ...{ wins, losses: 12 - wins, netPnl, rulePnl, winRate: wins / 12, executionRate: 13 / 15 },
      })
      expect([closed.length, daysThat('incomplete').length, daysThat('no_trade').length, won]).toEqual([12, 1, 2, wins])
      expect(cents(days.map((day) => day.netPnl))).toBe(Math.round(netPnl * 100))
      expect(cents(days.map((day) => day.rulePnl))).toBe(Math.round(rulePnl * 100))
    },
  )
})
