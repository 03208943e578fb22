/**
 * Every entry of a day as one thing with a state, from the decision to the result: what its card shows and what its
 * thread tells. Pure. Entry points: `tradeCards`, `isTrade`.
 *
 * 1. The same journal gives the same cards; a longer one only moves them on and adds notes at the end.
 * 2. An entry that was given up is a card, too; filled after all, it is open again.
 * 3. What was opened without a decision in the journal (adopted, or the store lost it) has a card without one.
 */
import type { Source } from '../broker/port.ts'
import type { EventOf, JournalEntry, JournalEvent } from '../session/events.ts'
import { WARN_SHARE } from '../session/holding.ts'
import { centsOf } from '../strategy/exact.ts'
import type { ProfileName } from '../strategy/types.ts'
import { adoptedCourse, courseOf, type TradeCourse } from './trade-course.ts'
import type { TradeDetail } from './trade-detail.ts'
import { adoptedView, tradeView } from './trade-view.ts'
import type { TradeView } from './views.ts'

/** `unsettled`: open when the day ended, so the desk does not know what became of it. */
export type TradeStage = 'proposed' | 'working' | 'open' | 'at_risk' | 'closed' | 'given_up' | 'unsettled'

/** What was at risk is so until less than this share of the limit is used: a card does not flicker. */
const SAFE_SHARE = 0.6

/** What the thread tells: events of the trade, in order. */
const NOTED = [
  'entry_decided',
  'order_refused',
  'order_denied',
  'fill',
  'entry_abandoned',
  'risk_warning',
  'risk_breach',
  'exit_decided',
  'trade_closed',
] as const
export type NotedEvent = EventOf<(typeof NOTED)[number]>

export interface TradeNote {
  readonly feedNo: number | null
  readonly event: NotedEvent
}

interface OpeningOrder {
  readonly clientOrderId: string
  readonly attempt: number
  readonly qty: number
  /** Dollars a share; null: a market order. */
  readonly limitPrice: string | null
  readonly filledQty: number
  readonly accepted: boolean
  readonly ended: boolean
}

export interface TradeCard {
  readonly accountId: string
  readonly source: Source
  readonly profile: ProfileName
  readonly date: string
  readonly tradeId: string
  /** Which of the day's entries it is, from 1: ids skip the numbers of attempts that came to nothing. */
  readonly ordinal: number
  /** Wall time of its first event. */
  readonly begunWall_ms: number
  readonly stage: TradeStage
  /** The day is over: nothing more will happen to it. */
  readonly isOver: boolean
  /** Null: opened without a decision in the journal. */
  readonly entry: EventOf<'entry_decided'> | null
  readonly order: OpeningOrder | null
  /** From the first fill on; null as well: it was opened without a decision in the journal, and its legs are not known. */
  readonly trade: TradeView | null
  /** From the first fill on, where the decision is known. */
  readonly detail: TradeDetail | null
  /** What its chart shows; null: nothing yet. */
  readonly course: TradeCourse | null
  readonly fills: readonly EventOf<'fill'>[]
  readonly mark: EventOf<'mark'> | null
  readonly exit: EventOf<'exit_decided'> | null
  readonly closed: EventOf<'trade_closed'> | null
  readonly abandoned: EventOf<'entry_abandoned'> | null
  readonly notes: readonly TradeNote[]
}

interface Draft {
  readonly begun: JournalEntry
  readonly tradeId: string
  entry: EventOf<'entry_decided'> | null
  order: OpeningOrder | null
  fills: EventOf<'fill'>[]
  marks: EventOf<'mark'>[]
  exit: EventOf<'exit_decided'> | null
  closed: EventOf<'trade_closed'> | null
  abandoned: EventOf<'entry_abandoned'> | null
  isAtRisk: boolean
  maxLossPerTradeCents: number | null
  notes: TradeNote[]
}

interface Day {
  readonly drafts: Map<string, Draft>
  /** The newest: orders, marks and warnings carry no trade's id, and one position is open at a time. */
  current: Draft | null
  maxLossPerTradeCents: number | null
  maxDailyLossCents: number | null
  isOver: boolean
}

/** Of one account's journal of one day, in order. `isPast`: it is over, whether its journal has an end or not. */
export function tradeCards(entries: readonly JournalEntry[], isPast = false): readonly TradeCard[] {
  const day: Day = {
    drafts: new Map(),
    current: null,
    maxLossPerTradeCents: null,
    maxDailyLossCents: null,
    isOver: false,
  }
  for (const entry of entries) take(day, entry)
  if (isPast) day.isOver = true
  return [...day.drafts.values()].map((draft, index) => cardOf(draft, index + 1, day))
}

/** Something was sold: an entry that is only decided, or was given up, is no trade. */
export const isTrade = ({ detail, entry }: TradeCard): boolean => detail !== null || entry === null

function take(day: Day, entry: JournalEntry): void {
  const { event } = entry
  if (event.type === 'session_started') {
    day.maxLossPerTradeCents = event.plan.maxLossPerTradeCents
    day.maxDailyLossCents = event.plan.maxDailyLossCents
  }
  if (event.type === 'day_limit_raised' || event.type === 'day_limit_lowered') {
    if (event.limit === 'max_loss_per_trade') day.maxLossPerTradeCents = centsOf(event.to)
    if (event.limit === 'max_daily_loss') day.maxDailyLossCents = centsOf(event.to)
  }
  // Stopped and started again on one day, it goes on.
  if (event.type === 'session_started' || event.type === 'entry_decided') day.isOver = false
  // A simulated market that is gone takes its open position with it.
  if (event.type === 'session_ended' || (event.type === 'engine_alert' && event.code === 'market_gone')) {
    day.isOver = true
  }
  const draft = 'tradeId' in event && isNoted(event) ? draftOf(day, entry, event.tradeId) : day.current
  if (draft === null) return
  if (isNoted(event)) draft.notes.push({ feedNo: entry.feedNo, event })
  // A limit that is set later is none of a trade that is closed.
  if (draft.closed === null) draft.maxLossPerTradeCents = day.maxLossPerTradeCents
  apply(draft, event, day)
}

