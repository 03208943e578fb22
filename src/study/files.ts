/**
 * What a study hands back: its document first, then its pictures, then what else there is. Entry points:
 * `backtestFiles`,
 * `whatIfFiles`, `auditFiles`.
 */
import type { BacktestDocument } from '../backtest/document.ts'
import { drawTearSheet } from '../backtest/tear-sheet-chart.ts'
import { drawWhatIf } from '../backtest/what-if-chart.ts'
import type { WhatIfDocument } from '../backtest/what-if-document.ts'
import type { ChartFile } from '../report/chart.ts'
import { drawCumulative } from '../report/chart-cumulative.ts'
import { sessionsBetween } from '../strategy/exchange-calendar.ts'
import { auditBaseline } from '../validation/audit/audit.ts'
import { auditChart } from '../validation/audit/audit-chart.ts'
import { auditDocument } from '../validation/audit/audit-document.ts'
import { auditMarkdown, auditSummary } from '../validation/audit/audit-text.ts'
import { readOfficialCloses, readPublishedTrades } from '../validation/audit/published-trades.ts'
import type { StudyFile } from './messages.ts'

const ALT_MAX = 1024

const base64 = (data: Uint8Array | string): string => Buffer.from(data).toString('base64')
const json = (name: string, document: unknown): StudyFile => ({
  name,
  data: base64(`${JSON.stringify(document)}\n`),
  description: null,
})
const picture = (name: string, { png, alt }: ChartFile): StudyFile => ({
  name,
  data: base64(png),
  description: alt.slice(0, ALT_MAX),
})

export async function backtestFiles(result: BacktestDocument): Promise<StudyFile[]> {
  const pictures = await drawTearSheet(result)
  return [json('backtest.json', result), ...pictures.map((one) => ({ ...picture(one.name, one), title: one.title }))]
}

export async function whatIfFiles(result: WhatIfDocument): Promise<StudyFile[]> {
  return [json('what-if.json', result), picture('what-if.png', await drawWhatIf(result))]
}

interface AuditInput {
  readonly trades: string
  readonly daily: string
  readonly from?: string | undefined
  readonly to?: string | undefined
}

/** @throws DataFileError or AuditError where the tables cannot be used. */
export async function auditFiles({ trades: file, daily, from, to }: AuditInput): Promise<StudyFile[]> {
  const trades = await readPublishedTrades(file)
  const { closes } = await readOfficialCloses(daily)
  const sessions = (first: string, last: string) => sessionsBetween(first, last).map(({ date }) => date)
  const audit = auditBaseline({ trades, closes, from, to, sessions })
  const chart = await drawCumulative(auditChart(audit, sessions(audit.from, audit.to)))
  const summary = auditSummary(audit)
  return [
    json('audit.json', { ...auditDocument(audit), summary }),
    picture('audit.png', { png: chart.png, alt: `${chart.alt} ${summary[0] ?? ''}` }),
    { name: 'audit.md', data: base64(`${auditMarkdown(audit)}\n`), description: null },
  ]
}
