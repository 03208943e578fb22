/**
 * How fast replay, loading and sweeps are, on made days (390 one-minute books of 40 strikes) of the compiled code.
 *
 * Run by itself it prints one JSON document: `node build/src/cli/bench-replay.js`.
 */
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import { pathToFileURL } from 'node:url'
import { checkDay, rulesTrader } from '../backtest/lookahead/check.ts'
import { applyOverrides, gridOf, parseSweeps } from '../backtest/parameters.ts'
import { type DaySource, recordedDaySource } from '../backtest/sources.ts'
import { runVariants } from '../backtest/sweep.ts'
import { sequence } from '../config/prng.ts'
import { systemWallClock } from '../config/wall-clock.ts'
import { BENCH_KINDS, type BenchKind, makeBenchDays } from '../replay/bench-days.ts'
import { packDay } from '../replay/packed-day.ts'
import { noCounts } from '../replay/quality.ts'
import { readPackedDays } from '../replay/recorded.ts'
import { replayDay } from '../replay/replay-day.ts'
import { newYorkTime } from '../strategy/newyork-time.ts'
import { PROFILES } from '../strategy/profiles.ts'
import { DEFAULT_LIMITS, DEFAULT_WIDTH } from '../strategy/rules.ts'
import { STRUCTURES, type StrategyConfig, type Structure } from '../strategy/types.ts'

const LOADED_DAYS = 40
const ROUNDS = 9
const ROUND_CPU_US = 150_000
const SWEEP_DAYS = 250
const LOOKAHEAD_DAYS = 10
/** Ten by ten by ten. */
const SWEEP = ['profitTargetShare=0.1:1:0.1', 'maxLossPerTrade=200:2000:200', 'vixMax=12:21:1']

interface ReplayFigures {
  /** Days a second of processor time, one core, loaded days: the median of `ROUNDS` rounds. */
  readonly replay: readonly {
    readonly kind: BenchKind
    readonly structure: Structure
    readonly daysPerSecond: number
  }[]
  /** Days a second of processor time that the look-ahead check takes, every book of them twice. */
  readonly lookahead: readonly { readonly kind: BenchKind; readonly daysPerSecond: number }[]
  /** Reading from disk included. */
  readonly csv: LoadSpeed
  readonly cache: LoadSpeed
  /** Resident memory after streaming, MB: a tenth of the days, and all of them. */
  readonly memoryTenthMb: number
  readonly memoryAllMb: number
  readonly sweep: {
    readonly variants: number
    readonly days: number
    readonly workers: number
    readonly seconds: number
  }
}

const configOf = (structure: Structure): StrategyConfig => ({
  profile: PROFILES['25k'],
  limits: DEFAULT_LIMITS,
  structure,
  width: DEFAULT_WIDTH,
})

function replaySpeed(kind: BenchKind, structure: Structure): number {
  const days = [...makeBenchDays(kind, LOADED_DAYS)].map(packDay)
  const config = configOf(structure)
  const round = (): number => {
    const before = process.cpuUsage()
    let [replays, spent_us] = [0, 0]
    while (spent_us < ROUND_CPU_US) {
      for (const day of days) replayDay(day, config)
      replays += days.length
      const { user, system } = process.cpuUsage(before)
      spent_us = user + system
    }
    return replays / (spent_us / 1e6)
  }
  const speeds = Array.from({ length: ROUNDS }, round).sort((a, b) => a - b)
  return Math.round(speeds[Math.floor(ROUNDS / 2)] ?? 0)
}

function lookaheadSpeed(kind: BenchKind): number {
  const days = [...makeBenchDays(kind, LOOKAHEAD_DAYS)].map(packDay)
  const random = sequence(kind)
  const trader = rulesTrader(configOf('short_put'), 'touch')
  const before = process.cpuUsage()
  for (const day of days) {
    const { leaks } = checkDay(day, trader, () => random.uniform())
    if (leaks.length > 0) throw new Error(`expected no leak in the rules, got ${leaks.length}`)
  }
  const { user, system } = process.cpuUsage(before)
  return Math.round((days.length * 1e7) / (user + system)) / 10
}

