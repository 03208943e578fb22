/** The verdict as one JSON document: whole cents, ratios as they are. Pure. */
import type { Verdict } from './verdict.ts'
import { verdictChanges, verdictReasons } from './word-text.ts'

/** Rounds what is named in cents, at any depth. */
function roundCents(key: string, value: unknown): unknown {
  if (key.endsWith('Cents') && typeof value === 'number') return Math.round(value) + 0
  return value
}

export function verdictDocument(verdict: Verdict): Readonly<Record<string, unknown>> {
  const document = {
    schema: 'phase4d.verdict/1',
    ...verdict,
    reasons: verdictReasons(verdict),
    wouldChange: verdictChanges(verdict),
  }
  return JSON.parse(JSON.stringify(document, roundCents))
}
