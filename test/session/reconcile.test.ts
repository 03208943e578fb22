import { describe, expect, test } from 'vitest'
import type { BrokerOrder } from '../../src/broker/port.ts'
import { at, type Desk, holdingDesk, watchingDesk } from '../support/session.ts'
import { CLOSE, LONG, leg, OPEN, order, position, read, readTwice, SHORT } from './broker-books.ts'

describe('an order under the desk’s own id that its books do not know', () => {
  test('is watched and closed also where the store says only then that the day was opened', () => {
    const positions = [position(SHORT, -25), position(LONG, 25)]
    const desk = read(watchingDesk(), { orders: [order(OPEN, {})], positions }).give({ kind: 'already_opened' })
    expect(desk.state).toMatchObject({ phase: 'holding', mode: 'REDUCING' })
    desk.quote('09:53', [4.5, 4.54], [0.2, 0.22])
    expect(desk.sent()).toMatchObject({ clientOrderId: CLOSE, qty: 25 })
  })

  test('a filled opening is held and closed by the rules, and nothing more is opened', () => {
    const desk = read(watchingDesk(), {
      orders: [order(OPEN, {})],
      positions: [position(SHORT, -25), position(LONG, 25)],
    })
    expect(desk.state).toMatchObject({ phase: 'holding', mode: 'REDUCING', entries: 1, openAttempts: 1 })
    expect(desk.state.trade).toMatchObject({ strike: 742, hedgeStrike: 737, openedQty: 25, openedNotional: '42' })
    expect(desk.last('engine_alert')).toMatchObject({ code: 'open_adopted', critical: true })
    expect(desk.effects).toContainEqual({ kind: 'watch', symbols: [SHORT, LONG] })
    // No decision of it is in the journal: the fill alone says what was sold.
    expect(desk.last('fill')).toMatchObject({ purpose: 'open', strike: 742, hedgeStrike: 737, qty: 25 })
  })

  test('a whole trade is taken into the books with its P&L', () => {
    const bought = order(CLOSE, { filledAvgPrice: '0.84', legs: [leg(SHORT, 'buy'), leg(LONG, 'sell')] })
    const desk = read(watchingDesk(), { orders: [order(OPEN, {}), bought] })
    expect(desk.last('trade_closed')).toMatchObject({ brokerPnlCents: 210_000, contracts: 25 })
    expect(desk.state.trade).toBeNull()
  })

  test('a close is in the journal from then on, intent and end, filled or not', () => {
    const legs = [leg(SHORT, 'buy'), leg(LONG, 'sell')]
    const rejected = order(CLOSE, { status: 'rejected', filledQty: 0, filledAvgPrice: null, legs })
    const desk = read(holdingDesk(), {
      orders: [rejected, order(`${CLOSE.slice(0, -1)}2`, { filledAvgPrice: '0.84', legs })],
    })
    expect(desk.of('order_intent').filter(({ purpose }) => purpose === 'close')).toMatchObject([
      { clientOrderId: CLOSE, purpose: 'close', attempt: 1, symbols: [SHORT, LONG], qty: 25 },
      { clientOrderId: `${CLOSE.slice(0, -1)}2`, purpose: 'close', attempt: 2, symbols: [SHORT, LONG], qty: 25 },
    ])
    expect(desk.of('order_ended').slice(-2)).toMatchObject([
      { clientOrderId: CLOSE, status: 'rejected', filledQty: 0 },
      { clientOrderId: `${CLOSE.slice(0, -1)}2`, status: 'filled', filledQty: 25 },
    ])
  })

  test('one that ended without a fill is only remembered: its number is not used again', () => {
    const desk = read(watchingDesk(), {
      orders: [order(OPEN, { status: 'canceled', filledQty: 0, filledAvgPrice: null })],
    })
    expect(desk.state).toMatchObject({ phase: 'watching', mode: 'ACTIVE', openAttempts: 1 })
    expect(desk.of('engine_alert')).toEqual([])
  })

  test('an opening still working is held on to, to be canceled', () => {
    const desk = read(watchingDesk(), { orders: [order(OPEN, { status: 'new', filledQty: 0, filledAvgPrice: null })] })
    expect(desk.state.phase).toBe('entering')
    expect(desk.tick('09:50:10').effects.at(-1)).toMatchObject({ kind: 'cancel', clientOrderId: OPEN })
  })

  test('one whose legs are not the structure’s is reported, never traded', () => {
    const desk = read(watchingDesk(), { orders: [order(OPEN, { legs: [leg(SHORT, 'sell')] })] })
    expect(desk.state).toMatchObject({ phase: 'watching', mode: 'REDUCING', modeReason: 'unknown_order' })
  })
})

