/**
 * The re-settled baseline that campaigns armed from now on are held against: what `audit --register` found on a table,
 * kept in the data folder for its profile. Entry points: `recordOf`, `keepBaseline`, `baselineOf`, `auditedBaseline`.
 *
 * 1. Nothing was kept: it is the figure that the audit finds on the mission's table (`builtInBaseline`).
 * 2. What a campaign was registered with stays, whatever is kept later.
 */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { PROFILES } from '../../strategy/profiles.ts'
import { PROFILE_NAMES, type ProfileName } from '../../strategy/types.ts'
import { AuditError, type BaselineAudit } from '../audit/audit.ts'
import { type Baseline, builtInBaseline } from './registration.ts'

const recordSchema = z.object({
  schema: z.literal('phase4d.baseline/1'),
  profile: z.enum(PROFILE_NAMES),
  from: z.string(),
  to: z.string(),
  trades: z.int().min(1),
  publishedDailyCents: z.int(),
  resettledDailyCents: z.int(),
})
export type BaselineRecord = z.infer<typeof recordSchema>

const fileOf = (dataDir: string, profile: ProfileName): string => join(dataDir, 'baseline', `${profile}.json`)

/** @throws AuditError where the table is of no profile's size. */
export function recordOf(audit: BaselineAudit): BaselineRecord {
  const sizes = new Set(audit.trades.map(({ contracts }) => contracts))
  const profile = PROFILE_NAMES.find((name) => sizes.size === 1 && sizes.has(PROFILES[name].contracts))
  if (profile === undefined) {
    const wanted = PROFILE_NAMES.map((name) => PROFILES[name].contracts).join(' or ')
    throw new AuditError(
      null,
      `expected a table of ${wanted} contracts a trade to register, got ${[...sizes].join(', ')}`,
    )
  }
  return {
    schema: 'phase4d.baseline/1',
    profile,
    from: audit.from,
    to: audit.to,
    trades: audit.trades.length,
    publishedDailyCents: Math.round(audit.published.perDayCents),
    resettledDailyCents: Math.round(audit.resettled.perDayCents),
  }
}

/** @throws as `recordOf`. */
export async function keepBaseline(dataDir: string, audit: BaselineAudit): Promise<BaselineRecord> {
  const record = recordOf(audit)
  const file = fileOf(dataDir, record.profile)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(`${file}.tmp`, `${JSON.stringify(record)}\n`)
  await rename(`${file}.tmp`, file)
  return record
}

export function auditedBaseline(record: BaselineRecord): Baseline {
  const { from, to, trades, publishedDailyCents, resettledDailyCents } = record
  return { resettledDailyCents, resettledFrom: { kind: 'audited', from, to, trades, publishedDailyCents } }
}

/** @throws where what was kept cannot be read. */
export async function baselineOf(dataDir: string, profile: ProfileName): Promise<Baseline> {
  const text = await readFile(fileOf(dataDir, profile), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  return text === null ? builtInBaseline(profile) : auditedBaseline(recordSchema.parse(JSON.parse(text)))
}
