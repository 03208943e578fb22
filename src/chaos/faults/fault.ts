/** What can go wrong at a call from a process to one of its ports. */

export const FAULT_KINDS = [
  'crash_before', // the process dies, the call was not made
  'crash_after', // the call was made, the process dies before the answer
  'pause', // the process hangs, then makes the call
  'delay', // the call takes its time, there and back
  'error', // an error is answered, nothing was done
  'lost_answer', // it was done, an error is answered
  'late', // an error is answered now, it is done afterwards
  'duplicate', // it is done twice
] as const
export type FaultKind = (typeof FAULT_KINDS)[number]

export interface Fault {
  readonly kind: FaultKind
  /** How long the process hangs, or the call takes. */
  readonly wait_ms: number
  /** Picks among the errors that a port knows, from 0 up to 1. */
  readonly variant: number
}

/** Decides over every call, in the order in which they are made. */
export interface FaultPlan {
  draw(site: string, now_ms: number): Fault | null
}

export const NO_FAULTS: FaultPlan = { draw: () => null }

/** How often each call site was passed, and what was done to it there. */
export class FaultCounts {
  /** One cell a site, changed in place: this is asked at every call. */
  readonly #calls = new Map<string, { count: number }>()
  readonly #faults = new Map<string, number>()

  call(site: string): void {
    const known = this.#calls.get(site)
    if (known === undefined) this.#calls.set(site, { count: 1 })
    else known.count += 1
  }

  fault(site: string, kind: FaultKind): void {
    const key = `${site} ${kind}`
    this.#faults.set(key, (this.#faults.get(key) ?? 0) + 1)
  }

  add(other: FaultCounts): void {
    for (const [site, { count }] of other.#calls) {
      this.#calls.set(site, { count: this.callsAt(site) + count })
    }
    for (const [key, count] of other.#faults) this.#faults.set(key, (this.#faults.get(key) ?? 0) + count)
  }

  sites(): readonly string[] {
    return [...this.#calls.keys()]
  }

  callsAt(site: string): number {
    return this.#calls.get(site)?.count ?? 0
  }

  faultsAt(site: string, kind: FaultKind): number {
    return this.#faults.get(`${site} ${kind}`) ?? 0
  }

  get calls(): number {
    let sum = 0
    for (const { count } of this.#calls.values()) sum += count
    return sum
  }

  get faults(): number {
    let sum = 0
    for (const count of this.#faults.values()) sum += count
    return sum
  }
}
