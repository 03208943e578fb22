import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { illustrated, type Picture } from '../../src/discord/views/pictures.ts'
import { embed } from '../../src/feed/embed.ts'
import { buildDayDocument } from '../../src/report/day/day-document.ts'
import { buildPeriod, weekOf } from '../../src/report/day/period.ts'
import { periodCharts } from '../../src/report/day/period-charts.ts'
import type { DayDocument } from '../../src/report/day/schema.ts'
import { desk, SeenFiles, saw } from '../support/bot-bench.ts'
import { DATE } from '../support/desk-samples.ts'
import { journalOf } from '../support/journal-samples.ts'
import { problemsOf } from '../support/message-limits.ts'
import { REPORT } from '../support/view-samples.ts'

function day(date: string, change: Partial<DayDocument> = {}): DayDocument {
  const made = buildDayDocument(journalOf())
  if (made === null) throw new Error('expected a report')
  return { ...made, date, ...change }
}

const PICTURES: readonly Picture[] = ['a.png', 'b.png', 'c.png'].map((file) => ({
  file,
  title: file,
  chart: { kind: 'day_pnl', report: REPORT },
}))
const REQUEST = { log: pino({ level: 'silent' }) }
const FIRST = (image: string | null) =>
  embed({ colour: 0, title: 'first', footer: 'f', ...(image === null ? {} : { image }) })

describe('pictures of a reply', () => {
  it('the first stands in the reply itself, each other in an embed of its own', async () => {
    const draw = async () => ({ png: new Uint8Array([1]), alt: 'words' })
    const made = await illustrated(FIRST, PICTURES, { draw }, REQUEST, 'SIM seed 7')
    expect(made.embeds.map(({ title, image }) => [title, image?.url])).toEqual([
      ['first', 'attachment://a.png'],
      ['b.png', 'attachment://b.png'],
      ['c.png', 'attachment://c.png'],
    ])
    expect(made.files.map(({ name, description }) => [name, description])).toEqual([
      ['a.png', 'words'],
      ['b.png', 'words'],
      ['c.png', 'words'],
    ])
  })

  it('one that cannot be drawn is left out, and no embed points to it', async () => {
    let drawn = 0
    const draw = async () => {
      drawn += 1
      if (drawn === 1) throw new Error('no font')
      return { png: new Uint8Array([1]), alt: 'words' }
    }
    const some = await illustrated(FIRST, PICTURES, { draw }, REQUEST)
    expect(some.embeds.map(({ image }) => image?.url)).toEqual(['attachment://b.png', 'attachment://c.png'])
    const none = await illustrated(FIRST, PICTURES, { draw: async () => Promise.reject(new Error('no font')) }, REQUEST)
    expect(none.embeds.map(({ image }) => image)).toEqual([undefined])
    expect(none.files).toEqual([])
  })
})

describe("a period's pictures", () => {
  const days = [
    day('2026-07-14', { netPnlCents: -100_000 }),
    day('2026-07-15', { status: 'incomplete' }),
    day('2026-07-17'),
  ]
  const period = buildPeriod(days, weekOf(DATE))
  if (period === null) throw new Error('expected a period')

  it('equity leaves out what is not known, bars keep its place', () => {
    const { equity, daily } = periodCharts(period, days)
    expect(equity?.dates).toEqual(['2026-07-14', '2026-07-17'])
    expect(equity?.title).toBe('14 Jul to 17 Jul   +$310.00')
    expect(daily.days.map(({ netPnlCents }) => netPnlCents)).toEqual([-100_000, null, 131_000])
  })

  it('where no day has a result, none is titled', () => {
    const open = [day('2026-07-15', { status: 'incomplete' })]
    const week = buildPeriod(open, weekOf(DATE))
    if (week === null) throw new Error('expected a period')
    expect(periodCharts(week, open)).toMatchObject({ equity: null, daily: { title: '15 Jul   no result yet' } })
  })

  it('slippage is what the fills gave up on both sides, beside the model', () => {
    const [first] = days
    const { slippage } = periodCharts(period, days)
    expect(slippage?.days).toHaveLength(3)
    expect(slippage?.days[0]?.actualCents).toBe(10_000)
    expect(slippage?.days[0]?.estimatedCents).toBe(
      (first?.costs.estimated.spreadCents ?? 0) + (first?.costs.estimated.slippageCents ?? 0),
    )
    const flat = days.map((one) => ({
      ...one,
      costs: { ...one.costs, actual: { ...one.costs.actual, spreadCents: null } },
    }))
    expect(periodCharts(period, flat).slippage).toBeNull()
  })

  it('of several configurations no daily limit is drawn', () => {
    const [first] = days
    if (first === undefined) throw new Error('expected a day')
    const other = { ...first, plan: { ...first.plan, maxDailyLossCents: 75_000 } }
    expect(periodCharts(period, days).daily.maxDailyLossCents).toBe(150_000)
    expect(periodCharts(period, [...days, other]).daily.maxDailyLossCents).toBeNull()
  })
})

describe('/report week in the channel', () => {
  it('shows equity, P&L by day and slippage, each with alternative text, and the report as a file', async () => {
    const files = new SeenFiles()
    const { user } = await desk({ middleware: [files.middleware] })
    await user.slash('report', { date: 'week' })
    const reply = await saw(user, 'Run again')
    expect(problemsOf(reply.embeds)).toEqual([])
    expect(reply.embeds.map(({ title }) => title)).toEqual([
      '25k · Mon 13 Jul 2026 to Sun 19 Jul 2026: +$1,310.00',
      'What was measured',
      'P&L by day',
      'Slippage against the estimate',
    ])
    const pictures = reply.embeds.flatMap(({ image }) => image ?? [])
    expect(pictures).toHaveLength(3)
    for (const { url } of pictures) {
      const picture = await fetch(url)
      expect(picture.headers.get('content-type')).toBe('image/png')
    }
    expect(files.descriptions).toEqual([
      expect.stringContaining('Greatest drawdown'),
      expect.stringContaining('1 of 1 day at the target'),
      expect.stringContaining('Given up against the mid by day'),
    ])
  })
})
