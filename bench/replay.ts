/** How fast replay, loading and sweeps are: runs the compiled `cli/bench-replay`, so that its memory is its own. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { z } from 'zod'
import { PROJECT_ROOT } from '../src/config/paths.ts'
import type { BenchContext, Benchmark, Row } from './lib/benchmark.ts'

const DAYS_PER_SECOND_MIN = 2000
const CSV_DAYS_PER_SECOND_MIN = 100
const SWEEP_S_MAX = 180
/** A year in two minutes. */
const LOOKAHEAD_DAYS_PER_SECOND_MIN = 2
/** What is read once must come back faster from the cache than from CSV, and days must not pile up in memory. */
const CACHE_TIMES_MIN = 2
const GROWN_MB_MAX = 150

const speed = z.object({ daysPerSecond: z.number(), daysPerCpuSecond: z.number() })
const figuresSchema = z.object({
  replay: z.array(z.object({ kind: z.string(), structure: z.string(), daysPerSecond: z.number() })),
  lookahead: z.array(z.object({ kind: z.string(), daysPerSecond: z.number() })),
  csv: speed,
  cache: speed,
  memoryTenthMb: z.number(),
  memoryAllMb: z.number(),
  sweep: z.object({ variants: z.number(), days: z.number(), workers: z.number(), seconds: z.number() }),
})

async function run({ say }: BenchContext): Promise<readonly Row[]> {
  const child = spawn(process.execPath, [join(PROJECT_ROOT, 'build/src/cli/bench-replay.js')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  say('  made days: 390 one-minute books of 40 strikes')
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  const [status] = await once(child, 'close')
  if (status !== 0) throw new Error(`expected bench-replay to end with 0, got ${status}`)
  const figures = figuresSchema.parse(JSON.parse(Buffer.concat(chunks).toString('utf8')))
  const { csv, cache, sweep } = figures
  const row = (what: string, value: number, unit: string, note: string): Row => ({
    what,
    value,
    unit,
    limit: null,
    note,
  })
  const perDay = 'days/s'
  return [
    ...figures.replay.map(({ kind, structure, daysPerSecond }) => ({
      ...row(`replay of ${kind} days, ${structure}`, daysPerSecond, perDay, 'loaded, a second of one core'),
      atLeast: DAYS_PER_SECOND_MIN,
    })),
    ...figures.lookahead.map(({ kind, daysPerSecond }) => ({
      ...row(`look-ahead check of ${kind} days`, daysPerSecond, perDay, 'every book twice, a second of one core'),
      atLeast: LOOKAHEAD_DAYS_PER_SECOND_MIN,
    })),
    { ...row('from CSV', csv.daysPerCpuSecond, perDay, 'a second of one core'), atLeast: CSV_DAYS_PER_SECOND_MIN },
    row('from the cache', cache.daysPerCpuSecond, perDay, 'a second of one core'),
    {
      ...row('the cache against CSV', Math.round((cache.daysPerCpuSecond / csv.daysPerCpuSecond) * 10) / 10, '×', ''),
      atLeast: CACHE_TIMES_MIN,
    },
    row('resident after a tenth of the days', figures.memoryTenthMb, 'MB', ''),
    row('resident after all of them', figures.memoryAllMb, 'MB', ''),
    {
      ...row(
        'grown over nine tenths of the days',
        figures.memoryAllMb - figures.memoryTenthMb,
        'MB',
        'streamed, not held',
      ),
      limit: GROWN_MB_MAX,
    },
    {
      ...row(`sweep of ${sweep.variants} variants`, sweep.seconds, 's', `${sweep.days} days, ${sweep.workers} workers`),
      limit: SWEEP_S_MAX,
    },
  ]
}

export const replaySpeed: Benchmark = { about: 'replay, loading and sweeps of recorded days', run }
