/**
 * From facts to a report. Entry points: `deskReport` (broker and store), `withLines` (what another process adds). Pure.
 */
import { BROKER_CHECKS, brokerLines, STORE_CHECKS } from './checks/index.ts'
import { storeLines } from './checks/store.ts'
import type { BrokerFacts, StoreFacts } from './facts.ts'
import { type CheckId, type CheckLine, type PreflightReport, reportOf, warn } from './line.ts'

/** What a worker can say: the broker's and the store's part. `store` null: none is configured, and no desk runs. */
export function deskReport(facts: BrokerFacts, store: StoreFacts | null): PreflightReport {
  const account = facts.readings?.account
  const source = account?.ok === true ? account.value.source : null
  const lines = [...brokerLines(facts), ...(store === null ? [NO_STORE] : storeLines(store, source))]
  return reportOf({ account: facts.profile, source }, lines, [
    ...BROKER_CHECKS,
    ...(store === null ? [] : STORE_CHECKS),
  ])
}

const NO_STORE: CheckLine = warn(
  'redis_access',
  'no REDIS_URL, and no desk runs here',
  'Without one npm start runs a Redis of its own, set up as the desk needs it; validate again while it runs.',
)

/** Discord's part, as it counts for the account of the report. */
export function withDiscord(
  report: PreflightReport,
  lines: readonly CheckLine[],
  expected: readonly CheckId[],
): PreflightReport {
  return withLines(report, report.source?.kind === 'PAPER' ? lines.map(mustPage) : lines, expected)
}

/** A desk on a broker's account whose alarm reaches nobody is not ready; one on a simulator has nothing to lose. */
function mustPage(line: CheckLine): CheckLine {
  const { configured = 0, missing = 0, mute = 0 } = line.numbers
  const reaches = Number(configured) - Number(missing) - Number(mute)
  return line.id === 'discord_paging' && reaches <= 0 ? { ...line, status: 'fail' } : line
}

/** `expected`: the further checks that were to be made. */
export function withLines(
  report: PreflightReport,
  lines: readonly CheckLine[],
  expected: readonly CheckId[],
): PreflightReport {
  const all = [...report.checks, ...lines]
  return reportOf(report, all, [...report.notChecked, ...expected])
}
