/**
 * `audit`: a published table of trades settled again at official closes, as Markdown or JSON, with a chart.
 *
 * Entry point: `runAudit`. Exit status 0 done; 2 bad usage, or files that cannot be used. Nothing is printed on `out`
 * unless all of the input was good.
 */
import type { Writable } from 'node:stream'
import { z } from 'zod'
import { fromTypedPath } from '../config/paths.ts'
import { DataFileError } from '../replay/data-file.ts'
import { money } from '../report/format.ts'
import { sessionsBetween } from '../strategy/exchange-calendar.ts'
import { isCalendarDate } from '../strategy/newyork-time.ts'
import { AuditError, auditBaseline, type BaselineAudit } from '../validation/audit/audit.ts'
import { auditDocument } from '../validation/audit/audit-document.ts'
import { auditMarkdown } from '../validation/audit/audit-text.ts'
import { readOfficialCloses, readPublishedTrades } from '../validation/audit/published-trades.ts'
import { type BaselineRecord, keepBaseline } from '../validation/verdict/baseline-record.ts'
import { chartFile, saveChart } from './save-chart.ts'
import { EXIT } from './usage.ts'

const date = z.string().refine(isCalendarDate, { error: 'expected a date like 2024-03-01' })

const optionsSchema = z
  .object({
    trades: z.string({ error: 'expected a file of published trades' }).min(1),
    daily: z.string({ error: 'expected a file of official daily closes' }).min(1),
    from: date.optional(),
    to: date.optional(),
    chart: chartFile.optional(),
    json: z.boolean().default(false),
    register: z.boolean().default(false),
  })
  .refine(({ from, to }) => from === undefined || to === undefined || from <= to, {
    path: ['from'],
    error: 'expected a date not after --to',
  })

/** As typed: strings, unchecked. Paths are relative to where the command was typed. */
export interface AuditOptions {
  readonly trades?: string | undefined
  readonly daily?: string | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly chart?: string | undefined
  readonly json?: boolean | undefined
  readonly register?: boolean | undefined
}

interface AuditStreams {
  /** Where a baseline that is registered is kept. */
  readonly dataDir: string
  /** The configuration names tables of its own; absent: it does not. */
  readonly baselineSet?: string | null
  readonly out: Writable
  readonly err: Writable
}

const sessions = (from: string, to: string): readonly string[] => sessionsBetween(from, to).map(({ date }) => date)

/** Runs the command; the exit status. */
export async function runAudit(
  options: AuditOptions,
  { out, err, dataDir, baselineSet = null }: AuditStreams,
): Promise<number> {
  const parsed = optionsSchema.safeParse(options)
  if (!parsed.success) {
    for (const { path, message } of parsed.error.issues) err.write(`audit: --${path.join('.')}: ${message}\n`)
    return EXIT.usage
  }
  const { trades: tradesFile, daily, from, to, chart, json, register } = parsed.data
  let audit: BaselineAudit
  try {
    const [trades, { closes }] = [
      await readPublishedTrades(fromTypedPath(tradesFile)),
      await readOfficialCloses(fromTypedPath(daily)),
    ]
    audit = auditBaseline({ trades, closes, from, to, sessions })
    if (register) err.write(`audit: ${registeredNote(await keepBaseline(dataDir, audit), baselineSet)}\n`)
  } catch (error) {
    if (error instanceof DataFileError) err.write(`${error.message}\n`)
    else if (error instanceof AuditError) {
      err.write(`${tradesFile}${error.line === null ? '' : `:${error.line}`}: ${error.message}\n`)
    } else if (error instanceof RangeError) err.write(`audit: ${error.message}\n`)
    else throw error
    return EXIT.usage
  }
  if (chart !== undefined) await saveChart(chart, await drawChart(audit))
  out.write(`${json ? JSON.stringify(auditDocument(audit)) : auditMarkdown(audit)}\n`)
  return EXIT.done
}

function registeredNote(record: BaselineRecord, baselineSet: string | null): string {
  const { profile, from, to, trades, resettledDailyCents } = record
  const what = `${trades} trades from ${from} to ${to} re-settled`
  const first = baselineSet === null ? '' : `; tables of that size in BASELINE_SET (${baselineSet}) come first`
  return `campaigns of ${profile} armed from now on are held against ${money(resettledDailyCents)} a day (${what})${first}`
}

/** The chart's library is loaded only when a chart is wanted. */
async function drawChart(audit: BaselineAudit): Promise<Uint8Array> {
  const { drawCumulative } = await import('../report/chart-cumulative.ts')
  const { auditChart } = await import('../validation/audit/audit-chart.ts')
  const { png } = await drawCumulative(auditChart(audit, sessions(audit.from, audit.to)))
  return png
}
