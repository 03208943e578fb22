/** `phase4d sim alpaca`: the market simulator as a process of its own. */
import { resolve } from 'node:path'
import { Command, InvalidArgumentError, Option } from 'commander'
import { createLogger } from '../config/logger.ts'
import { systemWallClock } from '../config/wall-clock.ts'
import { type AlpacaSim, startAlpacaSim } from '../sim/alpaca/index.ts'
import { type AlpacaSimOptions, DEFAULT_ACCOUNTS, DEFAULT_SPEED } from '../sim/alpaca/options.ts'
import { newYorkDate } from '../strategy/newyork-time.ts'
import { announceReady, followParent, outliveParentWhile } from './ready.ts'
import { asPortUsage, UsageError } from './usage.ts'

const DEFAULT_PORT = 4410
export const DEFAULT_SEED = '1'
/** The real limit a minute of market time, so that a fast market is not a throttled one. */
const REQUESTS_PER_MINUTE = 200

interface Flags {
  readonly port: number
  readonly host: string
  readonly seed: string
  readonly startDate?: string
  readonly speed: number
  readonly paused: boolean
  readonly quotes?: string
  readonly bars?: string
  readonly from?: string
  readonly to?: string
  readonly equity25k: number
  readonly equity2k: number
  readonly level: number
  readonly partials: number
}

function number(value: string): number {
  const parsed = Number(value)
  if (value.trim() === '' || !Number.isFinite(parsed)) throw new InvalidArgumentError('expected a number')
  return parsed
}

/** Options of a start from the command line's flags; paths are relative to where the command was typed. */
export function optionsOfFlags(flags: Flags, today: string, directory: string): AlpacaSimOptions {
  if ((flags.quotes === undefined) !== (flags.bars === undefined)) {
    throw new RangeError('expected both --quotes and --bars, got one of them')
  }
  const level = ([0, 1, 2, 3] as const).find((candidate) => candidate === flags.level)
  if (level === undefined) throw new RangeError(`expected --level 0, 1, 2 or 3, got ${flags.level}`)
  const equity = { '25k': flags.equity25k, '2k': flags.equity2k }
  return {
    port: flags.port,
    host: flags.host,
    accounts: DEFAULT_ACCOUNTS.map((account) => ({ ...account, equity: equity[account.profile], optionsLevel: level })),
    source:
      flags.quotes === undefined || flags.bars === undefined
        ? { kind: 'seed', seed: flags.seed, startDate: flags.startDate ?? today }
        : {
            kind: 'recorded',
            quotesFile: resolve(directory, flags.quotes),
            barsFile: resolve(directory, flags.bars),
            barsNeeded: true,
            from: flags.from,
            to: flags.to,
          },
    speed: flags.speed,
    paused: flags.paused,
    requestsPerMinute: Math.ceil(REQUESTS_PER_MINUTE * Math.max(1, flags.speed)),
    partials: flags.partials,
  }
}

export function simAlpacaCommand(): Command {
  return new Command('alpaca')
    .description('run the Alpaca-compatible market simulator')
    .option('--port <port>', 'port to listen on', number, DEFAULT_PORT)
    .option('--host <host>', 'address to listen on', '127.0.0.1')
    .option('--seed <text>', 'seed of the market model', DEFAULT_SEED)
    .option('--start-date <date>', 'first day of the seeded market (default: today)')
    .option('--speed <factor>', 'market seconds a second, 0.1 to 10000', number, DEFAULT_SPEED)
    .option('--paused', 'start with the clock paused', false)
    .option('--quotes <file>', 'play recorded books instead (with --bars)')
    .option('--bars <file>', 'one-minute bars of the recorded days')
    .option('--from <date>', 'first recorded day')
    .option('--to <date>', 'last recorded day')
    .addOption(new Option('--equity-25k <dollars>', 'equity of the 25k account').argParser(number).default(25_000))
    .addOption(new Option('--equity-2k <dollars>', 'equity of the 2k account').argParser(number).default(2_000))
    .option('--level <level>', 'options trading level of the accounts, 0 to 3', number, 3)
    .option('--partials <chance>', 'chance of a partial fill, 0 to 1', number, 0)
    .action(async (flags: Flags) => {
      followParent()
      const log = await createLogger({ level: process.env.LOG_LEVEL || 'info', name: 'sim-alpaca' })
      const directory = process.env.INIT_CWD ?? process.cwd()
      const sim = await start({
        ...usable(() => optionsOfFlags(flags, newYorkDate(systemWallClock.now_ms()), directory)),
        log,
      })
      outliveParentWhile(() => sim.isUsed())
      announceReady()
      await new Promise<void>((resolve) => {
        process.once('SIGINT', () => resolve())
        process.once('SIGTERM', () => resolve())
      })
      await sim.close()
    })
}

async function start(options: AlpacaSimOptions): Promise<AlpacaSim> {
  try {
    return await startAlpacaSim(options)
  } catch (error) {
    throw asUsage(error, options.port)
  }
}

function usable<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw asUsage(error, 0)
  }
}

/** What the person who typed the command can put right; anything else stays as it is. */
function asUsage(error: unknown, port: number): unknown {
  if (!(error instanceof Error)) return error
  if (error instanceof RangeError || error.name === 'DataFileError') return new UsageError(error.message)
  return asPortUsage(error, port)
}
