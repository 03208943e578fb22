/** Which gate decided when: a day's decisions as runs of the same outcome. Pure. Entry point: `gateHistory`. */
import type { EventOf, JournalEntry } from '../session/events.ts'
import type { SkipReason } from '../strategy/types.ts'

/** Consecutive decisions with the same outcome; `reason` null: every gate was open. */
export interface GateRun {
  readonly reason: SkipReason | null
  readonly from_ms: number
  readonly to_ms: number
  readonly decisions: number
  /** The numbers that decided, over the run; null where the gate has none. */
  readonly low: number | null
  readonly high: number | null
  readonly limit: number | null
  readonly last: EventOf<'decision'>
}

export function gateHistory(entries: readonly JournalEntry[]): readonly GateRun[] {
  const runs: GateRun[] = []
  for (const { event } of entries) {
    if (event.type !== 'decision') continue
    const current = runs.at(-1)
    if (current === undefined || current.reason !== event.reason) runs.push(begun(event))
    else runs[runs.length - 1] = extended(current, event)
  }
  return runs
}

function begun(event: EventOf<'decision'>): GateRun {
  const { reason, at_ms, value, limit } = event
  return { reason, from_ms: at_ms, to_ms: at_ms, decisions: 1, low: value, high: value, limit, last: event }
}

function extended(run: GateRun, event: EventOf<'decision'>): GateRun {
  const of = (pick: (...values: number[]) => number, a: number | null): number | null =>
    a === null ? event.value : event.value === null ? a : pick(a, event.value)
  return {
    ...run,
    to_ms: event.at_ms,
    decisions: run.decisions + 1,
    low: of(Math.min, run.low),
    high: of(Math.max, run.high),
    limit: event.limit ?? run.limit,
    last: event,
  }
}
