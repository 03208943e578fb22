import { describe, expect, test } from 'vitest'
import type { Post } from '../../src/feed/post.ts'
import { render } from '../../src/feed/render/index.ts'
import { asDayReport } from '../../src/report/day/day-document.ts'
import type { DayDocument } from '../../src/report/day/schema.ts'
import type { EventOf, JournalEntry, JournalEvent } from '../../src/session/events.ts'
import { at, DAY_EVENTS, entryOf } from '../support/desk-samples.ts'
import { DOCUMENT } from '../support/journal-samples.ts'

const found = DAY_EVENTS.find((event): event is EventOf<'day_reported'> => event.type === 'day_reported')
if (found?.verdict == null) throw new Error('expected a report')
const DAY = { ...found, verdict: found.verdict }

function post(event: JournalEvent, document: DayDocument | null = DOCUMENT, over: Partial<JournalEntry> = {}): Post {
  const made = render(entryOf(event, 12, over), { nowWall_ms: 1_000_100, document })
  if (made === null) throw new Error(`expected a post for ${event.type}`)
  return made
}

const textOf = ({ embed }: Post): string =>
  [embed.title, embed.description, ...(embed.fields ?? []).map(({ name, value }) => `${name}\n${value}`)].join('\n')
const withRules = (rules: Partial<typeof DAY.rules>): string =>
  textOf(post({ ...DAY, rules: { ...DAY.rules, ...rules } }))

