/**
 * Draws whichever chart is asked for, one at a time. Loads the chart's code when the first one is.
 *
 * What the picture's renderer allocates is freed only when its handles are collected, and a small heap is collected
 * seldom: so the heap is collected after each chart, where the process runs with `--expose-gc` (as `npm start` does).
 */
import type { ChartFile, ChartRequest } from './chart.ts'

let last: Promise<unknown> = Promise.resolve()

export function drawChart(chart: ChartRequest): Promise<ChartFile> {
  const drawn = last.then(() => draw(chart))
  last = drawn.catch(() => undefined).finally(() => globalThis.gc?.())
  return drawn
}

async function draw(chart: ChartRequest): Promise<ChartFile> {
  switch (chart.kind) {
    case 'day_pnl': {
      const { drawDayPnl } = await import('./chart-day-pnl.ts')
      return drawDayPnl(chart.report)
    }
    case 'trade': {
      const { drawTrade } = await import('./chart-trade.ts')
      return drawTrade(chart.course)
    }
    case 'bounds': {
      const { drawBounds } = await import('./chart-bounds.ts')
      return drawBounds(chart.chart)
    }
    case 'cumulative': {
      const { drawCumulative } = await import('./chart-cumulative.ts')
      return drawCumulative(chart.chart)
    }
    case 'daily': {
      const { drawDaily } = await import('./chart-daily.ts')
      return drawDaily(chart.chart)
    }
    case 'slippage': {
      const { drawSlippage } = await import('./chart-slippage.ts')
      return drawSlippage(chart.chart)
    }
    case 'groups': {
      const { drawGroups } = await import('./chart-groups.ts')
      return drawGroups(chart.chart)
    }
  }
}
