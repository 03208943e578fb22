/** What the runner holds back: everything before the broker was read, what was not committed, what is handed over. */
import { pino } from 'pino'
import { describe, expect, test } from 'vitest'
import type { Broker, BrokerOrder, BrokerResult } from '../../src/broker/port.ts'
import { systemWallClock } from '../../src/config/wall-clock.ts'
import type { SessionInput } from '../../src/session/input.ts'
import { createBrokerSide } from '../../src/session/runner/broker-side.ts'
import { MarketMemory } from '../../src/session/runner/market-memory.ts'
import { type SessionStore, StoreUnreachable } from '../../src/store/port.ts'
import { handHold } from '../support/lease-holds.ts'
import { ok, POSITIONS, quick, running, stillThenQuick, stopQuotes } from '../support/running-session.ts'
import { ACCOUNT, at, CHAIN, calmBars, holdingDesk, watchingDesk } from '../support/session.ts'

const log = pino({ level: 'silent' })

const turns = async (count = 20) => {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

describe('a session that starts', () => {
  test('decides nothing before the broker was read, and all of it after', async () => {
    let answer: (orders: BrokerResult<readonly BrokerOrder[]>) => void = () => undefined
    let asked = 0
    const orders = () => {
      asked += 1
      return asked > 1
        ? Promise.resolve(ok([]))
        : new Promise<BrokerResult<readonly BrokerOrder[]>>((resolve) => {
            answer = resolve
          })
    }
    const { state } = holdingDesk()
    await running({ state, time: '09:51', broker: { orders } }, async ({ submitted, handlers, until }) => {
      await until('the broker to be asked', () => asked === 1)
      handlers().onOptionQuotes(stopQuotes)
      await turns()
      expect(submitted).toEqual([])
      answer(ok([]))
      await until('the exit', () => submitted.length > 0)
      expect(submitted).toEqual(['p4d-25k-20260717-close-1'])
    })
  })
})

const { state } = watchingDesk()
const at_ms = at('09:50:03')
const snapshot = {
  at_ms,
  spot: { bid: 741.15, ask: 741.15, t_ms: at_ms },
  chain: CHAIN.map((row) => ({ ...row, t_ms: at_ms })),
}
const broker = { snapshot: async () => ok(snapshot), bars: async () => ok(calmBars(at_ms)) }

describe('an opening', () => {
  test('is sent when its intent was saved', async () => {
    const { wall } = stillThenQuick()
    await running({ state, time: '09:50:03', broker, wall }, async ({ submitted, handlers, until }) => {
      handlers().onSpot({ bid: 741.15, ask: 741.15, t_ms: at_ms })
      await until('the order', () => submitted.length > 0)
      expect(submitted).toEqual(['p4d-25k-20260717-open-1'])
    })
  })

  test('is not sent when it was not', async () => {
    let refused = 0
    const commit =
      (store: SessionStore): SessionStore['commit'] =>
      async (given) => {
        if (!given.events.some(({ type }) => type === 'order_intent')) return store.commit(given)
        refused += 1
        throw new StoreUnreachable(new Error('down'))
      }
    await running({ state, time: '09:50:03', broker, commit }, async ({ submitted, handlers, until }) => {
      handlers().onSpot({ bid: 741.15, ask: 741.15, t_ms: at_ms })
      await until('the commit to be refused', () => refused > 0)
      await turns()
      expect(submitted).toEqual([])
    })
  })
})

describe('a session that is handed over as it decides', () => {
  test('sends no opening, whose intent is saved for whoever goes on', async () => {
    let handOver: () => void = () => undefined
    const commit =
      (store: SessionStore): SessionStore['commit'] =>
      async (given) => {
        const saved = await store.commit(given)
        if (given.events.some(({ type }) => type === 'order_intent')) handOver()
        return saved
      }
    const options = { state, time: '09:50:03', broker, commit, wall: quick }
    await running(options, async ({ submitted, handlers, handle, stored }) => {
      handOver = () => handle.handOver()
      handlers().onSpot({ bid: 741.15, ask: 741.15, t_ms: at_ms })
      expect(await handle.ended).toBe('handed_over')
      expect(submitted).toEqual([])
      expect(await stored()).toMatchObject({ phase: 'entering', handedOver: true })
    })
  })
})

describe('a session that is handed over with an order on its way', () => {
  test('sends nothing of it that had not gone out: the lease is free at once, and the next owner goes on', async () => {
    let answer: () => void = () => undefined
    const slow = new Promise<void>((resolve) => {
      answer = resolve
    })
    const opening = { ...broker, optionQuotes: () => slow.then(() => ok(stopQuotes)) }
    const hold = handHold()
    let committed = 0
    const commit =
      (store: SessionStore): SessionStore['commit'] =>
      async (given) => {
        committed += given.events.filter(({ type }) => type === 'order_intent').length
        return store.commit(given)
      }
    const { wall, begin } = stillThenQuick()
    const options = { state, time: '09:50:03', broker: opening, commit, wall, hold }
    await running(options, async ({ submitted, handlers, handle, until }) => {
      handlers().onSpot({ bid: 741.15, ask: 741.15, t_ms: at_ms })
      await until('the intent', () => committed > 0)
      begin()
      handle.handOver()
      expect(await handle.ended).toBe('handed_over')
      answer()
      await turns()
      expect(submitted).toEqual([])
      expect(hold.runsOutIn_ms()).toBeNull()
    })
  })

  test('keeps others away until a request that had gone out cannot arrive any more', async () => {
    const hold = handHold()
    let isOut = false
    const silent: Broker['submit'] = (_request, maySend) => {
      isOut = maySend?.() ?? true
      return new Promise(() => undefined)
    }
    const { wall, begin } = stillThenQuick()
    const options = { state, time: '09:50:03', broker: { ...broker, submit: silent }, wall, hold }
    await running(options, async ({ handlers, handle, until }) => {
      handlers().onSpot({ bid: 741.15, ask: 741.15, t_ms: at_ms })
      await until('the request', () => isOut)
      begin()
      handle.handOver()
      expect(await handle.ended).toBe('handed_over')
      // Longer than the broker's own timeout.
      expect(hold.runsOutIn_ms()).toBeGreaterThan(5000)
    })
  })
})

describe('a session that is handed over while the store is away', () => {
  const { state } = holdingDesk()

  function awayStore() {
    let isAway = false
    const commit =
      (store: SessionStore): SessionStore['commit'] =>
      async (given) => {
        if (isAway) throw new StoreUnreachable(new Error('down'))
        return store.commit(given)
      }
    const set = (away: boolean): void => {
      isAway = away
    }
    return { commit, set }
  }

  test('waits for it: what was decided meanwhile is saved, and whoever continues learns of the handover', async () => {
    const { commit, set } = awayStore()
    const options = { state, time: '09:51', commit, wall: quick }
    await running(options, async ({ submitted, handlers, handle, journal, stored, until }) => {
      await until('the first reading', () => handle.health().lastTickAge_ms !== null)
      set(true)
      handlers().onOptionQuotes(stopQuotes)
      await until('the exit', () => submitted.length > 0)
      handle.handOver()
      await quick.sleep(1000)
      set(false)
      expect(await handle.ended).toBe('handed_over')
      expect((await journal()).map(({ event }) => event.type)).toContain('exit_decided')
      expect(await stored()).toMatchObject({ phase: 'exiting', handedOver: true })
    })
  })

  test('leaves it as lost when the store does not return: nothing says that it was handed over', async () => {
    const { commit, set } = awayStore()
    const options = { state, time: '09:51', commit, wall: quick }
    await running(options, async ({ submitted, handlers, handle, stored, until }) => {
      await until('the first reading', () => handle.health().lastTickAge_ms !== null)
      handle.handOver()
      set(true)
      handlers().onOptionQuotes(stopQuotes)
      expect(await handle.ended).toBe('lost')
      expect((await stored())?.handedOver ?? false).toBe(false)
      // Watched to the last.
      expect(submitted).toEqual(['p4d-25k-20260717-close-1'])
    })
  })
})

test('a reading of the broker during which an order moved is outdated', async () => {
  let { state } = holdingDesk()
  const pushed: SessionInput[] = []
  let moves = false
  const fake: Partial<Broker> = {
    account: async () => ok(ACCOUNT),
    positions: async () => ok(POSITIONS),
    activities: async () => ok([]),
    orders: async () => {
      if (moves) state = { ...state, orders: { ...state.orders } }
      return ok([])
    },
    streams: () => ({ watchOptions: () => undefined, renew: () => undefined, close: async () => undefined }),
  }
  const clock = { now_ms: () => at('09:51'), observe: () => undefined, speed: () => 1, until: async () => undefined }
  const side = createBrokerSide({
    broker: fake as Broker,
    clock,
    memory: new MarketMemory(clock, systemWallClock, state.session),
    log,
    heard: () => undefined,
    push: (input) => void pushed.push(input),
    state: () => state,
    isReconciled: () => true,
  })
  expect(await side.read()).toBe(true)
  moves = true
  expect(await side.read()).toBe(false)
  const [first, second] = pushed
  if (first === undefined || second === undefined) throw new Error('expected two readings')
  expect(side.isOutdated(second)).toBe(true)
  moves = false
  await side.read()
  expect(side.isOutdated(pushed[2] ?? first)).toBe(false)
})
