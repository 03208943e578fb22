/**
 * One trading day of SPY, second by second, from a seed.
 *
 * Entry points: `firstDayState`, `nextDayState` (the volatility regime from day to day), `dayPath`.
 *
 * Variance of a second = day's variance × U-shape of the day × two mean-reverting log-volatility factors (one lives for
 * half an hour: clustering; one for a minute: fat tails), plus a few jumps. Levels are set so that one-minute returns
 * have the spread by half hour, the kurtosis (about 5) and the autocorrelation of their size (about 0.15) of SPY's real
 * ones.
 */

import { sequence } from '../../config/prng.ts'
import type { SessionHours } from '../../strategy/types.ts'

const TRADING_DAYS = 252
/** Standard deviation of a one-minute return relative to the day's mean, by thirteenth of the day. */
const U_SHAPE = [1.42, 1.36, 1.16, 1.1, 0.94, 0.89, 0.82, 0.81, 0.8, 0.89, 0.86, 0.9, 1.14]
const REGIME_MEAN = Math.log(0.09)
const REGIME_PERSISTENCE = 0.75
const REGIME_SHOCK = 0.2
const REGIME_MIN = 0.05
const REGIME_MAX = 0.3
const SLOW_LIFE_S = 1_500
const SLOW_SD = 0.26
const FAST_LIFE_S = 50
const FAST_SD = 0.34
/** A fall raises volatility, a rise lowers it, per standard deviation of a second's return. */
const LEVERAGE = 0.0015
const JUMPS_A_DAY = 1.2
/** A jump's size in standard deviations of a minute. */
const JUMP_SIZE = 3
export const PRE_OPEN_S = 600

/** What one day hands to the next. `vol` is annualised. */
export interface DayState {
  readonly vol: number
  readonly previousClose: number
}

export interface DayPath {
  /** Mid of SPY at open + i seconds, up to and including the close. */
  readonly mids: Float64Array
  /** Mid at open − PRE_OPEN_S + i seconds. */
  readonly preOpen: Float64Array
  /** The slow log-volatility factor at each second: what options are priced on. */
  readonly slowVol: Float32Array
  /** Share of the day's variance still to come at each second, 1 at the open, 0 at the close. */
  readonly varianceLeft: Float64Array
  /** Standard deviation of the whole day's return. */
  readonly dayVol: number
}

export function firstDayState(seed: string, startPrice: number): DayState {
  const random = sequence(`${seed}/start`)
  const vol = Math.exp(REGIME_MEAN + (REGIME_SHOCK / Math.sqrt(1 - REGIME_PERSISTENCE ** 2)) * random.normal())
  return { vol: clampVol(vol), previousClose: startPrice * (1 + 0.004 * random.normal()) }
}

export function nextDayState(seed: string, date: string, before: DayState, close: number): DayState {
  const shock = REGIME_SHOCK * sequence(`${seed}/${date}/regime`).normal()
  const logVol = REGIME_MEAN + REGIME_PERSISTENCE * (Math.log(before.vol) - REGIME_MEAN) + shock
  return { vol: clampVol(Math.exp(logVol)), previousClose: close }
}

const clampVol = (vol: number): number => Math.min(REGIME_MAX, Math.max(REGIME_MIN, vol))

/** The U-shape at a share of the day, linear between the middles of the thirteenths. */
export function uShape(share: number): number {
  const at = share * U_SHAPE.length - 0.5
  const left = Math.min(U_SHAPE.length - 1, Math.max(0, Math.floor(at)))
  const right = Math.min(U_SHAPE.length - 1, left + 1)
  const weight = Math.min(1, Math.max(0, at - left))
  return (U_SHAPE[left] ?? 1) * (1 - weight) + (U_SHAPE[right] ?? 1) * weight
}

export function dayPath(seed: string, session: SessionHours, state: DayState): DayPath {
  const random = sequence(`${seed}/${session.date}/path`)
  const seconds = Math.round((session.close_ms - session.open_ms) / 1000)
  const dayVol = state.vol / Math.sqrt(TRADING_DAYS)
  const mids = new Float64Array(seconds + 1)
  const slowVol = new Float32Array(seconds + 1)
  const varianceLeft = varianceToCome(seconds)
  let price = state.previousClose * Math.exp(0.9 * dayVol * random.normal())
  let slow = SLOW_SD * random.normal()
  let fast = FAST_SD * random.normal()
  mids[0] = price
  slowVol[0] = slow
  const level = Math.exp(-SLOW_SD * SLOW_SD - FAST_SD * FAST_SD)
  const slowShock = SLOW_SD * Math.sqrt(2 / SLOW_LIFE_S)
  const fastShock = FAST_SD * Math.sqrt(2 / FAST_LIFE_S)
  const jumpChance = JUMPS_A_DAY / seconds
  const jumpVol = (JUMP_SIZE * dayVol) / Math.sqrt(seconds / 60)
  for (let at = 1; at <= seconds; at++) {
    const share = Math.sqrt(Math.max(0, (varianceLeft[at - 1] ?? 0) - (varianceLeft[at] ?? 0)))
    const draw = random.normal()
    const jump = random.uniform() < jumpChance ? jumpVol * random.normal() : 0
    price *= Math.exp(dayVol * share * level * Math.exp(slow + fast) * draw + jump)
    slow += -slow / SLOW_LIFE_S + slowShock * random.normal() - LEVERAGE * draw
    fast += -fast / FAST_LIFE_S + fastShock * random.normal()
    mids[at] = price
    slowVol[at] = slow
  }
  const preOpen = preOpenWalk(mids[0], dayVol / Math.sqrt(seconds), () => random.normal())
  return { mids, preOpen, slowVol, varianceLeft, dayVol }
}

function varianceToCome(seconds: number): Float64Array {
  const left = new Float64Array(seconds + 1)
  for (let at = seconds - 1; at >= 0; at--) left[at] = (left[at + 1] ?? 0) + uShape((at + 0.5) / seconds) ** 2
  const total = left[0] ?? 1
  for (let at = 0; at <= seconds; at++) left[at] = (left[at] ?? 0) / total
  return left
}

/** Walks back from the opening price, so that the day's own draws do not depend on the hours before it. */
function preOpenWalk(open: number, secondVol: number, normal: () => number): Float64Array {
  const walk = new Float64Array(PRE_OPEN_S)
  let price = open
  for (let at = PRE_OPEN_S - 1; at >= 0; at--) {
    price *= Math.exp(0.6 * secondVol * normal())
    walk[at] = price
  }
  return walk
}
