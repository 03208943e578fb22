/** Whether the store holds exactly the journal of a plan. Entry point: `isAsStored`. */
import type { DayPlan } from './day-check.ts'
import type { EntryLine } from './line.ts'
import type { AccountPlan } from './restore-plan.ts'
import type { RestoreTarget } from './restore-write.ts'
import { scanJournal } from './scan.ts'
import { entryFields } from './stream.ts'

/** `storedIds`: all accounts in the store. Journals, feed counters and dates are compared. */
export async function isAsStored(
  target: RestoreTarget,
  plans: readonly AccountPlan[],
  storedIds: readonly string[],
): Promise<boolean> {
  const planned = new Set(plans.map((plan) => plan.account.accountId))
  if (planned.size !== storedIds.length || !storedIds.every((id) => planned.has(id))) return false
  for (const plan of plans) if (!(await isAccountAsStored(target, plan))) return false
  return true
}

async function isAccountAsStored(target: RestoreTarget, plan: AccountPlan): Promise<boolean> {
  const { redis, keys } = target
  const { accountId } = plan.account
  const feedNo = Number((await redis.get(keys.feedCounter(accountId))) ?? 0)
  if (feedNo !== (plan.feed?.last ?? 0)) return false
  const dates = (await redis.smembers(keys.dates(accountId))).sort()
  if (JSON.stringify(dates) !== JSON.stringify(plan.days.map((day) => day.date))) return false
  for (const day of plan.days) if (!(await isDayAsStored(target, plan, day))) return false
  return true
}

async function isDayAsStored({ redis, keys }: RestoreTarget, plan: AccountPlan, day: DayPlan): Promise<boolean> {
  const { accountId } = plan.account
  const stream = keys.journal(accountId, day.date)
  if ((await redis.xlen(stream)) !== day.entries) return false
  let same = true
  await scanJournal({
    path: day.path,
    accountId,
    date: day.date,
    linesMax: day.lines,
    take: async (lines) => {
      const entries = lines.map((line) => line.body).filter((body): body is EntryLine => body.kind === 'entry')
      const [first, last] = [entries[0], entries.at(-1)]
      if (!same || first === undefined || last === undefined) return
      const stored = await redis.xrange(stream, first.id, last.id)
      const wanted = entries.map((line) => [line.id, entryFields(line, plan.renumbered.get(line.id) ?? line.feedNo)])
      same = JSON.stringify(stored) === JSON.stringify(wanted)
    },
  })
  return same
}
