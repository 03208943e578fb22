/** What exits took, against the floor, as rows of the benchmark. Entry point: `rowsOf`. */
import type { Row } from './benchmark.ts'
import { median, percentile } from './stats.ts'

const P50_RATIO_MAX = 2
const P99_RATIO_MAX = 3

export interface ExitSample {
  readonly exit_ms: number
  /** Until the order left the session: what the desk itself takes. */
  readonly before_ms: number
  /** Of that the commit of the intent. */
  readonly commit_ms: number
}

export type Syncing = 'everysec' | 'always'

export interface Measured {
  readonly floor: readonly number[]
  readonly exits: readonly ExitSample[]
}

const SYNCED_NOTE: Readonly<Record<Syncing, string>> = {
  everysec: 'appendfsync everysec',
  always: 'appendfsync always',
}

export function rowsOf({ floor, exits }: Measured, syncing: Syncing, hasLimits: boolean): Row[] {
  const of = (key: keyof ExitSample) => exits.map((sample) => sample[key])
  const note = SYNCED_NOTE[syncing]
  const row = (what: string, value: number): Row => ({ what, value, unit: 'ms', limit: null, note })
  const took = of('exit_ms')
  const ratio = (pct: number, limit: number): Row => ({
    what: `ratio to the floor, p${pct}`,
    value: percentile(took, pct) / percentile(floor, pct),
    unit: 'x',
    limit: hasLimits ? limit : null,
    note,
  })
  return [
    row('bare request (the floor), p50', median(floor)),
    row('bare request (the floor), p99', percentile(floor, 99)),
    row('quote to answer, p50', median(took)),
    row('quote to answer, p99', percentile(took, 99)),
    row('  of it before the request left, p50', median(of('before_ms'))),
    row('  of that the commit of the intent, p50', median(of('commit_ms'))),
    ratio(50, P50_RATIO_MAX),
    ratio(99, P99_RATIO_MAX),
  ]
}
