/** A lease as its holder sees it, told by hand. */
import type { LeaseHold, Renewed } from '../../src/store/port.ts'

export interface HandHold extends LeaseHold {
  held: boolean
  /** What asking the store comes to; `held` makes it so. */
  answer: Renewed
  asked: number
}

export function handHold(): HandHold {
  let left_ms: number | null = null
  const hold: HandHold = {
    held: true,
    answer: 'held',
    asked: 0,
    isHeld: () => hold.held,
    async renew() {
      hold.asked += 1
      if (hold.answer === 'held') hold.held = true
      return hold.answer
    },
    letRunOut: (given_ms) => {
      left_ms = given_ms
    },
    runsOutIn_ms: () => left_ms,
  }
  return hold
}
