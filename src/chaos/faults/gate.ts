/**
 * The gate between a process and its ports: every call passes here, by the name of its site, and meets its fault.
 *
 * 1. Without a fault a call is done and answered at once.
 * 2. What the process sees of a fault is what it would see of the real one: an error of the port's own kind, a late
 *    answer, or nothing ever.
 */
import { reasonOf } from '../../config/reason.ts'
import type { SimProcess } from '../time/sim-process.ts'
import type { Fault, FaultCounts, FaultPlan } from './fault.ts'

export interface Call<T> {
  readonly site: string
  readonly perform: () => T
  /**
   * The answer of a call that failed: returns it or throws it. `variant` (0 to 1) picks one where there are several.
   */
  readonly fail: (variant: number) => T
  /** The same where it is certain that nothing was done; `fail` where this is missing. */
  readonly refuse?: (variant: number) => T
  /** What a read gives of a source at fault: comes instead of a repetition, which changes nothing of a read. */
  readonly spoil?: (answer: T, variant: number) => T
}

export interface GateOptions {
  readonly process: SimProcess
  readonly plan: FaultPlan
  readonly counts: FaultCounts
  /** The process has died, or hangs from now on. */
  onSilence(process: SimProcess): void
  readonly trace: ((line: string) => void) | null
}

export class Gate {
  readonly #options: GateOptions

  constructor(options: GateOptions) {
    this.#options = options
  }

  get process(): SimProcess {
    return this.#options.process
  }

  reach<T>(call: Call<T>): Promise<T> {
    const { process, plan, counts, trace } = this.#options
    if (!process.isAlive) return never()
    counts.call(call.site)
    const fault = plan.draw(call.site, process.time.now_ms)
    if (trace !== null) return this.#traced(call, fault, trace)
    return fault === null && !process.isPaused ? now(call.perform) : this.#withFault(call, fault)
  }

  /** A wait: `sleep` is given by how much it is late. */
  wait(site: string, sleep: (late_ms: number) => Promise<void>): Promise<void> {
    const { process, plan, counts, trace } = this.#options
    if (!process.isAlive) return never()
    counts.call(site)
    const fault = plan.draw(site, process.time.now_ms)
    if (fault === null) return sleep(0)
    counts.fault(site, fault.kind)
    trace?.(`${process.name} ${site} ! ${fault.kind} ${Math.round(fault.wait_ms)} ms`)
    switch (fault.kind) {
      case 'crash_before':
      case 'crash_after':
        this.#crash()
        return never()
      case 'pause':
        process.pause(fault.wait_ms)
        this.#options.onSilence(process)
        return sleep(0)
      default:
        return sleep(fault.wait_ms)
    }
  }

  async #traced<T>(call: Call<T>, fault: Fault | null, trace: (line: string) => void): Promise<T> {
    const { process } = this.#options
    if (fault !== null) trace(`${process.name} ${call.site} ! ${fault.kind} ${Math.round(fault.wait_ms)} ms`)
    try {
      const answer = await (fault === null && !process.isPaused ? now(call.perform) : this.#withFault(call, fault))
      trace(`${process.name} ${call.site} → ${show(answer)}`)
      return answer
    } catch (error) {
      trace(`${process.name} ${call.site} → throws ${reasonOf(error)}`)
      throw error
    }
  }

  #withFault<T>(call: Call<T>, fault: Fault | null): Promise<T> {
    const { process, counts } = this.#options
    if (fault === null) return this.#answered(0, () => call.perform())
    counts.fault(call.site, fault.kind)
    const { wait_ms, variant } = fault
    switch (fault.kind) {
      case 'crash_before':
        this.#crash()
        return never()
      case 'crash_after':
        attempt(call.perform)
        this.#crash()
        return never()
      case 'pause':
        process.pause(wait_ms)
        this.#options.onSilence(process)
        return this.#answered(0, call.perform)
      case 'delay':
        return this.#delayed(wait_ms * variant, wait_ms * (1 - variant), call.perform)
      case 'error':
        return this.#answered(wait_ms, () => (call.refuse ?? call.fail)(variant))
      case 'lost_answer':
        attempt(call.perform)
        return this.#answered(wait_ms, () => call.fail(variant))
      case 'late':
        process.time.after(arrivalOf(wait_ms, variant), () => attempt(call.perform))
        return this.#answered(wait_ms, () => call.fail(variant))
      case 'duplicate':
        if (call.spoil !== undefined) {
          const { perform, spoil } = call
          return this.#answered(0, () => spoil(perform(), variant))
        }
        return now(() => {
          const first = call.perform()
          attempt(call.perform)
          return first
        })
    }
  }

  #crash(): void {
    const { process, onSilence } = this.#options
    process.kill()
    onSilence(process)
  }

  /** Done and answered in the process' own time: after a pause when it hangs. */
  #answered<T>(wait_ms: number, perform: () => T): Promise<T> {
    const { process } = this.#options
    return new Promise((resolve, reject) => {
      process.after(wait_ms, () => now(perform).then(resolve, reject))
    })
  }

  /**
   * On its way for `there_ms`, done, and on its way back for `back_ms`. What is on its way does not die with the
   * process.
   */
  #delayed<T>(there_ms: number, back_ms: number, perform: () => T): Promise<T> {
    const { process } = this.#options
    return new Promise((resolve, reject) => {
      process.time.after(there_ms, () => {
        const answer = now(perform)
        answer.catch(() => undefined)
        process.after(back_ms, () => answer.then(resolve, reject))
      })
    })
  }
}

/** Of the requests that arrive late, this share does so long after everybody has given them up. */
const LONG_LATE_SHARE = 0.15
const LONG_LATE_MS_MAX = 120_000

function arrivalOf(wait_ms: number, variant: number): number {
  const long = variant - (1 - LONG_LATE_SHARE)
  return long > 0 ? (LONG_LATE_MS_MAX * long) / LONG_LATE_SHARE : wait_ms * (1 + variant)
}

const never = <T>(): Promise<T> => new Promise(() => undefined)

function now<T>(perform: () => T): Promise<T> {
  try {
    return Promise.resolve(perform())
  } catch (error) {
    return Promise.reject(error)
  }
}

/** What nobody hears the answer of. */
function attempt(perform: () => unknown): void {
  try {
    perform()
  } catch {
    // Nobody is there to be told.
  }
}

const SHOWN_CHARS_MAX = 300

function show(answer: unknown): string {
  const text = JSON.stringify(answer, (_key, value: unknown) => (value instanceof Map ? [...value] : value)) ?? 'done'
  return text.length > SHOWN_CHARS_MAX ? `${text.slice(0, SHOWN_CHARS_MAX)}…` : text
}
