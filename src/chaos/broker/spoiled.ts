/** Quotes as a feed at fault brings them: crossed, without numbers, or long past. */
import type { MarketSnapshot } from '../../broker/port.ts'

interface TimedQuote {
  readonly bid: number | null
  readonly ask: number | null
  readonly t_ms: number | null
}

const CROSSED_BY = 0.05
const STALE_BY_MS = 120_000

/** `variant` (0 to 1) picks how. */
export function spoiled<T extends TimedQuote>(quote: T, variant: number): T {
  const { bid, ask, t_ms } = quote
  if (variant < 1 / 3) return { ...quote, bid: ask === null ? null : ask + CROSSED_BY, ask: bid }
  if (variant < 2 / 3) return { ...quote, bid: Number.NaN, ask: Number.NaN }
  return { ...quote, t_ms: t_ms === null ? null : t_ms - STALE_BY_MS }
}

export function spoiledAll<T extends TimedQuote>(quotes: ReadonlyMap<string, T>, variant: number): Map<string, T> {
  return new Map([...quotes].map(([symbol, quote]) => [symbol, spoiled(quote, variant)]))
}

export function spoiledSnapshot({ at_ms, spot, chain }: MarketSnapshot, variant: number): MarketSnapshot {
  return { at_ms, spot: spoiled(spot, variant), chain: chain.map((row) => spoiled(row, variant)) }
}
