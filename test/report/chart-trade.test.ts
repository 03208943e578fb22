import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { drawSvg } from '../../src/report/chart-svg.ts'
import { drawTrade, tradeAlt, tradeOption } from '../../src/report/chart-trade.ts'
import { type TradeDetail, tradeDetails } from '../../src/report/trade-detail.ts'
import { journalEvents, journalOf } from '../support/journal-samples.ts'

function detail(count?: number): TradeDetail {
  const [found] = tradeDetails(journalOf(journalEvents().slice(0, count)))
  if (found === undefined) throw new Error('expected a trade')
  return found
}

const svgOf = (shown: TradeDetail): string => drawSvg(tradeOption(shown), 540, 540)

describe('the chart of a trade', () => {
  it('is a PNG of 1080 × 1080 pixels with an alternative text of its numbers', async () => {
    const { png, alt } = await drawTrade(detail())
    const bytes = Buffer.from(png)
    expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([1080, 1080])
    expect(alt).toContain('Sold 10:03:02 at $1.21, decided at mid $1.23')
    expect(alt).toContain('the stop fires at mid $1.564, the target at $0.65')
    expect(alt).toContain('Closed 13:12:33 at $0.66, profit target, net +$1,310.00.')
  })

  it('shows legs, result, source, entry, exit, stop, target and the loss limit', () => {
    const svg = svgOf(detail())
    for (const text of [
      '25 × 742P / 737P',
      '+$1,310.00',
      'SIM seed 7',
      'sold $1.21',
      'profit target $0.66',
      'stop $1.564',
      'target $0.65',
      'loss limit −$1,000.00',
    ]) {
      expect(svg).toContain(text)
    }
  })

  it('draws a trade that is open, right after its first fill and later', () => {
    expect(svgOf(detail(22))).toContain('open')
    expect(svgOf(detail(60))).toContain('open')
    expect(tradeAlt(detail(60))).toContain('It is still open.')
  })

  it('draws a trade that was closed blind, without the mid of its exit', () => {
    const whole = detail()
    const exit = whole.exit && { ...whole.exit, mid: null, close: null }
    expect(svgOf({ ...whole, exit })).toContain('+$1,310.00')
  })

  it('prop_draws_anything: prices and results of any size give a chart', () => {
    const price = fc.double({ min: -1e6, max: 1e6, noNaN: true })
    fc.assert(
      fc.property(price, price, price, fc.integer(), (entryFill, exitFill, mid, netPnlCents) => {
        const whole = detail()
        const trade = { ...whole.trade, entryFill, exitFill, netPnlCents }
        const marks = whole.marks.slice(0, 3).map((mark) => ({ ...mark, mid, netPnlCents }))
        expect(svgOf({ ...whole, trade, marks })).toContain('<svg')
      }),
      { numRuns: 30 },
    )
  })
})
