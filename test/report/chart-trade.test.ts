import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { drawSvg } from '../../src/report/chart-svg.ts'
import { drawTrade, tradeAlt, tradeOption } from '../../src/report/chart-trade.ts'
import { tradeCards } from '../../src/report/trade-card.ts'
import { courseOf, type TradeCourse } from '../../src/report/trade-course.ts'
import { MINUTE_MS } from '../../src/time/units.ts'
import { adoptedEvents, journalEvents, journalOf, tradeDetails, withoutLegs } from '../support/journal-samples.ts'

function course(count?: number): TradeCourse {
  const [found] = tradeDetails(journalOf(journalEvents().slice(0, count)))
  if (found === undefined) throw new Error('expected a trade')
  return courseOf(found)
}

/** The same day without the decision: an order of the desk that its books did not know. */
function adopted(count?: number, isOlder = false): TradeCourse | null {
  const events = isOlder ? withoutLegs(adoptedEvents()) : adoptedEvents()
  return tradeCards(journalOf(events.slice(0, count)))[0]?.course ?? null
}

const svgOf = (shown: TradeCourse): string => drawSvg(tradeOption(shown), 540, 540)

interface Text {
  readonly text: string
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

/** Where each text of the chart stands, from its font's mean width; the library writes one element a text. */
function textsOf(svg: string): readonly Text[] {
  return [...svg.matchAll(/<text ([^>]*)>([^<]*)<\/text>/g)].map(([, attributes = '', text = '']) => {
    const of = (pattern: RegExp): number => Number(pattern.exec(attributes)?.[1] ?? 0)
    const size = of(/font-size:(\d+)px|font-size="(\d+)/) || 19
    const anchor = /text-anchor="(\w+)"/.exec(attributes)?.[1] ?? 'start'
    const [, dx = '0', dy = '0'] = /translate\((-?[\d.]+)[ ,](-?[\d.]+)\)/.exec(attributes) ?? []
    const [x, y] = [of(/ x="(-?[\d.]+)"/) + Number(dx), of(/ y="(-?[\d.]+)"/) + Number(dy)]
    const width = text.length * size * 0.52
    const left = anchor === 'middle' ? x - width / 2 : anchor === 'end' ? x - width : x
    return { text, left, right: left + width, top: y - size * 0.4, bottom: y + size * 0.4 }
  })
}

function overlapping(svg: string): readonly string[] {
  const texts = textsOf(svg)
  return texts.flatMap((a, index) =>
    texts
      .slice(index + 1)
      .filter((b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)
      .map((b) => `${a.text} / ${b.text}`),
  )
}

describe('the chart of a trade', () => {
  it('is a PNG of 1080 × 1080 pixels with an alternative text of its numbers', async () => {
    const { png, alt } = await drawTrade(course())
    const bytes = Buffer.from(png)
    expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([1080, 1080])
    expect(alt).toContain('Sold 10:03:02 at $1.21, decided at mid $1.23')
    expect(alt).toContain('the stop fires at mid $1.564, the target at $0.65, worth +$1,285.27')
    expect(alt).toContain('The stop is at a loss of $1,000.00')
    expect(alt).toContain('Closed 13:12:33 at $0.66, profit target, net +$1,310.00.')
  })

  it('shows legs, result, source, entry, exit, and stop and target in both panels', () => {
    const svg = svgOf(course())
    for (const text of [
      '25 × 742P / 737P',
      '+$1,310.00',
      'SIM seed 7',
      'sold $1.21 · 10:03',
      'profit target $0.66 · 13:12',
      'stop $1.564',
      'target $0.65',
      'stop −$1,000',
      'target $1,285',
    ]) {
      expect(svg).toContain(text)
    }
    // Dashed: two levels a panel. Upright through each panel: entry and exit.
    expect(svg.match(/stroke-dasharray/g)).toHaveLength(4)
    expect(overlapping(svg)).toEqual([])
  })

  it('draws a trade that is open, right after its first fill and later', () => {
    expect(svgOf(course(22))).toContain('open')
    expect(svgOf(course(60))).toContain('open')
    expect(tradeAlt(course(60))).toContain('It is still open.')
  })

  it('draws a trade that was closed blind, without the mid of its exit', () => {
    const whole = course()
    const exit = whole.exit && { ...whole.exit, mid: null, close: null }
    expect(svgOf({ ...whole, exit })).toContain('+$1,310.00')
  })

  it('shows what is known of a position whose decision the journal does not have', () => {
    const whole = adopted()
    const open = adopted(60)
    if (whole === null || open === null) throw new Error('expected courses')
    const svg = svgOf(whole)
    for (const text of ['25 × 742P / 737P', 'sold $1.21', 'profit target $0.66', 'stop −$1,000'])
      expect(svg).toContain(text)
    expect(svg).not.toContain('stop $')
    expect(tradeAlt(whole)).toContain(
      'Sold 10:03:02 at $1.21, its decision is not in the journal. The stop is at a loss',
    )
    expect(svgOf(open)).toContain('25 × 742P / 737P')
    const older = adopted(60, true)
    expect(older && svgOf(older)).toContain('25 × a position not in the journal')
    expect(tradeAlt(open)).toContain('It is still open.')
    // Of nothing but its end, or of nothing at all.
    const { closed } = tradeCards(journalOf())[0] ?? {}
    if (closed == null) throw new Error('expected an end')
    const [end] = tradeCards(journalOf([closed]))
    expect(end?.course && svgOf(end.course)).toContain('profit target $0.66')
    expect(adopted(20)).toBeNull()
  })

  it('prop_draws_anything: prices and results of any size give a chart', () => {
    const price = fc.double({ min: -1e6, max: 1e6, noNaN: true })
    fc.assert(
      fc.property(price, price, price, fc.integer(), (entryFill, exitFill, mid, netPnlCents) => {
        const whole = course()
        const marks = whole.marks.slice(0, 3).map((mark) => ({ ...mark, mid, netPnlCents }))
        expect(svgOf({ ...whole, entryFill, exitFill, netPnlCents, marks })).toContain('<svg')
      }),
      { numRuns: 30 },
    )
  })

  it('prop_labels_never_overlap: whatever was sold and bought at, when, and wherever stop and target lie', () => {
    const whole = course()
    const trade = fc.record({
      entryFill: fc.double({ min: 0.05, max: 12, noNaN: true }),
      exitFill: fc.double({ min: 0.01, max: 40, noNaN: true }),
      stop: fc.double({ min: 0.01, max: 5, noNaN: true }),
      target: fc.double({ min: 0.01, max: 5, noNaN: true }),
      minutes: fc.double({ min: 0.01, max: 380, noNaN: true }),
      netPnlCents: fc.integer({ min: -2_000_000, max: 500_000 }),
      maxLossPerTradeCents: fc.integer({ min: 1_000, max: 500_000 }),
      targetCents: fc.integer({ min: 1, max: 500_000 }),
      reason: fc.constantFrom('stop_loss', 'closed_elsewhere', 'watchdog', 'quotes_lost') as fc.Arbitrary<'stop_loss'>,
    })
    fc.assert(
      fc.property(trade, ({ stop, target, minutes, targetCents, ...drawn }) => {
        const exit_ms = whole.entry_ms + minutes * MINUTE_MS
        const levels = {
          stopMid: drawn.entryFill + stop,
          targetMid: Math.max(0, drawn.entryFill - target),
          targetCents,
        }
        const marks = whole.marks.filter(({ at_ms }) => at_ms < exit_ms)
        const exit = whole.exit && { ...whole.exit, at_ms: exit_ms, mid: drawn.exitFill }
        const svg = svgOf({ ...whole, ...drawn, exit_ms, exit, levels, marks })
        expect(overlapping(svg)).toEqual([])
        expect(textsOf(svg).filter(({ text }) => /^(stop|target) [−$]/.test(text))).toHaveLength(4)
        expect(textsOf(svg).filter(({ left, right }) => left < 0 || right > 540)).toEqual([])
      }),
      { numRuns: 60 },
    )
  })
})
