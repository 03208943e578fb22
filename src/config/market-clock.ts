/**
 * Market time. In a simulator: what its clock was last read as, or the newest event it sent. Live: the system's clock
 * corrected by what the broker's clock says.
 *
 * 1. Never extrapolated: a paused or slowed simulator stands still here too.
 *    Live: where the machine has slept, or its clock was set, the broker is asked at once.
 * 2. Never backwards. A simulator whose clock jumps back is another market: the clock goes blind (null), which stops
 *    all decisions, and says so.
 */
import { z } from 'zod'
import { MINUTE_MS } from '../time/units.ts'
import type { MarketClock, WallClock } from './clock.ts'
import { createMarketWaits } from './market-waits.ts'

export interface RunningMarketClock extends MarketClock {
  /** Resolves after the first attempt to read the time; reading goes on until `close`. */
  start(): Promise<void>
  close(): Promise<void>
  /** What is wrong with the clock, or null. */
  problem(): string | null
  /** How many market seconds pass in a wall second; 0 while paused. */
  speed(): number
}

const simClockSchema = z.object({
  now: z.iso.datetime({ offset: true }),
  speed: z.number().min(0),
  paused: z.boolean(),
})

interface SimMarketClockOptions {
  /** Address answering `GET` with `{"now": ISO, "speed": number, "paused": boolean}`. */
  readonly url: string
  readonly poll_ms: number
  readonly wall: WallClock
  readonly fetch?: typeof fetch
  /** Told once when the clock fails and once when it works again (null). */
  readonly onProblem?: (problem: string | null) => void
}

const READ_TIMEOUT_MS = 2_000
/** Readings are taken one after the other, so a simulator's clock never shows less than before. */
const JUMP_BACK_MS = 1_000

export function simMarketClock(options: SimMarketClockOptions): RunningMarketClock {
  const read = options.fetch ?? fetch
  const stopping = new AbortController()
  let now_ms: number | null = null
  let polled_ms: number | null = null
  let speed = 0
  let jumpedBack = false
  let problem: string | null = null
  let loop: Promise<void> | null = null
  const shown_ms = () => (jumpedBack ? null : now_ms)
  const waits = createMarketWaits(shown_ms)

  const report = (next: string | null): void => {
    if (next === problem) return
    problem = next
    options.onProblem?.(next)
  }

  const poll = async (): Promise<void> => {
    try {
      const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(READ_TIMEOUT_MS)])
      const response = await read(options.url, { signal })
      if (!response.ok) throw new Error(`HTTP ${response.status}`)
      const answer = simClockSchema.parse(await response.json())
      accept(Date.parse(answer.now))
      speed = answer.paused ? 0 : answer.speed
      if (!jumpedBack) report(null)
    } catch (error) {
      if (stopping.signal.aborted) return
      const why = error instanceof z.ZodError ? 'an answer that is no clock' : reason(error)
      report(`the market clock at ${options.url} cannot be read: ${why}`)
    }
  }

  const accept = (reading_ms: number): void => {
    if (polled_ms !== null && reading_ms < polled_ms - JUMP_BACK_MS) {
      jumpedBack = true
      const from = new Date(polled_ms).toISOString()
      const to = new Date(reading_ms).toISOString()
      report(`the market clock jumped back from ${from} to ${to}: this is another market; restart this process`)
      return
    }
    polled_ms = Math.max(polled_ms ?? reading_ms, reading_ms)
    now_ms = Math.max(now_ms ?? reading_ms, reading_ms)
    waits.moved(now_ms)
  }

  return {
    now_ms: shown_ms,
    observe: (t_ms) => {
      // Before the first reading an event proves nothing: it may come from another day's market.
      if (now_ms === null || t_ms <= now_ms) return
      now_ms = t_ms
      waits.moved(t_ms)
    },
    until: waits.until,
    problem: () => problem,
    speed: () => speed,
    start: async () => {
      if (loop !== null) return
      await poll()
      loop = (async () => {
        while (!stopping.signal.aborted) {
          await options.wall.sleep(options.poll_ms, stopping.signal)
          if (!stopping.signal.aborted) await poll()
        }
      })()
    },
    close: async () => {
      stopping.abort()
      await loop
    },
  }
}

