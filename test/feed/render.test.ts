import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { COLOURS } from '../../src/feed/embed.ts'
import { fallbackPost } from '../../src/feed/fallback.ts'
import { footerOf, type Post, type RenderContext } from '../../src/feed/post.ts'
import { render } from '../../src/feed/render/index.ts'
import { dayDocumentSchema } from '../../src/report/day/schema.ts'
import {
  type EventOf,
  type JournalEvent,
  type JournalEventType,
  journalEntrySchema,
  journalEventSchema,
  PUBLISHABLE,
} from '../../src/session/events.ts'
import { HOUR_MS, MINUTE_MS } from '../../src/time/units.ts'
import { BAD_EVENTS } from '../support/bad-events.ts'
import { DAY_EVENTS, entryOf, PLAN } from '../support/desk-samples.ts'
import { DOCUMENT } from '../support/journal-samples.ts'
import { problemsOf } from '../support/message-limits.ts'
import { arbitraryOf } from '../support/schema-arbitrary.ts'

const CONTEXT: RenderContext = { nowWall_ms: 1_000_100, document: DOCUMENT }

function post(event: JournalEvent, context: RenderContext = CONTEXT): Post {
  const made = render(entryOf(event, 12), context)
  if (made === null) throw new Error(`expected a post for ${event.type}`)
  return made
}

function find<T extends JournalEventType>(type: T): EventOf<T> {
  const found = [...DAY_EVENTS, ...BAD_EVENTS].find((event): event is EventOf<T> => event.type === type)
  if (found === undefined) throw new Error(`expected a sample of ${type}`)
  return found
}

const textOf = ({ embed }: Post): string =>
  [embed.title, embed.description, ...(embed.fields ?? []).map(({ name, value }) => `${name}: ${value}`)].join('\n')

describe('a post', () => {
  it('carries source badge, profile and feed number, and a time in New York that says so', () => {
    for (const event of [...DAY_EVENTS, ...BAD_EVENTS]) {
      const made = post(event)
      expect(made.embed.footer?.text).toBe('SIM seed 7 · 25k · #12')
      // Not Discord's own: it is shown in each reader's zone, beside times that are New York's.
      expect(made.embed.timestamp).toBeUndefined()
      expect(textOf(made)).toContain('New York')
    }
  })

  it('exists for exactly the publishable events', () => {
    fc.assert(
      fc.property(arbitraryOf(journalEntrySchema), (entry) => {
        expect(render(entry, CONTEXT) !== null).toBe(PUBLISHABLE.has(entry.event.type))
      }),
      { numRuns: 200 },
    )
  })

  it('prop_day_report_within_limits: the report of a day stays inside them, whatever report and verdict are', () => {
    const dayReported = journalEventSchema.options.find(({ shape }) => shape.type.value === 'day_reported')
    if (dayReported === undefined) throw new Error('expected a schema of the event')
    const entries = arbitraryOf(dayReported as z.ZodType<JournalEvent>).map((event) => entryOf(event, 12))
    fc.assert(
      fc.property(entries, arbitraryOf(dayDocumentSchema), (entry, document) => {
        const made = render(entry, { nowWall_ms: 0, document })
        expect(problemsOf(made === null ? [] : [made.embed])).toEqual([])
        expect(made?.file?.name.length).toBeGreaterThan(0)
      }),
    )
  })

  it("prop_within_limits: no post exceeds Discord's limits, whatever the numbers", () => {
    fc.assert(
      fc.property(
        arbitraryOf(journalEntrySchema),
        fc.maxSafeInteger(),
        fc.boolean(),
        (entry, nowWall_ms, withReport) => {
          const context = { nowWall_ms, document: withReport ? DOCUMENT : null }
          const made = render(entry, context) ?? fallbackPost(entry, context)
          expect(problemsOf([made.embed])).toEqual([])
          expect(made.embed.footer?.text).toBe(footerOf(entry))
        },
      ),
      { numRuns: 1_000 },
    )
  })

  it('says how late it is from a minute on', () => {
    const event = find('fill')
    expect(textOf(post(event, { nowWall_ms: 1_059_000, document: null }))).not.toContain('Delivered late')
    expect(textOf(post(event, { nowWall_ms: 1_192_000, document: null }))).toContain(
      'Delivered late: 3 min 12 s after it happened',
    )
  })

  it('pings for what needs somebody, is silent for what does not', () => {
    const tier = (event: JournalEvent) => post(event).tier
    expect(tier(find('risk_breach'))).toBe('ping')
    expect(tier(find('engine_alert'))).toBe('ping')
    expect(tier({ ...find('engine_alert'), critical: false })).toBe('normal')
    expect(tier(find('session_resumed'))).toBe('silent')
    expect(tier(find('entry_decided'))).toBe('normal')
  })

  it('calls nobody for one refused close, which is tried again: the alert after several does, to be acknowledged', () => {
    const refused = BAD_EVENTS.find((event) => event.type === 'order_refused')
    if (refused === undefined) throw new Error('expected a sample of order_refused')
    expect(post({ ...refused, purpose: 'close' })).toMatchObject({ tier: 'normal', embed: { color: COLOURS.loss } })
  })

  it('names in the title of every ping the account it is about, once: several share the channel', () => {
    const actor = { id: '1', name: 'olivia', via: 'discord' } as const
    const halted = { type: 'control_set', actor, mode: 'HALTED', reason: 'x' } as const
    for (const event of [...DAY_EVENTS, ...BAD_EVENTS, halted]) {
      const { tier, embed } = post(event)
      const count = (embed.title ?? '').split('25k').length - 1
      if (tier === 'ping') expect(`${event.type} ${count}`).toBe(`${event.type} 1`)
    }
    expect(post(halted).embed.title).toBe('🛑 Halted: 25k')
  })
})

