/** How often what no message brings is looked at, wall milliseconds. */
export interface SessionPace {
  readonly reconcile_ms: number
  readonly reconcileRetry_ms: number
  readonly campaign_ms: number
  readonly reach_ms: number
  /** Refresh of the record behind `/status`. */
  readonly live_ms: number
}

export const DEFAULT_PACE: SessionPace = {
  reconcile_ms: 30_000,
  reconcileRetry_ms: 1000,
  campaign_ms: 1000,
  reach_ms: 1000,
  live_ms: 500,
}
