/** Days with faults by chance. */
import { runDay } from '../day.ts'
import { LIVE_PACE } from '../desk/world.ts'
import type { Violation } from '../invariants/violation.ts'
import type { ChaosCommand } from './options.ts'
import { type Say, tellDay } from './tell.ts'
import { Totals } from './totals.ts'

/** From so many days on, a call site without any fault fails the run. */
const DAYS_TO_TOUCH_ALL = 300
/** Violations told in full; of the others the day is named. */
const TOLD_MAX = 3

export async function runDays(command: ChaosCommand, say: Say): Promise<boolean> {
  const { seed, day: only } = command
  const pace = command['live-pace'] ? { pace: LIVE_PACE } : {}
  const paceFlag = command['live-pace'] ? ' --live-pace' : ''
  const totals = new Totals()
  const told = (again: string, first: Violation | null) => ({ command: again, lines: command.trace, first })
  const first = only ?? 1
  const last = only ?? command.days
  const began = process.hrtime.bigint()
  const cpuBegan = process.cpuUsage()
  for (let day = first; day <= last; day += 1) {
    const result = await runDay({ seed, day, ...pace })
    totals.add(result)
    if (result.violation === null && only === undefined) continue
    const again = `--seed ${seed} --day ${day}${paceFlag}`
    if (totals.violations <= TOLD_MAX) await tellDay(() => ({ seed, day, ...pace }), told(again, result.violation), say)
    else say(`VIOLATION of ${result.violation?.invariant}: ${again}`)
  }
  const { user, system } = process.cpuUsage(cpuBegan)
  totals.print(say, Number(process.hrtime.bigint() - began) / 1e9, (user + system) / 1e6)
  const untouched = totals.untouched()
  const isThin = totals.days >= DAYS_TO_TOUCH_ALL && untouched.length > 0
  if (isThin) say(`No fault at: ${untouched.join(', ')}.`)
  return totals.violations === 0 && !isThin
}
