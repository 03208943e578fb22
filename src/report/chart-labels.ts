/**
 * Where labels go in a drawing, so that none covers another. Pure. Entry points: `placeLabels`, `labelWidth`.
 *
 * 1. No two labels that are placed overlap; one for which no place is left is left out.
 * 2. A label keeps clear of the obstacles, and covers as little of the line as can be, where there is such a place.
 */

/** Pixels from the upper left corner; `right` and `bottom` are beyond the last one. */
export interface Box {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

export interface Point {
  readonly x: number
  readonly y: number
}

/** A name for a horizontal line at `y`. */
interface LabelWish {
  readonly text: string
  readonly y: number
}

export interface Surroundings {
  /** Labels stay inside. */
  readonly panel: Box
  /** What should not be covered at all. */
  readonly obstacles: readonly Box[]
  /** Points of the line, of which as few as possible are covered. */
  readonly line: readonly Point[]
}

/** A little more than the mean character of the font. */
const CHAR_SHARE = 0.6
const PADDING_X = 5
export const LABEL_HEIGHT = 26
/** Between a label and its line. */
const GAP = 2
/** Beyond what a line's points can cost. */
const OBSTACLE_COST = 10_000
const LEFT_OUT_COST = 1_000_000
/** All ways to place them are tried. */
const LABELS_MAX = 3
/** Where along the line, as shares of the free way, best first. */
const PLACES = [0, 1, 0.5, 0.25, 0.75] as const

export const labelWidth = (text: string, fontSize: number): number =>
  Math.ceil(text.length * CHAR_SHARE * fontSize) + 2 * PADDING_X

const overlaps = (a: Box, b: Box): boolean =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom

export function placeLabels<T extends LabelWish>(
  wishes: readonly T[],
  fontSize: number,
  surroundings: Surroundings,
): readonly (T & { readonly box: Box })[] {
  if (wishes.length > LABELS_MAX) throw new Error(`expected at most ${LABELS_MAX} labels, got ${wishes.length}`)
  let best: Placing<T> = { cost: Number.POSITIVE_INFINITY, labels: [] }
  const place = (index: number, placing: Placing<T>): void => {
    if (placing.cost >= best.cost) return
    const wish = wishes[index]
    if (wish === undefined) {
      best = placing
      return
    }
    for (const [rank, box] of candidates(wish, fontSize, surroundings.panel).entries()) {
      if (placing.labels.some((other) => overlaps(box, other.box))) continue
      const cost = placing.cost + rank + costOf(box, surroundings)
      place(index + 1, { cost, labels: [...placing.labels, { ...wish, box }] })
    }
    place(index + 1, { ...placing, cost: placing.cost + LEFT_OUT_COST })
  }
  place(0, { cost: 0, labels: [] })
  return best.labels
}

interface Placing<T> {
  readonly cost: number
  readonly labels: readonly (T & { readonly box: Box })[]
}

/** Above and below the line, from its beginning to its end. */
function candidates({ text, y }: LabelWish, fontSize: number, panel: Box): readonly Box[] {
  const width = labelWidth(text, fontSize)
  const room = Math.max(0, panel.right - panel.left - width)
  const tops = [y - GAP - LABEL_HEIGHT, y + GAP]
  return PLACES.flatMap((share) => {
    const left = panel.left + share * room
    return tops
      .filter((top) => top >= panel.top && top + LABEL_HEIGHT <= panel.bottom)
      .map((top) => ({ left, top, right: left + width, bottom: top + LABEL_HEIGHT }))
  })
}

/** In ranks of the places: a point of the line counts as all of them. */
function costOf(box: Box, { obstacles, line }: Surroundings): number {
  const points = line.filter(({ x, y }) => x >= box.left && x < box.right && y >= box.top && y < box.bottom)
  const covered = obstacles.filter((obstacle) => overlaps(box, obstacle))
  return points.length * PLACES.length + covered.length * OBSTACLE_COST
}
