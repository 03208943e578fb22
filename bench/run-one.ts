/**
 * One benchmark by its name: runs it with a Redis of its own and prints its table. Exits with `MISSED_STATUS` when a
 * limit was missed.
 */
import { startScratchRedis } from '../src/config/scratch-redis.ts'
import {
  BENCHMARK_NAMES,
  type Benchmark,
  type BenchmarkName,
  isMissed,
  MISSED_STATUS,
  tableOf,
} from './lib/benchmark.ts'

// Only the one asked for is loaded: some of them change what their process knows.
const LOAD: Readonly<Record<BenchmarkName, () => Promise<Benchmark>>> = {
  exit: async () => (await import('./quote-to-exit.ts')).quoteToExit,
  sessions: async () => (await import('./many-sessions.ts')).manySessions,
  recovery: async () => (await import('./recovery.ts')).recovery,
  chat: async () => (await import('./chat.ts')).chatSpeed,
  memory: async () => (await import('./memory.ts')).memory,
  replay: async () => (await import('./replay.ts')).replaySpeed,
  'replay-memory': async () => (await import('./replay-memory.ts')).replayMemory,
  study: async () => (await import('./study-beside.ts')).studyBeside,
}

const say = (line: string): void => void process.stderr.write(`${line}\n`)

async function main(name: string | undefined): Promise<number> {
  const known = BENCHMARK_NAMES.find((candidate) => candidate === name)
  if (known === undefined) throw new Error(`expected one of ${BENCHMARK_NAMES.join(', ')}, got ${name}`)
  const { about, run } = await LOAD[known]()
  say(`${known}: ${about}`)
  const redis = await startScratchRedis({ durable: true })
  try {
    const rows = await run({ say, redisUrl: redis.url })
    process.stdout.write(`${known}: ${about}\n${tableOf(rows)}\n`)
    const missed = rows.filter(isMissed).length
    if (missed > 0) say(`${missed} limit${missed === 1 ? '' : 's'} missed`)
    return missed > 0 ? MISSED_STATUS : 0
  } finally {
    await redis.close()
  }
}

process.exit(await main(process.argv[2]))
