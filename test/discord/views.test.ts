import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { reportText, statusText } from '../../src/cli/desk-text.ts'
import { refusalReply } from '../../src/discord/reply.ts'
import { documentFields, measuredEmbed, periodEmbed, reportEmbed } from '../../src/discord/views/report-embed.ts'
import { statusEmbed } from '../../src/discord/views/status-embed.ts'
import { dayPnlOption } from '../../src/report/chart-day-pnl.ts'
import { asDayReport, buildDayDocument } from '../../src/report/day/day-document.ts'
import { buildPeriod, monthOf } from '../../src/report/day/period.ts'
import { periodText } from '../../src/report/day/period-text.ts'
import type { DayDocument } from '../../src/report/day/schema.ts'
import { clockTime, signedMoney } from '../../src/report/format.ts'
import { REFUSAL_CODES } from '../../src/session/refusal.ts'
import { SKIP_REASONS } from '../../src/strategy/types.ts'
import { DOCUMENT, journalOf } from '../support/journal-samples.ts'
import { problemsOf } from '../support/message-limits.ts'
import { CLOSED } from '../support/review-samples.ts'
import { REPORT, STATUS } from '../support/view-samples.ts'

const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('', '*'.repeat(9_000)))
const number = fc.oneof(fc.double(), fc.integer())
const cents = fc.oneof(fc.maxSafeInteger(), fc.constant(null))
const counts = fc.dictionary(fc.constantFrom(...SKIP_REASONS), fc.nat())

