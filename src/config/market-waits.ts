/** Who waits for market time: resolved by the clock's own movements, so that nothing polls. */
interface MarketWaits {
  until(at_ms: number, signal: AbortSignal): Promise<void>
  /** The clock shows `now_ms`. */
  moved(now_ms: number): void
}

export function createMarketWaits(now_ms: () => number | null): MarketWaits {
  const waiting = new Set<{ readonly at_ms: number; readonly finish: () => void }>()
  let earliest_ms = Number.POSITIVE_INFINITY

  function findEarliest(): void {
    earliest_ms = Number.POSITIVE_INFINITY
    for (const { at_ms } of waiting) earliest_ms = Math.min(earliest_ms, at_ms)
  }

  return {
    until: (at_ms, signal) =>
      new Promise((resolve) => {
        const now = now_ms()
        if (signal.aborted || (now !== null && now >= at_ms)) return resolve()
        const wait = {
          at_ms,
          finish: () => {
            waiting.delete(wait)
            signal.removeEventListener('abort', wait.finish)
            resolve()
          },
        }
        waiting.add(wait)
        earliest_ms = Math.min(earliest_ms, at_ms)
        signal.addEventListener('abort', wait.finish, { once: true })
      }),
    moved(now) {
      if (now < earliest_ms) return
      for (const { at_ms, finish } of [...waiting]) if (at_ms <= now) finish()
      findEarliest()
    },
  }
}
