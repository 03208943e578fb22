/**
 * How long each of some things has been known to this process, by its own monotonic clock: for waits that the clock of
 * whichever machine stamped the thing must neither shorten nor lengthen. A process that starts waits anew. Entry point:
 * `KnownFor`.
 */
import type { WallClock } from './clock.ts'

export class KnownFor {
  readonly #wall: Pick<WallClock, 'monotonic_ms'>
  readonly #since = new Map<string, number>()

  constructor(wall: Pick<WallClock, 'monotonic_ms'>) {
    this.#wall = wall
  }

  /** Milliseconds since this was first asked of `name`: 0 the first time. */
  ms(name: string): number {
    const now_ms = this.#wall.monotonic_ms()
    const since_ms = this.#since.get(name) ?? now_ms
    this.#since.set(name, since_ms)
    return now_ms - since_ms
  }

  forget(name: string): void {
    this.#since.delete(name)
  }

  /** Forgets all others. */
  keep(names: ReadonlySet<string>): void {
    for (const name of this.#since.keys()) if (!names.has(name)) this.#since.delete(name)
  }
}
