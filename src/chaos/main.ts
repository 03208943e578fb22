/**
 * `npm run chaos`: simulated days of the desk with faults at every call. Exit status 1 when an invariant was violated.
 */
import { readOptions, USAGE } from './run/options.ts'
import { runDays } from './run/run-days.ts'
import { runKills } from './run/run-kills.ts'
import { runPairs } from './run/run-pairs.ts'

/** Errors are made by the thousand here and hardly ever read; the traced run of a violation has their messages. */
Error.stackTraceLimit = 0

const say = (line: string): void => void process.stdout.write(`${line}\n`)

async function main(): Promise<number> {
  if (process.argv.includes('--help')) {
    say(USAGE)
    return 0
  }
  const command = readOptions(process.argv.slice(2))
  if ('problem' in command) {
    process.stderr.write(`${command.problem}\n\n${USAGE}`)
    return 2
  }
  if (command['kill-every-call']) return (await runKills(command, say)) ? 0 : 1
  if (command.pairs) return (await runPairs(command, say)) ? 0 : 1
  return (await runDays(command, say)) ? 0 : 1
}

process.exitCode = await main()
