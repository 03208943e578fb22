/** The commands that measure: their options. Each command's code is loaded only when it runs. */
import type { Command } from 'commander'

type ExitWith = <A extends unknown[]>(work: (...args: A) => Promise<number>) => (...args: A) => Promise<void>

export function addValidation(program: Command, exitWith: ExitWith): void {
  program
    .command('audit')
    .description('a published table of trades, settled again at official closes')
    .requiredOption('--trades <file>', 'the published trades, CSV')
    .requiredOption('--daily <file>', 'official daily closes, CSV')
    .option('--from <date>', 'first day of the period; by default that of the first trade')
    .option('--to <date>', 'last day of the period; by default that of the last trade')
    .option('--chart <file>', 'also draw a chart, a PNG')
    .option('--json', 'one JSON document')
    .action(
      exitWith(async (options) =>
        (await import('./audit.ts')).runAudit(options, { out: process.stdout, err: process.stderr }),
      ),
    )
}
