/** Drills that were begun and whose switch was never put back: pure. Entry point: `DrillBook`. */
import type { JournalEntry } from '../session/events.ts'

/**
 * A drill sets the switch for well under this long; one that a process knows of for longer was left behind by a bot that
 * died.
 */
export const DRILL_SWITCH_MAX_MS = 30_000

/** What a switch says that a drill has set. */
export const DRILL_REASON = 'a drill, over in a moment'

export class DrillBook {
  /** Their dates, by id; so are those of the restored. */
  readonly #begun = new Map<string, string>()
  readonly #restored = new Map<string, string>()

  add({ event, date }: JournalEntry): void {
    if (event.type === 'drill_started') this.#begun.set(event.drillId, date)
    if (event.type === 'drill_restored') this.#restored.set(event.drillId, date)
  }

  /** Forgets the drills of days before `date`. What was said of one that is not known yet waits for it. */
  forgetBefore(date: string): void {
    for (const [id, begun] of this.#begun) if (begun < date) this.#begun.delete(id)
    for (const [id, restored] of this.#restored) {
      if (restored < date && !this.#begun.has(id)) this.#restored.delete(id)
    }
  }

  /** Ids of drills whose switch was not put back yet. */
  underWay(): readonly string[] {
    return [...this.#begun.keys()].filter((id) => !this.#restored.has(id))
  }
}
