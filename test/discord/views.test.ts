import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { refusalReply } from '../../src/discord/reply.ts'
import { reportEmbed } from '../../src/discord/views/report-embed.ts'
import { statusEmbed } from '../../src/discord/views/status-embed.ts'
import { REFUSAL_CODES } from '../../src/session/refusal.ts'
import { SKIP_REASONS } from '../../src/strategy/types.ts'
import { REPORT, STATUS } from '../support/desk-samples.ts'
import { problemsOf } from '../support/message-limits.ts'

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