const isNoted = (event: JournalEvent): event is NotedEvent => NOTED.some((type) => type === event.type)

function draftOf(day: Day, begun: JournalEntry, tradeId: string): Draft {
  const known = day.drafts.get(tradeId)
  if (known !== undefined) return known
  const draft: Draft = {
    begun,
    tradeId,
    entry: null,
    order: null,
    fills: [],
    marks: [],
    exit: null,
    closed: null,
    abandoned: null,
    isAtRisk: false,
    maxLossPerTradeCents: day.maxLossPerTradeCents,
    notes: [],
  }
  day.drafts.set(tradeId, draft)
  day.current = draft
  return draft
}

function apply(draft: Draft, event: JournalEvent, day: Day): void {
  switch (event.type) {
    case 'entry_decided':
      draft.entry = event
      break
    case 'order_intent':
      if (event.purpose !== 'open') break
      draft.order = { ...openingOf(event), filledQty: 0, accepted: false, ended: false }
      break
    case 'order_accepted':
      setOrder(draft, event.clientOrderId, { accepted: true })
      break
    case 'order_ended':
    case 'order_refused':
    case 'order_denied':
      setOrder(draft, event.clientOrderId, { ended: true })
      break
    case 'fill':
      draft.fills.push(event)
      // What was given up and is filled after all is open.
      draft.abandoned = null
      setOrder(draft, event.clientOrderId, {
        filledQty: event.filledQty,
        accepted: true,
        ...(event.filledQty === event.orderQty ? { ended: true } : {}),
      })
      break
    case 'mark':
      if (draft.closed !== null) break
      draft.marks.push(event)
      draft.isAtRisk = usedShare(event, day) >= (draft.isAtRisk ? SAFE_SHARE : WARN_SHARE)
      break
    case 'risk_warning':
      draft.isAtRisk = true
      break
    case 'exit_decided':
      draft.exit = event
      break
    case 'trade_closed':
      draft.closed = event
      break
    case 'entry_abandoned':
      draft.abandoned = event
      break
  }
}

function setOrder(draft: Draft, clientOrderId: string, change: Partial<OpeningOrder>): void {
  const { order } = draft
  if (order?.clientOrderId === clientOrderId) draft.order = { ...order, ...change }
}

const openingOf = ({ clientOrderId, attempt, qty, limitPrice }: EventOf<'order_intent'>) => ({
  clientOrderId,
  attempt,
  qty,
  limitPrice,
})

/** Of the limit that is nearer, on the same P&L as the warning: the worse one. */
function usedShare(mark: EventOf<'mark'>, { maxLossPerTradeCents, maxDailyLossCents }: Day): number {
  const worst = Math.min(mark.netPnlCents, mark.rulePnlCents)
  return Math.max(shareUsed(worst, maxLossPerTradeCents), shareUsed(mark.dayNetPnlCents, maxDailyLossCents))
}

const shareUsed = (cents: number, limitCents: number | null): number =>
  limitCents === null || limitCents <= 0 ? 0 : -cents / limitCents

function cardOf(draft: Draft, ordinal: number, day: Day): TradeCard {
  const { begun, tradeId, entry, order, fills, marks, exit, closed, abandoned, notes, maxLossPerTradeCents } = draft
  const { accountId, source, profile, date, atWall_ms } = begun
  const trade = entry === null ? adoptedView(fills, closed) : tradeView(entry, fills, closed)
  const detail: TradeDetail | null =
    entry === null || trade === null
      ? null
      : { source, profile, date, trade, maxLossPerTradeCents, entry, fills, marks, exit, closed }
  return {
    accountId,
    source,
    profile,
    date,
    tradeId,
    ordinal,
    begunWall_ms: atWall_ms,
    stage: stageOf(draft, day.isOver),
    isOver: day.isOver,
    entry,
    order,
    trade,
    detail,
    course: courseOfDraft(draft, trade, detail),
    fills,
    mark: marks.at(-1) ?? null,
    exit,
    closed,
    abandoned,
    notes,
  }
}

function courseOfDraft(draft: Draft, trade: TradeView | null, detail: TradeDetail | null): TradeCourse | null {
  if (detail !== null) return courseOf(detail)
  const { begun, entry, fills, marks, exit, closed, maxLossPerTradeCents } = draft
  const { source, profile, date } = begun
  return entry === null
    ? adoptedCourse({ source, profile, date, trade, fills, marks, exit, closed, maxLossPerTradeCents })
    : null
}

function stageOf({ closed, fills, order, abandoned, isAtRisk, entry }: Draft, isOver: boolean): TradeStage {
  if (closed !== null) return 'closed'
  const isHeld = entry === null || fills.some(({ purpose }) => purpose === 'open')
  if (isHeld && isOver) return 'unsettled'
  const isWorking = order?.accepted === true && !order.ended
  if (isHeld) return isAtRisk ? 'at_risk' : isWorking ? 'working' : 'open'
  if (abandoned !== null || isOver) return 'given_up'
  return isWorking ? 'working' : 'proposed'
}
