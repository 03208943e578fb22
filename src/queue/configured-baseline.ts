/**
 * The baseline of the tables that the configuration names (BASELINE_SET), audited whenever a campaign is armed. Entry
 * point:
 * `configuredBaseline`.
 */
import type { BaselineTables } from '../config/config.ts'
import { sessionsBetween } from '../strategy/exchange-calendar.ts'
import type { ProfileName } from '../strategy/types.ts'
import { findFiles } from '../study/data-sets.ts'
import { auditBaseline } from '../validation/audit/audit.ts'
import { readOfficialCloses, readPublishedTrades } from '../validation/audit/published-trades.ts'
import { auditedBaseline, recordOf } from '../validation/verdict/baseline-record.ts'
import type { Baseline } from '../validation/verdict/registration.ts'

const sessions = (from: string, to: string): readonly string[] => sessionsBetween(from, to).map(({ date }) => date)

/**
 * Null: the tables are of another profile. @throws DataSetError, DataFileError or AuditError where they cannot be used.
 */
export async function configuredBaseline(
  { set, from, to }: BaselineTables,
  dataSetsDir: string,
  profile: ProfileName,
): Promise<Baseline | null> {
  const [tradesFile, dailyFile] = await findFiles(dataSetsDir, set, 'audit')
  const trades = await readPublishedTrades(tradesFile)
  const { closes } = await readOfficialCloses(dailyFile)
  const record = recordOf(auditBaseline({ trades, closes, from: from ?? undefined, to: to ?? undefined, sessions }))
  return record.profile === profile ? auditedBaseline(record) : null
}
