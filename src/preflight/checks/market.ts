/** Market hours from the broker's calendar, one-minute bars, and whether the clocks agree. */
import { clockMinute, clockTime, dayName, decimal } from '../../report/format.ts'
import { entryWindow } from '../../strategy/rules.ts'
import type { SessionHours } from '../../strategy/types.ts'
import { MINUTE_MS } from '../../time/units.ts'
import { currentSession, isHalfDay, upcomingDays } from '../days.ts'
import type { BrokerFacts, ClockFacts } from '../facts.ts'
import {
  BAR_AGE_MAX_MIN,
  CLOCK_ROUND_TRIP_MAX_MS,
  LOOK_AHEAD_DAYS,
  OPENING_MIN,
  SIM_CLOCK_LAG_MAX_MS,
  SKEW_FAIL_MS,
  SKEW_WARN_MS,
} from '../limits.ts'
import { type CheckLine, fail, pass, warn } from '../line.ts'
import { isSimulated, marketTime, openSession } from '../session-now.ts'

const hours = ({ open_ms, close_ms }: SessionHours): string => `${clockMinute(open_ms)}–${clockMinute(close_ms)}`

export function marketHours(facts: BrokerFacts): CheckLine | null {
  const { readings, settings } = facts
  if (readings === null || !readings.account.ok) return null
  const now_ms = marketTime(readings)
  const { calendar, clock } = readings
  if (!calendar.ok || !clock.reading.ok || now_ms === null) {
    const error = !calendar.ok ? calendar.error : clock.reading.ok ? null : clock.reading.error
    const advice = 'Repeat in a moment; without clock and calendar of the broker the desk opens nothing.'
    return fail('market_hours', `not known: ${error?.message ?? 'there is no market clock'}`, advice)
  }
  const upcoming = upcomingDays(calendar.value, now_ms, settings.limits)
  const current = currentSession(calendar.value, now_ms)
  if (upcoming === null || current === null) {
    const advice = 'With recorded days, start the simulator anew; otherwise look at the calendar of the broker.'
    return fail('market_hours', `no trading day within ${LOOK_AHEAD_DAYS} days`, advice)
  }
  const found = `${stateText(current, now_ms)}; ${entriesText(upcoming.session, current, facts)}${halfDaysText(calendar.value)}`
  const numbers = {
    session: upcoming.session.date,
    open: clockMinute(upcoming.session.open_ms),
    close: clockMinute(upcoming.session.close_ms),
  }
  const isOpen = clock.reading.value.isOpen
  if (isOpen === now_ms >= current.open_ms || nearEdge(current, now_ms)) return pass('market_hours', found, numbers)
  const says = `the broker says ${isOpen ? 'open' : 'closed'}, its calendar ${isOpen ? 'closed' : 'open'}`
  const advice =
    'An unscheduled halt or closure: look at the exchange notices. The desk opens nothing while it cannot trade.'
  return warn('market_hours', `${says}; ${found}`, advice, numbers)
}

/** Clock and calendar are read one after the other, and the market may move a lot in between in a simulator. */
const nearEdge = ({ open_ms, close_ms }: SessionHours, now_ms: number): boolean =>
  Math.min(Math.abs(now_ms - open_ms), Math.abs(now_ms - close_ms)) < OPENING_MIN * MINUTE_MS

function stateText(current: SessionHours, now_ms: number): string {
  const half = isHalfDay(current) ? ', half day' : ''
  if (now_ms >= current.open_ms)
    return `open (${clockMinute(now_ms)} New York), closes ${clockMinute(current.close_ms)}${half}`
  return `closed; next ${dayName(current.date)} ${hours(current)}${half}`
}

function entriesText(session: SessionHours, current: SessionHours, { settings }: BrokerFacts): string {
  const { from_ms, to_ms } = entryWindow(session, settings.limits)
  const window = `${clockMinute(from_ms)}–${clockMinute(to_ms)}`
  return session.date === current.date ? `entries ${window}` : `entries again ${dayName(session.date)} ${window}`
}

function halfDaysText(days: readonly SessionHours[]): string {
  const halves = days.filter(isHalfDay).map(({ date, close_ms }) => `${dayName(date)} (${clockMinute(close_ms)})`)
  return halves.length === 0 ? '' : `; half days ahead: ${halves.join(', ')}`
}

