/** Recorded days in made numbers: quiet bars, and books with a put at 601 and its hedge at 596. */
import type { RecordedBook, RecordedDay } from '../../src/replay/recorded.ts'
import type { ChainRow } from '../../src/strategy/types.ts'
import { at, quietBars, SESSION } from '../strategy/fixtures.ts'

export interface Sides {
  readonly bid: number | null
  readonly ask: number | null
}

/** A book at a time of 2026-07-17; `short` and `long` null: not listed. */
export function book(time: string, short: Sides | null, long: Sides | null = { bid: 0.1, ask: 0.12 }): RecordedBook {
  const rows: ChainRow[] = []
  if (long !== null) rows.push({ strike: 596, ...long })
  if (short !== null) rows.push({ strike: 601, ...short })
  return { t_ms: at(time), time, spot: 600.2, rows }
}

export function day(books: readonly RecordedBook[], changes: Partial<RecordedDay> = {}): RecordedDay {
  return { date: SESSION.date, session: SESSION, bars: quietBars(390), books, ...changes }
}

export const mid = (price: number, half = 0.01): Sides => ({
  bid: Number((price - half).toFixed(4)),
  ask: Number((price + half).toFixed(4)),
})
