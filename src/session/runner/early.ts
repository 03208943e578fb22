/**
 * Inputs that came before the broker's side was read, for as long as it cannot be: to be processed after the first
 * reading. Entry point: `createEarly`.
 *
 * 1. What says how something stands is kept once, as it was said last; so this never grows while the broker is away.
 * 2. Of order updates there are at most `ORDERS_MAX`: the oldest go, and the reading has what they said.
 */
import type { SessionInput } from '../input.ts'

export const ORDERS_MAX = 1000

export interface Early {
  /** A tick is none: there is one after every reading. */
  keep(input: SessionInput): undefined
  /** All of them in the order in which they came; none is left. */
  take(): readonly SessionInput[]
}

export function createEarly(): Early {
  /** By what they speak of, the newest last. */
  let kept = new Map<string, SessionInput>()
  let updates = 0

  function keep(input: SessionInput): undefined {
    if (input.kind === 'tick') return
    const about = subjectOf(input) ?? `order ${updates++}`
    kept.delete(about)
    kept.set(about, input)
    kept.delete(`order ${updates - 1 - ORDERS_MAX}`)
  }

  function take(): readonly SessionInput[] {
    const inputs = [...kept.values()]
    kept = new Map()
    return inputs
  }

  return { keep, take }
}

/** Null: an order's update, of which each counts. */
function subjectOf(input: SessionInput): string | null {
  switch (input.kind) {
    case 'order':
      return null
    case 'order_refused':
    case 'order_denied':
    case 'order_missing':
      return `${input.kind} ${input.clientOrderId}`
    case 'stop':
      return `stop ${input.request.kind}`
    case 'stream_mute':
      return `${input.kind} ${input.stream}`
    default:
      return input.kind
  }
}
