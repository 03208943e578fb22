/**
 * The command line: `phase4d COMMAND`. Each command's code is loaded only when it runs, so that a worker does not carry
 * the bot's libraries in its memory.
 *
 * Exit status: 0 done, 1 the answer is no (or it failed), 2 bad usage or input.
 */
import { Command, CommanderError, Option } from 'commander'
import type { Config } from '../config/config.ts'
import { PROFILE_NAMES, STRUCTURES } from '../strategy/types.ts'
import { addBacktest } from './backtest-commands.ts'
import { followParent } from './ready.ts'
import { EXIT, refusalDocument, UsageError } from './usage.ts'
import { addValidation } from './verdict-commands.ts'

const LINGER_MAX_MS = 2_000

/** Parses the environment, once the command line itself was found good. */
async function config(): Promise<Config> {
  return (await import('../config/env.ts')).loadConfig()
}

/** Like `config`, where a desk of `npm start` may stand in for services that are not configured. */
async function deskConfig(): Promise<Config> {
  return (await import('./desk-config.ts')).loadDeskConfig()
}

async function discordConfig(): Promise<Config> {
  return (await import('./desk-config.ts')).loadDiscordConfig()
}

/** Wraps a command whose result is its exit status. */
function exitWith<A extends unknown[]>(work: (...args: A) => Promise<number>): (...args: A) => Promise<void> {
  return async (...args) => {
    process.exitCode = await work(...args)
    // A process that is done ends by itself; one that something still holds open ends all the same.
    setTimeout(() => process.exit(), LINGER_MAX_MS).unref()
  }
}

const accountOption = (): Option =>
  new Option('--account <profile>', 'the profile whose account is meant').choices(PROFILE_NAMES)
const structureOption = (choices: readonly string[]): Option =>
  new Option('--structure <name>', 'structure of the position').choices(choices)

function addProcesses(program: Command): void {
  program
    .command('up')
    .description('run everything here: Redis, worker, bot, and a simulator for each side without credentials')
    .option('--quotes <file>', 'recorded option books for the market simulator (with --bars)')
    .option('--bars <file>', 'recorded one-minute bars for the market simulator (with --quotes)')
    .option('--from <date>', 'first recorded day, like 2026-07-17')
    .option('--to <date>', 'last recorded day')
    .option('--speed <n>', 'market seconds a second')
    .option('--seed <text>', 'seed of the made-up market')
    .option('--paused', 'start with the market clock paused')
    .option('--host <address>', 'address the page listens on; beyond 127.0.0.1 anyone who reaches it may trade')
    .action(exitWith(async (options) => (await import('./up.ts')).runUp(options)))
  program
    .command('worker')
    .description('run a worker: it trades')
    .action(exitWith(async () => (await import('./worker.ts')).runWorker(await deskConfig())))
  program
    .command('watchdog')
    .description(
      'run the watchdog: it flattens what no worker watches any more; needs the broker and the workers’ health',
    )
    .action(exitWith(async () => (await import('./watchdog.ts')).runWatchdog(await config())))
  program
    .command('bot')
    .description('run the bot: it answers in Discord and posts')
    .action(exitWith(async () => (await import('./bot.ts')).runBotProcess(await deskConfig())))
  program
    .command('register')
    .description('register the slash commands with Discord and print the invite link')
    .action(exitWith(async () => (await import('./register.ts')).runRegister(await discordConfig())))
}

