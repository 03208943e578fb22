/** From a snapshot to an open position, or to an entry given up. */
import { describe, expect, test } from 'vitest'
import { transition } from '../../src/session/transition.ts'
import {
  ACCOUNT,
  at,
  CHAIN,
  calmBars,
  Desk,
  holdingDesk,
  newSession,
  OPERATOR,
  oldSnapshot,
  snapshotInput,
  watchingDesk,
} from '../support/session.ts'

describe('deciding', () => {
  test('no snapshot is taken before the window opens', () => {
    expect(
      watchingDesk()
        .spotAt('09:44:59', 741)
        .effects.filter((e) => e.kind === 'take_snapshot'),
    ).toEqual([])
  })

  test('one decision a completed minute', () => {
    const desk = watchingDesk().spotAt('09:50:01', 741.15).snapshot([])
    expect(desk.last('decision').reason).toBe('no_chain')
    desk.effects.length = 0
    expect(desk.spotAt('09:50:30', 741.15).effects).toEqual([])
    expect(desk.spotAt('09:51:01', 741.15).effects).toEqual([{ kind: 'take_snapshot', minute: 21, isFallback: false }])
  })

  test('a stale quote takes no decision and leaves the minute open', () => {
    const desk = watchingDesk()
    desk.spot = { bid: 741, ask: 741, t_ms: at('09:49:30') }
    expect(desk.tick('09:50:01').effects.filter((e) => e.kind === 'take_snapshot')).toEqual([])
    expect(desk.spotAt('09:50:40', 741.15).effects.at(-1)).toEqual({
      kind: 'take_snapshot',
      minute: 20,
      isFallback: false,
    })
  })

  test('with a silent stream the broker is asked once the grace has passed', () => {
    const desk = watchingDesk()
    expect(desk.tick('09:50:02').effects.at(-1)).toEqual({ kind: 'take_snapshot', minute: 20, isFallback: true })
  })

  test('an entry whose option quotes are too old is no decision of that minute', () => {
    const desk = watchingDesk().spotAt('09:50:05', 741.15).snapshot(CHAIN, 741.15, 15.001)
    expect(desk.of('decision')).toEqual([])
    expect(desk.snapshot(CHAIN, 741.15, 15).last('decision').action).toBe('enter')
  })

  test('a snapshot that turns out stale is not the minute’s decision', () => {
    const desk = watchingDesk().spotAt('09:50:05', 741.15)
    const snapshot = { at_ms: desk.now_ms, spot: { bid: 741, ask: 741, t_ms: at('09:49:00') }, chain: [] }
    desk.give({ kind: 'snapshot', snapshot, bars: calmBars(desk.now_ms) })
    expect(desk.of('decision')).toEqual([])
    expect(desk.spotAt('09:50:40', 741.15).effects.at(-1)).toEqual({
      kind: 'take_snapshot',
      minute: 20,
      isFallback: false,
    })
  })

  test('minutes without a decision inside the window are counted', () => {
    const desk = watchingDesk().spotAt('09:50:05', 741.15).snapshot([]).spotAt('09:55:05', 741.15).snapshot([])
    expect(desk.state.minutesMissed).toBe(5 + 4)
    expect(desk.state.decisions).toBe(2)
  })

  test.each([
    ['away from some minute on until after the close', () => watchingDesk(), 286],
    ['there only after the close', () => new Desk(newSession(), '09:20'), 286],
    ['away after its first decision', () => watchingDesk().spotAt('09:50:05', 741.15).snapshot([]), 285],
  ])('with an engine that was %s the minutes of its absence were missed', (_what, before, minutesMissed) => {
    const desk = before().tick('16:00:30')
    expect(desk.last('session_ended')).toMatchObject({ status: 'no_trade', minutesMissed })
  })

  const armedAt = (time: string) => new Desk({ ...newSession(), armedAtMarket_ms: at(time) }, '09:20')
  const began = (desk: Desk, time: string) =>
    desk.tick(time).give({ kind: 'preflight', account: ACCOUNT, error: null }).spotAt(time, 741.15).snapshot([])

  test('minutes before an engine was there were missed, those before the arming were not', () => {
    expect(began(armedAt('08:00'), '10:50:05').state).toMatchObject({ minutesMissed: 65, decisions: 1 })
    expect(began(armedAt('10:50:00'), '10:50:05').state).toMatchObject({ minutesMissed: 0, decisions: 1 })
    expect(began(armedAt('10:50:00'), '11:00:05').state).toMatchObject({ minutesMissed: 10, decisions: 1 })
    // Where it is not known, nobody is blamed.
    expect(began(new Desk(newSession(), '09:20'), '10:50:05').state).toMatchObject({ minutesMissed: 0, decisions: 1 })
    // The market's clock has been set back since.
    expect(began(armedAt('12:00'), '10:50:05').state).toMatchObject({ minutesMissed: 0, decisions: 1 })
  })

  test('armed in the middle of a day without an engine, it has missed the rest of it', () => {
    expect(armedAt('13:30:00').tick('16:00:30').last('session_ended').minutesMissed).toBe(61)
  })

  test('an account that was paused while no engine was there was paused', () => {
    const desk = new Desk({ ...newSession(), mode: 'REDUCING' }, '09:20').tick('16:00:30')
    expect(desk.last('session_ended')).toMatchObject({ minutesMissed: 0, minutesPaused: 286 })
  })

  test('minutes in which a position was held were not missed, where the day may enter again', () => {
    const desk = holdingDesk()
    const { strategy } = desk.state
    desk.state = { ...desk.state, strategy: { ...strategy, limits: { ...strategy.limits, maxDailyTrades: 2 } } }
    const { minutesMissed } = desk.state
    desk.quote('10:50', [0.2, 0.22], [0.1, 0.12]).answer('filled', 25, '0.12')
    expect(desk.state).toMatchObject({ phase: 'watching', trade: null, minutesMissed })
    desk.spotAt('10:50:30', 741.15).snapshot([])
    expect(desk.state).toMatchObject({ decidedMinute: 80, minutesMissed })
  })

  test('minutes in which the switch is off are paused, not missed, and the day says so', () => {
    const desk = watchingDesk()
    const control = { seq: 1, mode: 'REDUCING', reason: 'lunch', actor: OPERATOR } as const
    desk.give({ kind: 'control', control })
    for (const time of ['09:51', '09:52', '10:00', '14:30:01', '16:00']) desk.tick(time)
    expect(desk.state).toMatchObject({ decisions: 0, minutesMissed: 0, minutesPaused: 286 })
    expect(desk.last('session_ended')).toMatchObject({
      minutesMissed: 0,
      minutesPaused: 286,
      paused: { mode: 'REDUCING', reason: 'lunch', by: 'Olivia' },
    })
  })

  test('an accelerated market’s own latency does not make a quote stale', () => {
    const desk = watchingDesk().spotAt('09:50:01', 741.15).snapshot([])
    desk.latency_s = 195
    desk.spot = { bid: 741.15, ask: 741.15, t_ms: at('09:52:10') }
    expect(desk.tick('09:53:05').effects.at(-1)).toMatchObject({ kind: 'take_snapshot', minute: 22, isFallback: false })
    expect(desk.give(oldSnapshot(desk, 55)).last('decision')).toMatchObject({ action: 'enter', at_ms: at('09:52:25') })
    expect(desk.state).toMatchObject({ decidedMinute: 22, minutesMissed: 5 + 1 })
  })

  test('and never makes the quote of a decided minute news', () => {
    const desk = watchingDesk().spotAt('09:50:01', 741.15).snapshot([])
    desk.latency_s = 195
    desk.effects.length = 0
    expect(desk.tick('09:51:01').effects).toEqual([])
    expect(desk.tick('09:51:02').effects).toMatchObject([{ kind: 'take_snapshot', isFallback: true }])
    expect(desk.give(oldSnapshot(desk, 61)).of('decision')).toHaveLength(1)
  })

  test('the window closes at 14:30, that second included', () => {
    const desk = watchingDesk().spotAt('14:30:00', 741.15)
    expect(desk.effects.at(-1)).toEqual({ kind: 'take_snapshot', minute: 300, isFallback: false })
    expect(desk.tick('14:30:01').state.phase).toBe('done')
  })
})

