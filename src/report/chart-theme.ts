/** Colours and sizes of every chart: dark, and large enough to read on a phone. */
import { CHART_FONT } from './png.ts'

export const THEME = {
  background: '#1e1f22',
  text: '#f2f3f5',
  muted: '#a5abb6',
  grid: '#33353b',
  gain: '#2fbf71',
  loss: '#ff6369',
  warning: '#f5a524',
  line: '#7aa7ff',
  font: CHART_FONT,
  fontSize: 17,
  titleSize: 23,
} as const

/** Units of the SVG; drawn at `CHART_SCALE` pixels a unit. 16:9, as Discord shows pictures. */
export const CHART_WIDTH = 800
export const CHART_HEIGHT = 450
export const CHART_SCALE = 1.5
