/**
 * What every broker must do, whatever is behind it: run against the simulator always, and against a paper account on
 * request.
 *
 * Entry point: `describeBrokerConformance`.
 *
 * On a real account it sends orders that cannot fill and cancels them; what needs a moving market is done only where
 * `step` is given.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isDuplicateClientOrderId, refusalOf } from '../../src/broker/errors.ts'
import type { Broker, BrokerOrder, OrderRequest } from '../../src/broker/port.ts'
import { TERMINAL_ORDER_STATUSES } from '../../src/broker/port.ts'
import { addDays, newYorkDate } from '../../src/strategy/newyork-time.ts'
import { MINUTE_MS } from '../../src/time/units.ts'
import {
  type ConformanceSubject,
  errorOf,
  type Pair,
  pickSpread,
  RUN,
  STRIKE_RANGE,
  type Stage,
  setStage,
  spreadRequest,
  until,
  value,
} from './conformance-stage.ts'

export function describeBrokerConformance(name: string, makeBroker: () => Promise<ConformanceSubject>): void {
  describe(`${name}: a broker`, () => {
    let stage: Stage
    let broker: Broker
    const spread = async (): Promise<Pair> => {
      const { spot, chain } = value(await broker.snapshot(stage.expiry, STRIKE_RANGE))
      return pickSpread(chain, spot.bid ?? 0, stage.expiry)
    }
    const found = (clientOrderId: string, holds: (order: BrokerOrder) => boolean): Promise<BrokerOrder> =>
      until(`the order ${clientOrderId}`, async () => {
        const order = await broker.orderByClientId(clientOrderId)
        return order.ok && holds(order.value) ? order.value : null
      })
    const terminal = (order: BrokerOrder): boolean => TERMINAL_ORDER_STATUSES.has(order.status)

    beforeAll(async () => {
      stage = await setStage(makeBroker)
      broker = stage.subject.broker
    })
    afterAll(async () => {
      await stage?.subject.broker.close()
      await stage?.subject.close()
    })

    it('says which account it is, and what it may do', async () => {
      const account = value(await broker.account())
      expect(account.id).not.toBe('')
      expect(account.number).not.toBe('')
      expect(Number(account.equity)).toBeGreaterThan(0)
      expect([0, 1, 2, 3]).toContain(account.optionsLevel)
      expect(account.blocked).toBe(false)
    })

    it('knows the trading days around now, half-open nowhere', async () => {
      const from = addDays(newYorkDate(stage.now_ms), -10)
      const days = value(await broker.calendar(from, addDays(from, 20)))
      expect(days.length).toBeGreaterThanOrEqual(11)
      for (const day of days) {
        expect(newYorkDate(day.open_ms)).toBe(day.date)
        expect(day.close_ms - day.open_ms).toBeGreaterThanOrEqual(3.5 * 60 * MINUTE_MS)
      }
    })

    it('gives bars of whole minutes in order', async () => {
      const to_ms = Math.floor(stage.now_ms / MINUTE_MS) * MINUTE_MS
      const bars = value(await broker.bars(to_ms - 20 * MINUTE_MS, to_ms))
      if (stage.subject.step !== null) expect(bars.length).toBeGreaterThanOrEqual(15)
      for (const [i, bar] of bars.entries()) {
        expect(bar.t_ms % MINUTE_MS).toBe(0)
        expect(bar.t_ms).toBeGreaterThan(bars[i - 1]?.t_ms ?? 0)
        expect(bar.h).toBeGreaterThanOrEqual(Math.max(bar.o, bar.c, bar.l))
      }
    })

    it('gives the official close of a day that is over, and none of one that is not', async () => {
      const today = newYorkDate(stage.now_ms)
      const days = value(await broker.calendar(addDays(today, -10), today))
      const past = days.findLast(({ close_ms }) => close_ms < stage.now_ms - 60 * MINUTE_MS)
      const running = days.find(({ open_ms, close_ms }) => open_ms <= stage.now_ms && stage.now_ms < close_ms)
      if (past !== undefined && stage.subject.step === null)
        expect(value(await broker.officialClose(past))).toBeGreaterThan(0)
      // Of a session that runs the tape has no daily bar of its own, or refuses one so young.
      if (running !== undefined && stage.subject.step !== null)
        expect(value(await broker.officialClose(running))).toBeNull()
    })

    it('gives spot and the puts of the day around it', async () => {
      const { spot, chain } = value(await broker.snapshot(stage.expiry, STRIKE_RANGE))
      expect(spot.bid).toBeGreaterThan(0)
      expect(chain.length).toBeGreaterThan(4)
      const mid = ((spot.bid ?? 0) + (spot.ask ?? 0)) / 2
      for (const row of chain) expect(Math.abs(row.strike - mid)).toBeLessThanOrEqual(STRIKE_RANGE + 0.01)
      expect(chain.map((row) => row.strike)).toEqual(chain.map((row) => row.strike).toSorted((a, b) => a - b))
      const again = value(await broker.snapshot(stage.expiry, STRIKE_RANGE))
      expect(again.chain.length).toBeGreaterThan(4)
    })

    it('gives the quotes of the symbols asked for', async () => {
      const { short, long } = await spread()
      const quotes = value(await broker.optionQuotes([short.symbol, long.symbol]))
      expect([...quotes.keys()].sort()).toEqual([short.symbol, long.symbol].sort())
      expect(quotes.get(short.symbol)?.t_ms).toBeGreaterThan(0)
    })

    it('connects its streams', async () => {
      await until('three streams', () =>
        stage.states.filter((state) => state.endsWith(' connected')).length >= 3 ? true : null,
      )
    })

    it('does not find what is not there', async () => {
      expect(errorOf(await broker.orderByClientId(`conformance-${RUN}-never`)).kind).toBe('not_found')
      expect(['not_found', 'refused']).toContain(
        errorOf(await broker.cancel('00000000-0000-4000-8000-000000000000')).kind,
      )
    })

    it('takes an order, finds it, refuses its id again, and cancels it', async (test) => {
      if (!stage.isOpen) test.skip('the market is closed')
      const pair = await spread()
      const request = spreadRequest(pair, 'open', 'resting', '4.90')
      const accepted = value(await broker.submit(request))
      expect(accepted).toMatchObject({
        clientOrderId: request.clientOrderId,
        qty: 1,
        filledQty: 0,
        filledAvgPrice: null,
      })
      const order = value(await broker.orderByClientId(request.clientOrderId))
      expect(order).toMatchObject({ id: accepted.id, limitPrice: expect.stringMatching(/^4\.90?$/) })
      expect(order.legs.map(({ symbol, side }) => [symbol, side]).sort()).toEqual(
        [
          [pair.short.symbol, 'sell'],
          [pair.long.symbol, 'buy'],
        ].sort(),
      )
      expect(isDuplicateClientOrderId(errorOf(await broker.submit(request)))).toBe(true)
      const listed = value(await broker.orders(order.submittedAt_ms))
      expect(listed.filter((one) => one.clientOrderId === request.clientOrderId)).toHaveLength(1)
      value(await broker.cancel(order.id))
      const ended = await found(request.clientOrderId, terminal)
      expect(ended).toMatchObject({ status: 'canceled', filledQty: 0 })
      expect(errorOf(await broker.cancel(order.id)).kind).toBe('refused')
      await until('the updates', () => {
        const events = stage.updates.filter((one) => one.order.id === order.id).map((one) => one.event)
        return events.includes('new') && events.includes('canceled') ? true : null
      })
    })

    it('refuses a put that the account cannot secure', async (test) => {
      if (!stage.isOpen) test.skip('the market is closed')
      const { short } = await spread()
      const naked: OrderRequest = {
        clientOrderId: `conformance-${RUN}-naked`,
        qty: 100,
        limitPrice: '99.00',
        legs: [{ symbol: short.symbol, side: 'sell', positionIntent: 'sell_to_open' }],
      }
      const refused = errorOf(await broker.submit(naked))
      expect(['insufficient_buying_power', 'options_level']).toContain(refusalOf(refused))
      expect(errorOf(await broker.orderByClientId(naked.clientOrderId)).kind).toBe('not_found')
    })

    it('refuses to close what is not held', async (test) => {
      if (!stage.isOpen) test.skip('the market is closed')
      const pair = await spread()
      expect(errorOf(await broker.submit(spreadRequest(pair, 'close', 'nothing', '0.01'))).kind).toBe('refused')
    })

    it('fills a spread, shows the position, closes it, and prices both to the cent', async (test) => {
      const { step } = stage.subject
      if (step === null) return test.skip('only on a market that can be stepped')
      const pair = await spread()
      stage.streams.watchOptions([pair.short.symbol, pair.long.symbol])
      const open = spreadRequest(pair, 'open', 'open', '0.01')
      value(await broker.submit(open))
      await step(5)
      const opened = await found(open.clientOrderId, terminal)
      expect(opened).toMatchObject({ status: 'filled', filledQty: 1 })
      const [shortFill, longFill] = [pair.short.symbol, pair.long.symbol].map(
        (symbol) => opened.legs.find((leg) => leg.symbol === symbol)?.filledAvgPrice,
      )
      const netCents = Math.round(Number(shortFill) * 100) - Math.round(Number(longFill) * 100)
      expect(Math.round(Number(opened.filledAvgPrice) * 100)).toBe(netCents)
      const held = new Map(value(await broker.positions()).map((position) => [position.symbol, position.qty]))
      expect([held.get(pair.short.symbol), held.get(pair.long.symbol)]).toEqual([-1, 1])
      const close = spreadRequest(pair, 'close', 'close', '4.99')
      value(await broker.submit(close))
      await step(5)
      expect(await found(close.clientOrderId, terminal)).toMatchObject({ status: 'filled', filledQty: 1 })
      expect(value(await broker.positions())).toEqual([])
      const fills = await until('both fills', () => {
        const executed = stage.updates.filter((one) => one.executionId !== null && one.price !== null)
        const ids = new Set(executed.map((one) => one.order.clientOrderId))
        return ids.has(open.clientOrderId) && ids.has(close.clientOrderId) ? executed : null
      })
      expect(new Set(fills.map((fill) => fill.executionId)).size).toBe(fills.length)
      for (const fill of fills) expect(Number(fill.price)).toBeGreaterThanOrEqual(0)
    })

    it('streams the watched quotes of one book together', async (test) => {
      const { step } = stage.subject
      if (step === null) return test.skip('only on a market that can be stepped')
      const pair = await spread()
      const symbols = [pair.short.symbol, pair.long.symbol]
      stage.streams.watchOptions(symbols)
      stage.frames.length = 0
      await until('quotes of both', async () => {
        await step(5)
        return stage.frames.some((frame) => symbols.every((symbol) => frame.has(symbol))) ? true : null
      })
      expect(stage.spots.length).toBeGreaterThan(0)
      expect(stage.frames.every((frame) => [...frame.keys()].every((symbol) => symbols.includes(symbol)))).toBe(true)
    })

    it('has no assignments to report since today', async () => {
      expect(Array.isArray(value(await broker.activities(stage.expiry)))).toBe(true)
    })
  })
}