describe('entering', () => {
  test('the intent is in the same step as the order it is for', () => {
    const desk = watchingDesk().spotAt('09:50', 741.15)
    const result = transition(desk.state, snapshotInput(desk), desk.view)
    expect(result.events.map((event) => event.type)).toEqual(['decision', 'entry_decided', 'order_intent'])
    expect(result.effects.at(-1)).toMatchObject({
      kind: 'submit',
      request: { clientOrderId: 'p4d-25k-20260717-open-1', qty: 25, limitPrice: '1.68' },
    })
  })

  test('a spread sells the put and buys the hedge, with intents to open', () => {
    const desk = watchingDesk().spotAt('09:50', 741.15).snapshot(CHAIN)
    expect(desk.sent().legs).toEqual([
      { symbol: 'SPY260717P00742000', side: 'sell', positionIntent: 'sell_to_open' },
      { symbol: 'SPY260717P00737000', side: 'buy', positionIntent: 'buy_to_open' },
    ])
  })

  test('the fill opens the position and counts as the day’s entry', () => {
    const desk = holdingDesk()
    expect(desk.state).toMatchObject({ phase: 'holding', entries: 1 })
    expect(desk.last('fill')).toMatchObject({ price: '1.68', qty: 25, slippageCents: 7500 })
  })

  test('the same fill seen again changes nothing', () => {
    const desk = holdingDesk()
    const before = desk.state
    desk.answer('filled', 25, '1.68')
    expect(desk.state).toBe(before)
    expect(desk.of('fill')).toHaveLength(1)
  })

  test('partial fills add up, and the missed one between is made up from the average', () => {
    const desk = watchingDesk().spotAt('09:50', 741.15).snapshot(CHAIN)
    desk.answer('partially_filled', 10, '1.68').answer('filled', 25, '1.674')
    expect(desk.of('fill').map((fill) => [fill.qty, fill.price])).toEqual([
      [10, '1.68'],
      [15, '1.67'],
    ])
    expect(desk.state.trade).toMatchObject({ openedQty: 25, openedNotional: '41.85' })
  })

  test('an order that does not fill is canceled after the wait, and re-priced only when that is confirmed', () => {
    const desk = watchingDesk().spotAt('09:50', 741.15).snapshot(CHAIN).answer('new', 0, null)
    desk.quote('09:50:05', [1.88, 1.92], [0.2, 0.22])
    expect(desk.effects.filter((e) => e.kind === 'cancel')).toEqual([])
    desk.quote('09:50:11', [1.88, 1.92], [0.2, 0.22])
    expect(desk.effects.at(-1)?.kind).toBe('cancel')
    expect(desk.submits()).toHaveLength(1)
    desk.answer('canceled', 0, null)
    expect(desk.sent()).toMatchObject({ clientOrderId: 'p4d-25k-20260717-open-2', limitPrice: '1.66' })
  })

  test('a market that leaves the collar ends the entry, with its reason', () => {
    const desk = watchingDesk().spotAt('09:50', 741.15).snapshot(CHAIN).answer('new', 0, null)
    desk.quote('09:50:11', [1.8, 1.84], [0.2, 0.22]).answer('canceled', 0, null)
    expect(desk.state.phase).toBe('watching')
    expect(desk.last('entry_abandoned').reason).toContain('canceled')
    expect(desk.submits()).toHaveLength(1)
  })

  test('what was filled before a cancel is held, no more', () => {
    const desk = watchingDesk().spotAt('09:50', 741.15).snapshot(CHAIN).answer('partially_filled', 7, '1.68')
    desk.quote('09:50:11', [1.88, 1.92], [0.2, 0.22]).answer('canceled', 7, '1.68')
    expect(desk.state.phase).toBe('holding')
    expect(desk.submits()).toHaveLength(1)
    desk.give({ kind: 'stop', request: { actor: OPERATOR, kind: 'operator' } })
    expect(desk.sent()).toMatchObject({ qty: 7 })
  })

  test('a refused entry is posted with the broker’s code and ends today’s tries', () => {
    const desk = watchingDesk().spotAt('09:50', 741.15).snapshot(CHAIN)
    const error = {
      kind: 'refused',
      code: 40310000,
      message: 'insufficient buying power',
      retryAfter_ms: null,
    } as const
    desk.give({ kind: 'order_refused', clientOrderId: desk.sent().clientOrderId, error })
    expect(desk.last('order_refused').code).toBe('40310000')
    expect(desk.state.phase).toBe('done')
  })

  describe('an order that was not answered', () => {
    const id = 'p4d-25k-20260717-open-1'
    const unanswered = () => watchingDesk().spotAt('09:50', 741.15).snapshot(CHAIN).tick('09:50:11')

    test('is looked up after the wait', () => {
      expect(unanswered().effects.at(-1)).toEqual({ kind: 'lookup', clientOrderId: id })
    })

    test('is sent again under the same id when the broker does not know it', () => {
      const desk = unanswered().give({ kind: 'order_missing', clientOrderId: id })
      expect(desk.submits().map((order) => order.clientOrderId)).toEqual([id, id])
      expect(desk.state.phase).toBe('entering')
    })

    test('is not sent again after a stop, and lapses only when it cannot be on its way any more', () => {
      const desk = unanswered().give({ kind: 'stop', request: { actor: OPERATOR, kind: 'operator' } })
      desk.give({ kind: 'order_missing', clientOrderId: id })
      expect(desk.submits()).toHaveLength(1)
      expect(desk.state.phase).toBe('entering')
      desk.tick('09:50:31').give({ kind: 'order_missing', clientOrderId: id })
      expect(desk.last('order_ended').status).toBe('never_sent')
      expect(desk.state.phase).toBe('ended')
    })

    test('is canceled at once when it turns out accepted after a stop', () => {
      const desk = unanswered().give({ kind: 'stop', request: { actor: OPERATOR, kind: 'operator' } })
      expect(desk.answer('new', 0, null).effects.at(-1)?.kind).toBe('cancel')
    })
  })

  test('a fill that arrives after the entry was given up is the desk’s position again, and told', () => {
    const desk = watchingDesk().spotAt('09:50', 741.15).snapshot(CHAIN).answer('new', 0, null)
    desk.quote('09:50:11', [1.8, 1.84], [0.2, 0.22]).answer('canceled', 0, null)
    expect(desk.state.trade).toBeNull()
    desk.answer('filled', 25, '1.68')
    expect(desk.state).toMatchObject({ phase: 'holding', entries: 1, trade: { openedQty: 25 } })
    expect(desk.last('engine_alert')).toMatchObject({ code: 'late_fill', critical: true })
  })

  test('an order that the desk’s own check denies is told with its numbers, and the next minute decides anew', () => {
    const desk = watchingDesk().spotAt('09:50', 741.15).snapshot(CHAIN)
    const denial = { code: 'price_outside_band', numbers: { limit: '1.68', mid: 2.1, band: 0.25 } } as const
    desk.give({ kind: 'order_denied', clientOrderId: desk.sent().clientOrderId, denial })
    expect(desk.last('order_denied')).toMatchObject({ code: 'price_outside_band', numbers: { band: 0.25 } })
    expect(desk.state.phase).toBe('watching')
  })
})