interface LiveMarketClockOptions {
  readonly wall: WallClock
  /** The broker's clock in epoch milliseconds; null when it cannot be read now. */
  readonly brokerNow_ms: () => Promise<number | null>
  readonly everyMin?: number
  readonly onProblem?: (problem: string | null) => void
}

const MEASURE_EVERY_MIN = 10
const MEASURE_RETRY_MS = 5_000
/** A measurement that took longer says too little about the offset. */
const ROUND_TRIP_MAX_MS = 2_000
/**
 * The system's clock and the monotonic one have parted by more than their rates explain: the machine has slept, or was
 * set.
 */
const PARTED_MS_MAX = 2_000
/** The offset may be measured anew while somebody waits for a time. */
const WAIT_MS_MAX = 10_000
const UNKNOWN_WAIT_MS = 100

export function liveMarketClock(options: LiveMarketClockOptions): RunningMarketClock {
  const { wall } = options
  const stopping = new AbortController()
  let offset_ms: number | null = null
  let latest_ms = Number.NEGATIVE_INFINITY
  let problem: string | null = null
  let loop: Promise<void> | null = null
  /**
   * How far the system's clock was from the monotonic one when the offset was measured, and when it may be asked for
   * again.
   */
  let apart_ms = 0
  let askAgain_ms = Number.NEGATIVE_INFINITY
  const apartNow_ms = (): number => (wall.system_ms ?? wall.now_ms)() - wall.monotonic_ms()

  const report = (next: string | null): void => {
    if (next === problem) return
    problem = next
    options.onProblem?.(next)
  }

  /** True when a usable measurement was taken. The broker's answer belongs to the middle of the round trip. */
  const measure = async (): Promise<boolean> => {
    const [before_ms, apartBefore_ms] = [wall.monotonic_ms(), apartNow_ms()]
    const broker_ms = await options.brokerNow_ms()
    const roundTrip_ms = wall.monotonic_ms() - before_ms
    if (broker_ms === null || roundTrip_ms > ROUND_TRIP_MAX_MS) {
      if (offset_ms === null) report("the broker's clock cannot be read")
      return false
    }
    offset_ms = broker_ms + roundTrip_ms / 2 - wall.now_ms()
    apart_ms = apartBefore_ms
    report(null)
    return true
  }

  /** What the machine slept through is no part of the offset: the broker is asked at once, not in its turn. */
  const measureWhereParted = (): void => {
    const now_ms = wall.monotonic_ms()
    if (Math.abs(apartNow_ms() - apart_ms) <= PARTED_MS_MAX || now_ms < askAgain_ms) return
    askAgain_ms = now_ms + MEASURE_RETRY_MS
    if (!stopping.signal.aborted) void measure()
  }

  const now_ms = (): number | null => {
    if (offset_ms === null) return null
    measureWhereParted()
    latest_ms = Math.max(latest_ms, Math.round(wall.now_ms() + offset_ms))
    return latest_ms
  }

  return {
    now_ms,
    until: async (at_ms, signal) => {
      for (let now = now_ms(); !signal.aborted && (now === null || now < at_ms); now = now_ms()) {
        await wall.sleep(now === null ? UNKNOWN_WAIT_MS : Math.min(at_ms - now, WAIT_MS_MAX), signal)
      }
    },
    // Live events carry the exchange's own stamps, which may run ahead of ours by network jitter; they prove nothing.
    observe: () => undefined,
    problem: () => problem,
    speed: () => 1,
    start: async () => {
      if (loop !== null) return
      let measured = await measure()
      loop = (async () => {
        while (!stopping.signal.aborted) {
          const wait_ms = measured ? (options.everyMin ?? MEASURE_EVERY_MIN) * MINUTE_MS : MEASURE_RETRY_MS
          await wall.sleep(wait_ms, stopping.signal)
          if (!stopping.signal.aborted) measured = await measure()
        }
      })()
    },
    close: async () => {
      stopping.abort()
      await loop
    },
  }
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : ''
  return `${error.message}${cause}`
}
