/** What is to be drawn → PNG. The chart's library is loaded when the first chart is drawn. Entry point: `chartFile`. */
import type { ChartFile } from './chart.ts'
import { ALT_MAX, type ChartOption } from './chart-parts.ts'
import { CHART_SCALE, CHART_WIDTH } from './chart-theme.ts'
import { pngOf } from './png.ts'

/** `height` in units of the SVG. */
export async function chartFile(option: ChartOption, height: number, alt: string): Promise<ChartFile> {
  const { drawSvg } = await import('./chart-svg.ts')
  const png = await pngOf(drawSvg(option, CHART_WIDTH, height), CHART_SCALE)
  return { png, alt: alt.length <= ALT_MAX ? alt : `${alt.slice(0, ALT_MAX - 1)}…` }
}
