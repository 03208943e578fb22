/** A few mutants of each area, end to end; `npm run mutants` runs all. */
import { expect, test } from 'vitest'
import { MUTANTS } from './catalogue.ts'
import { runMutants } from './run.ts'

const SAMPLE = ['I6', 'I8', 'I9', 'I11', 'I15', 'I16', 'denial:stale_quote', 'refusal:not_permitted'] as const

test('a sample of mutants is killed', async () => {
  const chosen = SAMPLE.flatMap((code) => MUTANTS.find(({ covers }) => covers.includes(code)) ?? [])
  const results = await runMutants([...new Set(chosen)], { atOnce: 1, onResult: () => undefined })
  expect(results.length).toBeGreaterThanOrEqual(6)
  expect(results.filter(({ verdict }) => verdict !== 'killed').map(({ mutant }) => mutant.name)).toEqual([])
}, 300_000)

test('what changes nothing that matters survives', async () => {
  const [first] = MUTANTS
  if (first === undefined) throw new Error('expected mutants')
  const harmless = { ...first, find: 'const deny = (code', replace: 'const deny  = (code' }
  const [result] = await runMutants([harmless], { atOnce: 1, onResult: () => undefined })
  expect(result?.verdict).toBe('survived')
}, 120_000)
