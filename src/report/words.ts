/** The desk's codes in words a trader reads. Closed unions in, text out; a new code fails to compile here. */

import { DAY_LIMIT_ENTRIES, type DayLimit } from '../session/day-limits.ts'
import type { CloseReason } from '../session/events.ts'
import type { SessionMode, SessionPhase } from '../session/mode.ts'
import type { Settlement } from '../session/settled-events.ts'
import { centsOf } from '../strategy/exact.ts'
import type { SkipReason } from '../strategy/types.ts'
import { entriesOf } from '../tables/typed-keys.ts'
import { clockTime, decimal, money, NONE, percent, price, several } from './format.ts'

/** In the place of an amount of a day whose position was open at the close. */
export const NOT_SETTLED = 'not settled yet'

const EXIT_WORDS: Readonly<Record<CloseReason, string>> = {
  daily_loss_limit: 'daily loss limit',
  stop_loss: 'stop loss',
  profit_target: 'profit target',
  session_end: 'end of session',
  operator_stop: "operator's stop",
  quotes_lost: 'no quotes of the position',
  halted: 'account halted',
  watchdog: 'closed by the watchdog',
  shutdown: 'shutdown of the desk',
  legs_out_of_balance: 'legs out of balance',
  closed_elsewhere: 'closed elsewhere',
  expired: 'held to its expiry, worthless',
  assigned: 'held to its expiry, assigned',
}

/** What became of a position that was held past the close. */
export function settlementWords({ qty, price: each, officialClose, assignedQty, legsClosed, by }: Settlement): string {
  const fate =
    assignedQty === 0 ? 'lapsed' : assignedQty === qty ? 'assigned' : `${assignedQty} assigned, the rest lapsed`
  const close = officialClose === null ? '' : `, SPY’s official close ${price(officialClose)}`
  const basis = by === 'activities' ? ', as the broker lists it' : ''
  const others = legsClosed === undefined ? '' : `, with ${several(legsClosed, 'leg')} that others closed`
  return `${qty} held past the close: ${fate}, settled at ${price(each)} a share${close}${basis}${others}`
}

export const exitWords = (reason: CloseReason): string => EXIT_WORDS[reason]

const SKIP_WORDS: Readonly<Record<SkipReason, string>> = {
  outside_entry_window: 'outside the entry window',
  position_open: 'a position is open',
  max_daily_trades: "the day's trades are used up",
  daily_loss_limit: 'daily loss limit reached',
  warming_up: 'too few one-minute bars yet',
  high_vix: 'volatility estimate too high',
  extreme_volatility: "day's range is extreme",
  moderate_volatility: "day's range is too wide",
  stale_quote: 'no usable SPY quote',
  no_chain: 'no strike with a two-sided quote',
  premium_low: 'premium too low',
  premium_high: 'premium too high',
  spread_wide: 'bid/ask too wide',
  no_hedge: 'no usable hedge strike',
}

/** `more`: further places, where without them two different numbers would look the same. */
type Unit = (value: number, more?: number) => string
const count: Unit = (value) => decimal(value, 0)
const seconds: Unit = (value, more = 0) => `${decimal(value, 1 + more)} s`
const points: Unit = (value, more = 0) => decimal(value, 1 + more)
const range: Unit = (value, more = 0) => percent(value, 2 + more)
const dollars: Unit = (value) => money(value * 100)

/** How a gate's number is read; null where the gate has none worth showing. */
const GATE_UNITS: Readonly<Record<SkipReason, Unit | null>> = {
  outside_entry_window: null,
  position_open: null,
  max_daily_trades: count,
  daily_loss_limit: dollars,
  warming_up: count,
  high_vix: points,
  extreme_volatility: range,
  moderate_volatility: range,
  stale_quote: seconds,
  no_chain: null,
  premium_low: price,
  premium_high: price,
  spread_wide: price,
  no_hedge: price,
}

interface GateReading {
  readonly reason: SkipReason | null
  readonly value: number | null
  readonly limit: number | null
}

const MORE_PLACES_MAX = 4

/**
 * A gate's numbers in its unit, with as many places as tell each apart from the limit; null where the gate has none
 * worth showing: a gate that failed by a hair does not read `25.0, limit 25.0`.
 */
