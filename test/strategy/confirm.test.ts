import { describe, expect, test } from 'vitest'
import { confirmExit, needsConfirmation } from '../../src/strategy/confirm.ts'
import type { ExitDecision, ExitReason } from '../../src/strategy/types.ts'

const WIDE = [{ bid: 1, ask: 2.5 }]
const TIGHT = [{ bid: 1, ask: 1.02 }]

const exit = (reason: ExitReason, ...alsoFired: ExitReason[]): ExitDecision => ({
  action: 'exit',
  reason,
  alsoFired,
  rulePnl: -1200,
  netPnl: -1100,
})
const HOLD: ExitDecision = { action: 'hold', reason: null, rulePnl: -1200, netPnl: -1100 }

describe('the confirmation of loss exits', () => {
  test.each([
    [0, 0.5, false], // 0.50 is not above 0.50
    [0.01, 0.52, true], // 0.51 above 0.50 and above half of 0.265
    [0.6, 1.1, false], // 0.50 exactly, although the doubles differ by more
    [3, 4.5, false], // 1.50 below half of 3.75
    [3, 5, false], // 2.00 is half of 4.00 exactly
    [3, 5.01, true], // 2.01 above half of 4.005
    [10, 9, false], // crossed
  ])('a leg of bid %d, ask %d is wide: %s', (bid, ask, wide) => {
    expect(needsConfirmation([{ bid, ask }])).toBe(wide)
  })

  test('one wide leg is enough', () => {
    expect(needsConfirmation([...TIGHT, ...WIDE])).toBe(true)
    expect(needsConfirmation([...TIGHT, ...TIGHT])).toBe(false)
    expect(needsConfirmation([{ bid: null, ask: 9 }])).toBe(false)
  })

  test('a loss on a tight quote closes at once', () => {
    expect(confirmExit(exit('stop_loss'), TIGHT, false)).toEqual({ decision: exit('stop_loss'), awaiting: false })
  })

  test('a loss on a wide quote waits, and the next loss confirms it, wide or not', () => {
    expect(confirmExit(exit('stop_loss'), WIDE, false)).toEqual({ decision: HOLD, awaiting: true })
    expect(confirmExit(exit('stop_loss'), WIDE, true)).toEqual({ decision: exit('stop_loss'), awaiting: false })
    expect(confirmExit(exit('daily_loss_limit', 'stop_loss'), TIGHT, true).decision.action).toBe('exit')
  })

  test('a next quote without the loss takes it back', () => {
    expect(confirmExit(HOLD, TIGHT, true)).toEqual({ decision: HOLD, awaiting: false })
  })

  test('a profit target, the end of the session and the operator never wait', () => {
    for (const reason of ['profit_target', 'session_end', 'operator_stop'] as const) {
      expect(confirmExit(exit(reason), WIDE, false)).toEqual({ decision: exit(reason), awaiting: false })
    }
  })

  test('the end of the session closes although a loss on the same quote waits, and the loss is kept', () => {
    const seen = exit('stop_loss', 'session_end', 'operator_stop')
    expect(confirmExit(seen, WIDE, false)).toEqual({
      decision: exit('session_end', 'stop_loss', 'operator_stop'),
      awaiting: false,
    })
  })

  test('a quote that shows a loss and a profit at once proves neither', () => {
    expect(confirmExit(exit('stop_loss', 'profit_target'), WIDE, false)).toEqual({ decision: HOLD, awaiting: true })
  })
})
