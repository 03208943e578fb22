/** `phase4d up`, what `npm start` runs: checks what was asked for, then hands over to the supervisor. */
import { statSync } from 'node:fs'
import { createServer, isIP } from 'node:net'
import { z } from 'zod'
import { LOOPBACK_HOST } from '../broker/hosts.ts'
import type { Config } from '../config/config.ts'
import { notesOn, parseConfig, readEnvironment } from '../config/env.ts'
import { fromTypedPath } from '../config/paths.ts'
import { systemWallClock } from '../config/wall-clock.ts'
import { SPEED_MAX, SPEED_MIN } from '../sim/clock.ts'
import type { MarketOptions } from './supervisor/plan.ts'
import { Supervisor } from './supervisor/supervisor.ts'
import { UsageError } from './usage.ts'

/** As typed: strings, unchecked. */
interface UpOptions extends Readonly<Partial<Record<'quotes' | 'bars' | 'from' | 'to' | 'speed' | 'seed', string>>> {
  readonly paused?: boolean
  readonly host?: string
}

const date = z.iso.date('expected a date like 2026-07-17').optional()
const optionsSchema = z
  .strictObject({
    quotes: z.string().optional(),
    bars: z.string().optional(),
    from: date,
    to: date,
    speed: z
      .string()
      .refine(
        (value) => /^\d+(\.\d+)?$/.test(value) && Number(value) >= SPEED_MIN && Number(value) <= SPEED_MAX,
        `expected market seconds a second from ${SPEED_MIN} to ${SPEED_MAX}, like 78`,
      )
      .optional(),
    seed: z
      .string()
      .regex(/^[\w-]{1,40}$/, 'expected letters and digits')
      .optional(),
    paused: z.boolean().default(false),
    host: z
      .string()
      .refine((value) => isIP(value) !== 0, 'expected an address like 127.0.0.1 or 0.0.0.0')
      .default(LOOPBACK_HOST),
  })
  .refine(({ quotes, bars }) => (quotes === undefined) === (bars === undefined), {
    path: ['quotes'],
    error: 'expected --quotes and --bars together',
  })
  .refine(({ from, to, quotes }) => quotes !== undefined || (from === undefined && to === undefined), {
    path: ['from'],
    error: 'expected --quotes and --bars with --from or --to',
  })
  .refine(({ from, to }) => from === undefined || to === undefined || from <= to, {
    path: ['from'],
    error: 'expected a date not after --to',
  })

/** Runs the desk until it is told to stop; the exit status. */
export async function runUp(options: UpOptions): Promise<number> {
  const { values: environment, problems } = readEnvironment(process.env)
  const config = parseConfig(environment, problems)
  const { host, ...market } = parseOptions(options, config)
  if (config.discord === null) await requireFreePort(config.port, host)
  const say = (line: string): void => {
    process.stdout.write(`${line}\n`)
  }
  for (const note of notesOn(environment)) say(`Note: ${note}`)
  return new Supervisor({ config, environment, market, host, wall: systemWallClock, say }).run()
}

function parseOptions(options: UpOptions, config: Config): MarketOptions & { readonly host: string } {
  const parsed = optionsSchema.safeParse(options)
  if (!parsed.success) {
    const typed: Readonly<Record<string, unknown>> = { ...options }
    const lines = parsed.error.issues.map(({ path, message }) => {
      const name = path.join('.')
      return `--${name}: ${message}, got ${typed[name] === undefined ? 'nothing' : `"${typed[name]}"`}`
    })
    throw new UsageError(lines.join('\n'))
  }
  const { host, ...market } = parsed.data
  const { quotes, bars, from, to, speed, seed, paused } = market
  if (config.alpaca !== null && Object.values(market).some((value) => value !== undefined && value !== false)) {
    throw new UsageError(
      '--quotes, --bars, --from, --to, --speed, --seed and --paused are for the market simulator, but Alpaca keys are configured',
    )
  }
  const recorded =
    quotes === undefined || bars === undefined ? null : { quotes: file('--quotes', quotes), bars: file('--bars', bars) }
  return { recorded, from: from ?? null, to: to ?? null, speed: speed ?? null, seed: seed ?? null, paused, host }
}

function file(option: string, typed: string): string {
  const path = fromTypedPath(typed)
  const found = statSync(path, { throwIfNoEntry: false })
  if (found === undefined)
    throw new UsageError(`${option}: expected a file, got "${typed}", which does not exist (${path})`)
  if (found.isDirectory()) throw new UsageError(`${option}: expected a file, got the folder "${typed}" (${path})`)
  return path
}

function requireFreePort(port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', (error: NodeJS.ErrnoException) => {
      const why =
        error.code === 'EADDRINUSE' ? 'is in use (by an earlier npm start?)' : `cannot be used (${error.code})`
      reject(new UsageError(`port ${port} ${why}: stop what uses it, or choose another: PORT=${port + 1} npm start`))
    })
    server.listen(port, host, () => server.close(() => resolve()))
  })
}
