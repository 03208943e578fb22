/**
 * The domain events of the journal: the only thing the feed, the reports and the reviews read.
 *
 * 1. Money is integer cents (`Cents`); prices a share are exact decimal strings (`price`) or display numbers (`mid`).
 * 2. An event says what was decided and the numbers that decided it, so that a post needs nothing else.
 * 3. Events in `PUBLISHABLE` get a feed number, per account and without gaps, in the transaction that commits them.
 */
import { z } from 'zod'
import { EXIT_REASONS, PROFILE_NAMES, SKIP_REASONS, STRUCTURES } from '../strategy/types.ts'
import { actorSchema } from './actor.ts'
import { DENIAL_CODES } from './denial.ts'
import { DESK_EVENTS, DESK_EVENTS_PUBLISHED } from './desk-events.ts'
import { EVIDENCE_EVENTS } from './evidence-events.ts'
import { SESSION_MODES } from './mode.ts'
import { pausedSchema, planSchema } from './plan.ts'
import { registeredSchema } from './registration.ts'
import { REPORT_EVENTS, REPORT_EVENTS_PUBLISHED } from './report-events.ts'
import { REVIEW_EVENTS } from './review-events.ts'
import { SCHEDULE_EVENTS } from './schedule-events.ts'
import { correctedSchema, settlementSchema } from './settled-events.ts'

export { type Actor, actorSchema } from './actor.ts'
export { type Paused, type Plan, planSchema } from './plan.ts'

const cents = z.int()
const price = z.string().regex(/^-?\d+(\.\d+)?$/)
const ms = z.int()
const structure = z.enum(STRUCTURES)
const profile = z.enum(PROFILE_NAMES)

/**
 * Why a position was closed: a rule's exit, or the engine's own: no quotes of it for too long,
 * the account halted, closed by the watchdog while no engine was there, the desk going down, one leg gone without the
 * other, or closed by somebody else; or held to its expiry, and lapsed or assigned there.
 */
export const CLOSE_REASONS = [
  ...EXIT_REASONS,
  'quotes_lost',
  'halted',
  'watchdog',
  'shutdown',
  'legs_out_of_balance',
  'closed_elsewhere',
  'expired',
  'assigned',
] as const
export type CloseReason = (typeof CLOSE_REASONS)[number]

const legsSchema = { strike: z.number(), hedgeStrike: z.number().nullable() }
const pnlSchema = { netPnlCents: cents, rulePnlCents: cents }

const event = <T extends string, S extends z.ZodRawShape>(type: T, shape: S) =>
  z.object({ type: z.literal(type), ...shape })