describe('what the posts say', () => {
  it('armed: who, which account and which days; the plan follows with the session', () => {
    const text = textOf(post(find('campaign_armed')))
    expect(text).toContain('25k armed\nBy **olivia**. First session Fri 17 Jul 2026, market 09:30–16:00 New York')
    expect(text).not.toContain('True max loss')
    expect(text).not.toContain('put spread')
  })

  it('armed long before the session: the plan is said now, as nobody would wait for it', () => {
    const event = find('campaign_armed')
    const text = (open_ms: number) => textOf(post({ ...event, next: { ...event.next, open_ms } }))
    const armed_ms = entryOf(event, 1).atMarket_ms
    expect(text(armed_ms + HOUR_MS)).not.toContain('True max loss')
    const early = text(armed_ms + 61 * MINUTE_MS)
    expect(early).toContain('**Plan:** 25 × SPY 0DTE $5 put spread. The $1,000.00 stop is an order to close')
    expect(early).toContain('True max loss: −\u2060$12,500.00\n50.0 % of account')
  })

  it('session started: contracts, structure, limits, target, and the true maximum loss beside the stop', () => {
    const text = textOf(post(find('session_started')))
    expect(text).toContain('25 × SPY 0DTE $5 put spread')
    expect(text).toContain('market 09:30–16:00 · entries 09:45–14:30 New York')
    expect(text).toContain('Target a day: +$341.77\n1.4 % of account')
    expect(text).toContain('Stop a trade: −\u2060$1,000.00\n4.0 % of account')
    expect(text).toContain('Limit a day: −\u2060$1,500.00\n6.0 % of account')
    expect(text).toContain('True max loss: −\u2060$12,500.00\n50.0 % of account')
    expect(text).toContain(
      'The $1,000.00 stop is an order to close, not a guarantee: at worst the position loses $12,500.00 (50.0 % of the account).',
    )
  })

  it('session started with a short put: says that nothing bounds the loss', () => {
    const plan = { ...PLAN, structure: 'short_put' as const, trueMaxLossCents: null }
    expect(textOf(post({ ...find('session_started'), plan }))).toContain('no hedge bounds the loss of a short put')
  })

  it('entry: why, spot, strikes, prices, costs and the levels of stop and target', () => {
    const text = textOf(post(find('entry_decided')))
    for (const part of [
      'Sell 25 × SPY 742P / 737P',
      'volatility estimate **11.2**',
      "day's range **0.41 %**",
      'SPY: $741.15',
      'Target strike: 741.65',
      'Mid · sell price: $1.23 · $1.21',
      'Stop at mid: $1.564',
      'Target at mid: $0.65',
      'Costs, estimate $164.73: commission $32.50 · bid/ask $107.63 · slippage $24.60',
    ]) {
      expect(text).toContain(part)
    }
  })

  it("fill: price against the decision's mid, in dollars and cents a share", () => {
    const text = textOf(post(find('fill')))
    expect(text).toContain('Sold 10 at $1.21')
    expect(text).toContain('10 of 25 filled')
    expect(text).toContain('credit $1,210.00')
    expect(text).toContain('Decision mid: $1.23')
    expect(text).toContain('Against the mid: $20.00 worse\n2.0 ¢ a share')
    expect(textOf(post({ ...find('fill'), slippageCents: -1_250, qty: 25 }))).toContain('$12.50 better\n0.5 ¢ a share')
  })

  it('exit: the reason, what else held at the same quote, and both P&Ls', () => {
    const text = textOf(post(find('exit_decided')))
    expect(text).toContain('Closing: profit target')
    expect(text).toContain("At the same quote also: operator's stop.")
    expect(text).toContain('Net P&L now: +$1,310.00')
    expect(text).toContain('Rule P&L: +$1,310.27')
  })

  it("trade closed: the three P&Ls and the day's P&L against the target", () => {
    const text = textOf(post(find('trade_closed')))
    expect(text).toContain('Trade closed: +$1,310.00')
    expect(text).toContain('Broker P&L: +$1,375.00')
    expect(text).toContain("Day's net P&L +$1,310.00: ▰▰▰▰▰▰▰▰▰▰▰▰ 383 % of +$341.77")
  })

  it('an alert: what is the matter and what the desk does about it; good news looks like it', () => {
    const away = post({
      type: 'engine_alert',
      code: 'broker_unreachable',
      message: 'The broker has not answered for 30 s: the position is not watched. The desk goes on asking.',
      critical: true,
    })
    expect(textOf(away)).toBe(
      '🚨 Broker unreachable · 25k\nThe broker has not answered for 30 s: the position is not watched. The desk goes on asking.\n-# Fri 17 Jul 2026, 10:03:15 New York',
    )
    expect(away.tier).toBe('ping')
    const back = post({ type: 'engine_alert', code: 'broker_back', message: 'It answers again.', critical: false })
    expect(textOf(back)).toBe('✅ Broker back\nIt answers again.\n-# Fri 17 Jul 2026, 10:03:15 New York')
    expect(back.tier).toBe('normal')
  })

  it('an alert is shown to its end, which says what to do', () => {
    const message = `${'The store came back without its data. '.repeat(12)}Then /resume.`
    const made = post({ type: 'engine_alert', code: 'store_lost', message, critical: true })
    expect(made.embed.description).toMatch(/Then \/resume\.\n-# Fri 17 Jul 2026, 10:03:15 New York$/)
  })

  it('a loss has no share of the target', () => {
    const lost = { ...find('trade_closed'), netPnlCents: -166_500, dayNetPnlCents: -166_500 }
    expect(textOf(post(lost))).toContain("Day's net P&L −\u2060$1,665.00: ▱▱▱▱▱▱▱▱▱▱▱▱ at a loss, target +$341.77")
  })

  it('risk: how much of which limit is used, and what follows from a breach', () => {
    expect(textOf(post(find('risk_warning')))).toContain('81 % of the loss limit of the trade used')
    expect(textOf(post(find('risk_warning')))).toContain('Worse of net, rule P&L: −\u2060$813.00')
    expect(textOf(post(find('risk_warning')))).toContain('Left: $187.00')
    expect(textOf(post(find('risk_breach')))).toContain('no new entries, today or later, until `/resume`')
  })

  it('an order that was not sent: why, with its numbers in their units, and what to do', () => {
    const denied = { type: 'order_denied', clientOrderId: 'o', purpose: 'open' } as const
    const needs = post({ ...denied, code: 'buying_power', numbers: { needed: '12500.00', has: '3000.00' } })
    expect(textOf(needs)).toContain('Needed: $12,500.00\nHas: $3,000.00')
    const lost = post({ ...denied, code: 'daily_loss_limit', numbers: { pnlCents: -150_200, limitCents: -150_000 } })
    expect(textOf(lost)).toContain('P&L: −\u2060$1,502.00\nLimit: −\u2060$1,500.00')
    const closed = post({ ...denied, code: 'market_closed', numbers: { now_ms: Date.parse('2026-07-17T19:45:00Z') } })
    expect(textOf(closed)).toContain('Now: 15:45:00')
  })

  it('the end of a session: its result, what comes next, and that the report follows', () => {
    const made = post(find('session_ended'))
    const text = textOf(made)
    expect(text).toContain("Session over, Fri 17 Jul 2026: +$1,310.00\nTraded. The day's report follows.")
    expect(text).toContain('Next session: Mon 20 Jul 2026, 09:30 New York')
    expect(made.tier).toBe('silent')
    expect(made.chart).toBeNull()
  })
})
