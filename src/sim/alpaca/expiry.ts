/**
 * What becomes of contracts at the close. Out of the money they lapse; in the money short puts are assigned (100 shares
 * bought at the strike) and long puts exercised (100 sold). Positions change at the close, activities show next day.
 */
import Big from 'big.js'
import { HOUR_MS } from '../../time/units.ts'
import type { MarketDay } from '../market/price-source.ts'
import type { Account } from './account.ts'
import { expiryActivity } from './activities.ts'
import { CONTRACT_SIZE, parsePut, UNDERLYING } from './contracts.ts'

/** In the night, which the clock passes over. */
const OVERNIGHT_MS = 8 * HOUR_MS

export function settleExpiry(account: Account, day: MarketDay): void {
  const { close_ms, date } = day.session
  const visible_ms = close_ms + OVERNIGHT_MS
  for (const { symbol, qty } of [...account.positions.values()]) {
    const put = parsePut(symbol)
    if (put === null || put.expiry !== date) continue
    account.move(symbol, -qty, new Big(0))
    const inTheMoney = put.strike - day.closePrice >= 0.01
    if (inTheMoney) account.trade(UNDERLYING, -qty * CONTRACT_SIZE, Math.round(put.strike * 100))
    const type = !inTheMoney ? 'OPEXP' : qty < 0 ? 'OPASN' : 'OPEXC'
    // The contracts leave the account: a short position is closed by a positive quantity.
    account.activities.push(expiryActivity(type, symbol, -qty, close_ms, visible_ms))
  }
}
