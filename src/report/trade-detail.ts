/** One trade with everything the journal knows of it, from the decision to the result; made by `trade-card.ts`. */
import type { Source } from '../broker/port.ts'
import type { EventOf } from '../session/events.ts'
import type { ProfileName } from '../strategy/types.ts'
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