export function bars(facts: BrokerFacts): CheckLine | null {
  const { readings } = facts
  if (readings === null || !readings.account.ok) return null
  const session = openSession(readings)
  if (session === null) return pass('bars', 'market closed: judged while it is open')
  if (readings.bars === null) return pass('bars', 'the market has just opened: none is due yet')
  const { result, at_ms } = readings.bars
  const advice =
    'The indicators need them, and no entry is decided without. Check ALPACA_DATA_URL, and that the plan of these keys covers ALPACA_STOCK_FEED.'
  if (!result.ok) return fail('bars', `not readable: ${result.error.message}`, advice)
  const last = result.value.at(-1)
  if (last === undefined) {
    const found = `none since ${clockMinute(Math.max(session.open_ms, at_ms - 30 * MINUTE_MS))}`
    return isSimulated(readings) ? warn('bars', found, advice, { bars: 0 }) : fail('bars', found, advice, { bars: 0 })
  }
  const age_min = (at_ms - last.t_ms - MINUTE_MS) / MINUTE_MS
  const count = result.value.length
  const found = `${count} recent, the last of ${clockMinute(last.t_ms)}`
  const numbers = { bars: count, age_min: Math.round(age_min * 10) / 10 }
  if (age_min <= BAR_AGE_MAX_MIN || isSimulated(readings)) return pass('bars', found, numbers)
  return warn(
    'bars',
    `${found}, ${decimal(age_min, 1)} min ago`,
    'Repeat in a minute; if it stays, bars come late or have stopped.',
    numbers,
  )
}

export function clockSkew(facts: BrokerFacts): CheckLine | null {
  const { readings } = facts
  if (readings === null || !readings.account.ok) return null
  const { clock } = readings
  if (clock.market_ms === null) {
    const advice =
      'The worker decides nothing without it. Restart the worker when the simulator was started anew; else see its log.'
    return fail('clock_skew', 'the market clock of the desk cannot be read', advice)
  }
  if (!clock.reading.ok) {
    return fail(
      'clock_skew',
      `the broker's clock cannot be read: ${clock.reading.error.message}`,
      'Repeat in a moment.',
    )
  }
  const broker_ms = clock.reading.value.now_ms
  return isSimulated(readings) ? simulatedClock(clock.market_ms, broker_ms) : realClock(clock, broker_ms)
}

function simulatedClock(market_ms: number, broker_ms: number): CheckLine {
  const lag_s = Math.abs(market_ms - broker_ms) / 1000
  const numbers = { lag_market_s: Math.round(lag_s * 10) / 10 }
  const found = `simulated market time ${clockTime(broker_ms)}, the desk's within ${decimal(lag_s, 1)} market seconds`
  if (lag_s * 1000 <= SIM_CLOCK_LAG_MAX_MS) return pass('clock_skew', found, numbers)
  const advice = 'SIM_CLOCK_URL seems to be the clock of another market: set it to this one, and restart the worker.'
  return fail(
    'clock_skew',
    `the desk's market clock is ${decimal(lag_s, 0)} market seconds away from the broker's`,
    advice,
    numbers,
  )
}

function realClock({ machine_ms, market_ms, roundTrip_ms }: ClockFacts, broker_ms: number): CheckLine {
  const ahead_ms = Math.round(machine_ms - broker_ms)
  const numbers = {
    machine_ahead_ms: ahead_ms,
    round_trip_ms: Math.round(roundTrip_ms),
    desk_ahead_ms: Math.round((market_ms ?? broker_ms) - broker_ms - roundTrip_ms / 2),
  }
  if (roundTrip_ms > CLOCK_ROUND_TRIP_MAX_MS) {
    const found = `the broker took ${decimal(roundTrip_ms / 1000, 1)} s to tell the time: too long to compare`
    return warn(
      'clock_skew',
      found,
      'Repeat; if it stays, the connection to the broker is too slow to trade on.',
      numbers,
    )
  }
  const off_s = decimal(Math.abs(ahead_ms) / 1000, 2)
  const found = `this machine is ${off_s} s ${ahead_ms < 0 ? 'behind' : 'ahead of'} the broker (round trip ${decimal(roundTrip_ms, 0)} ms)`
  const advice =
    "Switch on time synchronisation (NTP) on this machine. Market time follows the broker's clock, but logs, locks and posts do not."
  const off_ms = Math.abs(ahead_ms)
  if (off_ms > SKEW_FAIL_MS) return fail('clock_skew', found, advice, numbers)
  return off_ms > SKEW_WARN_MS ? warn('clock_skew', found, advice, numbers) : pass('clock_skew', found, numbers)
}