async function writeFiles(folder: string, days: number): Promise<{ quotes: string; bars: string }> {
  const files = { quotes: join(folder, 'quotes.csv'), bars: join(folder, 'bars.csv') }
  const [quotes, bars] = [createWriteStream(files.quotes), createWriteStream(files.bars)]
  quotes.write('date,time,spot,strike,bid,ask,bid_size,ask_size\n')
  bars.write('date,time,open,high,low,close\n')
  for (const day of makeBenchDays('mixed', days)) {
    const { date } = day
    const rows = day.books.flatMap(({ time, spot, rows: chain }) =>
      chain.map(({ strike, bid, ask }) => `${date},${time},${spot},${strike},${bid},${ask},10,20\n`),
    )
    const more = quotes.write(rows.join(''))
    bars.write(
      day.bars.map(({ t_ms, o, h, l, c }) => `${date},${newYorkTime(t_ms).slice(0, 5)},${o},${h},${l},${c}\n`).join(''),
    )
    if (!more) await once(quotes, 'drain')
  }
  quotes.end()
  bars.end()
  await Promise.all([finished(quotes), finished(bars)])
  return files
}

interface LoadSpeed {
  /** Days a second as it took, other load of the machine included; and of processor time. */
  readonly daysPerSecond: number
  readonly daysPerCpuSecond: number
}

async function speedOf(days: AsyncIterable<unknown>): Promise<LoadSpeed> {
  const started_ms = systemWallClock.monotonic_ms()
  const before = process.cpuUsage()
  let count = 0
  for await (const _ of days) count++
  const { user, system } = process.cpuUsage(before)
  return {
    daysPerSecond: Math.round((count * 1000) / (systemWallClock.monotonic_ms() - started_ms)),
    daysPerCpuSecond: Math.round((count * 1e6) / (user + system)),
  }
}

async function memoryAfter(source: DaySource, daysMax: number): Promise<number> {
  let days = 0
  for await (const day of source.days(noCounts())) {
    replayDay(day, configOf('short_put'))
    if (++days === daysMax) break
  }
  globalThis.gc?.()
  return Math.round(process.memoryUsage.rss() / 1e6)
}

async function sweepTime(source: DaySource): Promise<ReplayFigures['sweep']> {
  const grid = gridOf({}, parseSweeps(SWEEP))
  const configs = grid.map((overrides) => applyOverrides(configOf('short_put'), overrides))
  const started_ms = systemWallClock.monotonic_ms()
  const { workers, variants } = await runVariants({
    source,
    configs,
    fills: 'touch',
    workers: null,
    signal: new AbortController().signal,
    onProgress: () => undefined,
  })
  const seconds = (systemWallClock.monotonic_ms() - started_ms) / 1000
  return { variants: grid.length, days: variants[0]?.days ?? 0, workers, seconds: Math.round(seconds * 10) / 10 }
}

async function measureReplay(say: (line: string) => void): Promise<ReplayFigures> {
  const folder = await mkdtemp(join(tmpdir(), 'phase4d-bench-'))
  try {
    say('replaying loaded days')
    const replay = BENCH_KINDS.flatMap((kind) =>
      STRUCTURES.map((structure) => ({ kind, structure, daysPerSecond: replaySpeed(kind, structure) })),
    )
    say('checking for look-ahead')
    const lookahead = BENCH_KINDS.map((kind) => ({ kind, daysPerSecond: lookaheadSpeed(kind) }))
    say(`writing ${SWEEP_DAYS} days as CSV`)
    const { quotes, bars } = await writeFiles(folder, SWEEP_DAYS)
    const cache = { folder: join(folder, 'cache'), unique: String(process.pid), say }
    say('reading them')
    const csv = await speedOf(readPackedDays(quotes, bars))
    const open = () => recordedDaySource({ quotes, bars }, {}, cache)
    for await (const _ of (await open()).days(noCounts()));
    const readCached = async function* (): AsyncGenerator<unknown> {
      // The digest of the files is part of what reading them again costs.
      yield* (await open()).days(noCounts())
    }
    const cached = await speedOf(readCached())
    const source = await open()
    const memoryTenthMb = await memoryAfter(source, SWEEP_DAYS / 10)
    const memoryAllMb = await memoryAfter(source, SWEEP_DAYS)
    say('a sweep of 1,000 variants')
    const sweep = await sweepTime(source)
    return { replay, lookahead, csv, cache: cached, memoryTenthMb, memoryAllMb, sweep }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const figures = await measureReplay((line) => void process.stderr.write(`${line}\n`))
  process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`)
}
