/**
 * How the programs of a desk share one account's requests a minute. Each counts its own; together they stay below what
 * the broker lets through, so that none can take an exit's turn from another. Inside a share orders go before reads
 * (`budget.ts`).
 */

/** What Alpaca lets through a minute and account, of the trading API and again of the data API. */
export const ACCOUNT_REQUESTS_PER_MINUTE = 200

export const REQUEST_SHARES = {
  /** Opens and closes, and watches: the most. */
  worker: 100,
  /** A look takes three reads, and one a few seconds apart is enough to close what nobody watches. */
  watchdog: 50,
  /** What a person asks for beside it (`validate`, days out of Alpaca's history): it can wait. */
  tools: 40,
} as const

export type Share = keyof typeof REQUEST_SHARES