function addRules(program: Command): void {
  program
    .command('decide')
    .description('the rules as a filter: one JSON object a line in, one out')
    .action(
      exitWith(async () => {
        const { strategyFor } = await config()
        const { runDecide } = await import('./decide.ts')
        return runDecide({ input: process.stdin, output: process.stdout, strategyFor })
      }),
    )
  program
    .command('replay')
    .description('recorded days through the rules')
    .requiredOption('--quotes <file>', 'recorded option books, CSV or CSV.gz')
    .requiredOption('--bars <file>', 'one-minute bars of the same days')
    .addOption(new Option('--profile <name>', 'account profile').choices(PROFILE_NAMES).default('25k'))
    .addOption(structureOption(STRUCTURES).default('short_put'))
    .option('--width <dollars>', 'distance of the strikes of a spread')
    .option('--from <date>', 'first day, like 2026-07-17')
    .option('--to <date>', 'last day')
    .option('--json', 'JSON lines: one a day, then the summary')
    .action(
      exitWith(async (options) => {
        const { strategyFor } = await config()
        const { runReplay } = await import('./replay.ts')
        return runReplay(options, { out: process.stdout, err: process.stderr, strategyFor })
      }),
    )
}

function addDesk(program: Command): void {
  program
    .command('start')
    .description('arm an account, as /start does')
    .addOption(accountOption().makeOptionMandatory())
    .addOption(structureOption([...STRUCTURES, 'auto']))
    .option('--json', 'one JSON document')
    .action(exitWith(async (options) => (await import('./desk.ts')).runStart(await deskConfig(), options)))
  program
    .command('stop')
    .description('close, disarm and report, as /stop does')
    .addOption(accountOption())
    .addOption(
      new Option('--mode <mode>', 'flatten: close what is open now; drain: let it run to its own exit')
        .choices(['flatten', 'drain'])
        .default('flatten'),
    )
    .option('--json', 'one JSON document')
    .action(exitWith(async (options) => (await import('./desk.ts')).runStop(await deskConfig(), options)))
  program
    .command('validate')
    .description(
      'check keys, account, buying power, hours, feeds, Redis and Discord, as /validate does; needs no worker',
    )
    .addOption(accountOption())
    .option('--json', 'one JSON document')
    .action(exitWith(async (options) => (await import('./validate.ts')).runValidate(options)))
  for (const [name, mode, description] of [
    ['pause', 'REDUCING', 'allow no new entries, as /pause does'],
    ['halt', 'HALTED', 'allow no new entries and close what is open'],
    ['resume', 'ACTIVE', 'allow entries again, as /resume does'],
  ] as const) {
    program
      .command(name)
      .description(description)
      .addOption(accountOption())
      .option('--reason <text>', 'why; stands in the journal')
      .option('--json', 'one JSON document')
      .action(
        exitWith(async (options) => (await import('./desk.ts')).runControl(await deskConfig(), { ...options, mode })),
      )
  }
}

/** What only looks. */
function addViews(program: Command): void {
  program
    .command('status')
    .description('what the desk does now, as /status shows')
    .addOption(accountOption())
    .option('--all', 'every account of the store, not only those armed or the one started last')
    .option('--json', 'one JSON document')
    .action(exitWith(async (options) => (await import('./desk.ts')).runStatus(await deskConfig(), options)))
  program
    .command('report')
    .description("a day's report, as /report shows")
    .addOption(accountOption())
    .option('--date <date>', 'the day, like 2026-07-17; the latest session by default')
    .option('--week', 'the week of that day')
    .option('--month', 'the month of that day')
    .option('--from <date>', 'the days from this one on')
    .option('--to <date>', 'the days up to this one')
    .option('--json', 'one JSON document')
    .action(
      exitWith(async (options) => {
        const { dateOption, periodUnit } = await import('./date-option.ts')
        const date = dateOption('--date', options.date)
        const [from, to] = [dateOption('--from', options.from), dateOption('--to', options.to)]
        const unit = periodUnit({ ...options, from, to })
        const { runPeriodReport, runReport } = await import('./desk.ts')
        if (unit === null && from === null && to === null) return runReport(await deskConfig(), { ...options, date })
        return runPeriodReport(await deskConfig(), { ...options, date, unit, from, to })
      }),
    )
}

