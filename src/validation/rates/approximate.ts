/**
 * The usual alternative, for comparison only: a confidence sequence by normal approximation with the variance estimated
 * (I. Waudby-Smith, D. Arbour, R. Sinha, E. H. Kennedy, A. Ramdas, Ann. Stat. 52 (2024) 2613–2640, by Robbins'
 * mixture). It needs no floor, and holds only once days are many enough for the approximation. Entry point:
 * `ApproximateTests`.
 */
import type { Registration } from '../../session/registration.ts'

/** The first look; before it an estimated variance is no guide at all. */
const FIRST_DAY = 10
/** The day at which the sequence is tightest. */
const TUNED_DAY = 150

export class ApproximateTests {
  readonly #target: number
  readonly #twoSided: number
  readonly #tuning: number
  #days = 0
  #sum = 0
  #squares = 0
  everAboveZero = false
  everBelowTarget = false

  constructor({ targetDailyCents, alphaConsistent }: Registration) {
    this.#target = targetDailyCents
    // A one-sided bound of level α is a side of a two-sided one of level 2α.
    this.#twoSided = 2 * alphaConsistent
    const log = -2 * Math.log(this.#twoSided)
    this.#tuning = (log + Math.log(log + 1)) / TUNED_DAY
  }

  add(cents: number): void {
    this.#days++
    this.#sum += cents
    this.#squares += cents * cents
    if (this.#days < FIRST_DAY) return
    const mean = this.#sum / this.#days
    const variance = Math.max(0, this.#squares / this.#days - mean * mean)
    const grown = this.#days * this.#tuning + 1
    const log = Math.log(Math.sqrt(grown) / this.#twoSided)
    const width = Math.sqrt((variance * 2 * grown * log) / (this.#days * this.#days * this.#tuning))
    if (mean - width > 0) this.everAboveZero = true
    if (mean + width < this.#target) this.everBelowTarget = true
  }
}
