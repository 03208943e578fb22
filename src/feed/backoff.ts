/** Waiting longer after each failure, up to a maximum. */
export interface BackoffLimits {
  readonly first_ms: number
  readonly max_ms: number
}

/** The wait before try number `failures + 1`: doubles from `first_ms`, never above `max_ms`. */
export function backoff_ms(failures: number, { first_ms, max_ms }: BackoffLimits): number {
  return Math.min(max_ms, first_ms * 2 ** Math.min(Math.max(0, failures - 1), 30))
}
