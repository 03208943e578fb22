/**
 * `npm run mutants [-- TEXT...]`: runs every mutant, or those whose name, file or cover holds one of the texts.
 * Exit status 0: all killed; 1: a survivor, a gap in the table, or an entry that rotted.
 */
import { availableParallelism } from 'node:os'
import { PROJECT_ROOT } from '../../src/config/paths.ts'
import { MUTANTS, problems, TO_COVER } from './catalogue.ts'
import { type MutantResult, runMutants } from './run.ts'

const say = (line: string): void => void process.stdout.write(`${line}\n`)

async function main(texts: readonly string[]): Promise<number> {
  const wrong = problems(MUTANTS, PROJECT_ROOT)
  for (const problem of wrong) say(`  ${problem}`)
  if (wrong.length > 0) return 1
  const chosen = MUTANTS.filter(
    ({ name, file, covers }) =>
      texts.length === 0 || texts.some((text) => [name, file, ...covers].some((field) => field.includes(text))),
  )
  if (chosen.length === 0) {
    say(`mutants: expected a part of a name, a file or a code, got ${texts.join(', ')}`)
    return 1
  }
  const onResult = ({ mutant, verdict, detail, took_ms }: MutantResult): void =>
    say(`  ${verdict.padEnd(8)} ${mutant.name} (${(took_ms / 1000).toFixed(1)} s: ${detail})`)
  const results = await runMutants(chosen, { atOnce: Math.max(1, availableParallelism()), onResult })
  const alive = results.filter(({ verdict }) => verdict === 'survived' || verdict === 'broken')
  for (const { mutant, verdict, detail } of alive) {
    say(`${verdict}: ${mutant.name} [${mutant.covers.join(', ')}] in ${mutant.file}: ${detail}`)
  }
  say(
    `${results.length - alive.length} of ${results.length} mutants killed; ${TO_COVER.length} codes and invariants covered`,
  )
  return alive.length === 0 ? 0 : 1
}

process.exit(await main(process.argv.slice(2)))