export const journalEventSchema = z.discriminatedUnion('type', [
  event('campaign_armed', {
    actor: actorSchema,
    campaignId: z.string(),
    plan: planSchema,
    next: z.object({ date: z.string(), open_ms: ms, close_ms: ms }),
    /** What the verdict's campaign rests on; `isNew`: from this arming on. Absent: nothing was registered. */
    registered: registeredSchema.extend({ isNew: z.boolean() }).optional(),
  }),
  event('campaign_disarmed', {
    actor: actorSchema,
    campaignId: z.string(),
    /** `drain`: what is open runs to its own exit first; absent: it is closed at once. */
    mode: z.enum(['flatten', 'drain']).optional(),
  }),
  /** A new trading day's session, preflight passed; the market may not be open yet. */
  event('session_started', {
    plan: planSchema,
    open_ms: ms,
    close_ms: ms,
    windowOpen_ms: ms,
    windowClose_ms: ms,
    /** The switch is off: nothing will be opened. */
    paused: pausedSchema.optional(),
    /** The post of the arming has shown this plan already. */
    planTold: z.boolean().optional(),
  }),
  event('session_refused', { code: z.string(), message: z.string() }),
  /** The session moved to another worker, or came back after a crash; reconciled before going on. */
  event('session_resumed', { worker: z.string(), epoch: z.int(), handedOver: z.boolean() }),
  event('decision', {
    at_ms: ms,
    action: z.enum(['enter', 'skip']),
    reason: z.enum(SKIP_REASONS).nullable(),
    value: z.number().nullable(),
    limit: z.number().nullable(),
    spot: z.number().nullable(),
    vixEstimate: z.number().nullable(),
    rangePct: z.number().nullable(),
    bars: z.int(),
  }),
  event('entry_decided', {
    tradeId: z.string(),
    at_ms: ms,
    ...legsSchema,
    targetStrike: z.number(),
    spot: z.number(),
    mid: z.number(),
    sellPrice: z.number(),
    vixEstimate: z.number(),
    rangePct: z.number(),
    structure,
    contracts: z.int(),
    costs: z.object({ commissionCents: cents, spreadCents: cents, slippageCents: cents, totalCents: cents }),
    /** The levels the exits will be held against, as the position's mid in dollars a share. */
    stopMid: z.number(),
    targetMid: z.number(),
    trueMaxLossCents: cents.nullable(),
  }),
  event('order_intent', {
    clientOrderId: z.string(),
    purpose: z.enum(['open', 'close']),
    attempt: z.int(),
    symbols: z.array(z.string()),
    qty: z.int(),
    limitPrice: price.nullable(),
  }),
  event('order_accepted', { clientOrderId: z.string(), orderId: z.string() }),
  event('order_ended', { clientOrderId: z.string(), status: z.string(), filledQty: z.int() }),
  event('order_refused', {
    clientOrderId: z.string(),
    purpose: z.enum(['open', 'close']),
    code: z.string(),
    message: z.string(),
  }),
  /** The desk's own risk check did not let it go out. */
  event('order_denied', {
    clientOrderId: z.string(),
    purpose: z.enum(['open', 'close']),
    code: z.enum(DENIAL_CODES),
    numbers: z.record(z.string(), z.union([z.string(), z.number()])),
  }),
  event('fill', {
    tradeId: z.string(),
    clientOrderId: z.string(),
    executionId: z.string(),
    purpose: z.enum(['open', 'close']),
    /** Of an opening: what was sold; no hedge: null. Absent: a close, or an older journal. */
    strike: z.number().optional(),
    hedgeStrike: z.number().nullable().optional(),
    qty: z.int(),
    /** Contracts (or spreads) of this order filled so far, of `orderQty`. */
    filledQty: z.int(),
    orderQty: z.int(),
    price,
    /**
     * The mid the decision was taken at, and what the fill gave up against it, in cents for this quantity; null: closed
     * blind.
     */
    decisionMid: z.number().nullable(),
    slippageCents: cents.nullable(),
    at_ms: ms,
  }),
  event('entry_abandoned', { tradeId: z.string(), reason: z.string(), attempts: z.int() }),
  /** Once a market minute while a position is held. */
  event('mark', {
    at_ms: ms,
    spot: z.number().nullable(),
    mid: z.number(),
    close: z.number(),
    ...pnlSchema,
    dayNetPnlCents: cents,
  }),
  event('risk_warning', {
    limit: z.enum(['max_daily_loss', 'max_loss_per_trade']),
    usedPct: z.number(),
    pnlCents: cents,
    limitCents: cents,
    at_ms: ms,
  }),
  event('risk_breach', {
    limit: z.enum(['max_daily_loss', 'max_loss_per_trade']),
    pnlCents: cents,
    limitCents: cents,
    /** The same P&L when the exit was decided: the rest was given up by the fill; null or absent: not known. */
    decidedPnlCents: cents.nullable().optional(),
    at_ms: ms,
  }),
  event('exit_decided', {
    tradeId: z.string(),
    at_ms: ms,
    reason: z.enum(CLOSE_REASONS),
    alsoFired: z.array(z.enum(EXIT_REASONS)),
    mid: z.number().nullable(),
    close: z.number().nullable(),
    spot: z.number().nullable(),
    rulePnlCents: cents.nullable(),
    netPnlCents: cents.nullable(),
    actor: actorSchema.nullable(),
  }),
  event('trade_closed', {
    tradeId: z.string(),
    date: z.string(),
    structure,
    ...legsSchema,
    contracts: z.int(),
    entryFill: price,
    entry_ms: ms,
    decisionMid: z.number(),
    exitFill: price,
    exit_ms: ms,
    exitMid: z.number().nullable(),
    reason: z.enum(CLOSE_REASONS),
    alsoFired: z.array(z.enum(EXIT_REASONS)),
    brokerPnlCents: cents,
    netPnlCents: cents,
    rulePnlCents: cents.nullable(),
    commissionCents: cents,
    /** For how many contracts the closing price, and so the P&L, is an estimate: somebody else closed them. */
    estimatedQty: z.int().optional(),
    /** How what was held through the expiry was settled; absent: nothing was. */
    settlement: settlementSchema.optional(),
    dayNetPnlCents: cents,
    targetDailyCents: cents,
  }),
  /** The team's switch was set: ACTIVE opens, REDUCING opens nothing, HALTED opens nothing and closes what is open. */
  event('control_set', {
    actor: actorSchema,
    mode: z.enum(SESSION_MODES),
    reason: z.string(),
    /** The second person, where two were needed. */
    approver: actorSchema.optional(),
  }),
  event('engine_alert', { code: z.string(), message: z.string(), critical: z.boolean() }),
  event('session_ended', {
    /** `incomplete`: a position was open at the close, so the day's P&L is not known yet. */
    status: z.enum(['traded', 'no_trade', 'stopped', 'incomplete']),
    dayNetPnlCents: cents,
    dayBrokerPnlCents: cents,
    targetDailyCents: cents,
    entries: z.int(),
    decisions: z.int(),
    skips: z.partialRecord(z.enum(SKIP_REASONS), z.int()),
    minutesMissed: z.int(),
    /** Of the entry window, with the switch off; absent: none. */
    minutesPaused: z.int().optional(),
    /** The switch as the day ends, if it is off: the next day opens nothing either. */
    paused: pausedSchema.optional(),
    next: z.object({ date: z.string(), open_ms: ms }).nullable(),
    /** Of an end that puts another end of the day right: what that said. */
    corrects: correctedSchema.optional(),
  }),
  ...SCHEDULE_EVENTS,
  ...REVIEW_EVENTS,
  ...DESK_EVENTS,
  ...REPORT_EVENTS,
  ...EVIDENCE_EVENTS,
])
export type JournalEvent = z.infer<typeof journalEventSchema>
export type JournalEventType = JournalEvent['type']
export type EventOf<T extends JournalEventType> = Extract<JournalEvent, { type: T }>

