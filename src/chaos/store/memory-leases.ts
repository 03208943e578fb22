/**
 * Leases in memory: `store/lease.ts` without Redis, rule for rule. Answers at once; whoever uses it adds the waiting.
 */
import type { Lease } from '../../store/lease.ts'

interface Held {
  readonly owner: string
  readonly expires_ms: number
}

export class MemoryLeases {
  readonly #held = new Map<string, Held>()
  readonly #epochs = new Map<string, number>()
  readonly #now_ms: () => number

  constructor(now_ms: () => number) {
    this.#now_ms = now_ms
  }

  acquire(name: string, owner: string, ttl_ms: number): Lease | null {
    if (this.holder(name) !== null) return null
    const epoch = this.#raise(name)
    this.#held.set(name, { owner, expires_ms: this.#now_ms() + ttl_ms })
    return { name, owner, epoch }
  }

  renew({ name, owner, epoch }: Lease, ttl_ms: number): boolean {
    if (this.newest(name) > epoch) return false
    // A counter that fell was lost: the holder of the highest epoch sets it again.
    this.#epochs.set(name, epoch)
    this.#held.set(name, { owner, expires_ms: this.#now_ms() + ttl_ms })
    return true
  }

  release({ name, epoch }: Lease): boolean {
    if (!this.isNewest(name, epoch)) return false
    this.#held.delete(name)
    this.#raise(name)
    return true
  }

  holder(name: string): string | null {
    const held = this.#held.get(name)
    return held !== undefined && held.expires_ms > this.#now_ms() ? held.owner : null
  }

  /** 0 where the counter is gone. */
  newest(name: string): number {
    return this.#epochs.get(name) ?? 0
  }

  isNewest(name: string, epoch: number): boolean {
    return this.#epochs.get(name) === epoch
  }

  /** As if its time had run out. */
  expire(name: string): void {
    this.#held.delete(name)
  }

  clear(): void {
    this.#held.clear()
    this.#epochs.clear()
  }

  #raise(name: string): number {
    const epoch = (this.#epochs.get(name) ?? 0) + 1
    this.#epochs.set(name, epoch)
    return epoch
  }
}
