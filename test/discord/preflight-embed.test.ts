import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { preflightEmbed } from '../../src/discord/views/preflight-embed.ts'
import { CHECK_IDS, type CheckLine, fail, pass, reportOf, warn } from '../../src/preflight/line.ts'
import { reportText } from '../../src/preflight/text.ts'
import { problemsOf } from '../support/message-limits.ts'

const ABOUT = { account: '25k', source: { kind: 'SIM', label: '7' } } as const
const OLIVIA = { id: '1', name: 'Olivia', via: 'discord' } as const

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 400 }),
  fc.constantFrom('', '*'.repeat(9_000), `${'x '.repeat(3_000)}`, '😀'.repeat(2_000), '\n\n\n'),
)
const lines: fc.Arbitrary<CheckLine> = fc.record({
  id: fc.constantFrom(...CHECK_IDS),
  status: fc.constantFrom('pass', 'warn', 'fail'),
  found: text,
  advice: text,
  numbers: fc.constant({}),
})

describe('a preflight as an embed', () => {
  it("prop_preflight_within_limits: it stays inside Discord's limits, whatever was found", () => {
    const reports = fc.record({ checks: fc.array(lines, { maxLength: 60 }), name: text, label: text })
    fc.assert(
      fc.property(reports, ({ checks, name, label }) => {
        const report = reportOf({ account: '25k', source: { kind: 'PAPER', label } }, checks, CHECK_IDS)
        expect(problemsOf([preflightEmbed(report, { ...OLIVIA, name })])).toEqual([])
        expect(reportText(report)).toContain('Preflight 25k')
      }),
    )
  })

  it('shows what failed first, with what to do, then warnings, and what passed in a line each', () => {
    const checks = [
      pass('keys', 'paper key'),
      warn('redis_version', 'Redis 6.0', 'Install Redis 7.'),
      fail('buying_power', 'needs $12,500.00, has $400.00', 'Raise the balance.', { needed: '12500.00' }),
    ]
    const made = preflightEmbed(reportOf(ABOUT, checks, ['keys', 'bars']), OLIVIA)
    expect(made.title).toBe('⛔ Preflight 25k: 1 failed, 1 warning, 1 passed, 1 not checked')
    expect(made.description).toBe(
      [
        '❌ **Buying power**: needs $12,500.00, has $400.00\n→ Raise the balance.',
        '⚠️ **Redis version**: Redis 6.0\n→ Install Redis 7.',
      ].join('\n'),
    )
    expect(made.fields).toEqual([
      { name: 'Broker and account', value: '✅ Keys: paper key', inline: false },
      { name: 'Not checked', value: 'One-minute bars', inline: false },
    ])
    expect(made.footer?.text).toBe('SIM seed 7 · 25k · asked for by Olivia')
  })

  it('says how many problems it has no room for', () => {
    const checks = CHECK_IDS.map((id) => fail(id, 'x'.repeat(300), 'y'.repeat(300)))
    const made = preflightEmbed(reportOf(ABOUT, checks, []), OLIVIA)
    expect(made.description).toMatch(/… and \d+ more: `npm run -s phase4d -- validate` shows all/)
  })

  it('cuts a long line between words, and none where all of them fit', () => {
    const words = 'closes 16:00; half days ahead: '.concat('Fri 27 Nov 2026 (13:00), '.repeat(4))
    const few = preflightEmbed(reportOf(ABOUT, [pass('market_hours', words)], []), OLIVIA)
    expect(few.fields?.[0]?.value).toContain(words.trim())
    const many = CHECK_IDS.map((id) => pass(id, words))
    const lines =
      preflightEmbed(reportOf(ABOUT, many, []), OLIVIA).fields?.flatMap(({ value }) => value.split('\n')) ?? []
    expect(lines).toHaveLength(CHECK_IDS.length)
    for (const line of lines) expect(line).toMatch(/ (Fri|27|Nov|2026|\(13:00\),)…$/)
  })

  it('is green where everything passed, and shows all of it', () => {
    const checks = CHECK_IDS.map((id) => pass(id, 'f'.repeat(80)))
    const made = preflightEmbed(reportOf(ABOUT, checks, CHECK_IDS), OLIVIA)
    expect(made.title).toBe(`✅ Preflight 25k: ${CHECK_IDS.length} passed`)
    expect(made.fields?.map(({ value }) => value.split('\n').length)).toEqual([8, 5, 5, 7])
    expect(problemsOf([made])).toEqual([])
  })
})
