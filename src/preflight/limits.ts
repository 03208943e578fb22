/** The figures a preflight holds its findings against. */
import { MINUTE_MS } from '../time/units.ts'

/** For everything that is read of the broker together: `/start` answers well before it. */
export const GATHER_MS_MAX = 4000
/** How far ahead trading days are read: every holiday is followed by two of them. */
export const LOOK_AHEAD_DAYS = 14
/** Dollars around SPY in which the put nearest to it is looked for. */
export const STRIKE_RANGE = 3
/** Bars are looked for this far back. */
export const BARS_BACK_MIN = 30
/** So soon after the open there need not be any bar, or put quote, yet. */
export const OPENING_MIN = 3

/** A quote older than this is of a delayed feed, or of a dead one. */
export const QUOTE_DEAD_S = 120
/** The newest bar's end may lie this far back; a minute without a trade is no fault. */
export const BAR_AGE_MAX_MIN = 4

export const SKEW_WARN_MS = 1000
export const SKEW_FAIL_MS = 30_000
/** A slower answer says too little about the clocks. */
export const CLOCK_ROUND_TRIP_MAX_MS = 2000
/** The desk's clock trails a simulator's by its polling, times the simulator's speed. */
export const SIM_CLOCK_LAG_MAX_MS = 15 * MINUTE_MS

/** Alpaca's key ids have 20 characters, newer ones 26. */
export const KEY_LENGTH_MIN = 16

export const REDIS_VERSION_MIN = '5.0.0'
export const REDIS_VERSION_ADVISED = '6.2.0'
/** A Redis that answers so slowly delays every order's intent. */
export const REDIS_PING_WARN_MS = 50
export const REDIS_MEMORY_WARN_SHARE = 0.8
