/** `backtest`, `what-if` and `lookahead`: their options. Their code is loaded only when they run. */
import { type Command, Option } from 'commander'
import { PROFILE_NAMES, type ProfileName, STRUCTURES } from '../strategy/types.ts'
import type { RememberRun } from './backtest.ts'
import type { LookaheadContext } from './lookahead.ts'
import type { CommandTools } from './verdict-commands.ts'

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value]

/** Where days come from, alike for all of them. */
function addDayOptions(command: Command): Command {
  return command
    .addOption(new Option('--source <kind>', 'where the days come from').choices(['recorded', 'market', 'alpaca']))
    .option('--quotes <file>', 'recorded option books, CSV or CSV.gz (with --bars)')
    .option('--bars <file>', 'one-minute bars of the same days')
    .option('--seed <text>', 'the market model with this seed')
    .option('--days <n>', 'how many days of the market model')
    .option('--from <date>', 'first day, like 2026-07-17')
    .option('--to <date>', 'last day')
    .addOption(new Option('--profile <name>', 'account profile').choices(PROFILE_NAMES).default('25k'))
    .addOption(new Option('--structure <name>', 'the one the desk trades by default').choices(STRUCTURES))
    .option('--json', 'one JSON document')
}

async function contextOf({ config }: CommandTools) {
  const settings = await config()
  const { join } = await import('node:path')
  const { systemWallClock: clock } = await import('../config/wall-clock.ts')
  const abort = new AbortController()
  process.once('SIGINT', () => abort.abort())
  process.once('SIGTERM', () => abort.abort())
  const { signal } = abort
  const say = (note: string): void => void process.stderr.write(`${note}\n`)
  const cache = { folder: join(settings.dataDir, 'cache'), unique: String(process.pid), say }
  return {
    out: process.stdout,
    err: process.stderr,
    strategyFor: settings.strategyFor,
    structureFor: async (profile: ProfileName) => {
      const { structureHere } = await import('./tried-runs.ts')
      return structureHere(profile, settings, clock, say)
    },
    clock,
    signal,
    cache,
    remember: async (run: Parameters<RememberRun>[0]) => {
      const { rememberHere } = await import('./tried-runs.ts')
      return rememberHere(run, settings, clock, say)
    },
    rememberLookahead: async (...done: Parameters<LookaheadContext['rememberLookahead']>) => {
      const { rememberLookahead } = await import('./remember-lookahead.ts')
      return rememberLookahead(...done, settings, clock)
    },
    alpaca: async (range: { readonly from: string; readonly to: string }) => {
      const { alpacaHistory } = await import('./alpaca-history.ts')
      return alpacaHistory({ config: settings, cache, clock, signal }, range)
    },
  }
}

export function addBacktest(program: Command, tools: CommandTools): void {
  addDayOptions(program.command('backtest'))
    .description('the rules over recorded days, the market model or Alpaca’s history: tear sheet, overrides, sweeps')
    .requiredOption('--fills <model>', 'touch (bid and ask), mid, or seed (the original cost model)')
    .option('--width <dollars>', 'distance of the strikes of a spread')
    .option('--set <name=value>', 'change a number of the rules; may be repeated', collect, [])
    .option('--sweep <name=from:to:step>', 'try values, or a,b,c; several make a grid', collect, [])
    .option('--workers <n>', 'threads; by default as many as there are processors')
    .option('--out <folder>', 'also write backtest.json and the tear sheet’s pictures there')
    .action(
      tools.exitWith(async (options) => {
        const { runBacktestCommand } = await import('./backtest.ts')
        return runBacktestCommand(options, await contextOf(tools))
      }),
    )
  addDayOptions(program.command('what-if'))
    .description('other stops and targets over the same days, beside the rule: table, heat map')
    .requiredOption('--fills <model>', 'touch (bid and ask), mid, or seed (the original cost model)')
    .option('--stops <values>', 'dollars of loss a trade, like 400,700 or 400:1600:200')
    .option('--targets <values>', 'shares of the premium kept, like 0.3,0.5 or 0.2:0.8:0.1')
    .option('--out <folder>', 'also write what-if.json, what-if.png and its words there')
    .action(
      tools.exitWith(async (options) => {
        const { runWhatIfCommand } = await import('./what-if.ts')
        return runWhatIfCommand(options, await contextOf(tools))
      }),
    )
  addDayOptions(program.command('lookahead'))
    .description('whether any decision depends on what came after it')
    .option('--fills <model>', 'touch, mid or seed')
    .action(
      tools.exitWith(async (options) => {
        const { runLookaheadCommand } = await import('./lookahead.ts')
        return runLookaheadCommand(options, await contextOf(tools))
      }),
    )
}
