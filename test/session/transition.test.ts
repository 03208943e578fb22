import { describe, expect, test } from 'vitest'
import type { SessionInput } from '../../src/session/input.ts'
import { transition } from '../../src/session/transition.ts'
import {
  ACCOUNT,
  at,
  brokerOrder,
  CHAIN,
  calmBars,
  DATE,
  Desk,
  holdingDesk,
  newSession,
  watchingDesk,
} from '../support/session.ts'

const ACTOR = { id: 'u1', name: 'Olivia', via: 'discord' } as const

describe('before the market opens', () => {
  test('preflight is asked for from five minutes before the open, not earlier', () => {
    const desk = new Desk(newSession(), '09:20').tick('09:24:59')
    expect(desk.effects).toEqual([])
    expect(desk.tick('09:25').effects).toEqual([{ kind: 'preflight' }])
  })

  test('a passed preflight starts the session and says its plan and window', () => {
    const desk = watchingDesk()
    expect(desk.state.phase).toBe('watching')
    expect(desk.last('session_started')).toMatchObject({ windowOpen_ms: at('09:45'), windowClose_ms: at('14:30') })
  })

  test('the plan shows the account as it is today', () => {
    const account = { ...ACCOUNT, equity: '26175.00', optionsBuyingPower: '26000.50' }
    const desk = new Desk(newSession(), '09:26').give({ kind: 'preflight', account, error: null })
    expect(desk.last('session_started').plan).toMatchObject({
      equityCents: 2_617_500,
      optionsBuyingPowerCents: 2_600_050,
      contracts: 25,
    })
  })

  test('an account that cannot carry the plan trades nothing today and says why', () => {
    const desk = new Desk(newSession(), '09:26').give({
      kind: 'preflight',
      account: { ...ACCOUNT, optionsBuyingPower: '12499.99' },
      error: null,
    })
    expect(desk.state.phase).toBe('done')
    expect(desk.last('session_refused').code).toBe('buying_power')
  })

  test('a broker that does not answer the preflight is asked again', () => {
    const error = { kind: 'unavailable', code: null, message: 'timeout', retryAfter_ms: null } as const
    const desk = new Desk(newSession(), '09:26').give({ kind: 'preflight', account: null, error })
    expect(desk.state.phase).toBe('waiting')
    expect(desk.tick('09:27').effects).toEqual([{ kind: 'preflight' }])
  })

  test('an input that changes nothing returns the very same state', () => {
    const state = newSession()
    const desk = new Desk(state, '09:20').tick('09:21')
    expect(desk.state).toBe(state)
  })
})

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

  test('minutes in which the switch is off are paused, not missed, and the day says so', () => {
    const desk = watchingDesk()
    const control = { seq: 1, mode: 'REDUCING', reason: 'lunch', actor: ACTOR } as const
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
    desk.give({ kind: 'stop', request: { actor: ACTOR, kind: 'operator' } })
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
      const desk = unanswered().give({ kind: 'stop', request: { actor: ACTOR, kind: 'operator' } })
      desk.give({ kind: 'order_missing', clientOrderId: id })
      expect(desk.submits()).toHaveLength(1)
      expect(desk.state.phase).toBe('entering')
      desk.tick('09:50:31').give({ kind: 'order_missing', clientOrderId: id })
      expect(desk.last('order_ended').status).toBe('never_sent')
      expect(desk.state.phase).toBe('ended')
    })

    test('is canceled at once when it turns out accepted after a stop', () => {
      const desk = unanswered().give({ kind: 'stop', request: { actor: ACTOR, kind: 'operator' } })
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
    expect(desk.last('risk_breach')).toMatchObject({ limit: 'max_loss_per_trade', pnlCents: -108_250 })
    expect(desk.state).toMatchObject({ phase: 'done', netPnlCents: -108_250 })
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

describe('stopping', () => {
  const stop = { kind: 'stop', request: { actor: ACTOR, kind: 'operator' } } as const

  test('flat: the session ends at once, with no session to follow', () => {
    const desk = watchingDesk().give(stop)
    expect(desk.state.phase).toBe('ended')
    expect(desk.last('session_ended')).toMatchObject({ status: 'stopped', next: null })
  })

  test('with a position: it is closed first, and the stop is the reason', () => {
    const desk = holdingDesk('short_put').quote('09:51', [1.9, 1.92]).give(stop)
    expect(desk.last('exit_decided')).toMatchObject({ reason: 'operator_stop', actor: ACTOR })
    desk.answer('filled', 25, '1.92')
    expect(desk.state.phase).toBe('ended')
  })

  test('with an opening order working: it is canceled, and what it filled is closed', () => {
    const desk = watchingDesk().spotAt('09:50', 741.15).snapshot(CHAIN).answer('new', 0, null).give(stop)
    expect(desk.effects.at(-1)?.kind).toBe('cancel')
    desk.answer('canceled', 3, '1.68')
    expect(desk.sent()).toMatchObject({ clientOrderId: 'p4d-25k-20260717-close-1', qty: 3 })
  })

  test('a shutdown keeps the campaign: the next session is named', () => {
    const desk = watchingDesk().give({ kind: 'stop', request: { actor: ACTOR, kind: 'shutdown' } })
    expect(desk.last('session_ended').next).toMatchObject({ date: '2026-07-20' })
  })
})

describe('the close of the market', () => {
  test('a day without a trade ends as one', () => {
    expect(watchingDesk().tick('16:00').last('session_ended')).toMatchObject({ status: 'no_trade', dayNetPnlCents: 0 })
  })

  test('a position that is still open is a critical alert', () => {
    const desk = holdingDesk('short_put').tick('16:00')
    expect(desk.last('engine_alert')).toMatchObject({ code: 'position_at_close', critical: true })
    expect(desk.last('session_ended').status).toBe('incomplete')
    expect(desk.state).toMatchObject({ phase: 'ended', mode: 'HALTED' })
  })
})

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

describe('the account’s switch', () => {
  const control = (mode: 'ACTIVE' | 'REDUCING' | 'HALTED', seq = 1) =>
    ({ kind: 'control', control: { seq, mode, actor: ACTOR, reason: 'a test' } }) as const

  test('paused: no decision is taken until it is resumed', () => {
    const desk = watchingDesk().give(control('REDUCING')).spotAt('09:51', 741.15)
    expect(desk.effects.filter((e) => e.kind === 'take_snapshot')).toEqual([])
    desk.give(control('ACTIVE', 2)).spotAt('09:52', 741.15)
    expect(desk.effects.at(-1)?.kind).toBe('take_snapshot')
  })

  test('halted: what is open is closed', () => {
    const desk = holdingDesk('short_put').quote('09:51', [1.9, 1.92]).give(control('HALTED')).tick('09:51:01')
    expect(desk.last('exit_decided').reason).toBe('halted')
  })

  test('an older setting is not applied over a newer one', () => {
    const desk = watchingDesk().give(control('REDUCING', 2)).give(control('ACTIVE', 1))
    expect(desk.state.mode).toBe('REDUCING')
  })

  test('a day at its loss limit opens nothing more, and says so to the next one', () => {
    const desk = holdingDesk('short_put').quote('09:51', [2.7, 2.72]).answer('filled', 25, '2.72')
    expect(desk.last('trade_closed').netPnlCents).toBeLessThan(-150_000)
    expect(desk.state.mode).toBe('REDUCING')
  })
})

function snapshotInput(desk: Desk) {
  const spot = { bid: 741.15, ask: 741.15, t_ms: desk.now_ms }
  const bars = Array.from({ length: 20 }, (_, i) => ({
    t_ms: at('09:30') + i * 60_000,
    o: 741,
    h: 741.2,
    l: 740.8,
    c: 741 + (i % 2) * 0.05,
  }))
  return {
    kind: 'snapshot',
    snapshot: { at_ms: desk.now_ms, spot, chain: CHAIN.map((row) => ({ ...row, t_ms: desk.now_ms })) },
    bars,
  } as const
}

/** A snapshot whose quotes, spot and chain, are all of the same age. */
function oldSnapshot(desk: Desk, age_s: number): SessionInput {
  const t_ms = desk.now_ms - age_s * 1000
  const chain = CHAIN.map((row) => ({ ...row, t_ms }))
  const snapshot = { at_ms: desk.now_ms, spot: { bid: 741.15, ask: 741.15, t_ms }, chain }
  return { kind: 'snapshot', snapshot, bars: calmBars(desk.now_ms) }
}
