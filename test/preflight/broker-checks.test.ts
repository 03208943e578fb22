import { describe, expect, it } from 'vitest'
import { BROKER_CHECKS, brokerLines } from '../../src/preflight/checks/index.ts'
import type { BrokerFacts } from '../../src/preflight/facts.ts'
import type { CheckId, CheckLine, CheckStatus } from '../../src/preflight/line.ts'
import {
  at,
  closed,
  ENDPOINT,
  FACTS,
  FRIDAY,
  MONDAY,
  NOW_MS,
  no,
  ok,
  READINGS,
  SIM_SOURCE,
  spotQuote,
  withAccount,
  withEndpoint,
  withReadings,
} from '../support/preflight-samples.ts'

const lineOf = (id: CheckId, facts: BrokerFacts): CheckLine | undefined =>
  brokerLines(facts).find((line) => line.id === id)

type Case = readonly [
  what: string,
  id: CheckId,
  facts: BrokerFacts,
  status: CheckStatus,
  found: string,
  ...advice: string[],
]

const clock = (change: Partial<typeof READINGS.clock>): BrokerFacts =>
  withReadings({ clock: { ...READINGS.clock, ...change } })
const simulated = (change: Parameters<typeof withReadings>[0] = {}): BrokerFacts =>
  withReadings({ account: ok({ ...accountOf(), source: SIM_SOURCE }), ...change })
const accountOf = () => {
  if (!READINGS.account.ok) throw new Error('expected the sample account')
  return READINGS.account.value
}
const put = (quote: { bid: number | null; ask: number | null; t_ms: number | null } | null) =>
  withReadings({ atTheMoney: { strike: 741, result: ok(quote), at_ms: NOW_MS } })
const halfDay = {
  date: '2026-07-24',
  open_ms: FRIDAY.open_ms + 7 * 86_400_000,
  close_ms: FRIDAY.open_ms + 7 * 86_400_000 + 12_600_000,
}
const local = Object.fromEntries(
  Object.entries(ENDPOINT.urls).map(([name, url]) => [
    name,
    url.replace(/^(https|wss):\/\/[^/]+/, 'http://127.0.0.1:5'),
  ]),
) as unknown as typeof ENDPOINT.urls

