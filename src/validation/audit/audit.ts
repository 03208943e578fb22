/**
 * Audit of a published baseline: its trades settled again at official closes.
 *
 * Entry point: `auditBaseline`. Pure; money is exact and rounded once a trade, sums add the rounded values.
 *
 * 1. Every figure follows from the two tables; no rate, date or result is built in.
 * 2. Re-settled P&L = premium − intrinsic value at the official close − the costs the table itself charges. A row that
 *    does not follow the table's own costs (a capped loss, for one) is settled by them all the same, and named.
 * 3. Where no costs explain the table, each row keeps what it deducted, and the audit says so.
 */
import { exact, roundTo } from '../../strategy/exact.ts'
import { costCents, grossCents, type ImpliedCosts, impliedCosts, intrinsicCents, isExplained } from './implied-costs.ts'
import type { PublishedTrade } from './published-trades.ts'

export interface AuditedTrade extends PublishedTrade {
  readonly officialClose: number
  readonly resettledPnlCents: number
  /** Re-settled less published. */
  readonly differenceCents: number
  /** Value of the put at either close, dollars a share. */
  readonly intrinsicPublished: number
  readonly intrinsicOfficial: number
  readonly closeDiffers: boolean
  /** The published P&L follows the table's own costs and published close to the cent. */
  readonly explained: boolean
  /** The table states another official close than the daily file has. */
  readonly statedCloseDiffers: boolean
}

export interface AuditSums {
  readonly totalCents: number
  /** Mean a trading day of the period, unrounded cents. */
  readonly perDayCents: number
  readonly winners: number
}

export interface BaselineAudit {
  readonly from: string
  readonly to: string
  readonly tradingDays: number
  readonly trades: readonly AuditedTrade[]
  readonly tradesOutside: number
  readonly costs: ImpliedCosts | null
  readonly published: AuditSums
  readonly resettled: AuditSums
  /** Part of the published profit that is gone, 0 to 1 and beyond; null where there was none. */
  readonly disappearedShare: number | null
  readonly closeDiffers: number
  /** Trades the table itself marks as made from cut-off input; null where it does not say. */
  readonly statedTruncated: number | null
  /** The change in P&L of the trades whose close was not the close, and of those that were capped or unexplained. */
  readonly lostToCloseCents: number
  readonly lostToOtherCents: number
  /** Pearson correlation of premium with the put's value at either close; null where one does not vary. */
  readonly premiumToPublishedValue: number | null
  readonly premiumToOfficialValue: number | null
  /**
   * Largest distance of a strike from the close that was used, dollars: how well the strike "knew" the end of the day.
   */
  readonly strikeToCloseMax: number
  /** Sessions of the period that the daily file lacks. */
  readonly missingCloses: readonly string[]
}

interface AuditInput {
  readonly trades: readonly PublishedTrade[]
  readonly closes: ReadonlyMap<string, number>
  /** First and last day of the period; by default those of the first and the last trade. */
  readonly from?: string | undefined
  readonly to?: string | undefined
  /** The exchange's sessions from one date to another, both inclusive. */
  readonly sessions: (from: string, to: string) => readonly string[]
}

/** Why there is nothing to audit; `line` of the trades' table where one is to blame. */
export class AuditError extends Error {
  override readonly name = 'AuditError'
  readonly line: number | null

  constructor(line: number | null, message: string) {
    super(message)
    this.line = line
  }
}

