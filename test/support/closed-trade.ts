/** The end of a trade as the journal has it, for tests of what comes after. Entry point: `closedTrade`. */
import type { Actor } from '../../src/session/actor.ts'
import type { EventOf, JournalEvent } from '../../src/session/events.ts'
import { DAY_EVENTS } from './desk-samples.ts'

const eventOf = <T extends JournalEvent['type']>(type: T): EventOf<T> => {
  const found = DAY_EVENTS.find((event): event is EventOf<T> => event.type === type)
  if (found === undefined) throw new Error(`expected a ${type} among the sample day's events`)
  return found
}

/** The sample day's trade closed, as it stands in `DAY_EVENTS`, under an id and a result of its own. */
export function closedTrade(
  tradeId: string,
  netPnlCents: number,
  stoppedBy: Actor | null = null,
): readonly JournalEvent[] {
  const date = tradeId.slice(0, 10)
  const exit = { ...eventOf('exit_decided'), tradeId, actor: stoppedBy }
  const reason = stoppedBy === null ? exit.reason : 'operator_stop'
  return [
    { ...exit, reason },
    { ...eventOf('trade_closed'), tradeId, date, netPnlCents, reason },
  ]
}
