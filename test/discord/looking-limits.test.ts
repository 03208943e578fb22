import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HANDLERS } from '../../commands/index.ts'
import { configEmbed } from '../../src/discord/views/config-reply.ts'
import { healthEmbed } from '../../src/discord/views/health-reply.ts'
import { helpReply } from '../../src/discord/views/help-reply.ts'
import { adoptedEmbed, tradeEmbed } from '../../src/discord/views/trade-embed.ts'
import { tradesEmbed } from '../../src/discord/views/trades-reply.ts'
import { whyShown } from '../../src/discord/views/why-embed.ts'
import { gateHistory } from '../../src/report/gate-history.ts'
import { tradeCards } from '../../src/report/trade-card.ts'
import { SKIP_REASONS } from '../../src/strategy/types.ts'
import { CONFIG, HEALTH } from '../support/health-samples.ts'
import { adoptedEvents, journalOf, tradeDetails } from '../support/journal-samples.ts'
import { problemsOf } from '../support/message-limits.ts'
import { STATUS } from '../support/view-samples.ts'

const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('', '*'.repeat(9_000), '`'.repeat(300)))
const number = fc.oneof(fc.double(), fc.integer())
const cents = fc.oneof(fc.maxSafeInteger(), fc.constant(null))

const [DETAIL] = tradeDetails(journalOf())
const [ADOPTED] = tradeCards(journalOf(adoptedEvents()))
const [RUN] = gateHistory(journalOf())
if (DETAIL === undefined || ADOPTED === undefined || RUN === undefined)
  throw new Error('expected a trade and a run of decisions')

const many = <T>(count: number, item: T): T[] => Array.from({ length: count }, () => item)

describe('what the looking commands answer', () => {
  it("prop_why_within_limits: a history of gates stays inside Discord's limits, whatever the numbers", () => {
    const reason = fc.constantFrom(null, ...SKIP_REASONS)
    fc.assert(
      fc.property(fc.nat(400), number, reason, fc.maxSafeInteger(), text, (count, value, why, at_ms, obstacle) => {
        const last = { ...RUN.last, spot: value, vixEstimate: value, rangePct: value }
        const run = { ...RUN, reason: why, low: value, high: value, limit: value, from_ms: at_ms, decisions: 2, last }
        const view = {
          ...STATUS,
          phase: 'watching' as const,
          now_ms: at_ms,
          dataAge_s: value,
          position: null,
          entries: 0,
        }
        const { embed, history } = whyShown(view, many(count, run), obstacle)
        expect(problemsOf([embed])).toEqual([])
        // What the embed leaves out stands in the file, with all the rest.
        const shown = embed.description?.match(/ × 2/g)?.length ?? 0
        expect(history?.split('\n').length ?? shown).toBe(count)
      }),
    )
  })

  it("prop_trades_within_limits: lists of trades and a trade stay inside Discord's limits, whatever the numbers", () => {
    fc.assert(
      fc.property(fc.nat(60), number, cents, text, fc.maxSafeInteger(), (count, value, pnl, id, contracts) => {
        const trade = { ...DETAIL.trade, netPnlCents: pnl, entryFill: value, strike: value, contracts, tradeId: id }
        const days = many(count, { date: id, trades: [trade, trade] })
        expect(problemsOf([tradesEmbed({ profile: '25k', source: STATUS.source }, days)])).toEqual([])
        const fills = DETAIL.fills.map((fill) => ({ ...fill, slippageCents: pnl, qty: contracts }))
        const entry = { ...DETAIL.entry, spot: value, mid: value, vixEstimate: value, trueMaxLossCents: pnl }
        const exit = DETAIL.exit && { ...DETAIL.exit, mid: value, netPnlCents: pnl }
        const detail = { ...DETAIL, trade, fills: many(count, fills).flat(), entry, exit }
        expect(problemsOf([tradeEmbed(detail, 'x.png')])).toEqual([])
        const closed = ADOPTED.closed && { ...ADOPTED.closed, strike: value, exitFill: String(value) }
        const mark = ADOPTED.mark && { ...ADOPTED.mark, mid: value }
        const adopted = {
          ...ADOPTED,
          trade: ADOPTED.trade && { ...trade, netPnlCents: null },
          tradeId: id,
          fills: many(count, fills).flat(),
          closed,
          mark,
        }
        for (const card of [adopted, { ...adopted, closed: null }]) {
          expect(problemsOf([adoptedEmbed(card, 'x.png', id)])).toEqual([])
        }
      }),
    )
  })

  it("prop_health_within_limits: health stays inside Discord's limits, whatever is wrong", () => {
    fc.assert(
      fc.property(fc.nat(60), number, text, fc.maxSafeInteger(), (count, value, name, at_ms) => {
        const workers = many(count, { name, age_ms: value })
        const store = {
          workers,
          bots: workers,
          watchdogs: workers,
          bot: name,
          redis: { version: name, usedMemory: name, answer_ms: value },
        }
        const accounts = HEALTH.accounts.map(({ status }) => ({
          status: { ...status, dataAge_s: value, health: { ...status.health, heartbeatAge_ms: value } },
          feed: { feedNo: at_ms, postedNo: 0 },
        }))
        const versions = { phase4d: name, node: name, discordJs: name }
        const view = { ...HEALTH, store, accounts: [...accounts, ...accounts] }
        expect(problemsOf([healthEmbed(view, { versions, ping_ms: value, ahead_ms: at_ms }, at_ms)])).toEqual([])
      }),
    )
  })

  it("prop_config_within_limits: a configuration stays inside Discord's limits, whatever its numbers", () => {
    fc.assert(
      fc.property(number, text, cents, (value, who, worst) => {
        const { strategy, plan } = CONFIG
        const profile = {
          ...strategy.profile,
          targetDailyPnl: value,
          maxDailyLoss: value,
          commissionPerContract: value,
        }
        const limits = { ...strategy.limits, vixMax: value, premiumMax: value, entryAfterOpenMin: value }
        const made = configEmbed({
          ...CONFIG,
          plan: { ...plan, trueMaxLossCents: worst, contracts: value },
          strategy: { ...strategy, profile, limits, width: value },
          armedBy: who,
          modeBy: who,
          modeReason: who,
          mode: 'HALTED',
        })
        expect(problemsOf([made])).toEqual([])
      }),
    )
  })

  it("help stays inside Discord's limits, in full, also for each command and with many more of them", () => {
    const { commands } = HANDLERS
    const whole = helpReply(commands, null).embeds
    expect(problemsOf(whole)).toEqual([])
    expect(JSON.stringify(whole)).not.toContain('…')
    const more = commands.flatMap((command) => [command, command])
    expect(problemsOf(helpReply(more, null).embeds)).toEqual([])
    for (const { definition } of commands) {
      expect(problemsOf(helpReply(commands, definition.name).embeds)).toEqual([])
    }
    expect(problemsOf(helpReply(commands, '`'.repeat(9_000)).embeds)).toEqual([])
  })
})
