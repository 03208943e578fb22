/**
 * The two documents of a session as the store keeps them, for who reads them back: what a program of another version
 * wrote, or somebody by hand, is found here and not in the middle of a trading day.
 *
 * Entry points: `campaignSchema`, `sessionStateSchema`.
 *
 * 1. They check what this version reads. Members it does not know are another version's, and are no fault.
 * 2. What may be absent is what a document of an earlier day may lack.
 */
import { z } from 'zod'
import { EXIT_REASONS, PROFILE_NAMES, SKIP_REASONS, STRUCTURES } from '../strategy/types.ts'
import { actorSchema } from './actor.ts'
import type { Campaign, Control } from './campaign.ts'
import { DAY_LIMITS } from './day-limits.ts'
import { CLOSE_REASONS } from './events.ts'
import { SESSION_MODES, SESSION_PHASES } from './mode.ts'
import { planSchema } from './plan.ts'
import { registeredSchema } from './registration.ts'
import { type NewSession, type OrderState, SESSION_STATE_VERSION, type SessionState, type Trade } from './state.ts'

/** Every member has a check, those that may be absent too. */
type Members<T> = Readonly<Record<keyof T, z.ZodType>>

const cents = z.int()
const count = z.int().nonnegative()
const ms = z.number()
/** Exact, as a string: dollars a share, or Σ price × quantity. */
const decimal = z.string().regex(/^-?\d+(\.\d+)?$/)
const instant = z.object({ market_ms: ms, wall_ms: ms })

const profile = z.object({
  name: z.enum(PROFILE_NAMES),
  contracts: z.int().positive(),
  targetDailyPnl: z.number(),
  maxDailyLoss: z.number(),
  maxLossPerTrade: z.number(),
  commissionPerContract: z.number(),
  bidAskCostPct: z.number(),
  slippagePct: z.number(),
  accountEquity: z.number(),
})

const limits = z.object({
  entryAfterOpenMin: z.number(),
  entryBeforeCloseMin: z.number(),
  sessionEndBeforeCloseMin: z.number(),
  maxDailyTrades: z.number(),
  barsMin: z.number(),
  vixMax: z.number(),
  rangeExtremePct: z.number(),
  rangeModeratePct: z.number(),
  premiumMin: z.number(),
  premiumMax: z.number(),
  spreadMax: z.number(),
  profitTargetShare: z.number(),
  quoteAgeMax_s: z.number(),
})

const engine = z.object({
  positionQuoteAgeMax_s: z.number(),
  entryWait_s: z.number(),
  exitWait_s: z.number(),
  entryCollar: z.number(),
  entryAttemptsMax: z.number(),
  exitLimitAttempts: z.number(),
})

const hours = z.object({ date: z.iso.date(), open_ms: ms, close_ms: ms })
const stop = z.object({ actor: actorSchema, kind: z.enum(['operator', 'drain', 'shutdown']) })

const control: z.ZodType<Control> = z.object({
  seq: count,
  mode: z.enum(SESSION_MODES),
  actor: actorSchema,
  reason: z.string(),
  guard: z.object({ cause: z.enum(['breach', 'halt', 'desk']), why: z.string() }).exactOptional(),
  lifts: z.array(z.string()).exactOptional(),
  get drill() {
    return z.object({ id: z.string(), before: control }).exactOptional()
  },
} satisfies Members<Control>)

/** What a campaign gives to each of its sessions. */
const given = {
  accountId: z.string(),
  campaignId: z.string(),
  source: z.object({ kind: z.enum(['SIM', 'REPLAY', 'PAPER']), label: z.string() }),
  strategy: z.object({ profile, limits, structure: z.enum(STRUCTURES), width: z.number() }),
  engine,
  plan: planSchema,
  session: hours,
  next: hours.nullable(),
  control,
  armedAtMarket_ms: ms.exactOptional(),
  planToldFor: z.string().exactOptional(),
} satisfies Members<NewSession>