describe('an order on SPY options that is not the desk’s', () => {
  const working = (id: string) =>
    order(id, { status: 'new', filledQty: 0, filledAvgPrice: null, legs: [leg(SHORT, 'sell')] })
  const alerts = (desk: Desk) => desk.of('engine_alert').filter(({ code }) => code === 'foreign_order')

  test('and works is told once, left alone, and opens are held back until somebody resumes', () => {
    const desk = readTwice(watchingDesk(), { orders: [working('by-hand')] })
    expect(desk.state).toMatchObject({ mode: 'REDUCING', modeReason: 'foreign_order' })
    expect(alerts(desk)).toMatchObject([{ critical: true, message: expect.stringContaining(`25 × sell ${SHORT}`) }])
    expect(desk.effects.filter(({ kind }) => kind === 'cancel' || kind === 'submit')).toEqual([])
    desk.give({ kind: 'control', control: { ...desk.state.control, seq: 9, mode: 'ACTIVE', lifts: ['foreign_order'] } })
    desk.state = { ...desk.state, mode: 'ACTIVE' }
    readTwice(desk, { orders: [working('by-hand')] })
    expect([desk.state.mode, alerts(desk).length]).toEqual(['ACTIVE', 1])
    expect(alerts(readTwice(desk, { orders: [working('by-hand'), working('again')] })).length).toBe(2)
  })

  test('is told also where something else holds the account back', () => {
    const desk = watchingDesk()
    desk.state = { ...desk.state, mode: 'REDUCING', modeReason: 'position_mismatch' }
    readTwice(desk, { orders: [working('by-hand')] })
    expect(desk.state.modeReason).toBe('position_mismatch')
    expect(alerts(desk).length).toBe(1)
  })

  test.each([
    ['has ended', { status: 'canceled', filledQty: 0 }],
    ['is on something else', { status: 'new', filledQty: 0, legs: [leg('QQQ260717P00500000', 'sell')] }],
  ] as const)('but %s: is nobody’s matter', (_what, change) => {
    const desk = readTwice(watchingDesk(), { orders: [order('by-hand', change)] })
    expect([desk.state.mode, alerts(desk).length]).toEqual(['ACTIVE', 0])
  })
})

