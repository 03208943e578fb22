/** Wall time of the chat simulator as a port, so that tests can let minutes pass at once. */
export interface SimTime {
  /** Epoch milliseconds. */
  now_ms(): number
  /** Calls `run` once after `wait_ms`; the answer takes it back. Never keeps the process alive. */
  after(wait_ms: number, run: () => void): () => void
}

export const systemTime: SimTime = {
  now_ms: () => Date.now(),
  after(wait_ms, run) {
    const timer = setTimeout(run, wait_ms)
    timer.unref()
    return () => clearTimeout(timer)
  },
}
