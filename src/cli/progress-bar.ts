/**
 * A progress bar on stderr: redrawn in place in a terminal, a line at each tenth elsewhere.
 *
 * Entry point: `ProgressBar`.
 */
import type { WallClock } from '../config/clock.ts'
import { wholeNumber } from '../report/format.ts'

const CELLS = 30
const REDRAW_MS = 100

interface ProgressOutput {
  write(text: string): unknown
  readonly isTTY?: boolean
}

export class ProgressBar {
  readonly #out: ProgressOutput
  readonly #what: string
  readonly #clock: WallClock
  readonly #started_ms: number
  #drawn_ms = Number.NEGATIVE_INFINITY
  #tenths = 0
  #isDrawn = false

  /** @param what is counted, in the plural. */
  constructor(out: ProgressOutput, what: string, clock: WallClock) {
    this.#out = out
    this.#what = what
    this.#clock = clock
    this.#started_ms = clock.monotonic_ms()
  }

  update({ done, total }: { readonly done: number; readonly total: number | null }): void {
    const now_ms = this.#clock.monotonic_ms()
    if (this.#out.isTTY === true) {
      if (now_ms - this.#drawn_ms < REDRAW_MS && done !== total) return
      this.#drawn_ms = now_ms
      this.#isDrawn = true
      this.#out.write(`\r${this.#text(done, total, now_ms)}\x1b[K`)
      return
    }
    const tenths = total === null || total === 0 ? 0 : Math.floor((done * 10) / total)
    if (tenths <= this.#tenths) return
    this.#tenths = tenths
    this.#out.write(`${this.#text(done, total, now_ms)}\n`)
  }

  /** Leaves the terminal's line free for what comes next. */
  end(): void {
    if (this.#isDrawn) this.#out.write('\r\x1b[K')
    this.#isDrawn = false
  }

  #text(done: number, total: number | null, now_ms: number): string {
    const passed_s = (now_ms - this.#started_ms) / 1000
    const speed = passed_s > 0 ? `${wholeNumber(done / passed_s)}/s` : ''
    if (total === null || total === 0) return `${wholeNumber(done)} ${this.#what} ${speed}`
    const share = Math.min(1, done / total)
    const full = Math.round(share * CELLS)
    const left_s = share > 0 ? Math.round((passed_s * (1 - share)) / share) : 0
    const bar = '█'.repeat(full) + '░'.repeat(CELLS - full)
    const counts = `${wholeNumber(done)}/${wholeNumber(total)} ${this.#what}`
    return `${bar} ${Math.floor(share * 100)} % ${counts} ${speed} ${left_s} s left`
  }
}
