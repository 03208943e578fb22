/**
 * `npm run bench [-- NAME...] [--check]`: runs the benchmarks named (all without a name), each in a process of its own,
 * so that none measures what another left behind.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { BENCHMARK_NAMES, MISSED_STATUS } from './lib/benchmark.ts'

const CHILD = fileURLToPath(new URL('./run-one.ts', import.meta.url))

const say = (line: string): void => void process.stderr.write(`${line}\n`)

async function main(args: readonly string[]): Promise<number> {
  const names = args.filter((arg) => arg !== '--check')
  const unknown = names.filter((name) => !BENCHMARK_NAMES.some((known) => known === name))
  if (unknown.length > 0) {
    say(`bench: expected ${BENCHMARK_NAMES.join(', ')}, or --check, got ${unknown.join(', ')}`)
    return 2
  }
  let isMissed = false
  for (const name of BENCHMARK_NAMES) {
    if (names.length > 0 && !names.includes(name)) continue
    const [status] = await once(fork(CHILD, [name], { execArgv: ['--import', 'tsx'], stdio: 'inherit' }), 'exit')
    if (status !== 0 && status !== MISSED_STATUS) return 1
    isMissed ||= status === MISSED_STATUS
  }
  return isMissed && args.includes('--check') ? 1 : 0
}

process.exit(await main(process.argv.slice(2)))
