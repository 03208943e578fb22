/** Instruments of this market: SPY and its puts, their symbols and their ids (functions of the symbol). */
import { createHash } from 'node:crypto'

export const UNDERLYING = 'SPY'
export const CONTRACT_SIZE = 100

interface PutContract {
  readonly symbol: string
  /** Expiry, `YYYY-MM-DD`. */
  readonly expiry: string
  readonly strike: number
}

export function putSymbol(expiry: string, strike: number): string {
  const date = expiry.slice(2).replaceAll('-', '')
  return `${UNDERLYING}${date}P${String(Math.round(strike * 1000)).padStart(8, '0')}`
}

/** A put on SPY; null for any other symbol. */
export function parsePut(symbol: string): PutContract | null {
  const parts = /^SPY(\d{2})(\d{2})(\d{2})P(\d{8})$/.exec(symbol)
  if (parts === null) return null
  return { symbol, expiry: `20${parts[1]}-${parts[2]}-${parts[3]}`, strike: Number(parts[4]) / 1000 }
}

export const sharesPerUnit = (symbol: string): number => (symbol === UNDERLYING ? 1 : CONTRACT_SIZE)

/** A UUID that is a function of `text`. */
export function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex')
  const variant = ((Number.parseInt(hex.slice(16, 18), 16) & 0x3f) | 0x80).toString(16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(18, 20)}-${hex.slice(20, 32)}`
}
