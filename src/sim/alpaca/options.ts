/** Options of the market simulator, validated once. */
import type { Logger } from 'pino'
import { z } from 'zod'
import { isCalendarDate } from '../../strategy/newyork-time.ts'
import { PROFILE_NAMES } from '../../strategy/types.ts'
import { SPEED_MAX, SPEED_MIN } from '../clock.ts'

const date = z.string().refine(isCalendarDate, { error: 'expected a date YYYY-MM-DD' })
const level = z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)])

const accountSchema = z.strictObject({
  profile: z.enum(PROFILE_NAMES),
  keyId: z.string().min(1),
  secret: z.string().min(1),
  /** Dollars. */
  equity: z.number().positive(),
  optionsLevel: level.default(3),
})

const SIM_SECRET = 'sim'
export const DEFAULT_ACCOUNTS = [
  { profile: '25k' as const, keyId: 'PKSIM25K', secret: SIM_SECRET, equity: 25_000, optionsLevel: 3 as const },
  { profile: '2k' as const, keyId: 'PKSIM2K', secret: SIM_SECRET, equity: 2_000, optionsLevel: 3 as const },
]

/** A newcomer's day takes about five minutes. */
export const DEFAULT_SPEED = 80

const optionsSchema = z.strictObject({
  port: z.int().min(0).max(65_535),
  host: z.string().default('127.0.0.1'),
  accounts: z.array(accountSchema).min(1).default(DEFAULT_ACCOUNTS),
  source: z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('seed'),
      seed: z.string().regex(/^[\w.-]{1,40}$/, 'expected up to 40 letters, digits, dots and dashes'),
      startDate: date,
    }),
    z.strictObject({
      kind: z.literal('recorded'),
      quotesFile: z.string().min(1),
      barsFile: z.string().min(1),
      /** Refuses a recording in which no day has bars: without them no desk ever enters. */
      barsNeeded: z.boolean().default(false),
      from: date.optional(),
      to: date.optional(),
    }),
  ]),
  speed: z.number().min(SPEED_MIN).max(SPEED_MAX).default(DEFAULT_SPEED),
  paused: z.boolean().default(false),
  /** Requests a minute of wall time, for each key, for trading and for data. */
  requestsPerMinute: z.int().min(1).default(200),
  /** Chance that a fill is only a part of what could be filled. */
  partials: z.number().min(0).max(1).default(0),
  /** Wall milliseconds that a data stream waits for authentication. */
  streamAuthMax_ms: z.int().min(1).default(10_000),
})

export type AlpacaSimSettings = z.infer<typeof optionsSchema>
export type AlpacaSimOptions = z.input<typeof optionsSchema> & {
  /** Silent without one. */
  readonly log?: Logger
}

/** @throws RangeError that lists everything wrong with the options. */
export function readOptions({ log: _log, ...options }: AlpacaSimOptions): AlpacaSimSettings {
  const parsed = optionsSchema.safeParse(options)
  if (!parsed.success) throw new RangeError(`market simulator: ${z.prettifyError(parsed.error)}`)
  return parsed.data
}
