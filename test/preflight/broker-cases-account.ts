/** What the checks of keys, hosts and account say, in rows. */
import { ENDPOINT, FACTS, no, ok, withAccount, withEndpoint, withReadings } from '../support/preflight-samples.ts'
import { accountOf, type Case } from './broker-case.ts'

const local = Object.fromEntries(
  Object.entries(ENDPOINT.urls).map(([name, url]) => [
    name,
    url.replace(/^(https|wss):\/\/[^/]+/, 'http://127.0.0.1:5'),
  ]),
) as unknown as typeof ENDPOINT.urls

export const ACCOUNT_CASES: readonly Case[] = [
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
]
