/** A position: its quotes, its exits, and getting it closed. */
import { describe, expect, test } from 'vitest'
import { at, brokerOrder, CHAIN, holdingDesk, watchingDesk } from '../support/session.ts'

describe('quotes of the position', () => {
  test('missing ones are told of once, before the position is closed for it', () => {
    const desk = holdingDesk().quote('09:51', [1.9, 1.94], [0.2, 0.22]).tick('09:51:45')
    expect(desk.of('engine_alert')).toEqual([])
    desk.tick('09:51:46').tick('09:51:50')
    expect(desk.of('engine_alert').map(({ code }) => code)).toEqual(['position_quotes_late'])
    desk.quote('09:51:55', [1.9, 1.94], [0.2, 0.22]).tick('09:52:41')
    expect(desk.of('engine_alert')).toHaveLength(2)
  })

  test('a short put without quotes is missed although its hedge is quoted', () => {
    const desk = holdingDesk().quote('09:51', [1.9, 1.94], [0.2, 0.22])
    const [short] = desk.legs
    for (const time of ['09:51:30', '09:51:50', '09:52:01']) {
      desk.legs = [short ?? null, { bid: 0.2, ask: 0.22, t_ms: at(time) }]
      desk.tick(time)
    }
    expect(desk.last('exit_decided').reason).toBe('quotes_lost')
  })
})

describe('quotes that give no price', () => {
  const none = null
  test.each([
    ['no ask of the short put', [1.9, none], [0.2, 0.22]],
    ['an ask of 0', [1.9, 0], [0.2, 0.22]],
    ['no numbers', [Number.NaN, Number.NaN], [0.2, 0.22]],
    ['no ask of the hedge', [1.9, 1.94], [0.2, none]],
  ] as const)('are none, however many come: told, then closed at market (%s)', (_what, [bid, ask], [bid2, ask2]) => {
    const desk = holdingDesk().quote('09:51', [1.9, 1.94], [0.2, 0.22])
    for (let second = 1; second <= 61; second += 1) {
      const t_ms = at('09:51') + second * 1000
      desk.now_ms = t_ms
      desk.legs = [
        { bid, ask, t_ms },
        { bid: bid2, ask: ask2, t_ms },
      ]
      desk.give({ kind: 'tick' })
    }
    expect(desk.of('engine_alert').map(({ code }) => code)).toEqual(['position_quotes_late', 'position_quote_stale'])
    expect(desk.last('exit_decided').reason).toBe('quotes_lost')
    expect(desk.sent()).toMatchObject({ qty: 25, limitPrice: null })
  })

  test('for a while cost nothing: the first that does is checked', () => {
    const desk = holdingDesk().quote('09:51', [1.9, 0], [0.2, 0.22]).quote('09:51:02', [4.5, 4.54], [0.2, 0.22])
    expect(desk.last('exit_decided').reason).toBe('daily_loss_limit')
  })
})

describe('an entry that is filled in part', () => {
  const partly = () => watchingDesk().spotAt('09:50', 741.15).snapshot(CHAIN).answer('partially_filled', 10, '1.68')

  test('is ended at once where the stop holds for that part, which is closed then', () => {
    const desk = partly().quote('09:50:02', [4.5, 4.54], [0.2, 0.22])
    expect(desk.effects.at(-1)).toMatchObject({ kind: 'cancel', clientOrderId: 'p4d-25k-20260717-open-1' })
    desk.answer('canceled', 10, '1.68').quote('09:50:03', [4.5, 4.54], [0.2, 0.22])
    expect(desk.sent()).toMatchObject({ clientOrderId: 'p4d-25k-20260717-close-1', qty: 10 })
  })

  test('has its time where no exit holds', () => {
    const desk = partly().quote('09:50:02', [1.9, 1.94], [0.2, 0.22])
    expect(desk.effects.some(({ kind }) => kind === 'cancel')).toBe(false)
  })
})

describe('a cancel that the broker does not confirm', () => {
  const hangs = (filledQty: number) => {
    const desk = watchingDesk().spotAt('09:50', 741.15).snapshot(CHAIN)
    desk.answer(filledQty === 0 ? 'new' : 'partially_filled', filledQty, filledQty === 0 ? null : '1.68')
    return desk.tick('09:50:11').tick('09:50:22').tick('09:50:33')
  }

  test.each([
    [10, true],
    [0, false],
  ])('is told of with %s held, once, and asked for again all the while', (filledQty, critical) => {
    const desk = hangs(filledQty)
    expect(desk.of('engine_alert')).toEqual([])
    desk.tick('09:50:44').tick('09:50:55').tick('09:51:06')
    expect(desk.of('engine_alert')).toMatchObject([{ code: 'cancel_hangs', critical }])
    expect(desk.effects.filter(({ kind }) => kind === 'cancel')).toHaveLength(6)
  })
})

