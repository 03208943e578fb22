/**
 * I12: every feed number is posted once, in order, without a gap. A store that lost its data leaves one gap: what had
 * not been posted by then is gone, and the next number is the one after the last that was given.
 */
import type { SimMessage } from '../chat/sim-chat.ts'
import type { Report } from './violation.ts'

export class FeedCheck {
  readonly #report: Report
  #last = 0
  #afterLoss: number | null = null

  constructor(report: Report) {
    this.#report = report
  }

  get posted(): number {
    return this.#last
  }

  storeLost(lastFeedNo: number): void {
    this.#afterLoss = lastFeedNo + 1
  }

  add({ footer }: SimMessage): void {
    const feedNo = Number(/#(\d+)$/.exec(footer)?.[1] ?? Number.NaN)
    if (feedNo !== this.#last + 1 && feedNo !== this.#afterLoss)
      this.#report('I12', `feed number ${feedNo} is posted after ${this.#last}`)
    this.#last = feedNo
    if (feedNo >= (this.#afterLoss ?? 0)) this.#afterLoss = null
  }
}
