/**
 * Every environment variable, in the order of `.env.example` (which a test holds to this file). The numbers of the
 * strategy have one source for their defaults: `strategy/`.
 */
import type { EngineLimits } from '../session/state.ts'
import { DEFAULT_ENGINE_LIMITS } from '../session/state.ts'
import { PROFILES as DEFAULT_PROFILES } from '../strategy/profiles.ts'
import { DEFAULT_LIMITS, DEFAULT_WIDTH } from '../strategy/rules.ts'
import { PROFILE_NAMES, type Profile, type ProfileName, type RuleLimits, STRUCTURES } from '../strategy/types.ts'
import {
  address,
  addresses,
  type Choice,
  choice,
  decimal,
  oneOf,
  type Setting,
  setting,
  severalOf,
  snowflake,
  snowflakes,
  text,
  type Variable,
  wholeNumber,
} from './variable.ts'

const http = address(['https:', 'http:'])
const stream = address(['wss:', 'ws:'])
const token = text('the bot token, without spaces', /^\S{20,200}$/)
const alpacaKey = text('an Alpaca key id or secret, without spaces', /^[\w+/=.-]{3,200}$/)

export const DISCORD = {
  token: choice('DISCORD_TOKEN', token, 'Bot token. Empty: the chat simulator is used instead of Discord.', true),
  guildId: choice('DISCORD_GUILD_ID', snowflake, 'The server the desk works in.'),
  channelId: choice('DISCORD_CHANNEL_ID', snowflake, 'The channel the desk posts in and takes commands in.'),
  operatorRoleIds: choice('DISCORD_OPERATOR_ROLE_IDS', snowflakes, 'Roles that may start and stop trading.'),
  approverRoleIds: choice('DISCORD_APPROVER_ROLE_IDS', snowflakes, 'Roles that may approve.'),
  viewerRoleIds: choice('DISCORD_VIEWER_ROLE_IDS', snowflakes, 'Roles that may look at status and reports.'),
  apiUrl: setting('DISCORD_API_URL', 'https://discord.com/api', http, 'Where the Discord API is.'),
} as const

export const ALPACA = {
  keyId: choice(
    'ALPACA_API_KEY',
    alpacaKey,
    'Paper key id (begins with PK) for profiles without one of their own. No key and secret at all: the market simulator is used.',
    true,
  ),
  secret: choice('ALPACA_SECRET_KEY', alpacaKey, 'Its secret.', true),
  tradingUrl: setting(
    'ALPACA_TRADING_URL',
    'https://paper-api.alpaca.markets',
    http,
    'Trading API. Only the paper host, or loopback.',
  ),
  dataUrl: setting('ALPACA_DATA_URL', 'https://data.alpaca.markets', http, 'Market data API.'),
  tradingStreamUrl: setting(
    'ALPACA_TRADING_STREAM_URL',
    'wss://paper-api.alpaca.markets/stream',
    stream,
    'Stream of order updates.',
  ),
  stockStreamUrl: setting(
    'ALPACA_STOCK_STREAM_URL',
    'wss://stream.data.alpaca.markets/v2/iex',
    stream,
    'Stream of SPY quotes and bars.',
  ),
  optionStreamUrl: setting(
    'ALPACA_OPTION_STREAM_URL',
    'wss://stream.data.alpaca.markets/v1beta1/indicative',
    stream,
    'Stream of option quotes.',
  ),
  optionFeed: setting(
    'ALPACA_OPTION_FEED',
    'indicative',
    oneOf(['indicative', 'opra']),
    'Option feed; opra needs a subscription (and its stream address).',
  ),
  stockFeed: setting(
    'ALPACA_STOCK_FEED',
    'iex',
    oneOf(['iex', 'sip', 'delayed_sip']),
    'Stock feed; sip needs a subscription (and its stream address).',
  ),
} as const

export const DESK = {
  redisUrl: choice(
    'REDIS_URL',
    address(['redis:', 'rediss:']),
    'Redis server (append-only file on, noeviction). Empty: npm start runs one of its own under .data/.',
    true,
  ),
  port: setting('PORT', '4400', wholeNumber(0, 65535), 'Port of the local page. 0: any free one.'),
  logLevel: setting(
    'LOG_LEVEL',
    'info',
    oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']),
    'How much is logged.',
  ),
  dataDir: setting(
    'DATA_DIR',
    '.data',
    text('a folder', /^.{1,1000}$/),
    "Folder of logs, journal files and the private Redis; relative to the project's folder.",
  ),
  simClockUrl: choice(
    'SIM_CLOCK_URL',
    http,
    "Market time from a simulator: GET → {now, speed, paused}. Refused unless the broker's addresses are loopback.",
  ),
  simClockPoll_ms: setting('SIM_CLOCK_POLL_MS', '100', wholeNumber(5, 10_000), 'How often that clock is read.'),
} as const