describe('holding', () => {
  test('exits are not checked with quotes as old as the decision', () => {
    const desk = holdingDesk().quote('09:50', [9, 9.02], [0.2, 0.22])
    expect(desk.state.phase).toBe('holding')
  })

  test('the stop closes at the ask with the numbers that decided', () => {
    const desk = holdingDesk('short_put').quote('09:51', [2.3, 2.32])
    expect(desk.last('exit_decided')).toMatchObject({ reason: 'stop_loss', mid: 2.31, close: 2.32 })
    expect(desk.sent()).toMatchObject({
      clientOrderId: 'p4d-25k-20260717-close-1',
      qty: 25,
      limitPrice: '2.32',
      legs: [{ symbol: 'SPY260717P00742000', side: 'buy', positionIntent: 'buy_to_close' }],
    })
    desk.answer('filled', 25, '2.32')
    // (1.90 − 2.32) × 2,500 − 2 × 16.25
    expect(desk.last('trade_closed')).toMatchObject({
      netPnlCents: -108_250,
      brokerPnlCents: -105_000,
      reason: 'stop_loss',
    })
    // Filled at the quote that fired it: a stop that worked, however little beyond the limit.
    expect(desk.of('risk_breach')).toEqual([])
    expect(desk.state).toMatchObject({ phase: 'done', netPnlCents: -108_250 })
  })

  test('a loss beyond what a working stop explains is a breach of the trade’s limit', () => {
    const desk = holdingDesk('short_put').quote('09:51', [2.3, 2.32])
    desk.answer('filled', 25, '2.33')
    // (1.90 − 2.33) × 2,500 − 2 × 16.25: more than a tenth beyond $1,000.
    expect(desk.last('risk_breach')).toMatchObject({
      limit: 'max_loss_per_trade',
      pnlCents: -110_750,
      decidedPnlCents: -108_250,
    })
  })

  test('the profit target closes a spread at its buy price', () => {
    const desk = holdingDesk().quote('10:30', [0.6, 0.62], [0.05, 0.06])
    expect(desk.last('exit_decided').reason).toBe('profit_target')
    expect(desk.sent()).toMatchObject({ limitPrice: '0.57' })
  })

  test('a loss on a wide quote waits for the next quote', () => {
    const desk = holdingDesk('short_put').quote('09:51', [1.7, 3.2])
    expect(desk.state.phase).toBe('holding')
    expect(desk.effects.at(-1)).toEqual({ kind: 'read_quotes' })
    expect(desk.quote('09:51:01', [2.3, 2.34]).state.phase).toBe('exiting')
  })

  test('a wide quote that the next one does not confirm is forgotten', () => {
    const desk = holdingDesk('short_put').quote('09:51', [1.7, 3.2]).quote('09:51:01', [1.9, 1.94])
    expect(desk.state).toMatchObject({ phase: 'holding', trade: { unconfirmed_ms: null } })
  })

  test('marks come once a market minute', () => {
    const desk = holdingDesk('short_put')
      .quote('09:51:10', [1.9, 1.94])
      .quote('09:51:20', [1.9, 1.94])
      .quote('09:52:01', [1.8, 1.84])
    expect(desk.of('mark').map((mark) => mark.mid)).toEqual([1.92, 1.82])
  })

  test('80 % of the loss per trade is warned of once', () => {
    const desk = holdingDesk('short_put').quote('09:51', [2.19, 2.2]).quote('09:51:05', [2.19, 2.2])
    expect(desk.of('risk_warning')).toEqual([expect.objectContaining({ limit: 'max_loss_per_trade' })])
  })

  test('the position is closed from 15:10 on', () => {
    const desk = holdingDesk('short_put').quote('15:09:59', [1.9, 1.92])
    expect(desk.state.phase).toBe('holding')
    expect(desk.quote('15:10:00', [1.9, 1.92]).last('exit_decided').reason).toBe('session_end')
  })

  test('a worker that takes over asks for quotes first, however long nobody looked', () => {
    const desk = holdingDesk('short_put').quote('09:51', [1.9, 1.94])
    desk.now_ms = at('10:30')
    desk.reconcile([], [{ symbol: 'SPY260717P00742000', qty: -25, avgEntryPrice: '1.90' }], true)
    expect(desk.effects.at(-1)).toEqual({ kind: 'read_quotes' })
    expect(desk.tick('10:30:01').state.phase).toBe('holding')
    expect(desk.quote('10:30:02', [1.9, 1.94]).of('engine_alert')).toEqual([])
  })

  test('the session’s end asks for a quote at once where none came', () => {
    const desk = holdingDesk('short_put').quote('15:09:50', [1.9, 1.92])
    expect(desk.tick('15:10:00').effects.at(-1)).toEqual({ kind: 'read_quotes' })
  })

  test('without quotes the broker is asked, then the position is closed at market', () => {
    const desk = holdingDesk('short_put').quote('09:51', [1.9, 1.94]).tick('09:51:31')
    expect(desk.effects.at(-1)).toEqual({ kind: 'read_quotes' })
    desk.tick('09:52:01')
    expect(desk.last('engine_alert')).toMatchObject({ code: 'position_quote_stale', critical: true })
    expect(desk.sent()).toMatchObject({ limitPrice: null })
  })
})