describe('views', () => {
  it("prop_status_within_limits: two status embeds stay inside Discord's limits, whatever the numbers", () => {
    const view = fc.record({ a: number, b: number, pnl: cents, worker: text, skips: counts, now: fc.maxSafeInteger() })
    fc.assert(
      fc.property(view, ({ a, b, pnl, worker, skips, now }) => {
        const position = STATUS.position && { ...STATUS.position, mid: a, stopMid: b, netPnlCents: pnl, contracts: now }
        const health = { ...STATUS.health, worker, lastReconciled_ms: now }
        const made = statusEmbed({ ...STATUS, position, health, skips, now_ms: now, spot: b, dayNetPnlCents: now }, 0)
        expect(problemsOf([made, made])).toEqual([])
      }),
    )
  })

  it("prop_report_within_limits: a report stays inside Discord's limits, whatever the numbers", () => {
    const [trade] = REPORT.trades
    fc.assert(
      fc.property(fc.nat(50), cents, number, text, counts, (n, pnl, fill, code, skips) => {
        const trades =
          trade === undefined ? [] : Array.from({ length: n }, () => ({ ...trade, netPnlCents: pnl, exitFill: fill }))
        const alerts = Array.from({ length: n }, () => ({ at_ms: 0, code, message: code }))
        expect(problemsOf([reportEmbed({ ...REPORT, trades, alerts, skips, netPnlCents: pnl ?? 0 }, 'x.png')])).toEqual(
          [],
        )
      }),
    )
  })

  it("prop_refusal_within_limits: a refusal stays inside Discord's limits, and shows code and numbers", () => {
    const numbers = fc.dictionary(fc.string({ minLength: 1 }), fc.oneof(text, number))
    fc.assert(
      fc.property(fc.constantFrom(...REFUSAL_CODES), text, numbers, (code, message, found) => {
        const { embeds } = refusalReply({ code, message, numbers: found })
        expect(problemsOf(embeds)).toEqual([])
        expect(embeds[0]?.footer?.text).toBe(code)
      }),
    )
  })

  it('a status after the end of a stopped session says that none runs, and nothing of the worker that ran it', () => {
    const health = { ...STATUS.health, heartbeatAge_ms: 3_600_000 }
    const over = { ...STATUS, armed: false, phase: 'ended' as const, position: null, health }
    const made = JSON.stringify(statusEmbed(over, 0))
    expect(made).toContain('no session running; `/start account:25k` begins one')
    expect(made).toContain('market last seen Fri 17 Jul 2026 10:40:12 New York')
    expect(made).not.toContain('Gates')
    expect(made).not.toContain('worker-1')
    expect(statusText({ ...over, reviewsWaiting: 0 })).toMatch(/worker +no session running/)
  })

  it('a status shows what the position can lose from the price it was sold at, hedged or not', () => {
    expect(JSON.stringify(statusEmbed(STATUS, 0))).toContain('−\u2060$9,475.00')
    const position = STATUS.position && { ...STATUS.position, hedgeStrike: null }
    expect(JSON.stringify(statusEmbed({ ...STATUS, position }, 0))).toContain('−\u2060$1,851,975.00')
  })

  it('a status marks an engine that has not written for long', () => {
    const health = { ...STATUS.health, heartbeatAge_ms: 45_000 }
    expect(JSON.stringify(statusEmbed({ ...STATUS, health }, 0))).toContain('🔴 worker `worker-1`, wrote 45 s ago')
    expect(JSON.stringify(statusEmbed(STATUS, 0))).not.toContain('🔴 worker')
  })

  it('a status says how many trades wait for a review, in channel and terminal', () => {
    const waiting = [{ trade: CLOSED }, { trade: { ...CLOSED, date: '2026-07-20' } }]
    expect(JSON.stringify(statusEmbed(STATUS, 0, waiting))).toContain(
      '2 trades wait for a review, since Fri 17 Jul 2026',
    )
    expect(JSON.stringify(statusEmbed(STATUS, 0))).not.toContain('review')
    expect(statusText({ ...STATUS, reviewsWaiting: 2 })).toMatch(/reviews +2 waiting/)
  })

  it('gains have a plus and losses a true minus, also in a terminal', () => {
    const position = STATUS.position && { ...STATUS.position, netPnlCents: 59_000 }
    expect(statusText({ ...STATUS, position, reviewsWaiting: 0 })).toContain('net +$590.00, rule −$589.73')
    expect(reportText(REPORT)).toContain('net +$1,310.00')
  })

  it('a rule P&L that is not known is said to be, in channel and terminal', () => {
    const blind = { ...REPORT, rulePnlCents: null }
    expect(JSON.stringify(reportEmbed(blind, null))).toContain('unknown\\na trade was closed without a quote')
    expect(reportText(blind)).toMatch(/rule P&L +unknown/)
  })

  it('a day whose position is not settled has no result yet, in channel, picture and terminal', () => {
    const open = { ...REPORT, status: 'incomplete' as const, netPnlCents: 0, brokerPnlCents: 0, rulePnlCents: null }
    const { title, description, fields } = reportEmbed(open, null)
    expect(title).toBe('25k · Fri 17 Jul 2026: not settled yet')
    expect(description).toContain('\ntarget +$341.77 · daily limit')
    expect(fields?.slice(0, 3).map(({ value }) => value)).toEqual(Array.from({ length: 3 }, () => 'not settled yet'))
    expect(JSON.stringify(dayPnlOption(open))).toContain('Fri 17 Jul 2026   not settled yet')
    expect(reportText(open)).toMatch(/net P&L +not settled yet of \+\$341.77/)
  })

  it('a busy day’s report tells all that was measured, the books last', () => {
    const { risk, checks } = DOCUMENT
    const [trade, excursion] = [DOCUMENT.trades.slice(0, 1), risk.excursions.slice(0, 1)]
    const split = { signal: 1, missedFill: -2, price: 3, fees: -4, expiry: 5, humanStop: -6, engine: 7 }
    const difference = { kind: 'matched' as const, differenceCents: 4, split, trades: [] }
    const raised = { limit: 'max_daily_loss' as const, from: 1500, to: 2000, configured: 1500, at_ms: 0, reason: '' }
    const dayLimits = Array.from({ length: 4 }, () => ({ ...raised, by: 'olivia', approver: 'benjamin' }))
    const parity = { entries: 386, exits: 200, decisions: 586, reproduced: 586, journalDecisions: 386 }
    const taped = { parity: { ...parity, complete: true, mismatches: [] }, reason: null }
    const money = { limitCents: 150_000, triggerCents: -151_000, finalCents: -152_000 }
    const beyond = { overshootAtTriggerCents: 1_000, overshootCents: 2_000 }
    const times = { trigger_ms: 0, flat_ms: 2_000, toFlat_ms: 2_000 }
    const stop = { limit: 'max_daily_loss' as const, reason: 'stop_loss' as const, tradeId: 't', alsoFired: [] }
    const stops = Array.from({ length: 4 }, () => ({ ...stop, ...money, ...beyond, ...times }))
    const busy = {
      ...DOCUMENT,
      skips: Object.fromEntries(SKIP_REASONS.map((reason) => [reason, 10])),
      trades: [trade, trade, trade, trade].flat(),
      risk: { ...risk, stops, dayLimits, excursions: [excursion, excursion, excursion].flat() },
      checks: { ...checks, ...taped, replay: { status: 'traded' as const, reason: null, netPnlCents: 0, difference } },
      alerts: Array.from({ length: 5 }, () => ({ at_ms: 0, code: 'position_mismatch', message: '' })),
    }
    const { fields = [] } = reportEmbed(asDayReport(busy), null, documentFields(busy))
    expect(fields.at(-1)?.name).toBe('Books')
  })

  it('a period none of whose days has a result yet has none either', () => {
    const running = { ...DOCUMENT, final: false, status: 'running' as const, netPnlCents: 0 }
    const period = buildPeriod([running], monthOf(DOCUMENT.date))
    if (period === null) throw new Error('expected a period')
    const first = periodEmbed(period, null)
    expect(first.title).toMatch(/: no result yet$/)
    expect(measuredEmbed(period, first, 0).fields?.[0]).toMatchObject({ name: 'P&L', value: 'no day has a result yet' })
    expect(periodText(period)).toMatch(/net +no result yet/)
  })

  it('a status without a session shows that nobody has it, and no position', () => {
    const idle = {
      ...STATUS,
      phase: 'waiting' as const,
      position: null,
      now_ms: null,
      spot: null,
      lastDecision: null,
      health: { ...STATUS.health, worker: null, heartbeatAge_ms: null },
    }
    const made = JSON.stringify(statusEmbed(idle, 0))
    expect(made).toContain('waiting for the market')
    expect(made).toContain('no worker has this session')
    expect(made).toContain('no decision yet today')
    expect(made).not.toContain('To the stop')
  })
})

