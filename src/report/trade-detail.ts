/** One trade with everything the journal knows of it, from the decision to the result. Pure. Entry point: `tradeDetails`. */
import type { Source } from '../broker/port.ts'
import type { EventOf, JournalEntry } from '../session/events.ts'
import { centsOf } from '../strategy/exact.ts'
import type { ProfileName } from '../strategy/types.ts'
import { tradeView } from './trade-view.ts'
import type { TradeView } from './views.ts'

export interface TradeDetail {
  readonly source: Source
  readonly profile: ProfileName
  readonly date: string
  readonly trade: TradeView
  /** Of the day's plan, or set for the day. */
  readonly maxLossPerTradeCents: number | null
  readonly entry: EventOf<'entry_decided'>
  readonly fills: readonly EventOf<'fill'>[]
  /** Once a market minute while it was held. */
  readonly marks: readonly EventOf<'mark'>[]
  readonly exit: EventOf<'exit_decided'> | null
  readonly closed: EventOf<'trade_closed'> | null
}

/** The trades of a day's journal, in order; what was decided and never filled is none. */
export function tradeDetails(entries: readonly JournalEntry[]): readonly TradeDetail[] {
  return entries.flatMap((entry, index) => {
    if (entry.event.type !== 'entry_decided') return []
    const found = detailOf(entry, entry.event, entries.slice(index))
    return found === null ? [] : [{ ...found, maxLossPerTradeCents: stopOf(found, entries) }]
  })
}

/** The stop in force when it was closed, or now: the plan's, or the day's own from when that was set. */
function stopOf({ closed }: Pick<TradeDetail, 'closed'>, entries: readonly JournalEntry[]): number | null {
  let cents: number | null = null
  for (const { event } of entries) {
    if (event === closed) break
    if (event.type === 'session_started') cents = event.plan.maxLossPerTradeCents
    const isSet = event.type === 'day_limit_raised' || event.type === 'day_limit_lowered'
    if (isSet && event.limit === 'max_loss_per_trade') cents = centsOf(event.to)
  }
  return cents
}

/** Marks carry no trade's id: those until the trade's end are its own, as one position is open at a time. */
function detailOf(
  { source, profile, date }: JournalEntry,
  entry: EventOf<'entry_decided'>,
  following: readonly JournalEntry[],
): Omit<TradeDetail, 'maxLossPerTradeCents'> | null {
  const { tradeId } = entry
  const fills: EventOf<'fill'>[] = []
  const marks: EventOf<'mark'>[] = []
  let exit: EventOf<'exit_decided'> | null = null
  let closed: EventOf<'trade_closed'> | null = null
  for (const { event } of following) {
    if (event.type === 'fill' && event.tradeId === tradeId) fills.push(event)
    if (event.type === 'mark' && closed === null) marks.push(event)
    if (event.type === 'exit_decided' && event.tradeId === tradeId) exit = event
    if (event.type === 'trade_closed' && event.tradeId === tradeId) closed = event
  }
  const trade = tradeView(entry, fills, closed)
  return trade === null ? null : { source, profile, date, trade, entry, fills, marks, exit, closed }
}
