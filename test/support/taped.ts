/**
 * What a session saw, for tests of its tape: an entry at 10:00 with enough bars, and quotes of the position it opens.
 */
import type { Seen } from '../../src/session/step.ts'
import { confirmExit } from '../../src/strategy/confirm.ts'
import { decide } from '../../src/strategy/decide.ts'
import { evaluateExit } from '../../src/strategy/exits.ts'
import type { EnterDecision } from '../../src/strategy/types.ts'
import { at, config, decisionInput, exitInput, quietBars } from '../strategy/fixtures.ts'

export function entry(now: string, bars: number): Seen {
  const input = decisionInput({ now_ms: at(now), bars: quietBars(bars) })
  return { kind: 'entry', input, decision: decide(input, config()) }
}

/** A quote of the position that the entry at 10:00 opens. */
export function quote(now: string, mid: number, decisionMid: number): Seen {
  const plain = exitInput({ decisionMid, mid, close: mid + 0.01 })
  const input = { ...plain, now_ms: at(now) }
  const legs = [{ bid: mid - 0.01, ask: mid + 0.01, t_ms: at(now) }]
  return {
    kind: 'exit',
    input,
    legs,
    awaiting: false,
    confirmed: confirmExit(evaluateExit(input, config()), legs, false),
  }
}

export const decided: EnterDecision = (() => {
  const seen = entry('10:00:00', 25)
  if (seen.kind !== 'entry' || seen.decision.action !== 'enter') throw new Error('expected an entry')
  return seen.decision
})()
export const decidedMid = decided.mid
