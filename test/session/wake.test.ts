import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { SessionState } from '../../src/session/state.ts'
import { transition } from '../../src/session/transition.ts'
import { nextWake } from '../../src/session/wake.ts'
import { HOUR_MS, MINUTE_MS } from '../../src/time/units.ts'
import { at, CHAIN, Desk, holdingDesk, newSession, watchingDesk } from '../support/session.ts'

const ACTOR = { id: 'u1', name: 'Olivia', via: 'discord' } as const

/** Something that can happen to a session, some seconds after what happened before. */
const actionArb = fc.record({
  after_ms: fc.oneof(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 0, max: 40 * MINUTE_MS })),
  what: fc.constantFrom('tick', 'spot', 'quote', 'snapshot', 'filled', 'part', 'canceled', 'working', 'stop', 'halt'),
  mid: fc.double({ min: 0.2, max: 6, noNaN: true }),
})
type Action = typeof actionArb extends fc.Arbitrary<infer T> ? T : never

function act(desk: Desk, { after_ms, what, mid }: Action): void {
  desk.now_ms += after_ms
  switch (what) {
    case 'spot':
      desk.spot = { bid: 741, ask: 741, t_ms: desk.now_ms }
      break
    case 'quote':
      desk.legs = [
        { bid: mid, ask: mid + 0.04, t_ms: desk.now_ms },
        { bid: 0.2, ask: 0.22, t_ms: desk.now_ms },
      ]
      break
    case 'snapshot':
      desk.snapshot(CHAIN)
      break
    case 'filled':
    case 'part':
    case 'canceled':
    case 'working':
      answer(desk, what, mid)
      break
    case 'stop':
      desk.give({ kind: 'stop', request: { actor: ACTOR, kind: 'operator' } })
      break
    case 'halt':
      desk.give({ kind: 'control', control: { seq: 1, mode: 'HALTED', reason: 'test', actor: ACTOR } })
  }
  desk.give({ kind: 'tick' })
}

function answer(desk: Desk, what: 'filled' | 'part' | 'canceled' | 'working', mid: number): void {
  if (desk.submits().length === 0) return
  const { qty } = desk.sent()
  if (what === 'filled') desk.answer('filled', qty, mid.toFixed(2))
  if (what === 'part') desk.answer('partially_filled', Math.ceil(qty / 2), mid.toFixed(2))
  if (what === 'canceled') desk.answer('canceled', 0, null)
  if (what === 'working') desk.answer('new', 0, null)
}

const startArb = fc.constantFrom<() => Desk>(
  () => new Desk(newSession(), '09:20'),
  () => watchingDesk(),
  () => holdingDesk(),
  () => holdingDesk('short_put'),
)

function idleTick(desk: Desk, passed_ms: number): { state: SessionState; asks: readonly string[] } {
  const { view } = desk
  const later = { market_ms: view.now.market_ms + passed_ms, wall_ms: view.now.wall_ms + passed_ms }
  const result = transition(desk.state, { kind: 'tick' }, { ...view, now: later })
  return { state: result.state, asks: result.effects.map((effect) => effect.kind) }
}

describe('the wake-up of a session', () => {
  test('prop_nothing_before_wake: a tick with nothing new changes nothing before the wake-up', () => {
    fc.assert(
      fc.property(
        startArb,
        fc.array(actionArb, { maxLength: 8 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (...of) => {
          const [start, actions, share] = of
          const desk = start()
          for (const action of actions) act(desk, action)
          const { now } = desk.view
          const wake = nextWake(desk.state, desk.view)
          const until_ms = Math.min(wake.market_ms - now.market_ms, wake.wall_ms - now.wall_ms, 8 * HOUR_MS)
          // What was asked a moment ago and has no answer yet may be asked again.
          const asked = new Set(idleTick(desk, 0).asks)
          const idle = idleTick(desk, Math.max(0, Math.floor((until_ms - 1) * share)))
          expect(idle.asks.filter((ask) => !asked.has(ask))).toEqual([])
          expect(idle.state).toBe(desk.state)
        },
      ),
      { numRuns: 2000 },
    )
  })

  test('a day that waits sleeps until its preflight', () => {
    const desk = new Desk(newSession(), '09:00')
    expect(nextWake(desk.state, desk.view)).toEqual({ market_ms: at('09:25'), wall_ms: Number.POSITIVE_INFINITY })
  })

  test('a position without quotes is asked for after half the admissible age', () => {
    const desk = holdingDesk().quote('09:51', [1.9, 1.94], [0.2, 0.22])
    expect(nextWake(desk.state, desk.view).market_ms).toBe(at('09:51:30'))
  })

  test('what is due and unanswered is looked at again after a pause', () => {
    const desk = new Desk(newSession(), '09:26').tick('09:26')
    expect(nextWake(desk.state, desk.view).wall_ms).toBe(desk.view.now.wall_ms + 250)
  })
})
