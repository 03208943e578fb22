/** A process' clocks with faults: waits that are late, and that a process does not survive. */
import type { MarketClock, WallClock } from '../../config/clock.ts'
import type { RandomSequence } from '../../config/prng.ts'
import type { Gate } from '../faults/gate.ts'
import type { SimProcess } from '../time/sim-process.ts'

export interface ClockTrouble {
  /** The process was started under a system clock that is wrong by so much. */
  readonly skew_ms: number
  /** Before then it could not read the market's clock, in the process' own monotonic time. */
  readonly blindUntil_ms: number
}

const NO_TROUBLE: ClockTrouble = { skew_ms: 0, blindUntil_ms: 0 }
/** How many of the processes started find their clocks so. */
export const CLOCK_TROUBLES = { clockSkew: 0.05, clockBlind: 0.05 } as const
const SKEW_MS_MAX = 7_200_000
const BLIND_MS_MAX = 60_000

/** What a process finds its clocks to be when it is started. */
export function drawTrouble(random: RandomSequence, now_ms: number): ClockTrouble {
  const isSkewed = random.uniform() < CLOCK_TROUBLES.clockSkew
  const isBlind = random.uniform() < CLOCK_TROUBLES.clockBlind
  return {
    skew_ms: isSkewed ? Math.round((2 * random.uniform() - 1) * SKEW_MS_MAX) : 0,
    blindUntil_ms: isBlind ? now_ms + BLIND_MS_MAX * random.uniform() : 0,
  }
}

export function gatedClocks(
  { wall, market, time }: SimProcess,
  gate: Gate,
  { skew_ms, blindUntil_ms } = NO_TROUBLE,
): { wall: WallClock; clock: MarketClock } {
  return {
    wall: {
      ...wall,
      now_ms: () => wall.now_ms() + skew_ms,
      sleep: (wait_ms, signal) => gate.wait('clock.sleep', (late_ms) => wall.sleep(wait_ms + late_ms, signal)),
    },
    clock: {
      ...market,
      now_ms: () => (time.now_ms < blindUntil_ms ? null : market.now_ms()),
      until: (at_ms, signal) => gate.wait('clock.until', (late_ms) => market.until(at_ms + late_ms, signal)),
    },
  }
}
