/** The names in a trade's chart as elements of the drawing. Pure. Entry points: `momentElements`, `labelElement`. */
import { type Box, LABEL_HEIGHT, labelWidth } from './chart-labels.ts'
import { LEFT } from './chart-parts.ts'
import { CHART_WIDTH, THEME } from './chart-theme.ts'

export interface MomentName {
  readonly text: string
  readonly colour: string
}

/** Free beside the picture's edge. */
const EDGE = 6

/** Each in a row of its own from `top` on, beginning at its upright line `x` and pushed back where it would be cut. */
export function momentElements(
  moments: readonly (MomentName & { readonly x: number })[],
  top: number,
  fontSize: number,
) {
  return moments.map(({ text, colour, x }, row) => {
    const width = labelWidth(text, fontSize)
    const left = Math.max(LEFT, Math.min(x - EDGE, CHART_WIDTH - EDGE - width))
    const rowTop = top + row * LABEL_HEIGHT
    return labelElement(
      text,
      { left, right: left + width, top: rowTop, bottom: rowTop + LABEL_HEIGHT },
      colour,
      fontSize,
    )
  })
}

const LABEL_PADDING: [vertical: number, horizontal: number] = [2, 5]

export function labelElement(text: string, { left, top, bottom }: Box, fill: string, fontSize: number) {
  return {
    type: 'text' as const,
    silent: true,
    z: 10,
    x: left,
    y: (top + bottom) / 2,
    style: {
      text,
      fill,
      // The shorthand for both is not read by what draws the picture.
      fontSize,
      fontFamily: THEME.font,
      verticalAlign: 'middle' as const,
      backgroundColor: THEME.background,
      padding: LABEL_PADDING,
    },
  }
}
