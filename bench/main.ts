/** `npm run bench [-- NAME...] [--check]`: runs the benchmarks named (all without a name) and prints a table of each. */

import { startScratchRedis } from '../src/config/scratch-redis.ts'
import { chatSpeed } from './chat.ts'
import { type Benchmark, isMissed, tableOf } from './lib/benchmark.ts'
import { manySessions } from './many-sessions.ts'
import { memory } from './memory.ts'
import { quoteToExit } from './quote-to-exit.ts'
import { recovery } from './recovery.ts'
import { replaySpeed } from './replay.ts'
import { replayMemory } from './replay-memory.ts'
import { studyBeside } from './study-beside.ts'

const BENCHMARKS: readonly Benchmark[] = [
  quoteToExit,
  manySessions,
  recovery,
  chatSpeed,
  memory,
  replaySpeed,
  replayMemory,
  studyBeside,
]

const say = (line: string): void => void process.stderr.write(`${line}\n`)

async function main(args: readonly string[]): Promise<number> {
  const names = args.filter((arg) => arg !== '--check')
  const unknown = names.filter((name) => !BENCHMARKS.some((benchmark) => benchmark.name === name))
  if (unknown.length > 0) {
    say(`bench: expected ${BENCHMARKS.map(({ name }) => name).join(', ')}, or --check, got ${unknown.join(', ')}`)
    return 2
  }
  let missed = 0
  for (const benchmark of BENCHMARKS) {
    if (names.length > 0 && !names.includes(benchmark.name)) continue
    say(`${benchmark.name}: ${benchmark.about}`)
    const redis = await startScratchRedis({ durable: true })
    try {
      const rows = await benchmark.run({ say, redisUrl: redis.url })
      process.stdout.write(`${benchmark.name}: ${benchmark.about}\n${tableOf(rows)}\n`)
      missed += rows.filter(isMissed).length
    } finally {
      await redis.close()
    }
  }
  if (missed > 0) say(`${missed} limit${missed === 1 ? '' : 's'} missed`)
  return missed > 0 && args.includes('--check') ? 1 : 0
}

process.exit(await main(process.argv.slice(2)))
