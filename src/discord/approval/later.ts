/** What this bot does after a while, unless it is called off: forgotten with the process. Entry point: `Later`. */
import type { Logger } from 'pino'
import type { WallClock } from '../../config/clock.ts'

/** More than people can ask for within a few minutes; the oldest go first. */
const WAITING_MAX = 200

export class Later {
  readonly #wall: WallClock
  readonly #log: Logger
  readonly #waiting = new Map<string, { readonly at_ms: number; readonly work: () => Promise<unknown> }>()

  constructor(wall: WallClock, log: Logger) {
    this.#wall = wall
    this.#log = log
  }

  /** `work` at wall time `at_ms`, give or take a second; another one under the same name takes its place. */
  at(at_ms: number, name: string, work: () => Promise<unknown>): void {
    this.#waiting.set(name, { at_ms, work })
    const [oldest] = this.#waiting.keys()
    if (this.#waiting.size > WAITING_MAX && oldest !== undefined) this.#waiting.delete(oldest)
  }

  cancel(name: string): void {
    this.#waiting.delete(name)
  }

  /** Does what is due. Never throws. */
  async run(): Promise<void> {
    for (const [name, { at_ms, work }] of this.#waiting) {
      if (at_ms > this.#wall.now_ms()) continue
      this.#waiting.delete(name)
      await work().catch((error: unknown) => this.#log.warn({ err: error, name }, 'what was due could not be done'))
    }
  }
}
