/** I12: every feed number is posted once, in order, without a gap. */
import type { SimMessage } from '../chat/sim-chat.ts'
import type { Report } from './violation.ts'

export class FeedCheck {
  readonly #report: Report
  #last = 0

  constructor(report: Report) {
    this.#report = report
  }

  get posted(): number {
    return this.#last
  }

  add({ footer }: SimMessage): void {
    const feedNo = Number(/#(\d+)$/.exec(footer)?.[1] ?? Number.NaN)
    if (feedNo !== this.#last + 1) this.#report('I12', `feed number ${feedNo} is posted after ${this.#last}`)
    this.#last = feedNo
  }
}