function addFiles(program: Command): void {
  program
    .command('export')
    .description('write the journal to files, with a manifest')
    .option('--account <profile or id>', 'only this account')
    .option('--from <date>', 'first day, like 2026-07-17')
    .option('--to <date>', 'last day')
    .option('--out <folder>', 'an empty folder, or a new one; by default one under .data/export')
    .option('--json', 'one JSON document: the manifest')
    .action(exitWith(async (options) => (await import('./export.ts')).runExport(await deskConfig(), options)))
  program
    .command('restore')
    .description('rebuild an empty store from journal files')
    .requiredOption('--from-dir <folder>', 'an export, or the archive .data/journal')
    .option('--force', 'into a store that is not empty: replace the accounts of the files')
    .option('--allow-gaps', 'although feed numbers are missing: a file is lost for good')
    .option('--json', 'one JSON document')
    .action(exitWith(async (options) => (await import('./restore.ts')).runRestore(await deskConfig(), options)))
}

/** The simulators bring their own options; only the one asked for is loaded. */
async function addSimulators(program: Command, asked: readonly string[]): Promise<void> {
  const sim = program.command('sim').description('run one simulator by itself')
  const wanted = asked[0] === 'sim' ? asked[1] : undefined
  if (wanted === 'alpaca') sim.addCommand((await import('./sim-alpaca.ts')).simAlpacaCommand())
  else sim.command('alpaca').description('the market: an Alpaca-compatible server')
  if (wanted === 'discord') sim.addCommand((await import('./sim-discord.ts')).simDiscordCommand())
  else sim.command('discord').description('the chat: a Discord-compatible server with a web page')
}

async function buildProgram(asked: readonly string[]): Promise<Command> {
  const program = new Command('phase4d')
  program
    .description('A trading desk in a Discord channel: paper-trades the Phase 4D strategy')
    .configureHelp({ showGlobalOptions: true })
  addProcesses(program)
  addDesk(program)
  addViews(program)
  addRules(program)
  addValidation(program, { exitWith, config, deskConfig })
  addBacktest(program, { exitWith, config, deskConfig })
  addFiles(program)
  await addSimulators(program, asked)
  for (const command of everyCommand(program)) {
    command
      .exitOverride()
      .showHelpAfterError('(npm run -s phase4d -- --help lists the commands)')
      .allowExcessArguments(false)
  }
  return program
}

function everyCommand(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(everyCommand)]
}

/** The exit status for what a command threw, after saying it. */
async function explain(error: unknown, asked: readonly string[]): Promise<number> {
  if (error instanceof CommanderError) {
    // Commander has said it already; help that was asked for is no error.
    return error.exitCode === 0 ? EXIT.done : EXIT.usage
  }
  const [{ redactText }, { reasonOf }] = await Promise.all([
    import('../config/redact.ts'),
    import('../config/reason.ts'),
  ])
  const message = reasonOf(error)
  if (error instanceof Error && error.name === 'StoreUnreachable') {
    const why = redactText(`${message} The reason: ${reasonOf(error.cause)}`)
    if (asked.includes('--json')) process.stdout.write(`${JSON.stringify(refusalDocument('store_unreachable', why))}\n`)
    process.stderr.write(`phase4d: ${why}\n`)
    return EXIT.no
  }
  const known = error instanceof UsageError || (error instanceof Error && error.name === 'ConfigError')
  const text = known || !(error instanceof Error) ? message : (error.stack ?? message)
  if (!known && asked.includes('--json')) {
    process.stdout.write(`${JSON.stringify(refusalDocument('failed', redactText(message)))}\n`)
  }
  process.stderr.write(`phase4d: ${redactText(text)}\n`)
  return known ? EXIT.usage : EXIT.no
}

/** A reader that went away (`phase4d decide | head`) is no failure. */
function tolerateClosedPipe(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? EXIT.done : EXIT.no)
  })
}

async function main(asked: readonly string[]): Promise<void> {
  followParent()
  tolerateClosedPipe()
  try {
    const program = await buildProgram(asked)
    await program.parseAsync([...asked], { from: 'user' })
  } catch (error) {
    // Whatever was opened before the failure must not keep a process alive that does nothing.
    process.exit(await explain(error, asked))
  }
}

await main(process.argv.slice(2))
