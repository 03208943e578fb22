import { expect, test } from 'vitest'
import { PROJECT_ROOT } from '../../src/config/paths.ts'
import { MUTANTS, problems } from './catalogue.ts'
import type { Mutant } from './entry.ts'

test('every code and invariant has a mutant, and every mutant still fits the source', () => {
  expect(problems(MUTANTS, PROJECT_ROOT)).toEqual([])
})

test('a gap and a rotten entry are noticed', () => {
  const [first, ...others] = MUTANTS
  if (first === undefined) throw new Error('expected mutants')
  const withoutI15 = others.filter(({ covers }) => !covers.includes('I15'))
  expect(problems(withoutI15, PROJECT_ROOT)).toContain('no entry covers I15')
  const rotten: Mutant = { ...first, name: 'rotten', find: 'nowhere to be found' }
  const everywhere: Mutant = { ...first, name: 'everywhere', find: 'return' }
  const untested: Mutant = { ...first, name: 'untested', tests: [] }
  const wrong = problems([...MUTANTS, rotten, everywhere, untested, first], PROJECT_ROOT)
  expect(wrong).toHaveLength(4)
  expect(wrong.join('\n')).toMatch(/"rotten": expected its text once.*"everywhere".*"untested".*not unique/s)
})