/** Of worker and watchdog; `npm start` sets both sides. */
export const WATCHDOG = {
  healthPort: setting(
    'WORKER_HEALTH_PORT',
    '0',
    wholeNumber(0, 65535),
    'Port on which a worker answers GET /health, for the watchdog. 0: none (npm start chooses one).',
  ),
  healthHost: setting(
    'WORKER_HEALTH_HOST',
    '127.0.0.1',
    text('an address to listen on', /^[\w.:-]{1,253}$/),
    'Address it listens on; whoever reaches it can read what the worker does.',
  ),
  workers: choice(
    'WATCHDOG_WORKERS',
    addresses(['http:']),
    'Where the watchdog asks the workers for their health: addresses like http://127.0.0.1:4411, separated by commas.',
  ),
  silent_s: setting(
    'WATCHDOG_SILENT_S',
    '30',
    decimal(1, 3600),
    'A position that no worker has watched for this many seconds is closed by the watchdog. A dead worker is replaced in 10.',
  ),
  profiles: choice(
    'WATCHDOG_PROFILES',
    severalOf(PROFILE_NAMES),
    'Profiles whose accounts the watchdog guards, separated by commas. Empty: all with keys.',
  ),
} as const

export const STRATEGY = {
  structure: setting(
    'STRUCTURE',
    'auto',
    oneOf([...STRUCTURES, 'auto']),
    'auto: short_put where buying power covers it, else put_spread; fixed for a whole campaign.',
  ),
  width: setting('SPREAD_WIDTH', String(DEFAULT_WIDTH), decimal(0.5, 100), 'Dollars between the strikes of a spread.'),
} as const

interface NumberSpec {
  readonly stem: string
  readonly accepts: ReturnType<typeof decimal>
  readonly doc: string
}

const money = decimal(0.01, 1_000_000)

/** Variables that each profile has: `CONTRACTS_25K`, `CONTRACTS_2K`, … */
const PROFILE_NUMBERS: Readonly<Record<Exclude<keyof Profile, 'name' | 'commissionPerContract'>, NumberSpec>> = {
  contracts: { stem: 'CONTRACTS', accepts: wholeNumber(1, 1000), doc: 'Contracts a trade.' },
  targetDailyPnl: { stem: 'TARGET_DAILY_PNL', accepts: money, doc: 'Target of a day, dollars.' },
  maxDailyLoss: { stem: 'MAX_DAILY_LOSS', accepts: money, doc: 'Daily loss limit, dollars.' },
  maxLossPerTrade: { stem: 'MAX_LOSS_PER_TRADE', accepts: money, doc: 'Stop of a trade, dollars.' },
  bidAskCostPct: { stem: 'BID_ASK_COST_PCT', accepts: decimal(0, 50), doc: 'Bid/ask cost, percent of gross premium.' },
  slippagePct: { stem: 'SLIPPAGE_PCT', accepts: decimal(0, 50), doc: 'Slippage, percent of gross premium.' },
  accountEquity: { stem: 'ACCOUNT_EQUITY', accepts: money, doc: 'Account size the profile is meant for, dollars.' },
}

export const COMMISSION = setting(
  'COMMISSION_PER_CONTRACT',
  String(DEFAULT_PROFILES['25k'].commissionPerContract),
  decimal(0, 10),
  'Assumed commission, dollars a contract and leg.',
)

const LIMIT_NUMBERS: Readonly<Record<keyof RuleLimits, NumberSpec>> = {
  entryAfterOpenMin: {
    stem: 'ENTRY_AFTER_OPEN_MIN',
    accepts: wholeNumber(0, 389),
    doc: 'Entries from this many minutes after the open …',
  },
  entryBeforeCloseMin: {
    stem: 'ENTRY_BEFORE_CLOSE_MIN',
    accepts: wholeNumber(1, 389),
    doc: '… to this many before the close.',
  },
  sessionEndBeforeCloseMin: {
    stem: 'SESSION_END_BEFORE_CLOSE_MIN',
    accepts: wholeNumber(1, 389),
    doc: 'Positions are closed this many minutes before the close. The broker liquidates from 30 minutes on.',
  },
  maxDailyTrades: { stem: 'MAX_DAILY_TRADES', accepts: wholeNumber(1, 20), doc: 'Entries a day.' },
  barsMin: { stem: 'BARS_MIN', accepts: wholeNumber(2, 389), doc: 'One-minute bars needed before the first decision.' },
  vixMax: { stem: 'VIX_MAX', accepts: decimal(10, 100), doc: 'No entry above this volatility estimate.' },
  rangeExtremePct: {
    stem: 'RANGE_EXTREME_PCT',
    accepts: decimal(0, 100),
    doc: 'No entry above this range of the day.',
  },
  rangeModeratePct: {
    stem: 'RANGE_MODERATE_PCT',
    accepts: decimal(0, 100),
    doc: 'No entry above this range of the day, reported as moderate.',
  },
  premiumMin: { stem: 'PREMIUM_MIN', accepts: decimal(0, 100), doc: 'Lowest mid of the short put, dollars a share.' },
  premiumMax: { stem: 'PREMIUM_MAX', accepts: decimal(0, 100), doc: 'Highest mid of the short put.' },
  spreadMax: { stem: 'SPREAD_MAX', accepts: decimal(0, 100), doc: 'Widest bid/ask of the short put.' },
  profitTargetShare: {
    stem: 'PROFIT_TARGET_SHARE',
    accepts: decimal(0.01, 1),
    doc: 'Profit is taken above this share of the net premium.',
  },
  quoteAgeMax_s: {
    stem: 'QUOTE_AGE_MAX_S',
    accepts: decimal(1, 3600),
    doc: 'A quote older than this (market seconds) opens nothing.',
  },
}

