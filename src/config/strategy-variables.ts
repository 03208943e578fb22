/**
 * The strategy's and the session's numbers as environment variables. Their defaults have one source: `strategy/`,
 * `session/`.
 */
import type { EngineLimits } from '../session/engine-limits.ts'
import { DEFAULT_ENGINE_LIMITS } from '../session/engine-limits.ts'
import { PROFILES as DEFAULT_PROFILES } from '../strategy/profiles.ts'
import { DEFAULT_LIMITS, DEFAULT_WIDTH } from '../strategy/rules.ts'
import { type Profile, type ProfileName, type RuleLimits, STRUCTURES } from '../strategy/types.ts'
import { keysOf, tableOf } from '../tables/typed-keys.ts'
import { alpacaKey, type Choice, choice, decimal, oneOf, type Setting, setting, wholeNumber } from './variable.ts'

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
  return tableOf(keysOf(specs), (key) => {
    const { stem, accepts, doc } = specs[key]
    return setting(`${stem}${suffix}`, String(defaults[key]), accepts, doc)
  })
}

function suffixOf(profile: ProfileName): string {
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
