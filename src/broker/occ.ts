/**
 * OCC option symbols as Alpaca writes them: root, `YYMMDD`, `P` or `C`, strike × 1000 in eight digits.
 *
 * Entry points: `putSymbol`, `occOf`.
 */
import { isCalendarDate } from '../strategy/newyork-time.ts'

const UNDERLYING = 'SPY'
const STRIKE_MAX = 99_999.999
const OCC = /^([A-Z]{1,6})(\d{2})(\d{2})(\d{2})([CP])(\d{8})$/

export interface OccContract {
  readonly root: string
  /** Expiry, `YYYY-MM-DD`. */
  readonly expiry: string
  readonly right: 'put' | 'call'
  /** Dollars; may have a fraction. */
  readonly strike: number
}

/**
 * The symbol of a SPY put.
 * @throws RangeError where `date` is no date, or the strike is not between 0.001 and 99999.999 in steps of 0.001.
 */
export function putSymbol(date: string, strike: number): string {
  if (!isCalendarDate(date)) throw new RangeError(`expected an expiry YYYY-MM-DD, got "${date}"`)
  const thousandths = Math.round(strike * 1000)
  const exact = Math.abs(thousandths - strike * 1000) < 1e-6
  if (!exact || thousandths < 1 || strike > STRIKE_MAX) {
    throw new RangeError(`expected a strike from 0.001 to ${STRIKE_MAX} in steps of 0.001, got ${strike}`)
  }
  return `${UNDERLYING}${date.slice(2, 4)}${date.slice(5, 7)}${date.slice(8, 10)}P${String(thousandths).padStart(8, '0')}`
}

/** What a symbol stands for; null where it is no OCC symbol: positions and activities may name shares. */
export function occOf(symbol: string): OccContract | null {
  const parts = OCC.exec(symbol)
  if (parts === null) return null
  const [, root = '', year, month, day, right, thousandths] = parts
  const expiry = `20${year}-${month}-${day}`
  if (!isCalendarDate(expiry)) return null
  return { root, expiry, right: right === 'P' ? 'put' : 'call', strike: Number(thousandths) / 1000 }
}
