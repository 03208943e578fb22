/**
 * Colours and sizes of every chart: dark, and large enough to read on a phone. On a screen 360 pixels wide a picture
 * has some 270 of them, and its labels are 10 pixels high.
 */
import { CHART_FONT } from './png.ts'

export const THEME = {
  background: '#1e1f22',
  text: '#f2f3f5',
  muted: '#b5bac1',
  grid: '#3a3c43',
  gain: '#2fbf71',
  loss: '#ff6369',
  warning: '#f5a524',
  line: '#7aa7ff',
  font: CHART_FONT,
  fontSize: 20,
  titleSize: 25,
} as const

export type Tone = 'gain' | 'loss' | 'warning' | 'line' | 'muted'

/** Units of the SVG; drawn at `CHART_SCALE` pixels a unit. */
export const CHART_WIDTH = 540
export const CHART_HEIGHT = 380
/** Of two panels, one above the other. */
export const CHART_HEIGHT_TALL = 540
export const CHART_SCALE = 2
