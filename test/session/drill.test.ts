/**
 * A drill inside the engine: halted without closing anything, an opening that two guards refuse, and nothing in its
 * way.
 */
import { describe, expect, test } from 'vitest'
import { resumeGuard } from '../../src/approval/guard.ts'
import { CONTROL_ACTIVE, type Control } from '../../src/session/campaign.ts'
import { unlifted } from '../../src/session/holds.ts'
import { beginRun } from '../../src/session/runner/begin-run.ts'
import { transition } from '../../src/session/transition.ts'
import { nextWake } from '../../src/session/wake.ts'
import { entering } from '../support/orders-out.ts'
import { brokerOrder, CHAIN, type Desk, holdingDesk, newSession, OPERATOR, watchingDesk } from '../support/session.ts'

const DRILL: Control = {
  seq: 1,
  mode: 'HALTED',
  actor: OPERATOR,
  reason: 'a drill, over in a moment',
  drill: { id: 'd1', before: CONTROL_ACTIVE },
}
const OVER: Control = { ...CONTROL_ACTIVE, seq: 2, lifts: [] }
const begin = (desk: Desk): Desk => desk.give({ kind: 'control', control: DRILL })
const end = (desk: Desk): Desk => desk.give({ kind: 'control', control: OVER })

describe('an account that is halted for a drill', () => {
  test('opens nothing, has an order tried out, and goes on when it is over, within the minute', () => {
    const desk = begin(watchingDesk())
    expect(desk.state).toMatchObject({ mode: 'HALTED', control: { drill: { id: 'd1' } } })
    expect(desk.effects.at(-1)).toEqual({ kind: 'probe', drillId: 'd1' })
    desk.spotAt('09:50', 741.15).snapshot(CHAIN)
    expect(desk.submits()).toEqual([])
    end(desk)
    expect(desk.state.mode).toBe('ACTIVE')
    desk.spotAt('09:50:20', 741.15).snapshot(CHAIN)
    expect(desk.submits()).toHaveLength(1)
    expect(desk.state.minutesPaused).toBe(0)
  })

  test('waits for its end without looking again and again', () => {
    const desk = begin(watchingDesk()).spotAt('09:50', 741.15)
    expect(nextWake(desk.state, desk.view)?.market_ms ?? 0).toBeGreaterThan(desk.now_ms)
  })

  test('keeps a position, and closes it by the rules as ever', () => {
    const desk = begin(holdingDesk())
    const before = desk.submits().length
    desk.quote('09:52', [1.5, 1.54], [0.2, 0.22])
    expect(desk.state.phase).toBe('holding')
    expect(desk.submits()).toHaveLength(before)
    desk.quote('09:53', [4.5, 4.54], [0.2, 0.22])
    expect(desk.last('exit_decided').reason).not.toBe('halted')
    expect(desk.submits()).toHaveLength(before + 1)
  })

  test('is halted, and its position closed, where a person halts it during the drill', () => {
    const desk = begin(holdingDesk()).quote('09:52', [1.5, 1.54], [0.2, 0.22])
    desk.give({ kind: 'control', control: { seq: 2, mode: 'HALTED', actor: OPERATOR, reason: 'stop it' } })
    desk.quote('09:53', [1.5, 1.54], [0.2, 0.22])
    expect(desk.last('exit_decided').reason).toBe('halted')
  })

  test('is paused where a person pauses it during the drill', () => {
    const desk = begin(watchingDesk())
    desk.give({ kind: 'control', control: { seq: 2, mode: 'REDUCING', actor: OPERATOR, reason: 'look' } })
    expect(desk.state).toMatchObject({ mode: 'REDUCING', modeReason: 'look' })
  })

  test('goes back to the pause it had before', () => {
    const pause: Control = { seq: 1, mode: 'REDUCING', actor: OPERATOR, reason: 'look' }
    const desk = watchingDesk().give({ kind: 'control', control: pause })
    desk.give({ kind: 'control', control: { ...DRILL, seq: 2, drill: { id: 'd1', before: pause } } })
    expect(desk.state.mode).toBe('HALTED')
    desk.give({ kind: 'control', control: { ...pause, seq: 3, lifts: [] } })
    expect(desk.state).toMatchObject({ mode: 'REDUCING', modeReason: 'look' })
  })
})

