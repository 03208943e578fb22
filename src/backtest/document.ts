/**
 * The result of a backtest as a document: what a job stores, a terminal prints and a chart is drawn from. Versioned;
 * fields are only ever added.
 *
 * Entry point: `backtestSchema`.
 */
import { z } from 'zod'
import { FILL_MODELS } from '../replay/fill-model.ts'
import { dataQualitySchema } from '../replay/quality.ts'
import { EXIT_REASONS, PROFILE_NAMES, SKIP_REASONS, STRUCTURES } from '../strategy/types.ts'
import { PARAMETER_NAMES } from './parameters.ts'
import { SOURCE_KINDS } from './sources.ts'

export const BACKTEST_VERSION = 1

const cents = z.int()
const count = z.int().nonnegative()
const share = z.number().min(0).max(1).nullable()
const date = z.string()
const overrides = z.partialRecord(z.enum(PARAMETER_NAMES), z.number())

/** Trades of one kind. */
const group = { trades: count, wins: count, pnlCents: cents }

const daySchema = z.object({
  date,
  status: z.enum(['traded', 'no_trade', 'incomplete']),
  /** Null: incomplete, in no sum. */
  pnlCents: cents.nullable(),
  equityCents: cents,
  drawdownCents: cents,
})

/** What one variant comes to. */
export const summaryFields = {
  days: count,
  closed: count,
  incomplete: count,
  noTrade: count,
  wins: count,
  losses: count,
  pnlCents: cents,
  meanCents: z.number().nullable(),
  sharpeDaily: z.number().nullable(),
  worstDayCents: cents.nullable(),
  maxDrawdownCents: cents,
} as const

const variantSchema = z.object({ overrides, ...summaryFields })

export const backtestSchema = z.object({
  schema: z.literal('phase4d/backtest'),
  version: z.literal(BACKTEST_VERSION),
  source: z.object({ kind: z.enum(SOURCE_KINDS), label: z.string() }),
  fills: z.enum(FILL_MODELS),
  profile: z.enum(PROFILE_NAMES),
  structure: z.enum(STRUCTURES),
  /** Every number the shown variant ran with. */
  parameters: z.record(z.enum(PARAMETER_NAMES), z.number()),
  /** What was changed from the configuration, by `--set` or by being the best of the sweep. */
  overrides,
  /** How many variants were tried to come to this one: 1 without a sweep. */
  variantsTried: z.int().positive(),
  /** How many different ones were ever tried of this profile and structure, these included: what deflates the ratio. */
  variantsInAll: z.int().positive(),
  period: z.object({ from: date.nullable(), to: date.nullable(), days: count }),
  data: dataQualitySchema,
  summary: z.object({
    entries: count,
    closed: count,
    incomplete: count,
    noTrade: count,
    wins: count,
    losses: count,
    winRate: share,
    executionRate: share,
    /** By the fill model: `rulePnl` for seed, `netPnl` otherwise. Days without a trade count as 0. */
    pnlCents: cents,
    meanDayCents: z.number().nullable(),
    targetDayCents: cents,
    netPnlCents: cents,
    rulePnlCents: cents,
  }),
  /** Null with fewer than three days, or where nothing varies. */
  sharpe: z
    .object({
      daily: z.number(),
      yearly: z.number(),
      probabilistic: z.number(),
      /** The probability that the true ratio is above the best of as many worthless variants as were tried. */
      deflated: z.number(),
      minimumDays: z.number().nullable(),
    })
    .nullable(),
  drawdown: z.object({ maxCents: cents, from: date.nullable(), to: date.nullable() }),
  worstDay: z.object({ date, pnlCents: cents }).nullable(),
  bestDay: z.object({ date, pnlCents: cents }).nullable(),
  /** Closed trades by P&L; bins of equal width, the lower edge included. */
  distribution: z.array(z.object({ fromCents: cents, toCents: cents, trades: count })),
  byExit: z.array(z.object({ reason: z.enum(EXIT_REASONS), ...group })),
  /** By the hour of the entry, New York. */
  byHour: z.array(z.object({ hour: z.int().min(0).max(23), ...group })),
  /** By the volatility estimate at the entry; the upper edge excluded, null: without one. */
  byVix: z.array(z.object({ from: z.number(), to: z.number().nullable(), ...group })),
  skips: z.partialRecord(z.enum(SKIP_REASONS), count),
  days: z.array(daySchema),
  sweep: z.object({ ranked: z.string(), variants: z.array(variantSchema) }).nullable(),
})
export type BacktestDocument = z.infer<typeof backtestSchema>
