/**
 * The queue of session jobs in memory, as BullMQ keeps them: a job belongs to one worker at a time; one whose worker is
 * silent for longer than the lock goes to another, while the first may still be at work on it.
 */
import type { SessionJob } from '../../queue/jobs.ts'
import type { SimProcess } from '../time/sim-process.ts'
import type { VirtualTime } from '../time/virtual-time.ts'

/** `LOCK_MS` and `STALLED_CHECK_MS` of the queue, together. */
const STALLED_AFTER_MS = 5000
const RETRY_MS = 1000

type Run = (job: SessionJob) => void

interface Consumer {
  readonly process: SimProcess
  readonly run: Run
}

interface Entry {
  readonly job: SessionJob
  holder: SimProcess | null
}

const idOf = ({ accountId, date }: SessionJob): string => `${accountId}_${date}`

export class JobQueue {
  readonly #time: VirtualTime
  readonly #entries = new Map<string, Entry>()
  #consumers: Consumer[] = []
  #isAsked = false

  constructor(time: VirtualTime) {
    this.#time = time
  }

  add(job: SessionJob): void {
    if (this.#entries.has(idOf(job))) return
    this.#entries.set(idOf(job), { job, holder: null })
    this.#give()
  }

  /** `run` is called in the process, for every job that comes to it. */
  consume(process: SimProcess, run: Run): void {
    this.#consumers.push({ process, run })
    this.#give()
  }

  /** Takes no more jobs. */
  leave(process: SimProcess): void {
    this.#consumers = this.#consumers.filter((consumer) => consumer.process !== process)
  }

  /** Done for good. */
  complete(job: SessionJob, by: SimProcess): void {
    if (this.#entries.get(idOf(job))?.holder === by) this.#entries.delete(idOf(job))
  }

  /** To be tried again: by anybody, after a pause where it failed. */
  release(job: SessionJob, by: SimProcess, isFailed: boolean): void {
    const entry = this.#entries.get(idOf(job))
    if (entry?.holder !== by) return
    this.#time.after(isFailed ? RETRY_MS : 0, () => {
      if (entry.holder === by) this.#free(entry)
    })
  }

  /** A process died, or hangs: what it holds is stalled after a while. */
  silent(process: SimProcess): void {
    if (!process.isAlive) this.leave(process)
    this.#time.after(STALLED_AFTER_MS, () => {
      if (process.isAlive && !process.isPaused) return
      for (const entry of this.#entries.values()) if (entry.holder === process) this.#free(entry)
    })
  }

  /** All jobs are lost with the store's data; whoever works on one goes on. */
  clear(): void {
    this.#entries.clear()
  }

  #free(entry: Entry): void {
    if (this.#entries.get(idOf(entry.job)) !== entry) return
    entry.holder = null
    this.#give()
  }

  #give(): void {
    for (const entry of this.#entries.values()) {
      const consumer = entry.holder === null ? this.#next() : undefined
      if (consumer === undefined) {
        if (entry.holder === null) this.#giveLater()
        continue
      }
      entry.holder = consumer.process
      consumer.process.after(0, () => consumer.run(entry.job))
    }
  }

  /** Nobody is there, or they all hang: asked for again, as an idle worker asks; once, however many jobs wait. */
  #giveLater(): void {
    if (this.#isAsked) return
    this.#isAsked = true
    this.#time.after(RETRY_MS, () => {
      this.#isAsked = false
      this.#give()
    })
  }

  /** In turns: a job that comes back goes to somebody else where there is one. */
  #next(): Consumer | undefined {
    const at = this.#consumers.findIndex(({ process }) => process.isAlive && !process.isPaused)
    const [consumer] = at < 0 ? [] : this.#consumers.splice(at, 1)
    if (consumer !== undefined) this.#consumers.push(consumer)
    return consumer
  }
}
