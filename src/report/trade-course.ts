/**
 * What is known of a trade over its life, as its chart shows it. Pure. Entry points: `courseOf`, `adoptedCourse`.
 *
 * A trade whose decision the journal does not have (adopted, or the store lost it) has no levels of its mid; what its
 * fills, marks and end say is there.
 */
import type { Source } from '../broker/port.ts'
import type { CloseReason, EventOf } from '../session/events.ts'
import { MULTIPLIER } from '../strategy/rules.ts'
import type { ProfileName } from '../strategy/types.ts'
import type { TradeDetail } from './trade-detail.ts'
import { openedBy } from './trade-view.ts'
import type { TradeView } from './views.ts'

export interface TradeCourse {
  readonly source: Source
  readonly profile: ProfileName
  readonly date: string
  /** Null: not known, of a trade without a decision in the journal. */
  readonly legs: { readonly strike: number; readonly hedgeStrike: number | null } | null
  readonly contracts: number
  readonly entry_ms: number
  /** Dollars a share, as all prices here. */
  readonly entryFill: number
  /** Null: it was not decided by this journal. */
  readonly decisionMid: number | null
  readonly exit_ms: number | null
  readonly exitFill: number | null
  readonly reason: CloseReason | null
  readonly netPnlCents: number | null
  /** The mids at which stop and target fire, and the rule's P&L at the target, of all contracts. */
  readonly levels: { readonly stopMid: number; readonly targetMid: number; readonly targetCents: number } | null
  /** The stop in P&L. */
  readonly maxLossPerTradeCents: number | null
  /** Once a market minute while it was held. */
  readonly marks: readonly EventOf<'mark'>[]
  readonly exit: EventOf<'exit_decided'> | null
}

export function courseOf({
  source,
  profile,
  date,
  trade,
  entry,
  marks,
  exit,
  maxLossPerTradeCents,
}: TradeDetail): TradeCourse {
  const { strike, hedgeStrike, contracts, entry_ms, entryFill, decisionMid, exit_ms, exitFill, reason } = trade
  const { stopMid, targetMid } = entry
  const eachCents = (decisionMid - targetMid) * MULTIPLIER * 100 - entry.costs.totalCents / Math.max(1, entry.contracts)
  return {
    source,
    profile,
    date,
    legs: { strike, hedgeStrike },
    contracts,
    entry_ms,
    entryFill,
    decisionMid,
    exit_ms,
    exitFill,
    reason,
    netPnlCents: trade.netPnlCents,
    levels: { stopMid, targetMid, targetCents: Math.round(eachCents * contracts) },
    maxLossPerTradeCents,
    marks,
    exit,
  }
}

export interface Adopted extends Pick<TradeCourse, 'source' | 'profile' | 'date' | 'marks' | 'exit'> {
  /** Null: its legs are not known. */
  readonly trade: TradeView | null
  readonly fills: readonly EventOf<'fill'>[]
  readonly closed: EventOf<'trade_closed'> | null
  readonly maxLossPerTradeCents: number | null
}

/** Null: not even what it was sold for is known. */
export function adoptedCourse({ trade, fills, closed, ...common }: Adopted): TradeCourse | null {
  const opened = openedBy(fills)
  const entry_ms = opened?.first.at_ms ?? closed?.entry_ms
  const entryFill = closed?.entryFill ?? opened?.entryFill
  const contracts = closed?.contracts ?? opened?.contracts
  if (entry_ms === undefined || entryFill === undefined || contracts === undefined) return null
  return {
    ...common,
    legs: trade === null ? null : { strike: trade.strike, hedgeStrike: trade.hedgeStrike },
    contracts,
    entry_ms,
    entryFill: Number(entryFill),
    decisionMid: null,
    exit_ms: closed === null ? null : (fills.findLast(({ purpose }) => purpose === 'close')?.at_ms ?? closed.exit_ms),
    exitFill: closed === null ? null : Number(closed.exitFill),
    reason: closed?.reason ?? null,
    netPnlCents: closed?.netPnlCents ?? null,
    levels: null,
  }
}
