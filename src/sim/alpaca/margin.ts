/**
 * What positions and orders tie up, in cents. Puts of one expiry are margined by their worst outcome at expiry: a lone
 * short put by its whole strike (cash-secured), a put spread by its width.
 */
import { CONTRACT_SIZE, parsePut } from './contracts.ts'

interface SignedQty {
  readonly symbol: string
  /** Negative is short. */
  readonly qty: number
}

/** The largest loss at any closing price of SPY, never negative. Shares are paid in cash and tie up nothing more. */
export function marginCents(positions: Iterable<SignedQty>): number {
  const puts = [...positions].flatMap(({ symbol, qty }) => {
    const put = parsePut(symbol)
    return put === null ? [] : [{ strikeCents: Math.round(put.strike * 100), qty }]
  })
  // The payout is linear between strikes: its extremes are at a strike or at zero.
  const payouts = [0, ...puts.map((put) => put.strikeCents)].map((closeCents) =>
    puts.reduce((sum, put) => sum + put.qty * CONTRACT_SIZE * Math.max(put.strikeCents - closeCents, 0), 0),
  )
  return Math.max(0, ...payouts.map((payout) => -payout))
}
