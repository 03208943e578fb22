/**
 * What a benchmark is, and how its results are printed. Entry points: `Benchmark`, `BENCHMARK_NAMES`, `tableOf`,
 * `isMissed`.
 */

export const BENCHMARK_NAMES = [
  'exit',
  'sessions',
  'recovery',
  'chat',
  'memory',
  'replay',
  'replay-memory',
  'study',
] as const
export type BenchmarkName = (typeof BENCHMARK_NAMES)[number]

/** With what a benchmark's process exits when a figure missed its limit. */
export const MISSED_STATUS = 3

export interface Row {
  readonly what: string
  readonly value: number
  readonly unit: string
  /** The value must stay below it; null: for information. */
  readonly limit: number | null
  /** The value must reach it. */
  readonly atLeast?: number
  /** How it was measured, a few words. */
  readonly note?: string
}

export interface BenchContext {
  /** Progress, on stderr. */
  say(line: string): void
  /** Address of a Redis of the run's own, set up as the desk's own one is (append-only file, synced at each write). */
  readonly redisUrl: string
}

export interface Benchmark {
  readonly about: string
  /** Bounded in time and in number of measurements by constants of its module. */
  run(context: BenchContext): Promise<readonly Row[]>
}

export function isMissed({ value, limit, atLeast }: Row): boolean {
  return (limit !== null && !(value < limit)) || (atLeast !== undefined && !(value >= atLeast))
}

function limitOf(row: Row): string {
  const { limit, atLeast } = row
  const wanted = limit !== null ? `< ${limit}` : atLeast !== undefined ? `≥ ${atLeast}` : ''
  return isMissed(row) ? `${wanted}  MISSED` : wanted
}

export function tableOf(rows: readonly Row[]): string {
  const lines = rows.map((row) => {
    return [row.what, `${figure(row.value)} ${row.unit}`.trimEnd(), limitOf(row), row.note ?? ''] as const
  })
  const widths = [0, 1, 2].map((column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)))
  return lines
    .map((line) => {
      const [what, value, limit, note] = line
      return `  ${what.padEnd(widths[0] ?? 0)}  ${value.padStart(widths[1] ?? 0)}  ${limit.padEnd(widths[2] ?? 0)}  ${note}`
    })
    .map((line) => line.trimEnd())
    .join('\n')
}

function figure(value: number): string {
  if (!Number.isFinite(value)) return String(value)
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(2)
}
