/** A preflight for a terminal. Entry point: `reportText`. Pure. */
import { sourceBadge } from '../report/format.ts'
import { type CheckStatus, labelOf, type PreflightReport, summaryText } from './line.ts'

const MARKS: Readonly<Record<CheckStatus, string>> = { pass: '  ok  ', warn: ' warn ', fail: ' FAIL ' }

export function reportText(report: PreflightReport): string {
  const { account, source, checks, notChecked } = report
  const width = Math.max(0, ...checks.map(({ id }) => labelOf(id).length))
  const indent = ' '.repeat(MARKS.pass.length + width + 3)
  const lines = checks.flatMap(({ id, status, found, advice }) => [
    `${MARKS[status]} ${labelOf(id).padEnd(width)}  ${found}`,
    ...(advice === null ? [] : [`${indent}→ ${advice}`]),
  ])
  return [
    `Preflight ${account}${source === null ? '' : ` · ${sourceBadge(source)}`}`,
    ...lines,
    ...(notChecked.length === 0 ? [] : [`Not checked: ${notChecked.map(labelOf).join(', ')}`]),
    summaryText(report),
  ].join('\n')
}
