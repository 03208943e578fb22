/** Draws whichever chart is asked for. Loads the chart's code when the first one is. */
import type { ChartFile } from '../feed/port.ts'
import type { ChartRequest } from '../feed/post.ts'

export async function drawChart(chart: ChartRequest): Promise<ChartFile> {
  switch (chart.kind) {
    case 'day_pnl': {
      const { drawDayPnl } = await import('./chart-day-pnl.ts')
      return drawDayPnl(chart.report)
    }
  }
}
