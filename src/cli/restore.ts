/** `phase4d restore`: an empty store rebuilt from journal files, of an export or of the desk's own archive. */
import { existsSync } from 'node:fs'
import type { Config } from '../config/config.ts'
import { createLogger } from '../config/logger.ts'
import { fromTypedPath } from '../config/paths.ts'
import { systemWallClock } from '../config/wall-clock.ts'
import { type AccountPlan, planRestore } from '../store/archive/restore-plan.ts'
import { type RestoreResult, writeRestore } from '../store/archive/restore-write.ts'
import { openStore } from '../store/open-store.ts'
import { EXIT, refuse, UsageError } from './usage.ts'

/** As typed. */
interface RestoreCommandOptions {
  readonly fromDir: string
  readonly force?: boolean
  readonly allowGaps?: boolean
  readonly json?: boolean
}

/** Problems shown; more are counted. */
const PROBLEMS_SHOWN_MAX = 20

export async function runRestore(config: Config, options: RestoreCommandOptions): Promise<number> {
  const { redisUrl } = config
  if (redisUrl === null) throw new UsageError('no REDIS_URL, and no desk runs here: type npm start first')
  const folder = fromTypedPath(options.fromDir)
  if (!existsSync(folder)) throw new UsageError(`--from-dir: expected a folder of journal files, got ${folder}`)
  const plan = await planRestore(folder, { gapsAllowed: options.allowGaps === true })
  if (!plan.ok) throw new UsageError(problemText(plan.problems))
  const log = await createLogger({ level: 'error', name: 'restore' })
  const store = await openStore({ redisUrl, wall: systemWallClock, log })
  try {
    const result = await writeRestore(store, plan.accounts, { force: options.force === true, desk: plan.desk })
    return answer(result, plan.accounts, plan.notes, options)
  } finally {
    store.close()
  }
}

function problemText(problems: readonly string[]): string {
  const shown = problems.slice(0, PROBLEMS_SHOWN_MAX)
  const more = problems.length - shown.length
  return [
    'nothing was restored: the files are not as they were written',
    ...shown.map((problem) => `  ${problem}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ].join('\n')
}

function answer(
  result: RestoreResult,
  plans: readonly AccountPlan[],
  notes: readonly string[],
  { json }: RestoreCommandOptions,
): number {
  const accounts = plans.map(summaryOf)
  if (result.kind === 'refused') {
    const why = `nothing was restored: ${result.reason}\n--force replaces the accounts of the files in it, and leaves others alone`
    return refuse({ out: process.stdout, err: process.stderr, json }, 'store_in_use', why)
  }
  const allNotes = result.kind === 'restored' ? [...notes, ...result.notes] : notes
  if (json === true) {
    print(JSON.stringify({ result: result.kind, accounts, notes: allNotes }))
    return EXIT.done
  }
  for (const { profile, accountId, days, entries, feed } of accounts) {
    const numbers = feed === null ? 'no feed' : `feed ${feed.first} to ${feed.last}, counted as posted`
    print(`${profile} (${accountId}): ${days} days, ${entries} entries, ${numbers}`)
  }
  for (const note of allNotes) print(`! ${note}`)
  print(result.kind === 'restored' ? 'Restored.' : 'Nothing to do: all of this is in the store already.')
  return EXIT.done
}

function summaryOf({ account, days, feed }: AccountPlan) {
  const entries = days.reduce((sum, day) => sum + day.entries, 0)
  return { accountId: account.accountId, profile: account.profile, days: days.length, entries, feed }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
