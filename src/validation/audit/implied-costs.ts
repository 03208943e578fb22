/**
 * The costs that a published table charged, worked out from its own figures: nothing about them is assumed.
 *
 * For a put sold and held to the close, `premium − intrinsic at the published close`, times the position's size, less
 * the published P&L, is what the author deducted. Where most rows agree on one rate a contract and one percentage of
 * premium to the cent, those are the table's costs, and the rows that disagree were settled in some other way (capped,
 * for one).
 *
 * Entry points: `impliedCosts`, `intrinsicCents`, `grossCents`.
 */
import { type Decimal, exact, roundTo } from '../../strategy/exact.ts'
import { MULTIPLIER } from '../../strategy/rules.ts'
import type { PublishedTrade } from './published-trades.ts'

export interface ImpliedCosts {
  readonly perContract: number
  readonly pctOfPremium: number
  /** Trades whose published P&L these costs give to the cent. */
  readonly explained: number
}

/** Rates are sought at this many decimals: a hundredth of a cent a contract, a thousandth of a percent. */
const RATE_DECIMALS = 4
const PCT_DECIMALS = 3
/** A published figure may itself have been rounded to the cent. */
const TOLERANCE_CENTS = 1
/** Rows paired with one another; of longer tables that many, evenly spread. */
const PAIRED_ROWS_MAX = 64

const size = (trade: PublishedTrade): Decimal => exact(MULTIPLIER).times(trade.contracts)

/** Premium received, in exact cents of a position. */
export function grossCents(trade: PublishedTrade): Decimal {
  return exact(trade.premium).times(size(trade)).times(100)
}

/** What a put is worth at `close`, in exact cents of the position. */
export function intrinsicCents(trade: PublishedTrade, close: number): Decimal {
  const value = exact(trade.strike).minus(close)
  return value.gt(0) ? value.times(size(trade)).times(100) : exact(0)
}

/** Costs of one trade at the given rates, in exact cents. */
export function costCents(trade: PublishedTrade, costs: Pick<ImpliedCosts, 'perContract' | 'pctOfPremium'>): Decimal {
  const commission = exact(costs.perContract).times(trade.contracts).times(100)
  return commission.plus(grossCents(trade).times(costs.pctOfPremium).times(0.01))
}

/** What the author must have deducted, in exact cents. */
function deductedCents(trade: PublishedTrade): Decimal {
  return grossCents(trade).minus(intrinsicCents(trade, trade.publishedClose)).minus(trade.publishedPnlCents)
}

export function isExplained(trade: PublishedTrade, costs: Pick<ImpliedCosts, 'perContract' | 'pctOfPremium'>): boolean {
  return deductedCents(trade).minus(costCents(trade, costs)).abs().lte(TOLERANCE_CENTS)
}

interface Row {
  readonly contracts: number
  readonly gross: number
  readonly deducted: number
}

/** The two rates that two rows share; null where they do not determine any, or only impossible ones. */
function ratesOf(a: Row, b: Row): { perContract: number; pctOfPremium: number } | null {
  const determinant = a.contracts * b.gross - b.contracts * a.gross
  if (determinant === 0) return null
  const perContract = (a.deducted * b.gross - b.deducted * a.gross) / determinant / 100
  const pctOfPremium = ((a.contracts * b.deducted - b.contracts * a.deducted) / determinant) * 100
  if (!(perContract >= 0 && pctOfPremium >= 0 && pctOfPremium < 100)) return null
  return { perContract: roundTo(perContract, RATE_DECIMALS), pctOfPremium: roundTo(pctOfPremium, PCT_DECIMALS) }
}

/** How many rows agree within the tolerance; doubles are enough to choose, `isExplained` is what counts. */
function support(rows: readonly Row[], { perContract, pctOfPremium }: { perContract: number; pctOfPremium: number }) {
  const fits = (row: Row): boolean =>
    Math.abs(perContract * 100 * row.contracts + (row.gross * pctOfPremium) / 100 - row.deducted) <=
    TOLERANCE_CENTS + 1e-6
  return rows.reduce((count, row) => count + Number(fits(row)), 0)
}

/** The costs most rows agree on; null where fewer than half do, or where the rows cannot tell (fewer than three). */
export function impliedCosts(trades: readonly PublishedTrade[]): ImpliedCosts | null {
  const rows = trades.map((trade) => ({
    contracts: trade.contracts,
    gross: grossCents(trade).toNumber(),
    deducted: deductedCents(trade).toNumber(),
  }))
  if (rows.length < 3) return null
  const stride = Math.ceil(rows.length / PAIRED_ROWS_MAX)
  const paired = rows.filter((_, index) => index % stride === 0)
  const tried = new Set<string>()
  let best: { perContract: number; pctOfPremium: number; rows: number } | null = null
  for (const [index, a] of paired.entries()) {
    for (const b of paired.slice(index + 1)) {
      const rates = ratesOf(a, b)
      const key = `${rates?.perContract}/${rates?.pctOfPremium}`
      if (rates === null || tried.has(key)) continue
      tried.add(key)
      const agreeing = support(rows, rates)
      if (agreeing > (best?.rows ?? 2)) best = { ...rates, rows: agreeing }
    }
  }
  if (best === null || best.rows * 2 < rows.length) return null
  const { perContract, pctOfPremium } = best
  const explained = trades.filter((trade) => isExplained(trade, { perContract, pctOfPremium })).length
  return { perContract, pctOfPremium, explained }
}