const CASES: readonly Case[] = [
  ['a paper key', 'keys', FACTS, 'pass', 'paper key (PK…, 20 characters)'],
  ['a key that is cut off', 'keys', withEndpoint({ keyLength: 9 }), 'warn', 'cut off', 'Copy the whole key id'],
  ['a live key', 'keys', withEndpoint({ keyPrefix: 'AK' }), 'fail', 'no paper key (AK…', 'begins with PK'],
  ['no keys', 'keys', { ...FACTS, endpoint: null, readings: null }, 'fail', 'no keys for 25k', 'ALPACA_API_KEY_25K'],
  ["a simulator's key", 'keys', withEndpoint({ keyPrefix: 'xx', keyLength: 2, urls: local }), 'pass', 'simulated'],

  ['the paper hosts', 'paper_host', FACTS, 'pass', 'paper-api.alpaca.markets'],
  [
    'a live host',
    'paper_host',
    withEndpoint({ urls: { ...ENDPOINT.urls, tradingUrl: 'https://api.alpaca.markets' } }),
    'fail',
    "Alpaca's live host",
    'defaults are the paper hosts',
  ],
  [
    'a foreign host',
    'paper_host',
    withEndpoint({ urls: { ...ENDPOINT.urls, dataUrl: 'https://example.com' } }),
    'fail',
    'example.com',
    'ALPACA_…_URL',
  ],
  [
    'two markets mixed',
    'paper_host',
    withEndpoint({ urls: { ...ENDPOINT.urls, dataUrl: 'http://127.0.0.1:5' } }),
    'warn',
    'mixed',
    'one market',
  ],
  ['a simulator', 'paper_host', withEndpoint({ urls: local }), 'pass', 'simulator at 127.0.0.1:5'],

  ['an account', 'broker_access', FACTS, 'pass', 'paper account PA3ABCDEF'],
  [
    'refused keys',
    'broker_access',
    withReadings({ account: no('unauthorised', 'HTTP 401') }),
    'fail',
    'refuses the keys: HTTP 401',
    'belong together',
  ],
  [
    'no network',
    'broker_access',
    withReadings({ account: no('unavailable', 'ECONNREFUSED') }),
    'fail',
    'cannot be reached: ECONNREFUSED',
    'The keys were not judged',
  ],
  [
    'too many requests',
    'broker_access',
    withReadings({ account: no('rate_limited') }),
    'fail',
    'too many requests',
    'Wait a minute',
  ],
  [
    'the host guard',
    'broker_access',
    withReadings({ account: no('forbidden_host', 'refused') }),
    'fail',
    'refused',
    'paper hosts only',
  ],

  ['an active account', 'account_status', FACTS, 'pass', 'ACTIVE, equity $25,000.00'],
  ['a blocked account', 'account_status', withAccount({ blocked: true }), 'fail', 'ACTIVE, blocked', 'dashboard'],
  [
    'an account in review',
    'account_status',
    withAccount({ status: 'APPROVAL_PENDING' }),
    'fail',
    'APPROVAL_PENDING',
    'dashboard',
  ],

  ['level 3', 'options_level', FACTS, 'pass', 'level 3 covers a put spread'],
  [
    'level 2 for a spread',
    'options_level',
    withAccount({ optionsLevel: 2 }),
    'fail',
    'level 2, a put spread needs 3',
    'Raise it to 3',
  ],
  [
    'level 1 for a put alone',
    'options_level',
    { ...withAccount({ optionsLevel: 1 }), wanted: 'short_put' },
    'pass',
    'level 1 covers a short put',
  ],
  [
    'a level that is too low, on a blocked account',
    'options_level',
    withAccount({ optionsLevel: 0, blocked: true }),
    'fail',
    'level 0',
    'Raise it to 3',
  ],

  [
    'auto with too little for the put',
    'buying_power',
    FACTS,
    'pass',
    'auto → 25 × $5 put spread: needs $12,500.00, has $25,000.00',
  ],
  [
    'auto with enough for the put',
    'buying_power',
    withAccount({ optionsBuyingPower: '2000000' }),
    'pass',
    'auto → 25 × short put: needs $1,852,875.00, has $2,000,000.00',
  ],
  [
    'too little',
    'buying_power',
    withAccount({ optionsBuyingPower: '12499.99' }),
    'fail',
    'needs $12,500.00, has $12,499.99',
    'SPREAD_WIDTH (5)',
  ],
  [
    'too little for the put that was asked for',
    'buying_power',
    { ...FACTS, wanted: 'short_put' },
    'fail',
    '25 × short put: needs $1,852,875.00',
    'STRUCTURE=put_spread',
  ],
  [
    'too little while a position is open',
    'buying_power',
    withReadings({
      account: ok({ ...accountOf(), optionsBuyingPower: '9000' }),
      positions: ok([{ symbol: 'SPY260717P00741000', qty: -25, avgEntryPrice: '1.2' }]),
    }),
    'warn',
    'has $9,000.00',
    'when it is closed',
  ],
  [
    'a put alone without a price',
    'buying_power',
    { ...withReadings({ snapshot: null }), wanted: 'short_put' },
    'warn',
    "without SPY's price",
    'Repeat once SPY is quoted',
  ],

  ['an open market', 'market_hours', FACTS, 'pass', 'open (10:30 New York), closes 16:00; entries 09:45–14:30'],
  [
    'a closed market',
    'market_hours',
    closed(),
    'pass',
    'closed; next Mon 20 Jul 2026 09:30–16:00; entries 09:45–14:30',
  ],
  ['the afternoon', 'market_hours', clock({ market_ms: at('15:00') }), 'pass', 'entries again Mon 20 Jul 2026'],
  [
    'a half day',
    'market_hours',
    withReadings({ calendar: ok([{ ...FRIDAY, close_ms: at('13:00') }, MONDAY]) }),
    'pass',
    'closes 13:00, half day; entries 09:45–11:30',
  ],
  [
    'a half day ahead',
    'market_hours',
    withReadings({ calendar: ok([FRIDAY, MONDAY, halfDay]) }),
    'pass',
    'half days ahead: Fri 24 Jul 2026 (13:00)',
  ],
  [
    'a halt',
    'market_hours',
    clock({ reading: ok({ now_ms: NOW_MS, isOpen: false }) }),
    'warn',
    'the broker says closed, its calendar open',
    'exchange notices',
  ],
  [
    'no trading day ahead',
    'market_hours',
    withReadings({ calendar: ok([]) }),
    'fail',
    'no trading day within 14 days',
    'start the simulator anew',
  ],
  [
    'no calendar',
    'market_hours',
    withReadings({ calendar: no('unavailable', 'HTTP 500') }),
    'fail',
    'HTTP 500',
    'Repeat in a moment',
  ],

  ['a fresh quote of SPY', 'stock_feed', FACTS, 'pass', 'iex: SPY $741.10 / $741.20, 1.0 s old'],
  [
    'an elderly one',
    'stock_feed',
    withReadings({ snapshot: spotQuote({ t_ms: NOW_MS - 40_000 }) }),
    'warn',
    '40.0 s old, limit 15 s',
    'Repeat',
  ],
  [
    'a delayed one',
    'stock_feed',
    withReadings({ snapshot: spotQuote({ t_ms: NOW_MS - 15 * 60_000 }) }),
    'fail',
    '900.0 s old',
    'delayed or has stopped',
  ],
  [
    'one side missing',
    'stock_feed',
    withReadings({ snapshot: spotQuote({ bid: null }) }),
    'fail',
    'no two-sided quote',
    'ALPACA_DATA_URL',
  ],
  [
    'no answer',
    'stock_feed',
    withReadings({ snapshot: { result: no('unavailable'), at_ms: NOW_MS } }),
    'fail',
    'not readable',
    'ALPACA_DATA_URL',
  ],
  ['an old quote at night', 'stock_feed', closed(), 'pass', 'market closed'],
  [
    'an old quote of a simulated market',
    'stock_feed',
    simulated({ snapshot: spotQuote({ t_ms: NOW_MS - 300_000 }) }),
    'pass',
    '300.0 s old',
  ],
  [
    'another feed on the stream',
    'stock_feed',
    withEndpoint({ stockFeed: 'sip' }),
    'warn',
    'its stream is of iex',
    'ALPACA_STOCK_STREAM_URL',
  ],

  [
    'a fresh quote of a put',
    'option_feed',
    FACTS,
    'pass',
    'indicative (derived quotes, not OPRA): 741P $1.20 / $1.22, 2.0 s old',
  ],
  [
    'the OPRA feed',
    'option_feed',
    withEndpoint({
      optionFeed: 'opra',
      urls: { ...ENDPOINT.urls, optionStreamUrl: 'wss://stream.data.alpaca.markets/v1beta1/opra' },
    }),
    'pass',
    'opra: 741P',
  ],
  [
    'an elderly put quote',
    'option_feed',
    put({ bid: 1, ask: 1.1, t_ms: NOW_MS - 30_000 }),
    'warn',
    '30.0 s old, limit 15 s',
    'Repeat',
  ],
  [
    'a delayed put quote',
    'option_feed',
    put({ bid: 1, ask: 1.1, t_ms: NOW_MS - 900_000 }),
    'fail',
    '900.0 s old',
    'delayed or has stopped',
  ],
  [
    'a put quote without time',
    'option_feed',
    put({ bid: 1, ask: 1.1, t_ms: null }),
    'warn',
    'without a time',
    '/status',
  ],
  ['a put that is gone', 'option_feed', put(null), 'fail', '741P has no two-sided quote', 'Nothing is opened'],
  [
    'no puts',
    'option_feed',
    withReadings({ atTheMoney: null }),
    'fail',
    'no put near SPY that expires 2026-07-17',
    'Nothing can be sold',
  ],
  [
    'no puts in a simulated market',
    'option_feed',
    simulated({ atTheMoney: null }),
    'warn',
    'no put near SPY',
    'Nothing can be sold',
  ],
  [
    'puts that are not readable',
    'option_feed',
    withReadings({ atTheMoney: { strike: 741, result: no('refused', 'no subscription'), at_ms: NOW_MS } }),
    'fail',
    'no subscription',
    'plan of these keys',
  ],
  ['a closed option market', 'option_feed', closed(), 'pass', 'derived quotes, not OPRA); market closed'],

  ['bars', 'bars', FACTS, 'pass', '2 recent, the last of 10:29'],
  [
    'late bars',
    'bars',
    withReadings({ bars: { result: READINGS.bars?.result ?? ok([]), at_ms: at('10:40') } }),
    'warn',
    '10.0 min ago',
    'come late or have stopped',
  ],
  [
    'no bars',
    'bars',
    withReadings({ bars: { result: ok([]), at_ms: NOW_MS } }),
    'fail',
    'none since 10:00',
    'ALPACA_STOCK_FEED',
  ],
  [
    'no bars in a simulated market',
    'bars',
    simulated({ bars: { result: ok([]), at_ms: NOW_MS } }),
    'warn',
    'none since',
    'no entry is decided',
  ],
  [
    'bars that are not readable',
    'bars',
    withReadings({ bars: { result: no('unavailable', 'HTTP 503'), at_ms: NOW_MS } }),
    'fail',
    'HTTP 503',
    'ALPACA_DATA_URL',
  ],
  ['no bars yet', 'bars', withReadings({ bars: null }), 'pass', 'just opened'],
  ['bars at night', 'bars', closed(), 'pass', 'market closed'],

  ['a good clock', 'clock_skew', FACTS, 'pass', 'this machine is 0.12 s ahead of the broker (round trip 40 ms)'],
  ['a clock that is behind', 'clock_skew', clock({ machine_ms: NOW_MS - 4000 }), 'warn', '4.00 s behind', 'NTP'],
  ['a wrong clock', 'clock_skew', clock({ machine_ms: NOW_MS + 3_600_000 }), 'fail', '3600.00 s ahead', 'NTP'],
  ['a slow answer', 'clock_skew', clock({ roundTrip_ms: 4000 }), 'warn', '4.0 s to tell the time', 'too slow to trade'],
  ['no market clock', 'clock_skew', clock({ market_ms: null }), 'fail', 'cannot be read', 'Restart the worker'],
  [
    'no clock of the broker',
    'clock_skew',
    clock({ reading: no('unavailable', 'HTTP 500') }),
    'fail',
    'HTTP 500',
    'Repeat',
  ],
  [
    'an accelerated clock',
    'clock_skew',
    simulated({ clock: { ...READINGS.clock, machine_ms: 0, market_ms: NOW_MS - 8000 } }),
    'pass',
    'within 8.0 market seconds',
  ],
  [
    "another market's clock",
    'clock_skew',
    simulated({ clock: { ...READINGS.clock, market_ms: NOW_MS - 86_400_000 } }),
    'fail',
    '86400 market seconds away',
    'SIM_CLOCK_URL',
  ],
]

