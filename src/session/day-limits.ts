/**
 * Limits that can be set for one trading day, and what setting one does to a day's configuration. Pure. Entry points:
 * `dayLimitRefusal`, `withDayLimits`.
 *
 * 1. Only limits that bound risk are here: what is sold, when, and how many contracts is the campaign's and stays.
 * 2. Lower than in force is less risk; higher is more, and needs two persons (`src/approval/`).
 * 3. None goes beyond `RAISE_MAX` times what the campaign began with: more than that is another configuration.
 */
import { centsOf } from '../strategy/exact.ts'
import type { StrategyConfig } from '../strategy/types.ts'
import type { Campaign } from './campaign.ts'
import type { Plan } from './events.ts'
import type { Refusal } from './refusal.ts'

export const DAY_LIMITS = ['max_daily_loss', 'max_loss_per_trade', 'max_daily_trades', 'vix_max'] as const
export type DayLimit = (typeof DAY_LIMITS)[number]

/** Values by limit, dollars or plain numbers. */
export type DayLimitValues = Readonly<Partial<Record<DayLimit, number>>>

export const RAISE_MAX = 2

interface DayLimitEntry {
  readonly name: string
  readonly unit: 'dollars' | 'entries' | 'points'
  readonly isWhole: boolean
  readonly min: number
  read(config: StrategyConfig): number
}

export const DAY_LIMIT_ENTRIES: Readonly<Record<DayLimit, DayLimitEntry>> = {
  max_daily_loss: {
    name: 'loss limit of the day',
    unit: 'dollars',
    isWhole: false,
    min: 1,
    read: ({ profile }) => profile.maxDailyLoss,
  },
  max_loss_per_trade: {
    name: 'stop of a trade',
    unit: 'dollars',
    isWhole: false,
    min: 1,
    read: ({ profile }) => profile.maxLossPerTrade,
  },
  max_daily_trades: {
    name: 'entries a day',
    unit: 'entries',
    isWhole: true,
    min: 1,
    read: ({ limits }) => limits.maxDailyTrades,
  },
  vix_max: {
    name: 'volatility estimate above which nothing is entered',
    unit: 'points',
    isWhole: false,
    min: 10,
    read: ({ limits }) => limits.vixMax,
  },
}

/** The configuration of a day on which these limits are in force. */
export function withDayLimits(config: StrategyConfig, values: DayLimitValues): StrategyConfig {
  const { profile, limits } = config
  return {
    ...config,
    profile: {
      ...profile,
      maxDailyLoss: values.max_daily_loss ?? profile.maxDailyLoss,
      maxLossPerTrade: values.max_loss_per_trade ?? profile.maxLossPerTrade,
    },
    limits: {
      ...limits,
      maxDailyTrades: values.max_daily_trades ?? limits.maxDailyTrades,
      vixMax: values.vix_max ?? limits.vixMax,
    },
  }
}

/** What a campaign's present or next session goes by. */
export function limitInForce({
  strategy,
  dayLimits,
  session,
}: Pick<Campaign, 'strategy' | 'dayLimits' | 'session'>): StrategyConfig {
  return dayLimits?.date === session.date ? withDayLimits(strategy, dayLimits.values) : strategy
}

/** The plan in the same numbers; its configuration's hash stays the campaign's. */
export function planWithDayLimits(plan: Plan, { profile }: StrategyConfig): Plan {
  return {
    ...plan,
    maxDailyLossCents: centsOf(profile.maxDailyLoss),
    maxLossPerTradeCents: centsOf(profile.maxLossPerTrade),
  }
}

/** `$1,500`, `3`: as whoever sets it types it, and with its unit where that is dollars. */
export const amountText = ({ unit }: Pick<DayLimitEntry, 'unit'>, amount: number): string =>
  unit === 'dollars' ? `${amount < 0 ? '−' : ''}$${Math.abs(amount).toLocaleString('en-US')}` : String(amount)

/**
 * Why `value` cannot be in force today; null: it can. `configured`: the campaign's own, `current`: what is in force.
 */
export function dayLimitRefusal(
  limit: DayLimit,
  value: number,
  configured: StrategyConfig,
  current: StrategyConfig,
): Refusal | null {
  const entry = DAY_LIMIT_ENTRIES[limit]
  const [now, base] = [entry.read(current), entry.read(configured)]
  const max = base * RAISE_MAX
  // Amounts are texts, so that a reply shows them as such.
  const amount = (of: number): number | string => (entry.unit === 'dollars' && Number.isFinite(of) ? of.toFixed(2) : of)
  const numbers = { value: amount(value), now: amount(now), min: amount(entry.min), max: amount(max) }
  const shown = (amount: number): string => amountText(entry, amount)
  const bad = (message: string): Refusal => ({ code: 'bad_option', message, numbers })
  if (!Number.isFinite(value) || (entry.isWhole && !Number.isInteger(value))) {
    return bad(`Expected ${entry.isWhole ? 'a whole number' : 'a number'} for the ${entry.name}, got ${value}.`)
  }
  if (value < entry.min || value > max) {
    return bad(
      `Expected ${shown(entry.min)} to ${shown(max)} for the ${entry.name}, got ${shown(value)}. Beyond ${RAISE_MAX} × ${shown(base)} it is another configuration: change it, then /stop and /start.`,
    )
  }
  if (value === now) return bad(`The ${entry.name} is ${shown(now)} already.`)
  const after = withDayLimits(current, { [limit]: value }).profile
  if (after.maxLossPerTrade > after.maxDailyLoss) {
    return bad(
      `The stop of a trade ($${after.maxLossPerTrade}) cannot be above the loss limit of the day ($${after.maxDailyLoss}). Set the other one first.`,
    )
  }
  return null
}
