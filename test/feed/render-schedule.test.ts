import { describe, expect, test } from 'vitest'
import { buttonsOf } from '../../src/feed/buttons.ts'
import type { Post } from '../../src/feed/post.ts'
import { acknowledgedPost } from '../../src/feed/remade.ts'
import { render } from '../../src/feed/render/index.ts'
import { drawChart } from '../../src/report/charts.ts'
import type { EventOf, JournalEvent } from '../../src/session/events.ts'
import { at, entryOf } from '../support/desk-samples.ts'

function post(event: JournalEvent): Post {
  const made = render(entryOf(event, 12), { nowWall_ms: 1_000_100, document: null })
  if (made === null) throw new Error(`expected a post for ${event.type}`)
  return made
}

const textOf = ({ embed }: Post): string =>
  [embed.title, embed.description, ...(embed.fields ?? []).map(({ name, value }) => `${name}: ${value}`)].join('\n')

const PREFLIGHT: EventOf<'preflight_reported'> = {
  type: 'preflight_reported',
  open_ms: at('09:30'),
  passed: 21,
  warned: 1,
  failed: 1,
  problems: [
    { name: 'Options level', failed: true, found: 'level 1', advice: 'Ask for level 3.' },
    { name: 'Clock', failed: false, found: '1.2 s off', advice: 'Synchronise it.' },
  ],
  notChecked: ['Buying power'],
}

const EXPIRY: EventOf<'expiry_watched'> = {
  type: 'expiry_watched',
  at_ms: at('14:00'),
  close_ms: at('16:00'),
  liquidation_ms: at('15:30'),
  sessionEnd_ms: at('15:45'),
  structure: 'put_spread',
  strike: 742,
  hedgeStrike: 737,
  contracts: 25,
  spot: 743.5,
  mid: 0.4,
  netPnlCents: 196_000,
  assignmentCents: 185_500_000,
  worstCaseCents: 947_500,
  optionsBuyingPowerCents: 2_500_000,
}

const day = (date: string, netPnlCents: number, wins: number) => {
  return { date, netPnlCents, targetDailyCents: 34_177, trades: 1, wins, final: true }
}
const WEEK: EventOf<'week_ended'> = {
  type: 'week_ended',
  from: '2026-07-13',
  to: '2026-07-19',
  days: [day('2026-07-16', -101_500, 0), day('2026-07-17', 131_000, 1)],
}