/** Events that become posts. */
export const PUBLISHABLE: ReadonlySet<JournalEventType> = new Set<JournalEventType>([
  'campaign_armed',
  'campaign_disarmed',
  'session_started',
  'session_refused',
  'session_resumed',
  'entry_decided',
  'order_refused',
  'order_denied',
  'fill',
  'entry_abandoned',
  'risk_warning',
  'risk_breach',
  'exit_decided',
  'trade_closed',
  'control_set',
  'engine_alert',
  'session_ended',
  'preflight_reported',
  'market_opened',
  'expiry_watched',
  'week_ended',
  'trade_reviewed',
  'reviews_reminded',
  ...DESK_EVENTS_PUBLISHED,
  ...REPORT_EVENTS_PUBLISHED,
])

/** One line of the journal. `feedNo` is null for events that are not published. */
export const journalEntrySchema = z.object({
  /** The Redis stream id; orders the journal of an account. */
  id: z.string(),
  accountId: z.string(),
  source: z.object({ kind: z.enum(['SIM', 'REPLAY', 'PAPER']), label: z.string() }),
  profile,
  /** Trading date of the session, `YYYY-MM-DD`. */
  date: z.string(),
  feedNo: z.int().nullable(),
  atMarket_ms: ms,
  atWall_ms: ms,
  event: journalEventSchema,
})
export type JournalEntry = z.infer<typeof journalEntrySchema>