/** @throws AuditError where no trade falls into the period, or one has no official close. */
export function auditBaseline({ trades: all, closes, from: first, to: last, sessions }: AuditInput): BaselineAudit {
  const from = first ?? all[0]?.date ?? ''
  const to = last ?? all.at(-1)?.date ?? ''
  const inside = all.filter(({ date }) => date >= from && date <= to)
  if (inside.length === 0) throw new AuditError(null, `expected trades from ${from} to ${to}, got none`)
  // The costs are the author's for the whole table: a short period says less about them.
  const costs = impliedCosts(all)
  const trades = inside.map((trade) => audited(trade, closes, costs))
  const days = sessions(from, to)
  const published = sums(trades, days.length, ({ publishedPnlCents }) => publishedPnlCents)
  const resettled = sums(trades, days.length, ({ resettledPnlCents }) => resettledPnlCents)
  const premiums = trades.map(({ premium }) => premium)
  const stated = trades.filter(({ statedTruncated }) => statedTruncated !== null)
  const byClose = trades.map(closeEffectCents)
  const lostToCloseCents = byClose.reduce((sum, cents) => sum + cents, 0)
  return {
    from,
    to,
    tradingDays: days.length,
    trades,
    tradesOutside: all.length - inside.length,
    costs,
    published,
    resettled,
    disappearedShare: published.totalCents > 0 ? 1 - resettled.totalCents / published.totalCents : null,
    closeDiffers: trades.filter(({ closeDiffers }) => closeDiffers).length,
    statedTruncated: stated.length === 0 ? null : stated.filter(({ statedTruncated }) => statedTruncated).length,
    lostToCloseCents,
    lostToOtherCents: resettled.totalCents - published.totalCents - lostToCloseCents,
    premiumToPublishedValue: correlation(
      premiums,
      trades.map(({ intrinsicPublished }) => intrinsicPublished),
    ),
    premiumToOfficialValue: correlation(
      premiums,
      trades.map(({ intrinsicOfficial }) => intrinsicOfficial),
    ),
    strikeToCloseMax: Math.max(
      ...trades.map(({ strike, publishedClose }) => exact(strike).minus(publishedClose).abs().toNumber()),
    ),
    missingCloses: days.filter((date) => !closes.has(date)),
  }
}

function audited(trade: PublishedTrade, closes: ReadonlyMap<string, number>, costs: ImpliedCosts | null): AuditedTrade {
  const officialClose = closes.get(trade.date)
  if (officialClose === undefined) {
    throw new AuditError(trade.line, `expected an official close of ${trade.date} in the daily file, found none`)
  }
  const atOfficial = intrinsicCents(trade, officialClose)
  const atPublished = intrinsicCents(trade, trade.publishedClose)
  const resettled =
    costs === null
      ? exact(trade.publishedPnlCents).plus(atPublished).minus(atOfficial)
      : grossCents(trade).minus(atOfficial).minus(costCents(trade, costs))
  const resettledPnlCents = roundTo(resettled, 0)
  const perShare = (close: number): number => Math.max(0, exact(trade.strike).minus(close).toNumber())
  return {
    ...trade,
    officialClose,
    resettledPnlCents,
    differenceCents: resettledPnlCents - trade.publishedPnlCents,
    intrinsicPublished: perShare(trade.publishedClose),
    intrinsicOfficial: perShare(officialClose),
    closeDiffers: trade.publishedClose !== officialClose,
    explained: costs === null || isExplained(trade, costs),
    statedCloseDiffers: trade.statedClose !== null && trade.statedClose !== officialClose,
  }
}

/** What the other close alone changes, in cents. */
function closeEffectCents(trade: AuditedTrade): number {
  const change = intrinsicCents(trade, trade.publishedClose).minus(intrinsicCents(trade, trade.officialClose))
  return roundTo(change, 0)
}

function sums(trades: readonly AuditedTrade[], days: number, pnlCents: (trade: AuditedTrade) => number): AuditSums {
  const values = trades.map(pnlCents)
  const totalCents = values.reduce((sum, value) => sum + value, 0)
  return {
    totalCents,
    perDayCents: days === 0 ? 0 : totalCents / days,
    winners: values.filter((value) => value > 0).length,
  }
}

/** Pearson's correlation; null where it is not defined. */
export function correlation(xs: readonly number[], ys: readonly number[]): number | null {
  const count = xs.length
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / count
  const [meanX, meanY] = [mean(xs), mean(ys)]
  let [xx, yy, xy] = [0, 0, 0]
  for (const [index, x] of xs.entries()) {
    const [dx, dy] = [x - meanX, (ys[index] ?? 0) - meanY]
    xx += dx * dx
    yy += dy * dy
    xy += dx * dy
  }
  return count < 2 || xx === 0 || yy === 0 ? null : xy / Math.sqrt(xx * yy)
}
