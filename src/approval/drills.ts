/** Drills that were begun and whose switch was never put back: pure. Entry point: `DrillBook`. */
import type { JournalEntry } from '../session/events.ts'

/** A drill sets the switch for well under this long; what is older was left behind by a bot that died. */
export const DRILL_SWITCH_MAX_MS = 30_000

export class DrillBook {
  readonly #begun = new Map<string, number>()
  readonly #restored = new Set<string>()

  add({ event, atWall_ms }: JournalEntry): void {
    if (event.type === 'drill_started') this.#begun.set(event.drillId, atWall_ms)
    if (event.type === 'drill_restored') this.#restored.add(event.drillId)
  }

  /** Ids of drills whose switch is to be put back. */
  leftBehind(now_ms: number): readonly string[] {
    return [...this.#begun]
      .filter(([id, begun_ms]) => !this.#restored.has(id) && now_ms - begun_ms >= DRILL_SWITCH_MAX_MS)
      .map(([id]) => id)
  }
}
