/** The wake-ups of the feed, as Redis' pub/sub brings them to whoever listens just then: some get lost. */
import type { SimProcess } from '../time/sim-process.ts'

interface Listener {
  readonly process: SimProcess
  readonly ring: (accountId: string) => void
}

export class FeedBell {
  #listeners: Listener[] = []

  listen(process: SimProcess, ring: (accountId: string) => void): void {
    this.#listeners = this.#listeners.filter((listener) => listener.process.isAlive)
    this.#listeners.push({ process, ring })
  }

  ring(accountId: string): void {
    for (const { process, ring } of this.#listeners) process.after(0, () => ring(accountId))
  }
}
