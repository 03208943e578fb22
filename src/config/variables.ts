/** Every environment variable, in the order of `.env.example` (which a test holds to this file). */
import { z } from 'zod'
import { parseTagList } from '../review/tags.ts'
import { CONFIGURED_TAGS_MAX, REVIEWERS_MAX, TAG_LENGTH_MAX } from '../review/types.ts'
import { isCalendarDate } from '../strategy/newyork-time.ts'
import { PROFILE_NAMES } from '../strategy/types.ts'
import { COMMISSION, ENGINE, LIMITS, PROFILES, STRATEGY } from './strategy-variables.ts'
import {
  address,
  addresses,
  alpacaKey,
  choice,
  decimal,
  oneOf,
  type Setting,
  setting,
  severalOf,
  snowflakes,
  text,
  type Variable,
  wholeNumber,
} from './variable.ts'

const http = address(['https:', 'http:'])
const stream = address(['wss:', 'ws:'])
const date = { schema: z.string().refine(isCalendarDate), expects: 'a date like 2024-03-01' }
const token = text('the bot token, without spaces', /^\S{20,200}$/)

const STOCK_FEEDS = {
  ...oneOf(['iex', 'sip']),
  expects: 'one of iex, sip (delayed_sip is 15 minutes late: nothing would ever be opened)',
}

export const DISCORD = {
  token: choice('DISCORD_TOKEN', token, 'Bot token. Empty: the chat simulator is used instead of Discord.', true),
  guildId: choice(
    'DISCORD_GUILD_ID',
    snowflakes,
    'The server the desk works in. Several, separated by commas: it posts in the first, and takes commands in all.',
  ),
  channelId: choice(
    'DISCORD_CHANNEL_ID',
    snowflakes,
    'The channel the desk posts in and takes commands in. Several: it posts in the first, and takes commands in all.',
  ),
  operatorRoleIds: choice(
    'DISCORD_OPERATOR_ROLE_IDS',
    snowflakes,
    'Roles that may start and stop trading. Empty: members with the permission Manage Server.',
  ),
  approverRoleIds: choice(
    'DISCORD_APPROVER_ROLE_IDS',
    snowflakes,
    'Roles that may approve. Empty: members with the permission Manage Server.',
  ),
  viewerRoleIds: choice(
    'DISCORD_VIEWER_ROLE_IDS',
    snowflakes,
    'Roles that may look at status and reports. Empty: everyone in the channel.',
  ),
  alertRoleIds: choice(
    'DISCORD_ALERT_ROLE_IDS',
    snowflakes,
    'Roles mentioned by what is critical: breaches, halts, silent engines. Empty: the operator roles.',
  ),
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
    STOCK_FEEDS,
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
  reportsDir: setting(
    'REPORTS_DIR',
    'reports',
    text('a folder', /^.{1,1000}$/),
    "Folder of the daily reports, JSON; relative to the project's folder.",
  ),
  dataSetsDir: setting(
    'DATA_SETS_DIR',
    '.data/sets',
    text('a folder', /^.{1,1000}$/),
    "Where workers find the recorded data that /backtest, /what-if and /audit may name: a folder a set; relative to the project's folder.",
  ),
  baselineSet: choice(
    'BASELINE_SET',
    text('the name of a data set', /^\w[\w.-]{0,59}$/),
    'A data set of that folder with trades.csv and daily.csv, as of phase4d audit: every campaign armed is held against what the audit finds there. Empty: what audit --register kept.',
  ),
  baselineFrom: choice('BASELINE_FROM', date, 'First day of the audited period. Empty: that of the first trade.'),
  baselineTo: choice('BASELINE_TO', date, 'Its last day. Empty: that of the last trade.'),
  approvalExpires_min: setting(
    'APPROVAL_EXPIRES_MIN',
    '15',
    decimal(1, 1440),
    'Minutes in which a second person has to decide, where risk is raised; then the answer is no.',
  ),
  simClockUrl: choice(
    'SIM_CLOCK_URL',
    http,
    "Market time from a simulator: GET → {now, speed, paused}. Refused unless the broker's addresses are loopback.",
  ),
  simClockPoll_ms: setting('SIM_CLOCK_POLL_MS', '100', wholeNumber(5, 10_000), 'How often that clock is read.'),
} as const

/** Shorter than a takeover, the watchdog would close what another worker is about to watch. */
const TAKEOVER_S = 10
const longEnough = decimal(TAKEOVER_S, 3600)
const silence = {
  ...longEnough,
  expects: `${longEnough.expects}: so long may it take until another worker has taken a dead one's accounts over`,
}

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
    silence,
    'A position that no worker has watched for this many seconds is closed by the watchdog. At least 10: so long may it take until another worker has taken over.',
  ),
  profiles: choice(
    'WATCHDOG_PROFILES',
    severalOf(PROFILE_NAMES),
    'Profiles whose accounts the watchdog guards, separated by commas. Empty: all with keys.',
  ),
} as const

const tagList = {
  schema: z.string().transform((value, context) => {
    const tags = parseTagList(value)
    if (tags === null) context.addIssue({ code: 'custom', message: 'no list of tags' })
    return tags ?? []
  }),
  expects: `1 to ${CONFIGURED_TAGS_MAX} tags of letters, digits and dashes (at most ${TAG_LENGTH_MAX} characters each), separated by commas`,
}

/** Of the team's reviews of its trades. */
export const REVIEWS = {
  needed: setting(
    'REVIEWERS_NEEDED',
    '2',
    wholeNumber(1, REVIEWERS_MAX),
    'Reviewers after whom the grades of a trade are shown; until then each sees only their own.',
  ),
  tags: setting(
    'REVIEW_TAGS',
    'early-entry,late-entry,chased,early-exit,late-exit,good-exit,too-big,too-small,bad-fill,news,unlucky,discipline',
    tagList,
    'Tags a reviewer picks from; own ones are written as #tag in the note.',
  ),
} as const

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
  { title: "The team's reviews", variables: Object.values(REVIEWS) },
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