describe('the broker holds less than the books say', () => {
  const quoted = () => holdingDesk().quote('09:52', [1.9, 1.94], [0.2, 0.22])

  test('all closed by somebody: the trade is settled at that order’s price', () => {
    const desk = quoted()
    const manual = order('by-hand', {
      filledAvgPrice: '1.00',
      legs: [leg(SHORT, 'buy'), leg(LONG, 'sell')],
      updatedAt_ms: at('09:53'),
    })
    readTwice(desk, { orders: [manual] })
    expect(desk.last('trade_closed')).toMatchObject({ reason: 'closed_elsewhere', brokerPnlCents: 170_000 })
    expect(desk.last('trade_closed').estimatedQty).toBeUndefined()
    expect(desk.state).toMatchObject({ trade: null, mode: 'REDUCING' })
    expect(desk.submits()).toHaveLength(1)
  })

  test('all gone without an order that explains it: the P&L is marked as an estimate', () => {
    const desk = readTwice(quoted(), {})
    expect(desk.last('trade_closed')).toMatchObject({ estimatedQty: 25, exitFill: '1.74' })
    expect(desk.last('engine_alert').message).toContain('an estimate')
  })

  test('a part gone: the rest is managed on', () => {
    const desk = readTwice(quoted(), { positions: [position(SHORT, -15), position(LONG, 15)] })
    expect(desk.state.phase).toBe('holding')
    expect(desk.state.trade).toMatchObject({ openedQty: 25, closedQty: 10, estimatedQty: 10 })
    readTwice(desk, { positions: [position(SHORT, -15), position(LONG, 15)] })
    expect(desk.state.trade?.closedQty).toBe(10)
    desk.give({ kind: 'stop', request: { actor: { id: 'u', name: 'O', via: 'discord' }, kind: 'operator' } })
    expect(desk.sent().qty).toBe(15)
  })

  test('one leg gone: the leg left alone goes first, at market, then the whole spreads', () => {
    const desk = readTwice(quoted(), { positions: [position(SHORT, -25), position(LONG, 20)] })
    expect(desk.last('exit_decided').reason).toBe('legs_out_of_balance')
    expect(desk.sent()).toEqual({
      clientOrderId: CLOSE,
      qty: 5,
      limitPrice: null,
      legs: [{ symbol: SHORT, side: 'buy', positionIntent: 'buy_to_close' }],
    })
    desk.answer('filled', 5, '1.95')
    expect(desk.sent()).toMatchObject({ clientOrderId: 'p4d-25k-20260717-close-2', qty: 20, legs: [{}, {}] })
    desk.answer('filled', 20, '1.74')
    expect(desk.last('trade_closed')).toMatchObject({ contracts: 25, estimatedQty: 5 })
    expect(desk.state.trade).toBeNull()
  })

  describe('a leg left alone that is gone, too', () => {
    const alone = () => readTwice(holdingDesk(), { positions: [position(SHORT, -25), position(LONG, 24)] })
    const refused = { kind: 'refused', code: 40310000, message: 'no position', retryAfter_ms: null } as const
    const refuse = (desk: Desk) =>
      desk.give({ kind: 'order_refused', clientOrderId: desk.sent().clientOrderId, error: refused })

    test('is waited for no longer: the spreads that are whole are closed', () => {
      const desk = refuse(alone())
      readTwice(desk, { positions: [position(SHORT, -24), position(LONG, 24)] })
      expect(desk.state.trade).toMatchObject({ openedQty: 25, closedQty: 1, leftovers: [] })
      expect(desk.last('engine_alert')).toMatchObject({ code: 'position_mismatch', critical: true })
      desk.tick('09:59')
      expect(desk.sent()).toMatchObject({ qty: 24, legs: [{ symbol: SHORT }, { symbol: LONG }] })
    })

    test('with all the rest: the trade is settled', () => {
      const desk = readTwice(refuse(alone()), { positions: [] })
      expect(desk.last('trade_closed')).toMatchObject({ contracts: 25, estimatedQty: 25 })
      expect(desk.state.trade).toBeNull()
    })

    test('less of it: what is left is closed', () => {
      const desk = readTwice(holdingDesk(), { positions: [position(SHORT, -25), position(LONG, 20)] })
      readTwice(refuse(desk), { positions: [position(SHORT, -22), position(LONG, 20)] })
      expect(desk.state.trade?.leftovers).toEqual([{ symbol: SHORT, qty: -2 }])
    })

    test('while it cannot be closed, the whole spreads take their turn', () => {
      const desk = refuse(alone()).tick('09:59')
      expect(desk.sent()).toMatchObject({ clientOrderId: `${CLOSE.slice(0, -1)}2`, qty: 24 })
      expect(refuse(desk).tick('10:00').sent()).toMatchObject({ qty: 1, legs: [{ symbol: SHORT, side: 'buy' }] })
    })
  })

  test('a lone long leg is sold', () => {
    const desk = readTwice(quoted(), { positions: [position(LONG, 25)] })
    expect(desk.sent().legs).toEqual([{ symbol: LONG, side: 'sell', positionIntent: 'sell_to_close' }])
    desk.answer('filled', 25, '0.20')
    expect(desk.state.trade).toBeNull()
  })

  describe('for the desk’s own close, which its list of orders shows only after its positions', () => {
    const legs = [leg(SHORT, 'buy'), leg(LONG, 'sell')]
    const partGone = () => readTwice(quoted(), { positions: [position(SHORT, -15), position(LONG, 15)] })
    const own = (filledQty: number, status: BrokerOrder['status'], updated: string) =>
      order(CLOSE, { status, filledQty, filledAvgPrice: '1.00', legs, updatedAt_ms: at(updated) })

    test('and which closed all of it: what was taken for closed elsewhere is not counted again', () => {
      const desk = read(partGone(), { orders: [own(25, 'filled', '09:53')] })
      expect(desk.last('trade_closed')).toMatchObject({ contracts: 25, exitFill: '1', brokerPnlCents: 170_000 })
      expect(desk.last('trade_closed').estimatedQty).toBeUndefined()
      expect(desk.state.trade).toBeNull()
    })

    test('and which closed just what was missed: the rest is still held', () => {
      const desk = read(partGone(), { orders: [own(10, 'canceled', '09:51')] })
      expect(desk.state.trade).toMatchObject({ openedQty: 25, closedQty: 10, closedNotional: '10', estimatedQty: 0 })
      expect(desk.sent()).toMatchObject({ qty: 15 })
    })

    test('but which came after what others closed: both count', () => {
      const desk = read(partGone(), { orders: [own(10, 'canceled', '09:55')] })
      expect(desk.state.trade).toMatchObject({ closedQty: 20, estimatedQty: 10 })
    })
  })

  test('more was closed than the books hold, and no estimate explains it: halted and told, and the trade ends', () => {
    const legs = [leg(SHORT, 'buy'), leg(LONG, 'sell')]
    const by = (id: string, filledQty: number) =>
      order(id, { filledQty, filledAvgPrice: '1.00', legs, updatedAt_ms: at('09:53') })
    const desk = readTwice(quoted(), {
      orders: [by('by-hand', 10)],
      positions: [position(SHORT, -15), position(LONG, 15)],
    })
    read(desk, { orders: [by('by-hand', 10), by(CLOSE, 25)] })
    expect(desk.state).toMatchObject({ mode: 'HALTED', modeReason: 'unclaimed_fill', trade: null })
    expect(desk.of('engine_alert').at(-1)).toMatchObject({ code: 'unclaimed_fill', critical: true })
  })

  test('one reading alone changes nothing: a fill may lie between its two halves', () => {
    const desk = read(quoted(), {})
    expect(desk.state.trade?.closedQty).toBe(0)
  })

  test('past the close it has expired, and nobody closed it: the day ends with it, to be settled', () => {
    const desk = quoted()
    desk.now_ms = at('16:00:40')
    readTwice(desk, {})
    expect(desk.state).toMatchObject({ phase: 'holding', mode: 'ACTIVE' })
    desk.tick('16:00:45')
    expect(desk.state).toMatchObject({ phase: 'ended', mode: 'HALTED', trade: { openedQty: 25, closedQty: 0 } })
    expect(desk.of('trade_closed')).toEqual([])
  })

  test('more than the desk holds is somebody else’s: told, not touched', () => {
    const desk = readTwice(quoted(), { positions: [position(SHORT, -30), position(LONG, 30)] })
    expect(desk.state).toMatchObject({ phase: 'holding', mode: 'REDUCING' })
    expect(desk.state.trade).toMatchObject({ closedQty: 0, leftovers: [] })
  })
})