describe('what the schedule tells', () => {
  test('an expiry in the money is critical and can be acknowledged; out of the money it is neither', () => {
    const watched = (spot: number | null) => entryOf({ ...EXPIRY, strike: 742, spot }, 12)
    expect(post(watched(741.9).event).tier).toBe('ping')
    expect(buttonsOf(watched(741.9)).map(({ label }) => label)).toEqual(['Acknowledge'])
    for (const spot of [742, 743, null]) expect(buttonsOf(watched(spot))).toEqual([])
  })

  test('a failed preflight that is acknowledged keeps the buttons of the other alerts it lists', () => {
    const openAlerts = { count: 1, oldest: [{ alertNo: 3, title: '🛑 Breach', age_ms: 60_000 }] }
    const entry = entryOf({ ...PREFLIGHT, failed: 1, openAlerts }, 12)
    expect(buttonsOf(entry).map(({ label }) => label)).toEqual(['Acknowledge', 'Acknowledge #3'])
    const actor = { id: 'u1', name: 'Amir', via: 'discord' } as const
    const acknowledged = { type: 'alert_acknowledged', alertNo: 12, actor, after_ms: 5 } as const
    const made = acknowledgedPost({ entry, alertNo: 12, acknowledged, repeats: [] }, entry, 0)
    expect(made?.buttons?.map(({ label }) => label)).toEqual(['Acknowledge #3'])
  })

  test('a preflight that failed pings and says what to do; one that passed is silent', () => {
    const bad = post(PREFLIGHT)
    expect(bad.tier).toBe('ping')
    expect(textOf(bad)).toContain('⛔ Before the open: 1 failed, 1 warning, 21 passed')
    expect(textOf(bad)).toContain('❌ **Options level**: level 1\n→ Ask for level 3.')
    expect(textOf(bad)).toContain('Not checked: Buying power')
    const good = post({ ...PREFLIGHT, warned: 0, failed: 0, problems: [], notChecked: [] })
    expect(good.tier).toBe('silent')
    expect(textOf(good)).toContain('✅ Before the open: 21 passed')
  })

  test('what expires: distance to the strike, what assignment costs, the time to the liquidation', () => {
    const text = textOf(post(EXPIRY))
    expect(text).toContain('Expires in 2 h 00 min: 25 × SPY 742P / 737P')
    expect(text).toContain('SPY $743.50: $1.50 (0.20 %) out of the money')
    expect(text).toContain('The broker may liquidate: from 15:30, in 1 h 30 min')
    expect(text).toContain('2,500 shares for $1,855,000.00: more than the options buying power of $25,000.00 now')
    const unread = textOf(post({ ...EXPIRY, optionsBuyingPowerCents: null }))
    expect(unread).toContain('the options buying power could not be read, look at the broker')
    expect(text).toContain('True max loss: −\u2060$9,475.00')
  })

  test('a short in the money pings', () => {
    const inside = post({ ...EXPIRY, spot: 741 })
    expect(inside.tier).toBe('ping')
    expect(textOf(inside)).toContain('**$1.00 (0.13 %) in the money**')
    expect(textOf(post({ ...EXPIRY, spot: null }))).toContain('SPY —: —')
  })

  test('the week: its sum against the target, each day, and a chart with the same figures', async () => {
    const week = post(WEEK)
    const text = textOf(week)
    expect(text).toContain('Week of Mon 13 Jul 2026: +$295.00')
    expect(text).toContain('43 % of +$683.54')
    expect(text).toContain('Thu 16 Jul 2026 · **−\u2060$1,015.00** · 1 trade, 0 won')
    expect(text).toContain('Days at target: 1 of 2 (50 %)')
    if (week.chart === null) throw new Error('expected a chart')
    const { png, alt } = await drawChart(week.chart)
    expect(png.length).toBeGreaterThan(5_000)
    expect(alt).toContain('SIM seed 7')
    expect(alt).toContain('net P&L: +$295.00. Greatest drawdown $1,015.00.')
  })

  test('the week is judged: light, costs against the estimate, decisions run again', () => {
    const judged = {
      light: 'yellow' as const,
      conditions: ['🟡 Daily P&L: +$147.50 against $341.77'],
      decisions: 410,
      reproduced: 410,
      costCents: 31_200,
      estimatedCents: 40_210,
    }
    const text = textOf(post({ ...WEEK, judged }))
    expect(text).toContain('🟡 acceptable: 🟡 Daily P&L: +$147.50 against $341.77')
    expect(text).toContain('Costs: $312.00\nestimated $402.10, commission in both as estimated')
    expect(text).toContain('Run again: 410 of 410 entry and exit decisions reproduced')
  })

  test('a day that is not known yet is named, and in no sum and no chart', () => {
    const open = { ...day('2026-07-15', 0, 0), netPnlCents: null }
    const made = post({ ...WEEK, days: [open, ...WEEK.days] })
    expect(textOf(made)).toContain('Wed 15 Jul 2026 · not known yet · 1 trade, 0 won')
    expect(textOf(made)).toContain('Week of Mon 13 Jul 2026: +$295.00')
    expect(made.chart).toMatchObject({ chart: { dates: ['2026-07-16', '2026-07-17'] } })
  })

  test('a week without a session has no chart, and one without a result no amount', () => {
    expect(post({ ...WEEK, days: [] }).chart).toBeNull()
    expect(textOf(post({ ...WEEK, days: [] }))).toContain('Week of Mon 13 Jul 2026: no session')
    const open = post({ ...WEEK, days: [{ ...day('2026-07-15', 0, 0), netPnlCents: null }] })
    expect(textOf(open)).toContain('Week of Mon 13 Jul 2026: no result yet')
    expect(textOf(open)).not.toContain('$0.00')
  })
})
