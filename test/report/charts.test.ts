import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ChartRequest } from '../../src/report/chart.ts'
import { boundsOption } from '../../src/report/chart-bounds.ts'
import { cumulativeAlt, cumulativeOption, drawdowns, equityChart } from '../../src/report/chart-cumulative.ts'
import { dailyAlt, dailyOption } from '../../src/report/chart-daily.ts'
import { groupsAlt, groupsOption } from '../../src/report/chart-groups.ts'
import type { ChartOption } from '../../src/report/chart-parts.ts'
import { slippageAlt, slippageOption } from '../../src/report/chart-slippage.ts'
import { drawSvg } from '../../src/report/chart-svg.ts'
import { drawChart } from '../../src/report/charts.ts'
import { REPORT } from '../support/view-samples.ts'

const TARGET_CENTS = 34_177
const days = (cents: readonly number[]) =>
  cents.map((netPnlCents, index) => ({
    date: `2026-07-${String(index + 1).padStart(2, '0')}`,
    netPnlCents,
    targetDailyCents: TARGET_CENTS,
  }))
const svgOf = (option: ChartOption): string => drawSvg(option, 540, 540)
const textsOf = (svg: string): readonly string[] =>
  [...svg.matchAll(/<text[^>]*>([^<]+)</g)].map(([, text]) => text ?? '')

const WEEK = days([50_000, -100_250, 0, 20_000, 60_000])
const EQUITY = equityChart('Week of 1 Jul', 'SIM seed 7 · 25k', WEEK)
const DAILY = {
  title: 'P&L by day',
  subtitle: 'SIM seed 7 · 25k',
  targetDailyCents: TARGET_CENTS,
  maxDailyLossCents: 150_000,
  days: WEEK,
}
const SLIPPAGE = {
  title: 'Given up',
  subtitle: 'SIM seed 7 · 25k',
  days: WEEK.map(({ date }) => ({ date, estimatedCents: 5_480, actualCents: 7_000 })),
}

const GROUPS = {
  title: 'Net P&L by tag',
  subtitle: 'SIM seed 7 · 25k',
  groups: [
    { name: 'late-exit', trades: 3, netPnlCents: -120_450 },
    { name: 'a-tag-that-is-rather-long', trades: 1, netPnlCents: 40_000 },
    { name: 'news', trades: 1, netPnlCents: 0 },
  ],
}

describe('the charts of several days', () => {
  it('equity: ends of both lines, days, and the greatest drawdown in words', () => {
    const svg = svgOf(cumulativeOption(EQUITY))
    expect(textsOf(svg)).toEqual(
      expect.arrayContaining(['target', 'net P&amp;L', 'drawdown', '$1,709', '$298', '5 Jul']),
    )
    expect(cumulativeAlt(EQUITY)).toContain('net P&L: +$297.50. Greatest drawdown $1,002.50.')
  })

  it('a drawdown is measured from the highest end so far, and from nothing', () => {
    expect(drawdowns([0, 5, 3, 8, 2, 9])).toEqual([0, 0, -2, 0, -6, 0])
    expect(drawdowns([0, -4, -9])).toEqual([0, -4, -9])
  })

  it('by day: an amount a bar while they have room, the target, and the limit once a day came near it', () => {
    expect(textsOf(svgOf(dailyOption(DAILY)))).toEqual(
      expect.arrayContaining(['$500', '−$1,002', '$0', 'target', 'limit']),
    )
    const calm = svgOf(dailyOption({ ...DAILY, days: days([1_000, 2_000, -3_000]) }))
    expect(textsOf(calm)).not.toContain('limit')
    const month = textsOf(svgOf(dailyOption({ ...DAILY, days: days(Array.from({ length: 21 }, () => 61_234)) })))
    expect(month).not.toContain('$612')
    expect(dailyAlt(DAILY)).toContain('2 of 5 days at the target of $341.77 or above: Wed 1 Jul 2026 +$500.00; ')
  })

  it('by day: one that is not known yet is no bar, and said', () => {
    const chart = { ...DAILY, days: [...WEEK, { date: '2026-07-06', netPnlCents: null }] }
    const bars = (svg: string) => svg.match(/<path[^>]*fill="#(2fbf71|ff6369|b5bac1)"/g)?.length
    expect(bars(svgOf(dailyOption(chart)))).toBe(bars(svgOf(dailyOption(DAILY))))
    expect(dailyAlt(chart)).toContain('Mon 6 Jul 2026 not known')
  })

  it('slippage: what was given up beside what was estimated', () => {
    expect(textsOf(svgOf(slippageOption(SLIPPAGE)))).toEqual(expect.arrayContaining(['estimated', 'given up', '1 Jul']))
    expect(slippageAlt(SLIPPAGE)).toContain('Wed 1 Jul 2026 $70.00, estimated $54.80')
  })

  it('groups: each with how many trades and their result', () => {
    expect(textsOf(svgOf(groupsOption(GROUPS)))).toEqual(
      expect.arrayContaining(['late-exit · 3 trades', '−$1,204', 'a-tag-that-is-rather-long · 1 trade', '$400', '$0']),
    )
    expect(groupsAlt(GROUPS)).toContain('late-exit: −$1,204.50 in 3 trades; ')
    expect(groupsAlt({ ...GROUPS, groups: Array.from({ length: 4 }, () => GROUPS.groups).flat() })).toContain(
      '; and 4 more.',
    )
  })

  it('bounds: a single day is shown too', () => {
    const chart = {
      title: 'INSUFFICIENT after 1 trading day',
      subtitle: 'SIM',
      points: [{ days: 1, lowerCents: -500_000, upperCents: 500_000 }],
      levels: [{ name: 'target $341.77', cents: TARGET_CENTS, tone: 'gain' as const }],
    }
    expect(textsOf(svgOf(boundsOption(chart)))).toEqual(expect.arrayContaining(['target $341.77', '$6,000']))
  })
})

