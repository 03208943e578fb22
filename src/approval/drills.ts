/** Drills that were begun and whose switch was never put back: pure. Entry point: `DrillBook`. */
import type { JournalEntry } from '../session/events.ts'

/** A drill sets the switch for well under this long; what is older was left behind by a bot that died. */
export const DRILL_SWITCH_MAX_MS = 30_000

/** What a switch says that a drill has set. */
export const DRILL_REASON = 'a drill, over in a moment'

export class DrillBook {
  readonly #begun = new Map<string, Pick<JournalEntry, 'date' | 'atWall_ms'>>()
  readonly #restored = new Map<string, string>()

  add({ event, date, atWall_ms }: JournalEntry): void {
    if (event.type === 'drill_started') this.#begun.set(event.drillId, { date, atWall_ms })
    if (event.type === 'drill_restored') this.#restored.set(event.drillId, date)
  }

  /** Forgets the drills of days before `date`. What was said of one that is not known yet waits for it. */
  forgetBefore(date: string): void {
    for (const [id, begun] of this.#begun) if (begun.date < date) this.#begun.delete(id)
    for (const [id, restored] of this.#restored) {
      if (restored < date && !this.#begun.has(id)) this.#restored.delete(id)
    }
  }

  /** Ids of drills whose switch is to be put back. */
  leftBehind(now_ms: number): readonly string[] {
    return [...this.#begun]
      .filter(([id, { atWall_ms }]) => !this.#restored.has(id) && now_ms - atWall_ms >= DRILL_SWITCH_MAX_MS)
      .map(([id]) => id)
  }
}
