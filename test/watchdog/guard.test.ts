import { pino } from 'pino'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Broker, BrokerOrder, BrokerResult, OrderRequest } from '../../src/broker/port.ts'
import { notSent } from '../../src/broker/requests.ts'
import type { WallClock } from '../../src/config/clock.ts'
import { WATCHDOG_DEFAULTS } from '../../src/watchdog/decide.ts'
import { AccountGuard } from '../../src/watchdog/guard.ts'
import { runGuards } from '../../src/watchdog/run.ts'

const NOW_MS = Date.parse('2026-07-17T11:00:00-04:00')
const SHORT = 'SPY260717P00747000'
const ACCOUNT = 'account-1'
const SILENT_MS = 30_000

const ok = <T>(value: T): BrokerResult<T> => ({ ok: true, value })
const refused = (message: string): BrokerResult<never> => ({
  ok: false,
  error: { kind: 'refused', code: 40310000, message, retryAfter_ms: null },
})

function order(clientOrderId: string, change: Partial<BrokerOrder> = {}): BrokerOrder {
  const side = clientOrderId.includes('open') ? 'sell' : 'buy'
  const filledQty = change.filledQty ?? 25
  return {
    id: `id-${clientOrderId}`,
    clientOrderId,
    status: 'filled',
    qty: 25,
    filledQty,
    filledAvgPrice: '1.00',
    limitPrice: '1.00',
    legs: [{ symbol: SHORT, side, filledQty, filledAvgPrice: '1.00' }],
    submittedAt_ms: NOW_MS - 1000,
    updatedAt_ms: NOW_MS - 1000,
    ...change,
  }
}

/** A broker's account with one short put, and what it was asked to do. */
class FakeAccount {
  orders: BrokerOrder[] = [order('p4d-25k-20260717-open-1')]
  short = -25
  isReachable = true
  readonly asked: string[] = []
  /** Runs when a close waits for its turn. */
  whileQueued = (): void => undefined
  onSubmit: (request: OrderRequest) => BrokerResult<BrokerOrder> = (request) => {
    const filled = order(request.clientOrderId)
    this.orders.push(filled)
    this.short += request.qty
    return ok(filled)
  }

  readonly broker = {
    account: async () => this.#answer({ id: ACCOUNT }),
    clock: async () => this.#answer({ now_ms: NOW_MS, isOpen: true }),
    orders: async () => this.#answer(this.orders),
    positions: async () =>
      this.#answer(this.short === 0 ? [] : [{ symbol: SHORT, qty: this.short, avgEntryPrice: '1.00' }]),
    optionQuotes: async () => this.#answer(new Map([[SHORT, { bid: 1, ask: 1.05, t_ms: NOW_MS }]])),
    submit: async (request: OrderRequest, maySend: () => boolean) => {
      this.whileQueued()
      if (!maySend()) return { ok: false, error: notSent() }
      this.asked.push(`submit ${request.clientOrderId} × ${request.qty} at ${request.limitPrice ?? 'market'}`)
      return this.onSubmit(request)
    },
    cancel: async (orderId: string) => {
      this.asked.push(`cancel ${orderId}`)
      return ok(null)
    },
  } as unknown as Broker

  #answer<T>(value: T): BrokerResult<T> {
    if (this.isReachable) return ok(value)
    return { ok: false, error: { kind: 'unavailable', code: null, message: 'away', retryAfter_ms: null } }
  }
}