describe("the day's report", () => {
  test('tells what happened, with the chart', () => {
    const made = post(DAY)
    const text = textOf(made)
    expect(text).toContain("Day's report, Fri 17 Jul 2026: +$1,310.00")
    expect(text).toContain('Traded. Rule P&L +$1,310.27, broker P&L +$1,375.00.')
    expect(text).toContain('of +$341.77')
    expect(text).toContain('25 × 742P / 737P · $1.21 10:03:02 → $0.66 13:12:33 · **+$1,310.00** · profit target')
    expect(text).toContain('Entry decisions: 16, 3 minutes missed\nskipped: volatility estimate too high × 12')
    expect(text).toContain('🔴 concerning today · 🟡 acceptable over 12 days')
    expect(text).toContain('Configuration `c0ffee00c0ff` · 25 × $5 put spread')
    expect(made.chart).toEqual({ kind: 'day_pnl', report: asDayReport(DOCUMENT) })
    expect(made.embed.image?.url).toBe('attachment://day-pnl.png')
  })

  test('tells the light’s four conditions with their numbers, costs against the estimate, and execution', () => {
    expect(textOf(post(DAY))).toContain(
      [
        'The plan’s light: 🔴 concerning',
        '🔴 Daily P&L: +$1,310.00 against +$341.77: 283.3 % above, the plan allows ±25 %',
        '🟢 Execution rate: 100.0 %: an entry on 1 of 1 day',
        '🟢 Win rate: 100.0 %: 1 of 1 closed trades',
        '🟢 Risk limits: 0 breaches of a limit, 1 warning',
        'Costs',
        '$132.50 (4.3 % of premium), estimated $164.73; both with $32.50 of estimated commission',
        'spread $100.00 of $107.63 estimated · slippage $0.00 of $24.60; not proved by a made-up market',
        'Execution',
        '25 of 25 contracts ordered were filled, 38 min 4 s to fill (median), 1 in several parts',
        'past the touch $0.00 (0.00 % of premium), planned 0.8 %: not proved by a made-up market',
      ].join('\n'),
    )
  })

  test('has the whole report with it, as a file; without a report it says what the event alone tells', () => {
    const { file } = post(DAY)
    expect(file?.name).toBe('phase4d-sim-25k-2026-07-17.json')
    expect(JSON.parse(Buffer.from(file?.data ?? []).toString())).toEqual(JSON.parse(JSON.stringify(DOCUMENT)))
    const bare = post(DAY, null)
    expect(bare.file).toBeUndefined()
    expect(textOf(bare)).toContain('🔴 concerning today, P&L 283 % above the target · 🟡 acceptable over 12 days')
    expect(textOf(bare)).toContain('Does $341.77 a day still stand?')
    const message = 'x'.repeat(9_000_000)
    const large = post(DAY, { ...DOCUMENT, alerts: [{ at_ms: 0, code: 'x', message }] })
    expect(large.file).toBeUndefined()
    expect(textOf(large)).toContain('The report is too large to attach; `/report` shows it.')
  })

  test('a breach, a position left open, and numbers of any size are still told in full', () => {
    const { performance } = DOCUMENT
    const risk = `1 breach of a limit, 12 warnings: exactly one is yellow, none would be green and more red`
    const conditions = performance.light.conditions.map((one) =>
      one.name === 'risk' ? { ...one, evidence: risk } : one,
    )
    const document = { ...DOCUMENT, performance: { ...performance, light: { ...performance.light, conditions } } }
    expect(textOf(post(DAY, document))).toContain(`Risk limits: ${risk}\n`)
  })

  test('says whether it was by the rules: each of them, and in a word', () => {
    const text = textOf(post(DAY))
    expect(text).toContain(
      [
        'By the rules: with exceptions',
        '✅ 205 of 205 entry and exit decisions reproduced',
        '✅ Live − replay −\u2060$12.00',
        '✅ No breach of a limit',
        '✅ No order denied or refused',
        '✅ Nobody intervened',
        '✅ No limit changed for the day',
        '⚠️ 3 minutes missed of 19 minutes due',
        '✅ Books agree to $0.00, fill by fill',
      ].join('\n'),
    )
    expect(withRules({ minutesMissed: 0 })).toContain('By the rules: yes')
    expect(withRules({ minutesMissed: 0, parity: null, parityReason: 'no tape' })).toContain(
      'By the rules: not shown\n⬜ Decisions not run again: no tape',
    )
  })

  test('a decision that is not reproduced, a breach, books apart: not by the rules', () => {
    const parity = { reproduced: 204, decisions: 205, complete: true }
    expect(withRules({ parity })).toContain('By the rules: no\n❌ 204 of 205 entry and exit decisions reproduced')
    expect(withRules({ breaches: 1, stopsReached: 1, stopsObeyed: 1 })).toContain(
      'By the rules: no\n✅ 205 of 205 entry and exit decisions reproduced\n✅ Live − replay −\u2060$12.00\n❌ 1 breach; 1 of 1 stop reached closed for it',
    )
    expect(withRules({ booksDifferenceCents: 1_200 })).toContain('❌ Books +$12.00 apart')
    expect(withRules({ brokerDifferenceCents: -1 })).toContain('❌ Books −\u2060$0.01 apart')
    expect(withRules({ brokerDifferenceCents: 0 })).toContain('✅ Books agree to $0.00 and the broker')
  })

  test('money far from what the rules alone came to is no pass, though every decision was reproduced', () => {
    const far = withRules({ minutesMissed: 0, replayDifferenceCents: -577_500 })
    expect(far).toContain('By the rules: with exceptions\n✅ 205 of 205 entry and exit decisions reproduced\n')
    expect(far).toContain('\n⚠️ Live − replay −\u2060$5,775.00: `/report` says where it comes from\n')
    expect(withRules({ replayDifferenceCents: 577_500 })).toContain('\n⚠️ Live − replay +$5,775.00')
    // A quarter of the target of $341.77.
    expect(withRules({ replayDifferenceCents: -8_544 })).toContain('\n✅ Live − replay −\u2060$85.44\n')
    expect(withRules({ replayDifferenceCents: -8_545 })).toContain('\n⚠️ Live − replay −\u2060$85.45: ')
    expect(withRules({ minutesMissed: 0, replayDifferenceCents: null, replayReason: 'a hole' })).toContain(
      'By the rules: not shown\n✅ 205 of 205 entry and exit decisions reproduced\n⬜ Live − replay not known (a hole)\n',
    )
  })

  test('what people and broker did is named', () => {
    const olivia = { id: '1', name: 'olivia', via: 'discord' } as const
    const ben = { id: '2', name: 'ben*', via: 'discord' } as const
    const hand = { by: olivia, approver: null, at_ms: at('10:02'), limit: null }
    const text = withRules({
      ordersDenied: 2,
      ordersRefused: 1,
      minutesPaused: 10,
      booksTold: ['position_mismatch'],
      hands: [
        { ...hand, kind: 'paused' },
        { ...hand, kind: 'closed_elsewhere', by: null },
        { ...hand, kind: 'limit_raised', approver: ben, limit: { name: 'max_daily_loss', from: 1500, to: 2000 } },
      ],
    })
    expect(text).toContain('⚠️ 2 orders denied by the desk, 1 order refused by the broker')
    expect(text).toContain('⚠️ By hand: paused by olivia 10:02; closed outside the desk 10:02')
    expect(text).toContain(
      '⚠️ Limits of the day: raised loss limit of the day $1,500.00 → $2,000.00 by olivia and ben\\* 10:02',
    )
    expect(text).toContain('⚠️ 3 minutes missed, 10 paused of 19 minutes due')
    expect(text).toContain('⚠️ The broker showed otherwise: position mismatch')
  })

  test('says whether the number still stands, and what its source cannot say', () => {
    const text = textOf(post(DAY))
    expect(text).toContain(
      [
        'Does $341.77 a day still stand? INSUFFICIENT after 12 days',
        'SIM: this says nothing about paper or real money.',
        'Mean day +$212.10, between −\u2060$812.00 and +$1,204.00.',
        'Neither $0 nor the target of $341.77 is excluded.',
        '• CONSISTENT: a lower bound above $0 (now −\u2060$812.00) with the target inside.',
      ].join('\n'),
    )
    const paper = textOf(post(DAY, DOCUMENT, { source: { kind: 'PAPER', label: 'PA3ABC' } }))
    expect(paper).not.toContain('says nothing')
    const none = textOf(post({ ...DAY, verdict: null, verdictReason: 'expected each date once' }))
    expect(none).toContain('The verdict\nNone: expected each date once')
  })
})

describe('what is posted when light or verdict change', () => {
  test('the light: from what to what, over which days, and why', () => {
    const made = post({
      type: 'light_changed',
      from: 'yellow',
      to: 'red',
      days: 12,
      conditions: ['🔴 Win rate: 40.0 %'],
    })
    expect(textOf(made)).toContain(
      'The light changed: 🟡 → 🔴 concerning\nOver the last 12 trading days of the campaign:\n🔴 Win rate: 40.0 %\nSIM: this says nothing',
    )
    expect(made.tier).toBe('normal')
  })

  test('the verdict: from what to what, why, and what would change it again', () => {
    const text = textOf(
      post({ type: 'verdict_changed', from: 'INSUFFICIENT', to: 'INCONSISTENT', verdict: DAY.verdict }),
    )
    expect(text).toContain(
      'The verdict changed: INSUFFICIENT → INCONSISTENT\nAbout $341.77 a day, after 12 trading days.',
    )
    expect(text).toContain('• CONSISTENT: a lower bound above $0')
  })
})
