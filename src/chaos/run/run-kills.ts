/** One whole day, once for each call in it, with the process that makes the call killed there. */
import { type DayOptions, runDay } from '../day.ts'
import { countingPlan, killAt } from '../faults/exact-plans.ts'
import { NO_FAULTS } from '../faults/fault.ts'
import type { ChaosCommand } from './options.ts'
import { type Say, tellDay } from './tell.ts'

const KINDS = ['crash_before', 'crash_after'] as const
/** Days looked through for one that trades. */
const DAYS_SEARCHED_MAX = 200
const TRADES_MIN = 2
const TOLD_MAX = 3
const PROGRESS_EVERY = 1000

/** The first day of the seed that, without a fault, is a full one and trades. */
export async function tradingDay(seed: string, minutes?: number, tradesMin = TRADES_MIN): Promise<number> {
  for (let day = 1; day <= DAYS_SEARCHED_MAX; day += 1) {
    const length = minutes === undefined ? {} : { minutes }
    const { violation, trades, isFullDay } = await runDay({ seed, day, plan: NO_FAULTS, ...length })
    if (violation !== null) throw new Error(`expected day ${day} to pass without faults, got ${violation.message}`)
    if (trades >= tradesMin && (isFullDay || minutes !== undefined)) return day
  }
  throw new Error(
    `expected a day with ${tradesMin} trades among the first ${DAYS_SEARCHED_MAX} of seed ${seed}, got none`,
  )
}

export async function runKills(command: ChaosCommand, say: Say): Promise<boolean> {
  const { seed, at: only } = command
  const day = await tradingDay(seed)
  const counting = countingPlan()
  const calm = await runDay({ seed, day, plan: counting })
  say(`day ${day} of seed ${seed}: ${counting.calls} calls, ${calm.trades} trades, ${calm.decisions} decisions`)
  let violations = 0
  let runs = 0
  const last = only ?? Math.min(counting.calls, command.to ?? counting.calls)
  for (let at = only ?? command.from; at <= last; at += 1) {
    for (const kind of KINDS) {
      const options = (): DayOptions => ({ seed, day, plan: killAt(at, kind) })
      const { violation } = await runDay(options())
      runs += 1
      if (violation === null && only === undefined) continue
      if (violation !== null) violations += 1
      const again = `--kill-every-call --seed ${seed} --at ${at}`
      if (violations <= TOLD_MAX)
        await tellDay(options, { command: again, lines: command.trace, first: violation }, say)
      else say(`VIOLATION of ${violation?.invariant}: ${again} (${kind})`)
    }
    if (only === undefined && at % PROGRESS_EVERY === 0)
      say(`${at} of ${counting.calls} calls, ${violations} violations`)
  }
  say(`${runs} kills over a whole day, ${violations} violations`)
  return violations === 0
}
