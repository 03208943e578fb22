/**
 * What a day more leaves in the memory of `replay` and `backtest`: the very commands over a fourth of the days and over
 * all of them, each in a process of its own.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import { z } from 'zod'
import { PROJECT_ROOT } from '../src/config/paths.ts'
import { makeBenchDays } from '../src/replay/bench-days.ts'
import { newYorkTime } from '../src/strategy/newyork-time.ts'
import type { BenchContext, Benchmark, Row } from './lib/benchmark.ts'

const DAYS = 800
const PART = 4
/** Few books and strikes: what stays of a day does not depend on them. */
const BOOK_EVERY = 10
const STRIKES_FROM = 12
const STRIKES = 12
const GROWTH_BYTES_MAX = 1_024
const MB = 1024 * 1024
const mb = (bytes: number): string => `${(bytes / MB).toFixed(1)} MB`

interface Files {
  readonly quotes: string
  readonly bars: string
  /** The last of a fourth of the days. */
  readonly partTo: string
}

async function writeFiles(folder: string): Promise<Files> {
  const files = { quotes: join(folder, 'quotes.csv'), bars: join(folder, 'bars.csv') }
  const [quotes, bars] = [createWriteStream(files.quotes), createWriteStream(files.bars)]
  quotes.write('date,time,spot,strike,bid,ask\n')
  bars.write('date,time,open,high,low,close\n')
  let [made, partTo] = [0, '']
  for (const { date, books, bars: minutes } of makeBenchDays('mixed', DAYS)) {
    made += 1
    if (made === DAYS / PART) partTo = date
    const rows = books
      .filter((_, at) => at % BOOK_EVERY === 0)
      .flatMap(({ time, spot, rows: chain }) =>
        chain
          .slice(STRIKES_FROM, STRIKES_FROM + STRIKES)
          .map(({ strike, bid, ask }) => `${date},${time},${spot},${strike},${bid},${ask}\n`),
      )
    const lines = minutes.map(
      ({ t_ms, o, h, l, c }) => `${date},${newYorkTime(t_ms).slice(0, 5)},${o},${h},${l},${c}\n`,
    )
    bars.write(lines.join(''))
    if (!quotes.write(rows.join(''))) await once(quotes, 'drain')
  }
  quotes.end()
  bars.end()
  await Promise.all([finished(quotes), finished(bars)])
  return { ...files, partTo }
}

const heapSchema = z.object({ peak: z.number(), printing: z.number() })

/** Bytes that the command's heap held at most, and while it printed. */
async function heapOf(args: readonly string[], folder: string): Promise<z.infer<typeof heapSchema>> {
  const file = join(folder, 'peak')
  const flags = ['--expose-gc', '--import', join(PROJECT_ROOT, 'scripts/lib/heap-peak.mjs')]
  const main = join(PROJECT_ROOT, 'build/src/cli/main.js')
  const env = { ...process.env, HEAP_PEAK_FILE: file, DATA_DIR: folder }
  const child = spawn(process.execPath, [...flags, main, ...args], { stdio: ['ignore', 'ignore', 'inherit'], env })
  const [status] = await once(child, 'close')
  if (status !== 0) throw new Error(`expected ${args[0]} to end with 0, got ${status}`)
  return heapSchema.parse(JSON.parse(await readFile(file, 'utf8')))
}

async function run({ say }: BenchContext): Promise<readonly Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'phase4d-bench-memory-'))
  try {
    say(`  ${DAYS} made days`)
    const { quotes, bars, partTo } = await writeFiles(folder)
    const files = ['--quotes', quotes, '--bars', bars]
    const commands = [
      ['replay, as a table', ['replay', ...files]],
      ['replay --json', ['replay', ...files, '--json']],
      ['backtest, as a tear sheet', ['backtest', ...files, '--fills', 'touch']],
      ['backtest --json', ['backtest', ...files, '--fills', 'touch', '--json']],
    ] as const
    const rows: Row[] = []
    for (const [name, args] of commands) {
      say(`  ${name}`)
      const part = await heapOf([...args, '--to', partTo], folder)
      const all = await heapOf(args, folder)
      const grown = Math.max(all.peak - part.peak, all.printing - part.printing)
      const note = `at most ${mb(part.peak)} of ${DAYS / PART} days, ${mb(all.peak)} of ${DAYS}; while printing ${mb(part.printing)}, ${mb(all.printing)}`
      const value = Math.round(grown / (DAYS - DAYS / PART))
      rows.push({ what: name, value, unit: 'bytes a day', limit: GROWTH_BYTES_MAX, note })
    }
    return rows
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

export const replayMemory: Benchmark = {
  about: 'what a day more leaves in the memory of replay and backtest',
  run,
}