describe('closing', () => {
  const exiting = () => holdingDesk('short_put').quote('09:51', [2.3, 2.32]).answer('new', 0, null)

  test('an unfilled close is re-priced, then sent at market', () => {
    const desk = exiting().quote('09:51:06', [2.4, 2.42]).answer('canceled', 0, null)
    expect(desk.sent()).toMatchObject({ clientOrderId: 'p4d-25k-20260717-close-2', limitPrice: '2.42' })
    desk.answer('new', 0, null).quote('09:51:12', [2.5, 2.52]).answer('canceled', 0, null)
    expect(desk.sent()).toMatchObject({ clientOrderId: 'p4d-25k-20260717-close-3', limitPrice: null })
  })

  test('a cancel that was lost is sent again until the broker says how the order ended', () => {
    const desk = exiting().quote('09:51:06', [2.4, 2.42]).tick('09:51:12').tick('09:51:18')
    expect(desk.effects.filter((effect) => effect.kind === 'cancel')).toHaveLength(3)
  })

  test('an end whose fills have no price yet is looked up, not taken for empty', () => {
    const desk = exiting().quote('09:51:06', [2.4, 2.42]).answer('canceled', 20, null)
    expect(desk.effects.at(-1)).toMatchObject({ kind: 'lookup' })
    expect(desk.submits()).toHaveLength(2)
    expect(desk.answer('canceled', 20, '2.32').sent()).toMatchObject({ qty: 5 })
  })

  test('only what is left is closed after a partial fill', () => {
    const desk = exiting()
      .answer('partially_filled', 20, '2.32')
      .quote('09:51:06', [2.4, 2.42])
      .answer('canceled', 20, '2.32')
    expect(desk.sent()).toMatchObject({ qty: 5 })
  })

  test('a refused close is tried again after a wait, never given up', () => {
    const desk = exiting()
    const error = { kind: 'refused', code: 40310000, message: 'held_for_orders', retryAfter_ms: null } as const
    desk.give({ kind: 'order_refused', clientOrderId: 'p4d-25k-20260717-close-1', error })
    expect(desk.tick('09:51:03').submits()).toHaveLength(2)
    expect(desk.tick('09:51:06').sent().clientOrderId).toBe('p4d-25k-20260717-close-2')
  })

  test('a close that the broker never got is sent again under the same id', () => {
    const desk = holdingDesk('short_put').quote('09:51', [2.3, 2.32])
    desk.give({ kind: 'order_missing', clientOrderId: 'p4d-25k-20260717-close-1' })
    expect(desk.submits().map((order) => order.clientOrderId)).toEqual([
      'p4d-25k-20260717-open-1',
      'p4d-25k-20260717-close-1',
      'p4d-25k-20260717-close-1',
    ])
  })

  test('a fill that arrives after the cancel still completes the close', () => {
    const desk = exiting().quote('09:51:06', [2.4, 2.42])
    const first = desk.submits()[1]
    if (first === undefined) throw new Error('expected a close')
    desk.answer('canceled', 20, '2.32')
    const late = brokerOrder(first, 'filled', 25, '2.32', desk.now_ms)
    desk.give({ kind: 'order', order: late, execution: null })
    expect(desk.state.trade).toBeNull()
  })
})
