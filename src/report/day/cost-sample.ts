/**
 * What a closed trade really cost, out of its events: at entry from the decision's mid to the fill, at exit from the
 * mid at the trigger to the fill. Entry points: `costSampleSchema`, `costSamplesOf`.
 *
 * The backtest charges once a trade, on the premium at the decision's mid; so do these, with both sides added up.
 */
import { z } from 'zod'
import type { EventOf, JournalEvent } from '../../session/events.ts'
import { centsOf, exact } from '../../strategy/exact.ts'
import { MULTIPLIER } from '../../strategy/rules.ts'
import { eventsOf, lastEventOf } from '../events-of.ts'

const cents = z.int()

export const costSampleSchema = z.object({
  /** Premium at the decision's mid, of the whole position. */
  grossCents: cents.min(1),
  contracts: z.int().min(1),
  /** Fees the broker really charged, opening and closing together; null where it has not said. */
  feesCents: cents.nullable(),
  /** From the mid to the price on the other side, at entry and exit; null where an exit had no quote. */
  spreadCents: cents.nullable(),
  /** From that price to the fill. */
  slippageCents: cents.nullable(),
  /** What the model charged for spread and slippage together. */
  assumedCents: cents,
})
export type CostSample = z.infer<typeof costSampleSchema>

/**
 * Fees the broker took on a day: what its own fills brought less what cash moved by. Null where it was not read, or
 * where cash moved by more than fills explain: then something else moved it.
 */
export function feesOf(events: readonly JournalEvent[]): number | null {
  const proved = lastEventOf(events, 'day_proved')
  if (proved?.broker == null || proved.broker.cashCents === null) return null
  const fees = proved.broker.brokerCents + (proved.broker.otherCents ?? 0) - proved.broker.cashCents
  return fees >= 0 && fees <= FEES_CENTS_MAX ? fees : null
}

/** A difference beyond this is no fee. */
const FEES_CENTS_MAX = 10_000

/**
 * One sample for each closed trade among the events of a day. Its fees are the day's, where it is the day's only trade.
 */
export function costSamplesOf(events: readonly JournalEvent[]): CostSample[] {
  const trades = eventsOf(events, 'trade_closed')
  const feesCents = trades.length === 1 ? feesOf(events) : null
  return trades.flatMap((closed) => {
    const own = events.filter((event) => 'tradeId' in event && event.tradeId === closed.tradeId)
    const entry = eventsOf(own, 'entry_decided').at(0)
    const exit = lastEventOf(own, 'exit_decided')
    const sample = entry === undefined ? null : sampleOf(closed, entry, exit, feesCents)
    return sample === null ? [] : [sample]
  })
}

function sampleOf(
  closed: EventOf<'trade_closed'>,
  entry: EventOf<'entry_decided'>,
  exit: EventOf<'exit_decided'> | undefined,
  feesCents: number | null,
): CostSample | null {
  const inCents = (dollarsAShare: ReturnType<typeof exact>): number =>
    centsOf(dollarsAShare.times(MULTIPLIER).times(closed.contracts))
  const grossCents = inCents(exact(entry.mid))
  if (grossCents < 1) return null
  const atEntry = exact(entry.mid).minus(entry.sellPrice)
  const slippedAtEntry = exact(entry.sellPrice).minus(closed.entryFill)
  const { settlement } = closed
  // What expired was not bought back: it cost what its opening did. Of some of them alone the parts are not known.
  const isExpired = settlement?.qty === closed.contracts && settlement.legsClosed === undefined
  const quoted =
    settlement === undefined && exit !== undefined && exit.mid !== null && exit.close !== null
      ? { mid: exit.mid, close: exit.close }
      : null
  const partsOf = () => ({
    spreadCents: quoted === null ? null : inCents(atEntry.plus(quoted.close).minus(quoted.mid)),
    slippageCents: quoted === null ? null : inCents(slippedAtEntry.plus(closed.exitFill).minus(quoted.close)),
  })
  return {
    grossCents,
    contracts: closed.contracts,
    feesCents,
    ...(isExpired ? { spreadCents: inCents(atEntry), slippageCents: inCents(slippedAtEntry) } : partsOf()),
    // The model's charge is for what was to be sold; what was filled is its part.
    assumedCents: Math.round(
      ((entry.costs.spreadCents + entry.costs.slippageCents) * closed.contracts) / entry.contracts,
    ),
  }
}
