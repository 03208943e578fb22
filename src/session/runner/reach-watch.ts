/**
 * A broker that says nothing is asked; one that does not answer is told of, and so is its return. Entry point:
 * `createReachWatch`.
 */
import type { SessionInput } from '../input.ts'
import type { BrokerReach } from './broker-reach.ts'

/** With something open and no word from the broker for this long, it is asked. */
const QUIET_MS_MAX = 10_000

export interface ReachWatch {
  /** To be called again and again; true: nothing was heard for so long that the broker should be asked. */
  check(): boolean
}

export function createReachWatch(reach: BrokerReach, push: (input: SessionInput) => void): ReachWatch {
  let isTold = false
  return {
    check() {
      const silence_ms = reach.silence_ms()
      if (silence_ms !== null || isTold) {
        isTold = silence_ms !== null
        push({ kind: 'broker_reach', silent_s: silence_ms === null ? null : silence_ms / 1000 })
      }
      return reach.quiet_ms() >= QUIET_MS_MAX
    },
  }
}
