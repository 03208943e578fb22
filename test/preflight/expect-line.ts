/** What a preflight's table of cases expects of one line. */
import { expect } from 'vitest'
import type { CheckId, CheckLine, CheckStatus } from '../../src/preflight/line.ts'

export function expectLine(
  lines: readonly CheckLine[],
  id: CheckId,
  status: CheckStatus,
  found: string,
  advice?: string,
) {
  const line = lines.find((candidate) => candidate.id === id)
  expect(line).toMatchObject({ id, status })
  expect(line?.found).toContain(found)
  if (status === 'pass') expect(line?.advice).toBeNull()
  else expect(line?.advice).toContain(advice ?? 'an advice in the table')
}