describe('every chart', () => {
  const wide = { title: 'x'.repeat(2_000), subtitle: 'SIM' }
  const requests: readonly ChartRequest[] = [
    { kind: 'day_pnl', report: { ...REPORT, trades: Array.from({ length: 200 }, () => REPORT.trades).flat() } },
    { kind: 'cumulative', chart: { ...EQUITY, ...wide } },
    { kind: 'bounds', chart: { ...wide, points: [], levels: [] } },
    { kind: 'daily', chart: { ...DAILY, days: days(Array.from({ length: 600 }, () => -123_456)) } },
    { kind: 'slippage', chart: { ...SLIPPAGE, ...wide } },
    { kind: 'groups', chart: { ...wide, groups: Array.from({ length: 40 }, () => GROUPS.groups).flat() } },
    { kind: 'groups', chart: { ...wide, groups: [] } },
  ]

  it.each(requests.map((request) => [request.kind, request] as const))(
    '%s is a PNG 1080 pixels wide, with an alternative text that Discord takes',
    async (_kind, request) => {
      const { png, alt } = await drawChart(request)
      expect(Buffer.from(png).readUInt32BE(16)).toBe(1080)
      expect(alt.length).toBeGreaterThan(0)
      expect(alt.length).toBeLessThanOrEqual(1024)
    },
  )

  it('prop_draws_anything: days of any size and number give pictures', () => {
    const cents = fc.oneof(fc.integer({ min: -200_000, max: 200_000 }), fc.maxSafeInteger())
    fc.assert(
      fc.property(fc.array(cents, { maxLength: 40 }), (values) => {
        const made = days(values)
        expect(svgOf(cumulativeOption(equityChart('t', 's', made)))).toContain('<svg')
        expect(svgOf(dailyOption({ ...DAILY, days: made }))).toContain('<svg')
        const slipped = made.map(({ date, netPnlCents }) => ({ date, estimatedCents: 0, actualCents: netPnlCents }))
        expect(svgOf(slippageOption({ ...SLIPPAGE, days: slipped }))).toContain('<svg')
      }),
      { numRuns: 30 },
    )
  })

  it('no text is smaller than nine pixels on a phone that shows the picture 270 pixels wide', () => {
    const options = [cumulativeOption(EQUITY), dailyOption(DAILY), slippageOption(SLIPPAGE)]
    const sizes = options.flatMap((option) =>
      [...svgOf(option).matchAll(/font-size:(\d+)px/g)].map(([, size]) => Number(size)),
    )
    expect(sizes.length).toBeGreaterThan(10)
    expect(Math.min(...sizes) * (270 / 540)).toBeGreaterThanOrEqual(9)
  })
})
