/**
 * What-if of the exits as a heat map: a row a stop, a column a target, the mean day in each cell, the rule framed.
 *
 * Entry point: `drawWhatIf`.
 */
import type { EChartsCoreOption } from 'echarts/core'
import { drawSvg } from '../report/chart-svg.ts'
import { CHART_SCALE, CHART_WIDTH, THEME } from '../report/chart-theme.ts'
import { money, percent, signedMoney } from '../report/format.ts'
import { pngOf } from '../report/png.ts'
import type { WhatIfCell, WhatIfDocument } from './what-if-document.ts'
import { exitsName, restsOn, wholeDollars } from './what-if-text.ts'

const [TOP, BOTTOM, ROW] = [120, 70, 46]
const SMALL = 15
/** A column is narrow: amounts go in thousands where they are long. */
const COLUMNS_WIDE_MAX = 7

const text = { color: THEME.muted, fontSize: SMALL, fontFamily: THEME.font }

const meanOf = ({ meanCents }: WhatIfCell): number => Math.round(meanCents ?? 0)

function cellText(cents: number, columns: number): string {
  const amount = Math.round(cents / 100)
  if (columns <= COLUMNS_WIDE_MAX || Math.abs(amount) < 1000) return String(amount)
  return `${(amount / 1000).toFixed(1)}k`
}

function whatIfOption(result: WhatIfDocument): EChartsCoreOption {
  const { stops, targets, cells, source } = result
  const reach = Math.max(1, ...cells.map((cell) => Math.abs(meanOf(cell))))
  const drawn = (cell: WhatIfCell) => ({
    value: [targets.indexOf(cell.target), stops.indexOf(cell.stop), meanOf(cell)],
    label: { formatter: cellText(meanOf(cell), targets.length), ...(cell.isRule ? { fontWeight: 600 } : {}) },
    itemStyle: cell.isRule
      ? { borderColor: THEME.text, borderWidth: 4 }
      : { borderColor: THEME.background, borderWidth: 2 },
  })
  const label = { show: true, color: THEME.text, fontSize: SMALL, fontFamily: THEME.font }
  // The frame lies over its neighbours only in a layer of its own.
  const layers = [false, true].map((isRule) => ({
    type: 'heatmap',
    z: isRule ? 3 : 2,
    label,
    data: cells.filter((cell) => cell.isRule === isRule).map(drawn),
  }))
  const axis = { type: 'category', axisLabel: text, axisLine: { show: false }, axisTick: { show: false } }
  const naming = { nameLocation: 'middle', nameTextStyle: text }
  return {
    backgroundColor: THEME.background,
    animation: false,
    title: {
      text: 'Mean day by stop and target, dollars',
      subtext: `${source.label}\n${restsOn(result)} · framed: the rule`,
      left: 20,
      top: 14,
      textStyle: { color: THEME.text, fontSize: THEME.titleSize, fontWeight: 600, fontFamily: THEME.font },
      subtextStyle: { ...text, lineHeight: 20 },
    },
    grid: { left: 100, right: 16, top: TOP, bottom: BOTTOM },
    xAxis: {
      ...axis,
      ...naming,
      name: 'target, % of the premium kept',
      nameGap: 34,
      data: targets.map((t) => percent(t * 100, 0)),
    },
    yAxis: {
      ...axis,
      ...naming,
      name: 'stop, loss a trade',
      nameGap: 76,
      data: stops.map(wholeDollars),
      inverse: true,
    },
    visualMap: {
      show: false,
      min: -reach,
      max: reach,
      dimension: 2,
      seriesIndex: [0, 1],
      inRange: { color: ['#b4373d', '#2b2d33', '#1f8a52'] },
    },
    series: layers,
  }
}

function whatIfAlt(result: WhatIfDocument): string {
  const rule = result.cells.find(({ isRule }) => isRule)
  const best = result.cells.find(({ stop, target }) => stop === result.best?.stop && target === result.best.target)
  const said = (cell: WhatIfCell): string =>
    `stop ${money(cell.stop * 100)}, target ${percent(cell.target * 100, 0)}: ${signedMoney(meanOf(cell))} a day`
  return [
    `Mean day of ${result.cells.length} pairs of stop and target, ${exitsName(result)}.`,
    rule === undefined ? '' : `The rule, ${said(rule)}.`,
    best === undefined ? '' : `The best on these days, ${said(best)}.`,
  ]
    .filter((part) => part !== '')
    .join(' ')
}

/** A PNG and its alternative text. */
export async function drawWhatIf(result: WhatIfDocument): Promise<{ png: Uint8Array; alt: string }> {
  const height = TOP + BOTTOM + ROW * result.stops.length
  const svg = drawSvg(whatIfOption(result), CHART_WIDTH, height)
  return { png: await pngOf(svg, CHART_SCALE), alt: whatIfAlt(result) }
}