describe('/report with all its parts', () => {
  it('shows the light with its four conditions, and stays inside the limits', () => {
    const document = buildDayDocument(journalOf())
    if (document === null) throw new Error('expected a report')
    const made = reportEmbed(asDayReport(document), 'x.png', documentFields(document))
    expect(problemsOf([made])).toEqual([])
    const field = made.fields?.find(({ name }) => name === '🔴 concerning')
    expect(field?.value.split('\n').map((line) => line.slice(0, 2))).toEqual(['🔴', '🟢', '🟢', '🟢'])
  })

  it('shows ranges, parts of the costs, excursions, data and books, and ticks no cost that paper cannot prove', () => {
    const document = buildDayDocument(journalOf())
    if (document === null) throw new Error('expected a report')
    const paper: DayDocument = { ...document, source: { kind: 'PAPER', label: 'PA1' } }
    const made = reportEmbed(asDayReport(paper), 'x.png', documentFields(paper))
    expect(problemsOf([made])).toEqual([])
    const shown = (name: string) =>
      made.fields
        ?.find((field) => field.name === name)
        ?.value.replaceAll('\u2060', '')
        .split('\n')
    expect(shown('The plan’s ranges')).toEqual([
      '❌ Daily P&L: +$1,310.00, planned +$250.00 to +$400.00: not met',
      '❔ Execution rate: 100.0 %, planned 50.0 % to 70.0 %: one day cannot prove it',
      '❔ Win rate: 100.0 %, planned 55.0 % to 70.0 %: one day cannot prove it',
      '✅ Worst day: +$1,310.00, planned above −$1,500.00: met',
      '❔ Costs of premium, commission as estimated: 4.3 %, planned under 10.0 %: not proved on paper',
    ])
    const rest = ['Costs', 'While held', 'Data', 'Books'].map(shown)
    expect(rest).toEqual([
      [
        '$132.50 (4.3 % of premium), estimated $164.73; both with $32.50 of estimated commission',
        'commission not known, estimated $32.50 · spread $100.00, estimated $107.63',
        'slippage $0.00 (0.00 % of premium), estimated $24.60 (0.8 %): not proved on paper',
        'impact no figure: the plan has market impact within its slippage; not measurable on paper, whose orders take nothing from the market',
      ],
      ['worst −$814.91 at 10:51, best +$1,319.31 at 13:12'],
      ['16 of 19 minutes decided · bars 33 of 33 · marks 189 of 190'],
      ['fills $0.00 apart · broker’s records not read'],
    ])
  })

  it('a running day with a position stands where it was marked last, and is not judged yet', () => {
    const entries = journalOf()
    const open = entries.slice(
      0,
      entries.findIndex(({ event }) => event.type === 'exit_decided'),
    )
    const document = buildDayDocument(open)
    const last = document?.pnlPoints.at(-1)
    if (document === null || last === undefined) throw new Error('expected a running report with marks')
    expect(last.netPnlCents).not.toBe(0)
    const report = asDayReport(document)
    const made = reportEmbed(report, 'x.png', documentFields(document))
    expect(made.title).toBe(`25k · Fri 17 Jul 2026: ${signedMoney(last.netPnlCents)} so far`)
    expect(made.description).toContain(`With the open position as it was at ${clockTime(last.at_ms)} New York.`)
    expect(made.fields?.[0]).toMatchObject({ name: 'Net P&L, closed', value: '$0.00' })
    const text = JSON.stringify(made)
    expect(text).toContain('⚪ not judged yet')
    for (const light of ['🔴', '🟡', '🟢']) expect(text).not.toContain(light)
    expect(JSON.stringify(dayPnlOption(report))).toContain(signedMoney(last.netPnlCents))
  })

  it("shows the day's own loss limit where one was set", () => {
    const document = buildDayDocument(journalOf())
    if (document === null) throw new Error('expected a report')
    const set = { limit: 'max_daily_loss', at_ms: 1, from: 1500, to: 2000, configured: 1500 } as const
    const dayLimits = [{ ...set, by: 'Olivia', approver: 'Amir', reason: 'x' }]
    const report = asDayReport({ ...document, risk: { ...document.risk, dayLimits } })
    expect(reportEmbed(report, null).description).toContain('daily limit −\u2060$2,000.00')
    expect(JSON.stringify(dayPnlOption(report))).toContain('daily limit −$2,000.00')
  })

  it('shows a whole month inside the limits', () => {
    const document = buildDayDocument(journalOf())
    if (document === null) throw new Error('expected a report')
    const dates = Array.from({ length: 31 }, (_, i) => `2026-07-${String(i + 1).padStart(2, '0')}`)
    const period = buildPeriod(
      dates.map((date) => ({ ...document, date })),
      monthOf('2026-07-01'),
    )
    if (period === null) throw new Error('expected a period')
    const made = periodEmbed(period, 'equity.png')
    const below = measuredEmbed(period, made, 2)
    expect(problemsOf([made, below])).toEqual([])
    expect(made.description?.split('\n')).toHaveLength(31)
    // Nothing of a whole month is left out for want of room.
    expect(below.fields?.map(({ name }) => name)).toEqual([
      ...['P&L', 'Costs', 'Slippage', 'Orders', 'Loss limits', 'Run again', 'Books', 'Missing', 'Decisions'],
      ...['Timings', 'While held', 'Data'],
    ])
    for (const { value } of below.fields ?? []) expect(value).not.toContain('…')
  })
})