export function numbersOfGate(
  reason: SkipReason,
  values: readonly number[],
  limit: number | null,
): { readonly values: readonly string[]; readonly limit: string | null } | null {
  const unit = GATE_UNITS[reason]
  if (unit === null) return null
  for (let more = 0; ; more += 1) {
    const shown = limit === null ? null : unit(limit, more)
    const isClear = values.every((value) => value === limit || unit(value, more) !== shown)
    if (!isClear && more < MORE_PLACES_MAX) continue
    // The limit is a round number: only what came near it needs its places.
    const short = (value: number): string =>
      isClear && unit(value) !== unit(limit ?? value) ? unit(value) : unit(value, more)
    return { values: values.map(short), limit: limit === null ? null : unit(limit) }
  }
}

export const outcomeWords = (reason: SkipReason | null): string =>
  reason === null ? 'all gates open' : SKIP_WORDS[reason]

/** `volatility estimate too high: 27.1, limit 25.0`; null as reason means that every gate is open. */
export function gateWords({ reason, value, limit }: GateReading): string {
  if (reason === null) return outcomeWords(reason)
  const shown = value === null ? null : numbersOfGate(reason, [value], limit)
  if (shown === null) return SKIP_WORDS[reason]
  return `${SKIP_WORDS[reason]}: ${shown.values[0]}${shown.limit === null ? '' : `, limit ${shown.limit}`}`
}

const PHASE_WORDS: Readonly<Record<SessionPhase, string>> = {
  waiting: 'waiting for the market',
  watching: 'watching for an entry',
  entering: 'entry order working',
  holding: 'holding a position',
  exiting: 'closing the position',
  done: 'done for the day',
  ended: 'session over',
}

export const phaseWords = (phase: SessionPhase): string => PHASE_WORDS[phase]

const MODE_WORDS: Readonly<Record<SessionMode, string>> = {
  ACTIVE: 'ACTIVE',
  REDUCING: 'REDUCING (no new entries)',
  HALTED: 'HALTED (no new entries, flatten)',
}

export const modeWords = (mode: SessionMode): string => MODE_WORDS[mode]

/** A code as a headline: `options_level` → `options level`. */
export const codeWords = (code: string): string => code.replaceAll(/[^\w.-]|_/g, ' ').slice(0, 100)

/** The same at the beginning of a title: `Options level`. */
export function headline(code: string): string {
  const words = codeWords(code)
  return words.slice(0, 1).toUpperCase() + words.slice(1)
}

const DOLLARS = /^-?\d+(\.\d+)?$/

/**
 * A number of a refusal by its name's unit: `pnlCents` → `P&L: −$1,500.00`, `age_s` → `Age: 16.2 s`; amounts are texts.
 */
export function numberWords(name: string, value: string | number): readonly [name: string, value: string] {
  const [, stem = name, unit = ''] = /^(.*?)(Cents|_ms|_s)$/.exec(name) ?? []
  const number = Number(value)
  const label = stem === 'pnl' ? 'P&L' : headline(stem)
  if (unit === 'Cents') return [label, money(number)]
  if (unit === '_ms') return [label, clockTime(number)]
  if (unit === '_s') return [label, `${decimal(number, 1)} s`]
  if (typeof value === 'string') return [headline(name), DOLLARS.test(value) ? money(number * 100) : value]
  return [headline(name), decimal(value, Number.isInteger(value) ? 0 : 2)]
}

/** What to do about an opening order that the broker refused. */
export const REFUSED_OPENING =
  'Look at the account at the broker (buying power, options level, restrictions); `/validate` checks them, and the next session tries again.'

/** A limit that can be set for a day, in its unit. */
export function limitValue(limit: DayLimit, value: number): string {
  return DAY_LIMIT_ENTRIES[limit].unit === 'dollars' && Number.isFinite(value)
    ? money(centsOf(value))
    : String(Number(value.toFixed(2)))
}

const SKIPS_SHOWN_MAX = 6

/** `volatility estimate too high × 12 · premium too low × 3`, most frequent first. */
export function skipCounts(skips: Readonly<Partial<Record<SkipReason, number>>>): string {
  const counted = entriesOf(skips).filter(([, times]) => times > 0)
  if (counted.length === 0) return NONE
  counted.sort(([, a], [, b]) => b - a)
  const shown = counted.slice(0, SKIPS_SHOWN_MAX).map(([reason, times]) => `${SKIP_WORDS[reason]} × ${times}`)
  if (counted.length > shown.length) shown.push(`${counted.length - shown.length} more`)
  return shown.join(' · ')
}
