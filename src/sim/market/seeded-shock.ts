/** A sudden move laid over the rest of a seeded day: what a provoked price shock does to its path. */
import type { DayPath } from './seeded-path.ts'

/**
 * Options get dearer when the price moves by a percent, up or down: rise of the log-volatility that they are priced on.
 */
const LOG_VOL_PER_PCT = 0.25
const LOG_VOL_MAX = 0.7
/** Seconds in which they calm down again to about a third. */
const CALM_LIFE_S = 1_200

/** Moves everything after `second` by `pct` percent, reached after `seconds`; what has been is left as it was. */
export function shockPath(path: DayPath, second: number, pct: number, seconds: number): void {
  const { mids, slowVol } = path
  const wholeMove = Math.log(1 + pct / 100)
  const fear = Math.min(LOG_VOL_MAX, LOG_VOL_PER_PCT * Math.abs(pct))
  for (let at = Math.max(0, second + 1); at < mids.length; at++) {
    const share = Math.min(1, (at - second) / seconds)
    mids[at] = (mids[at] ?? 0) * Math.exp(wholeMove * share)
    slowVol[at] = (slowVol[at] ?? 0) + fear * share * Math.exp(-(at - second) / CALM_LIFE_S)
  }
}
