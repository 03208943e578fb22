/** Facts of a healthy paper account in the middle of a trading day, to be bent by tests. */
import type { BrokerAccount, BrokerError } from '../../src/broker/port.ts'
import { permissionBits } from '../../src/discord/permissions.ts'
import type {
  BrokerEndpoint,
  BrokerFacts,
  BrokerReadings,
  DiscordFacts,
  StoreFacts,
} from '../../src/preflight/facts.ts'
import { DEFAULT_ENGINE_LIMITS } from '../../src/session/engine-limits.ts'
import { PROFILES } from '../../src/strategy/profiles.ts'
import { DEFAULT_LIMITS, DEFAULT_WIDTH } from '../../src/strategy/rules.ts'
import type { Bar, Quote, SessionHours } from '../../src/strategy/types.ts'
import { DAY_MS } from '../../src/time/units.ts'
import { ACCOUNT as SIM_ACCOUNT } from './session.ts'

/** New York time of Friday 17 July 2026 → epoch milliseconds. */
export const at = (time: string): number => Date.parse(`2026-07-17T${time}:00-04:00`)
export const NOW_MS = at('10:30')

export const FRIDAY: SessionHours = { date: '2026-07-17', open_ms: at('09:30'), close_ms: at('16:00') }
export const MONDAY: SessionHours = {
  date: '2026-07-20',
  open_ms: FRIDAY.open_ms + 3 * DAY_MS,
  close_ms: FRIDAY.close_ms + 3 * DAY_MS,
}

export const ok = <T>(value: T): { readonly ok: true; readonly value: T } => ({ ok: true, value })
export const no = (
  kind: BrokerError['kind'],
  message = 'no answer',
): { readonly ok: false; readonly error: BrokerError } => ({
  ok: false,
  error: { kind, code: null, message, retryAfter_ms: null },
})

export const ACCOUNT: BrokerAccount = {
  ...SIM_ACCOUNT,
  id: '0d5e9f0c-2f4f-4c5f-9a55-0d1a6a5c7e21',
  number: 'PA3ABCDEF',
  source: { kind: 'PAPER', label: 'PA3ABCDEF' },
}
export const SIM_SOURCE = { kind: 'SIM', label: '7' } as const

export const ENDPOINT: BrokerEndpoint = {
  keyPrefix: 'PK',
  keyLength: 20,
  urls: {
    tradingUrl: 'https://paper-api.alpaca.markets',
    dataUrl: 'https://data.alpaca.markets',
    tradingStreamUrl: 'wss://paper-api.alpaca.markets/stream',
    stockStreamUrl: 'wss://stream.data.alpaca.markets/v2/iex',
    optionStreamUrl: 'wss://stream.data.alpaca.markets/v1beta1/indicative',
  },
  stockFeed: 'iex',
  optionFeed: 'indicative',
}

const BARS: readonly Bar[] = [28, 29].map((minute) => ({ t_ms: at(`10:${minute}`), o: 741, h: 741, l: 741, c: 741 }))

export const SNAPSHOT = {
  at_ms: NOW_MS,
  spot: { bid: 741.1, ask: 741.2, t_ms: NOW_MS - 1000 },
  chain: [{ strike: 741, bid: 1.2, ask: 1.22, t_ms: NOW_MS }],
}

export const READINGS: BrokerReadings = {
  account: ok(ACCOUNT),
  clock: {
    reading: ok({ now_ms: NOW_MS, isOpen: true }),
    roundTrip_ms: 40,
    machine_ms: NOW_MS + 120,
    market_ms: NOW_MS,
  },
  positions: ok([]),
  calendar: ok([FRIDAY, MONDAY]),
  snapshot: { result: ok(SNAPSHOT), at_ms: NOW_MS },
  atTheMoney: { strike: 741, result: ok({ bid: 1.2, ask: 1.22, t_ms: NOW_MS - 2000 }), at_ms: NOW_MS },
  bars: { result: ok(BARS), at_ms: NOW_MS },
}

const SETTINGS = {
  profile: PROFILES['25k'],
  limits: DEFAULT_LIMITS,
  engine: DEFAULT_ENGINE_LIMITS,
  structure: 'auto',
  width: DEFAULT_WIDTH,
  configHash: 'c0ffee',
} as const

export const FACTS: BrokerFacts = {
  profile: '25k',
  settings: SETTINGS,
  wanted: 'auto',
  endpoint: ENDPOINT,
  readings: READINGS,
}

export const withReadings = (change: Partial<BrokerReadings>): BrokerFacts => ({
  ...FACTS,
  readings: { ...READINGS, ...change },
})
export const withAccount = (change: Partial<BrokerAccount>): BrokerFacts =>
  withReadings({ account: ok({ ...ACCOUNT, ...change }) })
export const withEndpoint = (change: Partial<BrokerEndpoint>): BrokerFacts => ({
  ...FACTS,
  endpoint: { ...ENDPOINT, ...change },
})

/** The same account while the market is closed: Saturday noon. */
export function closed(change: Partial<BrokerReadings> = {}): BrokerFacts {
  const now_ms = at('12:00') + DAY_MS
  const clock = { ...READINGS.clock, reading: ok({ now_ms, isOpen: false }), market_ms: now_ms, machine_ms: now_ms }
  return withReadings({ clock, calendar: ok([MONDAY]), atTheMoney: null, bars: null, ...change })
}

export const spotQuote = (change: Partial<Quote>): BrokerReadings['snapshot'] => ({
  result: ok({ ...SNAPSHOT, spot: { ...SNAPSHOT.spot, ...change } }),
  at_ms: NOW_MS,
})

export const STORE: Extract<StoreFacts, { reachable: true }> = {
  reachable: true,
  ping_ms: 0.4,
  server: 'redis',
  version: '7.0.15',
  role: 'master',
  appendonly: 'yes',
  appendfsync: 'always',
  lastWriteOk: true,
  policy: 'noeviction',
  maxMemory_bytes: 0,
  usedMemory_bytes: 1_000_000,
  evictedKeys: 0,
}

export const DISCORD: DiscordFacts = {
  apiUrl: 'https://discord.com/api',
  guildId: '10',
  channelId: '20',
  roleIds: { operator: ['1'], approver: ['2'], viewer: [] },
  alertRoleIds: [],
  bot: ok({ applicationId: '99', name: 'Phase4D' }),
  guild: ok({
    name: 'Desk',
    roles: new Map([
      ['1', 'Operator'],
      ['2', 'Approver'],
    ]),
    mentionable: new Set<string>(),
  }),
  channel: ok({ name: 'desk', guildId: '10', isText: true }),
  permissions: ok(permissionBits()),
  commands: ok({ added: [], changed: [], removed: [], unchanged: ['start', 'stop'] }),
}
