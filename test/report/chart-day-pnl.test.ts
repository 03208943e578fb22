import { describe, expect, it } from 'vitest'
import { dayPnlOption, drawDayPnl } from '../../src/report/chart-day-pnl.ts'
import { drawSvg } from '../../src/report/chart-svg.ts'
import { REPORT } from '../support/view-samples.ts'

const PNG_SIGNATURE = '89504e470d0a1a0a'

describe("the chart of the day's P&L", () => {
  it('is a PNG of 1080 × 760 pixels with an alternative text of its numbers', async () => {
    const { png, alt } = await drawDayPnl(REPORT)
    const bytes = Buffer.from(png)
    expect(bytes.subarray(0, 8).toString('hex')).toBe(PNG_SIGNATURE)
    expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([1080, 760])
    expect(alt).toContain('+$1,310.00 against a target of +$341.77 and a daily limit of −$1,500.00')
    expect(alt).toContain('Sold 10:03:02 at $1.21, closed 13:12:33 at $0.66')
  })

  it('shows source, date, target, limit, entry and exit', () => {
    const svg = drawSvg(dayPnlOption(REPORT), 540, 380)
    for (const text of [
      'Fri 17 Jul 2026',
      '+$1,310.00',
      'SIM seed 7',
      'target +$341.77',
      'daily limit −$1,500.00',
      'sold $1.21',
      'profit target $0.66',
    ]) {
      expect(svg).toContain(text)
    }
  })

  it('draws a day without a trade, a running day, and a loss beyond the limit', () => {
    const quiet = { ...REPORT, trades: [], pnlPoints: [], netPnlCents: 0, status: 'no_trade' as const }
    expect(drawSvg(dayPnlOption(quiet), 540, 380)).toContain('$0.00')
    const running = { ...REPORT, final: false, status: 'running' as const }
    expect(drawSvg(dayPnlOption(running), 540, 380)).toContain('so far')
    const crash = {
      ...REPORT,
      netPnlCents: -1_250_000,
      pnlPoints: [{ at_ms: REPORT.open_ms + 60_000, netPnlCents: -1_250_000 }],
    }
    expect(drawSvg(dayPnlOption(crash), 540, 380)).toContain('−$12,500.00')
  })
})
