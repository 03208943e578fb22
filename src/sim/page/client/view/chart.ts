/** The day's price as a small chart: minute closes as a line, marks of the open and of the hours, the last price. */
import { html, svg, type TemplateResult } from 'lit'
import type { MarketView } from '../state.ts'

const WIDTH = 320
const HEIGHT = 150
const PAD = { top: 10, right: 46, bottom: 20, left: 4 }
/** The strategy may enter from so many minutes after the open to so many before the close. */
const WINDOW_MIN = { afterOpen: 15, beforeClose: 90 }
const HOURS = [10, 11, 12, 13, 14, 15, 16]
const LABEL_HEIGHT = 14
const MINUTE_MS = 60_000

interface ChartScale {
  readonly x: (at_ms: number) => number
  readonly y: (price: number) => number
  readonly low: number
  readonly high: number
}

export function chartView(view: MarketView, now_ms: number, mid: number | null): TemplateResult {
  if (!view.session) return html`<div class="chart-empty">No session today</div>`
  const open_ms = Date.parse(view.session.open)
  const close_ms = Date.parse(view.session.close)
  const points = view.bars.map((bar) => ({ at_ms: Date.parse(bar.t) + MINUTE_MS, price: bar.c }))
  const first = view.bars[0]
  if (first) points.unshift({ at_ms: open_ms, price: first.o })
  if (mid !== null && now_ms >= open_ms) points.push({ at_ms: Math.min(now_ms, close_ms), price: mid })
  const shown = points.filter((point) => point.at_ms >= open_ms && point.at_ms <= close_ms)
  if (shown.length === 0) return html`<div class="chart-empty">The chart begins at the open, 9:30 in New York.</div>`
  const scale = scaleOf(
    shown.map((point) => point.price),
    open_ms,
    close_ms,
  )
  const line = shown
    .map((p, i) => `${i === 0 ? 'M' : 'L'}${scale.x(p.at_ms).toFixed(1)} ${scale.y(p.price).toFixed(1)}`)
    .join('')
  const last = shown.at(-1) ?? { at_ms: open_ms, price: 0 }
  const start = shown[0]?.price ?? last.price
  const floor = HEIGHT - PAD.bottom
  const area = `${line}L${scale.x(last.at_ms).toFixed(1)} ${floor}L${scale.x(shown[0]?.at_ms ?? open_ms).toFixed(1)} ${floor}Z`
  const text = `SPY today from ${start.toFixed(2)} to ${last.price.toFixed(2)}, low ${scale.low.toFixed(2)}, high ${scale.high.toFixed(2)}`
  return html`<svg class="chart ${last.price >= start ? 'up' : 'down'}" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label=${text}>
    ${windowMark(scale, open_ms, close_ms)}${priceLabels(scale, last.price)}
    ${svg`<line class="chart-open" x1=${PAD.left} x2=${WIDTH - PAD.right} y1=${scale.y(start)} y2=${scale.y(start)} />
      <path class="chart-area" d=${area} /><path class="chart-line" d=${line} />
      <circle class="chart-dot" cx=${scale.x(last.at_ms)} cy=${scale.y(last.price)} r="3.2" />
      ${priceTag(scale, last.price)}`}
    ${hourMarks(scale, open_ms, close_ms)}
  </svg>`
}

function scaleOf(prices: readonly number[], open_ms: number, close_ms: number): ChartScale {
  const low = Math.min(...prices)
  const high = Math.max(...prices)
  const room = Math.max((high - low) * 0.12, 0.05)
  const width = WIDTH - PAD.left - PAD.right
  const height = HEIGHT - PAD.top - PAD.bottom
  return {
    low,
    high,
    x: (at_ms) => PAD.left + (width * (at_ms - open_ms)) / (close_ms - open_ms),
    y: (price) => PAD.top + (height * (high + room - price)) / (high - low + 2 * room),
  }
}

/** The entry window as a band with its name. */
function windowMark(scale: ChartScale, open_ms: number, close_ms: number): unknown {
  const from = scale.x(open_ms + WINDOW_MIN.afterOpen * MINUTE_MS)
  const to = scale.x(close_ms - WINDOW_MIN.beforeClose * MINUTE_MS)
  const height = HEIGHT - PAD.top - PAD.bottom + 6
  return svg`<g class="chart-window"><rect x=${from} y=${PAD.top - 6} width=${to - from} height=${height} />
    <text x=${from + 4} y=${PAD.top + 4}>entry window</text></g>`
}

/** The day's low and high, where the tag of the last price leaves room. */
function priceLabels(scale: ChartScale, last: number): unknown {
  const isFree = (price: number) => Math.abs(scale.y(price) - scale.y(last)) > LABEL_HEIGHT
  return [scale.low, scale.high]
    .filter(isFree)
    .map(
      (price) =>
        svg`<text class="chart-price" x=${WIDTH - PAD.right + 6} y=${scale.y(price) + 3.5}>${price.toFixed(2)}</text>`,
    )
}

function priceTag(scale: ChartScale, price: number): unknown {
  const y = scale.y(price)
  return svg`<rect class="chart-tag" x=${WIDTH - PAD.right + 3} y=${y - 8} width=${PAD.right - 4} height="16" rx="4" />
    <text class="chart-tag-text" x=${WIDTH - PAD.right + 6} y=${y + 3.5}>${price.toFixed(2)}</text>`
}

function hourMarks(scale: ChartScale, open_ms: number, close_ms: number): unknown {
  return HOURS.map((hour) => ({ hour, at_ms: atMinute(open_ms, hour * 60) }))
    .filter(({ at_ms }) => at_ms <= close_ms)
    .map(
      ({ hour, at_ms }) =>
        svg`<text class="chart-hour" x=${scale.x(at_ms)} y=${HEIGHT - 6}>${((hour + 11) % 12) + 1}</text>`,
    )
}

const OPEN_MINUTE = 9 * 60 + 30

/** The session always opens at 9:30 in New York, so minutes count from there without a calendar. */
const atMinute = (open_ms: number, minute: number): number => open_ms + (minute - OPEN_MINUTE) * MINUTE_MS
