/** The commands that measure: their options. Each command's code is loaded only when it runs. */

import { type Command, Option } from 'commander'
import type { Config } from '../config/config.ts'
import { DATA_DIR } from '../config/paths.ts'
import { PROFILE_NAMES } from '../strategy/types.ts'

export interface CommandTools {
  /** Wraps a command whose result is its exit status. */
  readonly exitWith: <A extends unknown[]>(work: (...args: A) => Promise<number>) => (...args: A) => Promise<void>
  readonly config: () => Promise<Config>
  /** The configuration of a desk that runs here, if one does. */
  readonly deskConfig: () => Promise<Config>
}

const streams = { out: process.stdout, err: process.stderr } as const

export function addValidation(program: Command, { exitWith, config, deskConfig }: CommandTools): void {
  program
    .command('audit')
    .description('a published table of trades, settled again at official closes')
    .requiredOption('--trades <file>', 'the published trades, CSV')
    .requiredOption('--daily <file>', 'official daily closes, CSV')
    .option('--from <date>', 'first day of the period; by default that of the first trade')
    .option('--to <date>', 'last day of the period; by default that of the last trade')
    .option('--chart <file>', 'also draw a chart, a PNG')
    .option('--register', 'hold campaigns that are armed from now on against what it finds')
    .option('--json', 'one JSON document')
    .action(
      exitWith(async (options) => {
        const { dataDir, baseline } = options.register ? await config() : { dataDir: DATA_DIR, baseline: null }
        const baselineSet = baseline?.set ?? null
        return (await import('./audit.ts')).runAudit(options, { ...streams, dataDir, baselineSet })
      }),
    )
  program
    .command('verdict')
    .description('what the days so far prove about the target; with --simulate, how often such a verdict is wrong')
    .addOption(new Option('--account <profile>', 'the profile whose account is meant').choices(PROFILE_NAMES))
    .addOption(new Option('--source <kind>', 'whose days; PAPER goes first').choices(['PAPER', 'SIM', 'REPLAY']))
    .option('--days <file>', 'days from a file, JSON lines, in place of the desk’s')
    .option('--variants <n>', 'configurations tried before, this one included')
    .option('--chart <file>', 'also draw a chart, a PNG')
    .option('--simulate', 'measure error rates and detection times on made-up days')
    .option('--streams <n>', 'with --simulate: how many streams of days')
    .option('--horizon <days>', 'with --simulate: how long each is')
    .option('--spread <dollars>', 'with --simulate: standard deviation of a day')
    .option('--seed <text>', 'with --simulate: another set of streams')
    .option('--json', 'one JSON document')
    .action(
      exitWith(async (options) => {
        const { strategyFor, alpaca } = await config()
        const optionFeed = alpaca?.optionFeed ?? null
        if (options.simulate === true) {
          return (await import('./verdict-rates.ts')).runVerdictRates(options, { ...streams, strategyFor })
        }
        const { runVerdict } = await import('./verdict.ts')
        const { openDeskReader } = await import('./desk-store.ts')
        const { systemWallClock } = await import('../config/wall-clock.ts')
        return runVerdict(options, {
          ...streams,
          strategyFor,
          optionFeed,
          now_ms: systemWallClock.now_ms(),
          openReader: async () => openDeskReader(await deskConfig()),
        })
      }),
    )
}