describe('the checks of the broker', () => {
  for (const [what, id, facts, status, found, ...advice] of CASES) {
    it(`say of ${what} (${id})`, () => {
      const line = lineOf(id, facts)
      expect(line).toMatchObject({ id, status })
      expect(line?.found).toContain(found)
      if (status === 'pass') expect(line?.advice).toBeNull()
      else expect(line?.advice).toContain(advice[0] ?? 'an advice in the table')
    })
  }

  it('have a case each for passing, and for failing', () => {
    const seen = (status: CheckStatus) => new Set(CASES.flatMap(([, id, , is]) => (is === status ? [id] : [])))
    expect([...seen('pass')].sort()).toEqual([...BROKER_CHECKS].sort())
    expect([...seen('fail')].sort()).toEqual([...BROKER_CHECKS].sort())
  })

  it('pass on a healthy account, open and closed', () => {
    for (const facts of [FACTS, closed()]) {
      const lines = brokerLines(facts)
      expect(lines.map(({ id }) => id)).toEqual(BROKER_CHECKS)
      expect(lines.filter(({ status }) => status !== 'pass')).toEqual([])
    }
  })

  it('say only what they know when the broker does not answer', () => {
    const lines = brokerLines(withReadings({ account: no('unauthorised') }))
    expect(lines.map(({ id }) => id)).toEqual(['keys', 'paper_host', 'broker_access'])
  })

  it('carry the numbers for programs', () => {
    expect(lineOf('buying_power', FACTS)?.numbers).toEqual({
      structure: 'put_spread',
      contracts: 25,
      needed: '12500.00',
      has: '25000',
    })
    expect(lineOf('stock_feed', FACTS)?.numbers).toEqual({ age_s: 1, limit_s: 15 })
    expect(lineOf('clock_skew', FACTS)?.numbers).toMatchObject({ machine_ahead_ms: 120, round_trip_ms: 40 })
  })
})