const ENGINE_NUMBERS: Readonly<Record<keyof EngineLimits, NumberSpec>> = {
  positionQuoteAgeMax_s: {
    stem: 'POSITION_QUOTE_AGE_MAX_S',
    accepts: decimal(1, 3600),
    doc: 'A position without a new quote for this long is closed at market.',
  },
  entryWait_s: { stem: 'ENTRY_WAIT_S', accepts: decimal(0.1, 600), doc: 'How long an entry order may work.' },
  exitWait_s: { stem: 'EXIT_WAIT_S', accepts: decimal(0.1, 600), doc: 'How long a closing order may work.' },
  entryCollar: {
    stem: 'ENTRY_COLLAR',
    accepts: decimal(0, 10),
    doc: "How far below the decision's sell price an entry may be re-priced, dollars a share.",
  },
  entryAttemptsMax: { stem: 'ENTRY_ATTEMPTS_MAX', accepts: wholeNumber(1, 20), doc: 'Orders to try for one entry.' },
  exitLimitAttempts: {
    stem: 'EXIT_LIMIT_ATTEMPTS',
    accepts: wholeNumber(0, 20),
    doc: 'Closing orders with a limit before the desk sends market orders.',
  },
}

function settingsOf<K extends string>(
  specs: Readonly<Record<K, NumberSpec>>,
  defaults: Readonly<Record<K, number>>,
  suffix = '',
): Readonly<Record<K, Setting<number>>> {
  const entries = Object.entries<NumberSpec>(specs).map(([key, spec]) => [
    key,
    setting(`${spec.stem}${suffix}`, String(defaults[key as K]), spec.accepts, spec.doc),
  ])
  return Object.fromEntries(entries)
}

export function suffixOf(profile: ProfileName): string {
  return `_${profile.toUpperCase()}`
}

export const LIMITS = settingsOf(LIMIT_NUMBERS, DEFAULT_LIMITS)
export const ENGINE = settingsOf(ENGINE_NUMBERS, DEFAULT_ENGINE_LIMITS)

interface ProfileVariables {
  readonly keyId: Choice<string>
  readonly secret: Choice<string>
  readonly numbers: Readonly<Record<keyof typeof PROFILE_NUMBERS, Setting<number>>>
}

function profileVariables(name: ProfileName): ProfileVariables {
  const suffix = suffixOf(name)
  return {
    keyId: choice(`ALPACA_API_KEY${suffix}`, alpacaKey, `Paper key id of the ${name} account.`, true),
    secret: choice(`ALPACA_SECRET_KEY${suffix}`, alpacaKey, 'Its secret.', true),
    numbers: settingsOf(PROFILE_NUMBERS, DEFAULT_PROFILES[name], suffix),
  }
}

export const PROFILES: Readonly<Record<ProfileName, ProfileVariables>> = {
  '2k': profileVariables('2k'),
  '25k': profileVariables('25k'),
}

/** Sections of `.env.example`. */
export const SECTIONS: readonly { readonly title: string; readonly variables: readonly Variable[] }[] = [
  { title: 'Discord', variables: Object.values(DISCORD) },
  {
    title: 'Alpaca (paper only: live hosts and keys are refused)',
    variables: [
      ALPACA.keyId,
      ALPACA.secret,
      ...PROFILE_NAMES.flatMap((name) => [PROFILES[name].keyId, PROFILES[name].secret]),
      ...Object.values(ALPACA).slice(2),
    ],
  },
  { title: 'The desk', variables: Object.values(DESK) },
  { title: 'Watchdog of the workers', variables: Object.values(WATCHDOG) },
  { title: 'Structure of the position', variables: Object.values(STRATEGY) },
  ...PROFILE_NAMES.map((name) => ({
    title: `Profile ${name}`,
    variables: Object.values<Setting<number>>(PROFILES[name].numbers),
  })),
  { title: 'Rules', variables: [COMMISSION, ...Object.values<Setting<number>>(LIMITS)] },
  { title: 'Orders', variables: Object.values<Setting<number>>(ENGINE) },
]

export const ALL_VARIABLES: readonly Variable[] = SECTIONS.flatMap((section) => section.variables)
