/**
 * Charts as SVG, without a browser. Import it when one is drawn, not before.
 *
 * The one-file build of the library: loading it costs 9 MB of memory, the few parts a chart needs, loaded one by one
 * from hundreds of files, cost 26 MB (docs/decisions/0003).
 */
import type { EChartsCoreOption } from 'echarts/core'
import { init } from 'echarts/dist/echarts.esm.min'

export function drawSvg(option: EChartsCoreOption, width: number, height: number): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height })
  try {
    chart.setOption(option)
    return chart.renderToSVGString()
  } finally {
    chart.dispose()
  }
}
