/** A process' clocks with faults: waits that are late, and that a process does not survive. */
import type { MarketClock, WallClock } from '../../config/clock.ts'
import type { Gate } from '../faults/gate.ts'
import type { SimProcess } from '../time/sim-process.ts'

export function gatedClocks({ wall, market }: SimProcess, gate: Gate): { wall: WallClock; clock: MarketClock } {
  return {
    wall: {
      ...wall,
      sleep: (wait_ms, signal) => gate.wait('clock.sleep', (late_ms) => wall.sleep(wait_ms + late_ms, signal)),
    },
    clock: {
      ...market,
      until: (at_ms, signal) => gate.wait('clock.until', (late_ms) => market.until(at_ms + late_ms, signal)),
    },
  }
}
