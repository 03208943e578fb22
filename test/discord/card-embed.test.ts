import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cardEmbed } from '../../src/discord/views/card-embed.ts'
import { statusEmbed } from '../../src/discord/views/status-embed.ts'
import { COLOURS } from '../../src/feed/embed.ts'
import type { StatusView } from '../../src/report/views.ts'
import { SKIP_REASONS } from '../../src/strategy/types.ts'
import { at } from '../support/desk-samples.ts'
import { problemsOf } from '../support/message-limits.ts'
import { STATUS } from '../support/view-samples.ts'

const NOTE = { number: 3, updated_ms: 1_000_000, isOutdated: false }
const FLAT: StatusView = { ...STATUS, phase: 'watching', position: null, dayNetPnlCents: 0 }

const fieldsOf = (view: StatusView): Readonly<Record<string, string>> =>
  Object.fromEntries((cardEmbed(view, NOTE).fields ?? []).map(({ name, value }) => [name, value]))

describe('the live card', () => {
  test('of a position: legs, mark, P&L, bars to stop, target and daily limit, pace, cut-off, feed number', () => {
    const embed = cardEmbed(STATUS, NOTE)
    expect(embed.title).toBe('📌 25k · holding a position')
    expect(embed.description).toContain('updated <t:1000:R>')
    expect(embed.footer?.text).toBe('SIM seed 7 · 25k · live card 3 · feed at #6')
    const fields = fieldsOf(STATUS)
    expect(fields.Position).toBe('−25 × SPY 742P / 737P\nsold at $1.21')
    // From the decision's mid 1.23, the mid of 1.40 is half way to the stop at 1.564.
    expect(fields['To the stop']).toMatch(/^▰▰▰▰▰▰▱▱▱▱▱▱ 51 %\n\$410\.00 · \$0\.164 a share, at mid \$1\.564$/)
    expect(fields['To the target']).toMatch(/^▱{12} 0 %\n\$1,875\.00 · \$0\.750 a share/)
    expect(fields['Daily limit used']).toBe('▰▰▰▰▰▱▱▱▱▱▱▱ 39 % of −\u2060$1,500.00')
    // 70.2 of the 375 minutes to the end of the session are gone.
    expect(fields["Day's net P&L −\u2060$590.00"]).toContain('even pace by now +$63.98: $653.98 behind')
    expect(fields['Cut-off']).toBe('flat by 15:45, in 5 h 04 min · entries until 14:30, in 3 h 49 min')
    expect(fields.Health).toContain('data 1.2 s old')
  })

  test('shows first what nobody has acknowledged, as /status does', () => {
    const openAlerts = Array.from({ length: 7 }, (_, at) => ({ alertNo: at + 12, title: '🛑 Breach', age_ms: 240_000 }))
    for (const shown of [cardEmbed({ ...STATUS, openAlerts }, NOTE), statusEmbed({ ...STATUS, openAlerts }, 0)]) {
      expect(shown.fields?.[0]?.name).toBe('🚨 Nobody has acknowledged')
      expect(shown.fields?.[0]?.value).toMatch(/^#12 🛑 Breach, 4 min ago\n(#.*\n){4}and 2 more alerts: `\/health`$/)
    }
    expect(JSON.stringify(cardEmbed(STATUS, NOTE))).not.toContain('acknowledged')
  })

  test('what every position begins with is no red loss; a quarter of the stop is', () => {
    const position = STATUS.position
    if (position === null) throw new Error('expected a position')
    const colourAt = (netPnlCents: number | null): number | undefined =>
      cardEmbed({ ...STATUS, position: { ...position, netPnlCents } }, NOTE).color
    expect(colourAt(-19_000)).toBe(COLOURS.neutral)
    expect(colourAt(-25_000)).toBe(COLOURS.loss)
    expect(colourAt(100)).toBe(COLOURS.gain)
    expect(colourAt(null)).toBe(COLOURS.plan)
  })

  test('a limit that was set back to what is configured is no limit of today', () => {
    const dayLimits = [{ limit: 'max_daily_loss', value: 1500, configured: 1500 }] as const
    expect(JSON.stringify(cardEmbed({ ...STATUS, dayLimits }, NOTE))).not.toContain('🔸')
    const raised = [{ limit: 'max_daily_loss', value: 1600, configured: 1500 }] as const
    expect(JSON.stringify(cardEmbed({ ...STATUS, dayLimits: raised }, NOTE))).toContain('🔸 Limits of today only')
  })

  test('without a position: what decides, and until when entries are possible', () => {
    const fields = fieldsOf(FLAT)
    expect(fields.Gates).toContain('volatility estimate too high: 27.1, limit 25.0')
    expect(fields['Cut-off']).toBe('entries until 14:30, in 3 h 49 min')
    expect(fieldsOf({ ...FLAT, now_ms: at('15:00') })['Cut-off']).toBe('no more entries today')
    expect(fieldsOf({ ...FLAT, phase: 'done' })['Cut-off']).toBe('no more entries today')
    expect(fieldsOf({ ...FLAT, now_ms: at('09:20') })['Cut-off']).toBe('the market opens 09:30, in 10 min')
    expect(Object.keys(fieldsOf({ ...FLAT, phase: 'ended', armed: false }))).not.toContain('Cut-off')
  })

  test('agrees with /status, field by field', () => {
    for (const view of [STATUS, FLAT]) {
      const status = new Map((statusEmbed(view, NOTE.updated_ms).fields ?? []).map(({ name, value }) => [name, value]))
      const shared = Object.entries(fieldsOf(view)).filter(([name]) => status.has(name))
      expect(shared.length).toBeGreaterThanOrEqual(2)
      expect(fieldsOf(view).Health).toBe(status.get('Health'))
      expect(cardEmbed(view, NOTE).description).toContain(statusEmbed(view, NOTE.updated_ms).description ?? '?')
    }
  })

  test('says that it is outdated while the state cannot be read', () => {
    const { description } = cardEmbed(STATUS, { ...NOTE, isOutdated: true })
    expect(description).toContain('The store is away: this is the last known state')
  })

  const number = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(0, -0, Number.NaN, Infinity, 1e308))
  const maybe = fc.option(number)
  const text = fc.oneof(fc.string(), fc.string({ minLength: 2_500, maxLength: 3_000 }))
  const position = fc.record({
    tradeId: text,
    structure: fc.constantFrom('short_put' as const, 'put_spread' as const),
    strike: number,
    hedgeStrike: maybe,
    contracts: number,
    entryFill: number,
    decisionMid: number,
    mid: maybe,
    close: maybe,
    rulePnlCents: maybe,
    netPnlCents: maybe,
    stopMid: number,
    targetMid: number,
  })
  const view: fc.Arbitrary<StatusView> = fc
    .record({
      now_ms: maybe,
      open_ms: number,
      sessionEnd_ms: number,
      windowClose_ms: number,
      spot: maybe,
      dataAge_s: maybe,
      dayNetPnlCents: number,
      feedNo: number,
      position: fc.option(position),
      worker: fc.option(text),
      label: text,
      target: number,
      limit: number,
      date: text,
      phase: fc.constantFrom('waiting' as const, 'holding' as const, 'ended' as const),
      reason: fc.option(fc.constantFrom(...SKIP_REASONS)),
      armed: fc.boolean(),
    })
    .map(({ worker, label, target, limit, reason, ...over }) => ({
      ...STATUS,
      ...over,
      source: { kind: 'PAPER', label },
      plan: { ...STATUS.plan, targetDailyCents: target, maxDailyLossCents: limit },
      lastDecision: { at_ms: 0, reason, value: limit, limit: target, vixEstimate: target, rangePct: limit },
      health: { ...STATUS.health, worker },
    }))

  test("prop_within_limits: no card exceeds Discord's limits, whatever the numbers", () => {
    fc.assert(
      fc.property(view, number, fc.boolean(), (any, updated_ms, isOutdated) => {
        expect(problemsOf([cardEmbed(any, { number: 1, updated_ms, isOutdated })])).toEqual([])
      }),
      { numRuns: 500 },
    )
  })
})