export const campaignSchema: z.ZodType<Campaign> = z.object({
  ...given,
  armedBy: actorSchema,
  armedAt_ms: ms,
  stop: stop.nullable(),
  registered: registeredSchema.exactOptional(),
  dayLimits: z
    .object({ seq: count, date: z.iso.date(), values: z.partialRecord(z.enum(DAY_LIMITS), z.number()) })
    .exactOptional(),
  active: z.boolean(),
} satisfies Members<Campaign>)

const order = z.object({
  clientOrderId: z.string(),
  purpose: z.enum(['open', 'close']),
  attempt: count,
  qty: z.int(),
  leg: z.string().nullable(),
  limitPrice: decimal.nullable(),
  status: z.enum(['intent', 'working', 'cancelling', 'ended']),
  orderId: z.string().nullable(),
  filledQty: z.int(),
  filledNotional: decimal,
  since: instant,
  cancelsRepeated: count.exactOptional(),
} satisfies Members<OrderState>)

const exit = z.object({
  reason: z.enum(CLOSE_REASONS),
  alsoFired: z.array(z.enum(EXIT_REASONS)),
  mid: z.number().nullable(),
  rulePnlCents: cents.nullable(),
  netPnlCents: cents.nullable(),
})

const trade = z.object({
  tradeId: z.string(),
  strike: z.number(),
  hedgeStrike: z.number().nullable(),
  symbols: z.array(z.string()),
  decided_ms: ms,
  decisionMid: z.number(),
  sellPrice: z.number(),
  entry_ms: ms.nullable(),
  openedQty: z.int(),
  openedNotional: decimal,
  closedQty: z.int(),
  closedNotional: decimal,
  estimatedQty: z.int(),
  estimate: z.object({ notional: decimal, until_ms: ms }).exactOptional(),
  leftovers: z.array(z.object({ symbol: z.string(), qty: z.int() })),
  exit_ms: ms.nullable(),
  exit: exit.nullable(),
  unconfirmed_ms: ms.nullable(),
  checked_ms: ms,
  shortQuoted_ms: ms,
  watchedSince: instant,
  openAttempts: count,
  markMinute: z.int(),
  warnedTrade: z.boolean(),
  toldLate: z.boolean(),
} satisfies Members<Trade>)

const lastDecision = z.object({
  at_ms: ms,
  reason: z.enum(SKIP_REASONS).nullable(),
  value: z.number().nullable(),
  limit: z.number().nullable(),
  vixEstimate: z.number().nullable(),
  rangePct: z.number().nullable(),
})

export const sessionStateSchema: z.ZodType<SessionState> = z.object({
  ...given,
  version: z.literal(SESSION_STATE_VERSION),
  phase: z.enum(SESSION_PHASES),
  mode: z.enum(SESSION_MODES),
  modeReason: z.string(),
  entries: count,
  openAttempts: count,
  closeAttempts: count,
  netPnlCents: cents,
  brokerPnlCents: cents,
  trade: trade.nullable(),
  givenUp: trade.nullable(),
  difference: z.string().nullable(),
  handedOver: z.boolean(),
  orders: z.record(z.string(), order),
  forgottenCloses: count.exactOptional(),
  lastDecision: lastDecision.nullable(),
  decidedMinute: z.int(),
  decisions: count,
  skips: z.partialRecord(z.enum(SKIP_REASONS), count),
  minutesMissed: count,
  minutesPaused: count,
  stop: stop.nullable(),
  drain: stop.exactOptional(),
  limitsSeq: count.exactOptional(),
  warnedDay: z.boolean(),
  breachedDay: z.boolean(),
  assignments: z.array(z.string()),
  foreignOrders: z.array(z.string()).exactOptional(),
  differencesTold: z.record(z.string(), z.string()).exactOptional(),
  cashAtStart: decimal.nullable(),
  cashDifferenceCents: cents,
  cashTold: z.boolean(),
  settlementCents: cents.exactOptional(),
  brokerAwaySince_ms: ms.nullable(),
} satisfies Members<SessionState>)