describe('the guard of an account', () => {
  let account: FakeAccount
  let guard: AccountGuard
  let now_ms: number
  let signs: Map<string, number>
  let lines: string[]

  beforeEach(async () => {
    account = new FakeAccount()
    now_ms = 1000
    signs = new Map()
    lines = []
    const wall: WallClock = { now_ms: () => now_ms, monotonic_ms: () => now_ms, sleep: async () => undefined }
    guard = new AccountGuard({
      profile: '25k',
      broker: account.broker,
      wall,
      log: pino({ level: 'info' }, { write: (line) => lines.push(line) }),
      limits: { ...WATCHDOG_DEFAULTS, silentMax_ms: SILENT_MS, exitWait_s: 5, exitLimitAttempts: 2 },
      signsOfLife: async () => signs,
    })
    await guard.look(signs)
  })

  /** One look a second. */
  async function pass(time_ms: number): Promise<void> {
    for (let past_ms = 0; past_ms < time_ms; past_ms += 1000) {
      now_ms += 1000
      await guard.look(signs)
    }
  }
  const said = (text: string) => lines.filter((line) => line.includes(text)).length

  test('waits the configured time, closes once, and finds itself flat', async () => {
    await pass(SILENT_MS - 1000)
    expect(account.asked).toEqual([])
    await pass(5000)
    expect(account.asked).toEqual(['submit p4d-25k-20260717-close-1 × 25 at 1.05'])
    expect(guard.isExposed).toBe(false)
    expect(said('flat: nothing of this desk is open any more')).toBe(1)
  })

  test('a sign of life starts the time anew; its age counts', async () => {
    await pass(20_000)
    signs.set(ACCOUNT, 5000)
    await guard.look(signs)
    signs.clear()
    await pass(SILENT_MS - 6000)
    expect(account.asked).toEqual([])
    await pass(2000)
    expect(account.asked).toHaveLength(1)
  })

  test('signs of other accounts do not count', async () => {
    signs.set('another account', 0)
    await pass(SILENT_MS + 1000)
    expect(account.asked).toHaveLength(1)
  })

  test('an engine that is back between two requests stops it before the next one', async () => {
    account.orders.push(order('p4d-25k-20260717-open-2', { status: 'new', filledQty: 0 }))
    account.orders.push(order('p4d-25k-20260717-open-3', { status: 'new', filledQty: 0 }))
    await pass(SILENT_MS - 1000)
    let questions = 0
    const asking = new AccountGuard({
      profile: '25k',
      broker: account.broker,
      wall: { now_ms: () => now_ms, monotonic_ms: () => now_ms, sleep: async () => undefined },
      log: pino({ level: 'silent' }),
      limits: { ...WATCHDOG_DEFAULTS, silentMax_ms: SILENT_MS, exitWait_s: 5, exitLimitAttempts: 2 },
      signsOfLife: async () => {
        questions += 1
        return new Map(questions > 1 ? [[ACCOUNT, 10]] : [])
      },
    })
    now_ms += SILENT_MS
    await asking.look(new Map())
    expect(account.asked).toEqual(['cancel id-p4d-25k-20260717-open-2'])
    now_ms += 1000
    await asking.look(new Map())
    expect(account.asked).toHaveLength(1)
  })

  test('an engine that is back before the close is left to it', async () => {
    await pass(SILENT_MS - 1000)
    signs.set(ACCOUNT, 100)
    await pass(60_000)
    expect(account.asked).toEqual([])
    expect(guard.isExposed).toBe(false)
  })

  test('a close that waits for its turn while an engine comes back is not sent', async () => {
    await pass(SILENT_MS - 1000)
    account.whileQueued = () => {
      now_ms += 1001
      signs.set(ACCOUNT, 0)
    }
    await pass(10_000)
    expect(account.asked).toEqual([])
    expect(guard.isExposed).toBe(false)
  })

  test('a close that waits for its turn with no engine is sent at the next one', async () => {
    await pass(SILENT_MS - 1000)
    account.whileQueued = () => {
      now_ms += 1001
      account.whileQueued = () => undefined
    }
    await pass(3000)
    expect(account.asked).toEqual(['submit p4d-25k-20260717-close-1 × 25 at 1.05'])
  })

  test('an opening of an engine that lived for a moment only is canceled first, also where all was flat for long', async () => {
    account.short = 0
    await pass(SILENT_MS + 60_000)
    const opening = order('p4d-25k-20260717-open-2', { status: 'partially_filled', filledQty: 7 })
    account.orders.push(opening)
    account.short = -7
    await pass(10_000)
    expect(account.asked).toEqual(['cancel id-p4d-25k-20260717-open-2'])
    account.orders.splice(account.orders.indexOf(opening), 1, { ...opening, status: 'canceled' })
    await pass(2000)
    expect(account.asked.at(-1)).toBe('submit p4d-25k-20260717-close-1 × 7 at 1.05')
  })

  test('a close whose answer was lost is found at the broker, not sent twice', async () => {
    account.onSubmit = (request) => {
      account.orders.push(order(request.clientOrderId, { status: 'new', filledQty: 0 }))
      return { ok: false, error: { kind: 'ambiguous', code: null, message: 'no answer', retryAfter_ms: null } }
    }
    await pass(SILENT_MS + 5000)
    expect(account.asked).toEqual(['submit p4d-25k-20260717-close-1 × 25 at 1.05'])
    expect(guard.isExposed).toBe(true)
  })

  test('a refused close is tried again with growing waits under the same id', async () => {
    account.onSubmit = () => refused('insufficient qty available')
    await pass(SILENT_MS + 60_000)
    expect(new Set(account.asked).size).toBe(1)
    expect(account.asked.length).toBeGreaterThan(4)
    expect(account.asked.length).toBeLessThan(9)
    expect(guard.isExposed).toBe(true)
  })

  test('a broker that is away is asked again, and then closed at', async () => {
    await pass(SILENT_MS - 2000)
    account.isReachable = false
    await pass(10_000)
    expect(account.asked).toEqual([])
    account.isReachable = true
    await pass(3000)
    expect(account.asked).toHaveLength(1)
  })

  test('with nothing open it only looks now and then', async () => {
    account.short = 0
    await pass(SILENT_MS + 60_000)
    expect(account.asked).toEqual([])
    expect(said('nothing of this desk is open')).toBe(1)
  })
})

describe('the watch over the accounts', () => {
  /** What is asked of the broker in so many seconds, no worker answering; each sleep takes as long as it is made to. */
  async function watching(seconds: number, slept_ms: (second: number) => number): Promise<FakeAccount> {
    const account = new FakeAccount()
    const over = new AbortController()
    let [now_ms, second] = [1000, 0]
    const sleep = async (): Promise<void> => {
      second += 1
      now_ms += slept_ms(second)
      if (second === seconds) over.abort()
    }
    const limits = { ...WATCHDOG_DEFAULTS, silentMax_ms: SILENT_MS, exitWait_s: 5, exitLimitAttempts: 2 }
    await runGuards(
      [{ profile: '25k', broker: account.broker, limits }],
      {
        workers: { ask: async () => [] },
        wall: { now_ms: () => now_ms, monotonic_ms: () => now_ms, sleep },
        log: pino({ level: 'silent' }),
      },
      over.signal,
    )
    return account
  }

  test('closes after the silence it listened to', async () => {
    expect((await watching(30, () => 1000)).asked).toEqual([])
    expect((await watching(33, () => 1000)).asked).toHaveLength(1)
  })

  test('takes no time for silence in which it stood still itself', async () => {
    const stopped = (second: number): number => (second === 10 ? 600_000 : 1000)
    expect((await watching(39, stopped)).asked).toEqual([])
    expect((await watching(43, stopped)).asked).toHaveLength(1)
  })
})
