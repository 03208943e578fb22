/** What the broker has against what the session knows. */
import { describe, expect, test } from 'vitest'
import { resumeGuard } from '../../src/approval/guard.ts'
import { brokerOrder, CHAIN, DATE, holdingDesk, OPERATOR, watchingDesk } from '../support/session.ts'

describe('reconciling', () => {
  test('a fill that the streams missed is found and applied once', () => {
    const desk = watchingDesk().spotAt('09:50', 741.15).snapshot(CHAIN)
    const orders = [brokerOrder(desk.sent(), 'filled', 25, '1.68', desk.now_ms)]
    const positions = [
      { symbol: 'SPY260717P00742000', qty: -25, avgEntryPrice: '1.90' },
      { symbol: 'SPY260717P00737000', qty: 25, avgEntryPrice: '0.22' },
    ]
    desk.reconcile(orders, positions).reconcile(orders, positions)
    expect(desk.state).toMatchObject({ phase: 'holding', mode: 'ACTIVE' })
    expect(desk.of('fill')).toHaveLength(1)
  })

  test('a close of the watchdog, sent while no engine was there, is the desk’s own', () => {
    const desk = holdingDesk()
    const legs = ['SPY260717P00742000', 'SPY260717P00737000'].map((symbol) => ({ symbol }) as never)
    const request = { clientOrderId: 'p4d-25k-20260717-close-1', qty: 25, legs: [], limitPrice: null }
    const close = { ...brokerOrder(request as never, 'filled', 25, '1.90', desk.now_ms), legs }
    desk.reconcile([close], [], true)
    expect(desk.last('trade_closed')).toMatchObject({ reason: 'watchdog', exitFill: '1.9', netPnlCents: -61_500 })
    expect(desk.state).toMatchObject({ phase: 'done', mode: 'ACTIVE', closeAttempts: 1 })
    expect(desk.reconcile([close], []).of('trade_closed')).toHaveLength(1)
  })

  test('waits begun by a clock that stood ahead of this worker’s begin anew with it', () => {
    const desk = watchingDesk().spotAt('09:50', 741.15).snapshot(CHAIN)
    const id = desk.sent().clientOrderId
    const ahead = desk.view.now.wall_ms + 3_600_000
    const order = desk.state.orders[id]
    if (order === undefined) throw new Error('expected an order')
    desk.state = { ...desk.state, orders: { [id]: { ...order, since: { ...order.since, wall_ms: ahead } } } }
    desk.reconcile([], [])
    expect(desk.state.orders[id]?.since.wall_ms).toBe(ahead)
    desk.reconcile([], [], true)
    expect(desk.state.orders[id]?.since).toEqual({ ...order.since, wall_ms: desk.view.now.wall_ms })
  })

  const STRANGER = [{ symbol: 'SPY260717P00700000', qty: -1, avgEntryPrice: '0.10' }]

  test('a position that the desk does not know stops opening when it is seen twice, and is told once', () => {
    const desk = watchingDesk().reconcile([], STRANGER)
    expect(desk.state.mode).toBe('ACTIVE')
    expect(desk.effects.at(-1)).toEqual({ kind: 'reconcile' })
    desk.reconcile([], STRANGER).reconcile([], STRANGER)
    expect(desk.state.mode).toBe('REDUCING')
    expect(desk.of('engine_alert')).toHaveLength(1)
    expect(desk.spotAt('09:51', 741.15).effects.filter((e) => e.kind === 'take_snapshot')).toEqual([])
  })

  test.each([
    ['paused by the team', 'REDUCING'],
    ['halted by the team', 'HALTED'],
  ] as const)(
    'where the account is %s, a position that the desk does not know is told at once, and once',
    (_, mode) => {
      const control = { seq: 1, mode, actor: OPERATOR, reason: 'lunch' }
      const desk = watchingDesk().give({ kind: 'control', control })
      for (let time = 0; time < 4; time += 1) desk.reconcile([], STRANGER)
      expect(desk.of('engine_alert')).toMatchObject([{ code: 'position_mismatch', critical: true }])
      expect(desk.state).toMatchObject({ mode, modeReason: 'position_mismatch' })
      expect(resumeGuard(desk.state.control, desk.state)?.cause).toBe(mode === 'HALTED' ? 'halt' : 'desk')
      desk.give({ kind: 'control', control: { ...control, seq: 2, mode: 'ACTIVE' } })
      expect(desk.state.mode).toBe(mode)
    },
  )

  test('where the desk holds the day back for its breach, it is told, too, and the breach stays', () => {
    const desk = watchingDesk()
    desk.state = { ...desk.state, mode: 'REDUCING', modeReason: 'the daily loss limit', breachedDay: true }
    for (let time = 0; time < 4; time += 1) desk.reconcile([], STRANGER)
    expect(desk.of('engine_alert')).toMatchObject([{ code: 'position_mismatch' }])
    expect(resumeGuard(desk.state.control, desk.state)).toMatchObject({ cause: 'breach' })
  })

  describe('while one holds the account back', () => {
    const other = [...STRANGER, { symbol: 'SPY260717P00701000', qty: 2, avgEntryPrice: '0.10' }]
    const alerts = (desk: ReturnType<typeof watchingDesk>) =>
      desk.of('engine_alert').map(({ code, message }) => `${code} ${/P0070[01]000/.exec(message)?.[0] ?? ''}`)

    test('another position that the desk does not know is told too, once', () => {
      const desk = watchingDesk()
      for (let time = 0; time < 3; time += 1) desk.reconcile([], STRANGER)
      for (let time = 0; time < 4; time += 1) desk.reconcile([], other)
      expect(alerts(desk)).toEqual(['position_mismatch P00700000', 'position_mismatch P00700000'])
      expect(desk.last('engine_alert').message).toContain('SPY260717P00701000: broker 2, desk 0')
    })

    test('so is cash that does not fit, once, and neither is told again for the other', () => {
      const desk = watchingDesk()
      const books = { orders: [], positions: STRANGER, activities: [], cash: '24000.00' }
      for (let time = 0; time < 6; time += 1) desk.give({ kind: 'reconcile', isFirst: false, books })
      expect(desk.of('engine_alert').map(({ code }) => code)).toEqual(['position_mismatch', 'cash_mismatch'])
    })
  })

  test('a difference that was only a fill on its way counts for nothing', () => {
    const desk = watchingDesk().reconcile([], STRANGER).reconcile([], [])
    expect(desk.state).toMatchObject({ mode: 'ACTIVE', difference: null })
  })

  test('an order of ours at the broker that the books do not know stops opening', () => {
    const desk = watchingDesk()
    const request = {
      clientOrderId: `p4d-25k-${DATE.replaceAll('-', '')}-open-9`,
      qty: 1,
      legs: [],
      limitPrice: '1.00',
    }
    const order = brokerOrder(request as never, 'new', 0, null, desk.now_ms)
    expect(desk.reconcile([order], []).state.mode).toBe('REDUCING')
  })
})
