/**
 * At which prices a replay trades. Chosen explicitly, because a result means nothing without it.
 *
 * - `touch`: sells at the bid, buys at the ask; the assumed commission at opening and at closing (`netPnl`).
 * - `mid`: both at the mid; the same commission. Better than anybody gets: an upper bound.
 * - `seed`: mids less the original backtest's cost model, once a trade (`rulePnl`): what the published figure was made
 *   by.
 */
export const FILL_MODELS = ['touch', 'mid', 'seed'] as const
export type FillModel = (typeof FILL_MODELS)[number]
