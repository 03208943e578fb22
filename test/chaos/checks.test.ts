/** The invariants are held against hand-made steps that break them: a check that cannot fail checks nothing. */
import { describe, expect, test } from 'vitest'
import type { OrderRequest } from '../../src/broker/port.ts'
import { DayMarket } from '../../src/chaos/broker/day-market.ts'
import { SimBroker } from '../../src/chaos/broker/sim-broker.ts'
import { Checks } from '../../src/chaos/invariants/checks.ts'
import { SimProcess } from '../../src/chaos/time/sim-process.ts'
import { VirtualTime } from '../../src/chaos/time/virtual-time.ts'
import { sequence } from '../../src/config/prng.ts'
import type { Campaign } from '../../src/session/campaign.ts'
import type { JournalEvent } from '../../src/session/events.ts'
import type { Commit } from '../../src/store/port.ts'
import { armedCampaign } from '../support/armed-campaign.ts'
import { ACCOUNT, at, DATE, newSession } from '../support/session.ts'

const ID = 'p4d-25k-20260717-open-1'
const CLOSE_ID = 'p4d-25k-20260717-close-1'

function setup(time_ = '10:00') {
  const time = new VirtualTime()
  const market_ms = at(time_)
  const now_ms = () => market_ms + time.now_ms
  const random = sequence('checks')
  const session = newSession()
  const market = new DayMarket(session.session, random, 600_000)
  let campaign: Campaign | null = armedCampaign(0)
  const checks: Checks = new Checks({
    facts: () => ({ broker, market, contracts: 25, now_ms: now_ms(), campaign }),
    now_ms: () => time.now_ms,
    onViolation: () => undefined,
  })
  const account = { ...ACCOUNT, cash: '100000' }
  const broker: SimBroker = new SimBroker({
    account,
    market,
    random,
    time,
    now_ms,
    watch: checks.orders,
    onUpdate: () => undefined,
  })
  const process = new SimProcess('worker', time, { wall_ms: 0, market_ms, marketEnd_ms: market_ms + 1e9 })
  const commit = (...events: JournalEvent[]) =>
    checks.committed(
      { ...COMMIT, events, session: { expectedSeq: 0, value: session } },
      { ok: true, feedNos: [], lastFeedNo: 0 },
    )
  const strike = Math.round(market.level(now_ms()))
  const symbols = [strike, strike - 5].map((price) => `SPY260717P00${price}000`)
  const mid = () => {
    const [short, long] = [market.put(strike, now_ms()), market.put(strike - 5, now_ms())]
    return (((short.bid ?? 0) + (short.ask ?? 0)) / 2 - ((long.bid ?? 0) + (long.ask ?? 0)) / 2).toFixed(2)
  }
  const [short = '', long = ''] = symbols
  const opening = (change: Partial<OrderRequest> = {}): OrderRequest => ({
    clientOrderId: ID,
    qty: 25,
    limitPrice: mid(),
    legs: [
      { symbol: short, side: 'sell', positionIntent: 'sell_to_open' },
      { symbol: long, side: 'buy', positionIntent: 'buy_to_open' },
    ],
    ...change,
  })
  const closing = (qty: number): OrderRequest => ({
    clientOrderId: CLOSE_ID,
    qty,
    limitPrice: null,
    legs: [
      { symbol: short, side: 'buy', positionIntent: 'buy_to_close' },
      { symbol: long, side: 'sell', positionIntent: 'sell_to_close' },
    ],
  })
  const save = (request: OrderRequest) => commit(intentOf(request))
  const know = () => {
    checks.orders.read(process, 'ordersRead')
    checks.orders.read(process, 'positionsRead')
    checks.readControl(process, campaign)
  }
  const setCampaign = (next: Campaign) => {
    campaign = next
    checks.committed({ ...COMMIT, campaign: { expectedSeq: 0, value: next } }, { ok: true, feedNos: [], lastFeedNo: 0 })
  }
  return { time, checks, broker, process, commit, opening, closing, save, know, setCampaign }
}

const COMMIT: Commit = {
  accountId: 'account-1',
  profile: '25k',
  source: { kind: 'SIM', label: '7' },
  date: DATE,
  atMarket_ms: 0,
  atWall_ms: 0,
  events: [],
  epoch: null,
  session: null,
  campaign: null,
  openGuard: null,
}

function intentOf({ clientOrderId, qty, limitPrice, legs }: OrderRequest): JournalEvent {
  const purpose = clientOrderId.includes('open') ? 'open' : 'close'
  const symbols = legs.map(({ symbol }) => symbol)
  return { type: 'order_intent', clientOrderId, purpose, attempt: 1, symbols, qty, limitPrice }
}