describe('what holds a session back during a drill holds on after it', () => {
  const outlives = (desk: Desk, mode: 'REDUCING' | 'HALTED', reason: string) => {
    expect(desk.state).toMatchObject({ mode, modeReason: reason })
    expect(resumeGuard(DRILL, desk.state)).not.toBeNull()
    expect(unlifted(OVER, desk.state)).not.toEqual([])
    end(desk)
    expect(desk.state).toMatchObject({ mode })
  }

  test('more than the profile sells: halted, and all of it closed', () => {
    const desk = begin(watchingDesk())
    const halted = { ...holdingDesk().state, control: DRILL, mode: 'HALTED', modeReason: DRILL.reason } as const
    const [id = ''] = Object.keys(halted.orders)
    const order = halted.orders[id]
    if (order === undefined) throw new Error('expected an order')
    const more = {
      ...brokerOrder(holdingDesk().sent(), 'filled', order.qty + 5, '1.70', desk.now_ms),
      clientOrderId: id,
    }
    desk.state = transition(halted, { kind: 'order', order: more, execution: null }, desk.view).state
    outlives(desk, 'HALTED', 'position_over_limit')
  })

  test('shares that nobody bought: told, and halted', () => {
    const desk = begin(watchingDesk()).reconcile([], [{ symbol: 'SPY', qty: 100, avgEntryPrice: '741.00' }])
    expect(desk.last('engine_alert')).toMatchObject({ code: 'shares_held', critical: true })
    outlives(desk, 'HALTED', 'shares_held')
  })

  test('an opening of somebody else, a lost store, a session that fails again and again', () => {
    outlives(begin(watchingDesk()).give({ kind: 'already_opened' }), 'HALTED', 'already_opened')
    outlives(begin(watchingDesk()).give({ kind: 'store_lost' }), 'REDUCING', 'the store lost its data')
    const desk = begin(watchingDesk())
    const start = { state: desk.state, epoch: 2, resumed: true, failures: 2 }
    desk.state = beginRun(start as Parameters<typeof beginRun>[0], 'w2').state
    outlives(desk, 'HALTED', 'session_failing')
  })

  test('a drill that begins in the moment in which the desk held itself back hides nothing', () => {
    const desk = watchingDesk().give({ kind: 'store_lost' })
    outlives(begin(desk), 'REDUCING', 'the store lost its data')
  })

  test('a breach: held back under its own name', () => {
    const desk = begin(holdingDesk())
    desk.state = { ...desk.state, netPnlCents: -140_000 }
    desk.quote('09:53', [4.5, 4.54], [0.2, 0.22]).quote('09:53:01', [4.5, 4.54], [0.2, 0.22])
    expect(desk.state.breachedDay).toBe(true)
    outlives(desk, 'REDUCING', 'the daily loss limit was reached on 2026-07-17')
  })
})

describe('the order of a drill', () => {
  test('passes both guards on its way and is refused by each, with its code; nothing is sent', async () => {
    const { out, world } = entering()
    world.control = 'HALTED'
    world.desk.give({ kind: 'control', control: DRILL })
    await out.probe('d1')
    expect(world.submitted).toEqual([])
    expect(world.pushed).toEqual([
      {
        kind: 'drill_probed',
        probe: {
          drillId: 'd1',
          clientOrderId: 'p4d-25k-20260717-drill',
          checked: { code: 'kill_switch', numbers: { mode: 'HALTED' } },
          sending: { code: 'mode_not_active', numbers: { mode: 'HALTED' } },
        },
      },
    ])
  })

  test('is not sent where no guard refuses it either, and the drill is told so', async () => {
    const { out, world } = entering()
    await out.probe('d1')
    expect(world.submitted).toEqual([])
    expect(world.pushed).toMatchObject([{ kind: 'drill_probed', probe: { sending: null } }])
  })

  test('tells nothing where the last guard was not reached', async () => {
    const { out, world } = entering()
    world.whileQueued = () => Promise.reject(new Error('away'))
    await expect(out.probe('d1')).rejects.toThrow('away')
    expect(world.pushed).toEqual([])
  })

  test('what the guards said is journalled and changes nothing else', () => {
    const state = newSession()
    const probe = { drillId: 'd1', clientOrderId: 'x', checked: null, sending: null }
    const desk = watchingDesk()
    const result = transition(state, { kind: 'drill_probed', probe }, desk.view)
    expect(result.state).toBe(state)
    expect(result.events).toEqual([{ type: 'drill_probed', ...probe }])
  })
})