const fillOf = (executionId: string, qty: number): JournalEvent => ({
  type: 'fill',
  tradeId: 't',
  clientOrderId: ID,
  executionId,
  purpose: 'open',
  qty,
  filledQty: qty,
  orderQty: 25,
  price: '1.00',
  decisionMid: 1,
  slippageCents: 0,
  at_ms: 0,
})

describe('the invariants', () => {
  test('an order in order is none of them', () => {
    const { checks, process, opening, save, know, broker } = setup()
    know()
    const request = opening()
    save(request)
    checks.orders.submitting(process, request)
    broker.submit(request)
    expect(checks.violation).toBeNull()
  })

  test.each<[string, string, (desk: ReturnType<typeof setup>) => void]>([
    [
      'I2',
      'an order without a saved intent',
      ({ checks, process, opening, know }) => {
        know()
        checks.orders.submitting(process, opening())
      },
    ],
    [
      'I2',
      'an order other than its intent',
      ({ checks, process, opening, save, know }) => {
        know()
        save(opening())
        checks.orders.submitting(process, opening({ qty: 24 }))
      },
    ],
    [
      'I5',
      "an order before the broker's side was read",
      ({ checks, process, opening, save }) => {
        save(opening())
        checks.orders.submitting(process, opening())
      },
    ],
    [
      'I6',
      'an id that does not follow from the attempt',
      ({ save, opening }) => void save(opening({ clientOrderId: 'p4d-25k-20260717-open-2' })),
    ],
    [
      'I6',
      'a second order while one works',
      ({ broker, opening }) => {
        broker.submit(opening({ limitPrice: '9.00', qty: 1 }))
        broker.submit(opening({ limitPrice: '9.00', qty: 1, clientOrderId: 'p4d-25k-20260717-open-2' }))
      },
    ],
    [
      'I8',
      'an intent saved twice',
      ({ save, opening }) => {
        save(opening())
        save(opening())
      },
    ],
    [
      'I9',
      'a close larger than what is open',
      ({ checks, process, closing, save, know }) => {
        know()
        save(closing(25))
        checks.orders.submitting(process, closing(25))
      },
    ],
    ['I10', 'a fill that the broker does not know', ({ commit }) => void commit(fillOf('e1', 5))],
    [
      'I12',
      'a post that leaves a number out',
      ({ checks }) => checks.feed.add({ id: 1, nonce: 'n', footer: 'SIM · 25k · #2', at_ms: 0 }),
    ],
    [
      'I13',
      'more contracts than the profile has',
      ({ checks, process, opening, save, know }) => {
        know()
        save(opening({ qty: 26 }))
        checks.orders.submitting(process, opening({ qty: 26 }))
      },
    ],
    [
      'I14',
      'a price outside the band',
      ({ checks, process, opening, save, know }) => {
        know()
        save(opening({ limitPrice: '9.00' }))
        checks.orders.submitting(process, opening({ limitPrice: '9.00' }))
      },
    ],
    [
      'I16',
      'an opening on a reading of the switch from before it was set',
      ({ checks, process, opening, save, know, setCampaign, time }) => {
        know()
        save(opening())
        const off = armedCampaign(0)
        setCampaign({ ...off, control: { ...off.control, seq: 1, mode: 'REDUCING' } })
        Object.defineProperty(time, 'now_ms', { value: 5000 })
        checks.orders.submitting(process, opening())
      },
    ],
    [
      'I17',
      'a day at its limit in an active session',
      ({ checks }) => checks.journal.noteDay(-150_000, 150_000, 'ACTIVE'),
    ],
    [
      'I17',
      'an opening after the day was over',
      ({ checks, save, opening }) => {
        checks.journal.noteDay(-150_000, 150_000, 'REDUCING')
        save(opening())
      },
    ],
  ])('%s is violated by %s', (invariant, _what, act) => {
    const desk = setup()
    act(desk)
    expect(desk.checks.violation?.invariant).toBe(invariant)
  })

  test('I10 is violated by an execution that is counted twice', async () => {
    const { checks, broker, opening, time, commit } = setup()
    broker.submit(opening({ qty: 1, limitPrice: '0.01' }))
    await time.run(5000)
    expect(broker.account.isFlat).toBe(false)
    commit(fillOf('e1', 1))
    expect(checks.violation).toBeNull()
    commit(fillOf('e1', 0))
    expect(checks.violation?.invariant).toBe('I10')
  })

  test('I14 is violated by an opening outside the hours', () => {
    const { checks, process, opening, save, know } = setup('15:31')
    know()
    save(opening())
    checks.orders.submitting(process, opening())
    expect(checks.violation?.message).toContain('outside the hours')
  })
})
