/** What a day shows beside its P&L, out of its events. Entry points: `dayEvidenceSchema`, `dayEvidence`. */
import { z } from 'zod'
import { DRILL_CODE } from '../../approval/alerts.ts'
import { costSampleSchema, costSamplesOf, feesOf } from '../../report/day/cost-sample.ts'
import { brokerDifferenceOf } from '../../report/day/quality.ts'
import { isHeldToExpiry } from '../../report/day/risk.ts'
import { eventsOf, lastEventOf } from '../../report/events-of.ts'
import type { JournalEvent } from '../../session/events.ts'
import { feedsSchema } from '../../session/registration.ts'

export const dayEvidenceSchema = z.object({
  /** What went wrong, in codes: orders refused or denied, sessions refused, critical alerts. */
  errors: z.array(z.string()),
  /** Decisions that a re-run of the recorded inputs reproduced; null where it was not re-run. */
  parity: z.object({ matched: z.int().min(0), total: z.int().min(0) }).nullable(),
  /** The day's P&L by the broker's own records less the desk's; null where not compared. */
  brokerDifferenceCents: z.int().nullable(),
  /** What in the day's events explains such a difference; null: nothing does. */
  brokerExplained: z.string().nullable().default(null),
  /** What the broker charged: what its fills brought less what cash moved by; null where not known. */
  feesCents: z.int().nullable().default(null),
  /** The commission that the day's net P&L assumes; null where it is not told. */
  assumedCommissionCents: z.int().nullable().default(null),
  /** Where quotes came from, and the version of the rules' code; null where the day does not tell. */
  feeds: feedsSchema.nullable().default(null),
  strategyVersion: z.string().nullable().default(null),
  /**
   * Trades that were at their stop or the daily limit when they were closed, and those of them closed for that reason.
   */
  stopsReached: z.int().min(0),
  stopsObeyed: z.int().min(0),
  costs: z.array(costSampleSchema),
})
export type DayEvidence = z.infer<typeof dayEvidenceSchema>

const LOSS_EXITS: ReadonlySet<string> = new Set(['stop_loss', 'daily_loss_limit'])

function errorOf(event: JournalEvent): string | null {
  switch (event.type) {
    case 'order_refused':
    case 'order_denied':
    case 'session_refused':
      return event.code
    case 'engine_alert':
      // A drill's alert says that alerts arrive; nothing went wrong.
      return event.critical && event.code !== DRILL_CODE ? event.code : null
    case 'order_ended':
      return event.status === 'rejected' ? 'order_rejected' : null
    default:
      return null
  }
}

/** Events after which the desk's books can only be an estimate of what others did at the broker. */
const EXPLAINS: Readonly<Record<string, string>> = {
  assigned: 'the position was assigned',
  leg_closed: 'a leg was closed elsewhere',
  close_adopted: 'a close sent elsewhere was taken over',
  open_adopted: 'a position opened elsewhere was taken over',
  unclaimed_fill: 'a fill that no order of the desk claims',
  late_fill: 'a fill after its order was given up',
}

/** In words, each kind once; null: nothing does. */
function explanationOf(events: readonly JournalEvent[]): string | null {
  const words = events.flatMap((event) => {
    if (event.type === 'engine_alert') return EXPLAINS[event.code] ?? []
    if (event.type !== 'trade_closed') return []
    if (event.reason === 'closed_elsewhere') return 'the position was closed elsewhere'
    return (event.estimatedQty ?? 0) > 0 ? 'prices of some contracts are estimated' : []
  })
  return words.length === 0 ? null : [...new Set(words)].join(', ')
}

/** Of all events of one day. Parity comes from elsewhere. */
export function dayEvidence(events: readonly JournalEvent[]): DayEvidence {
  const exits = eventsOf(events, 'exit_decided')
  const reached = new Set(
    exits
      .filter(({ reason, alsoFired }) => [reason, ...alsoFired].some((fired) => LOSS_EXITS.has(fired)))
      .map(({ tradeId }) => tradeId),
  )
  const proved = lastEventOf(events, 'day_proved')
  const obeyed = new Set(
    exits
      .filter(({ reason, tradeId }) => LOSS_EXITS.has(reason) && !isHeldToExpiry(tradeId, events))
      .map(({ tradeId }) => tradeId),
  )
  return {
    errors: events.map(errorOf).filter((error) => error !== null),
    parity: null,
    brokerDifferenceCents: brokerDifferenceOf(proved),
    brokerExplained: explanationOf(events),
    feesCents: feesOf(events),
    assumedCommissionCents: eventsOf(events, 'trade_closed').reduce((sum, closed) => sum + closed.commissionCents, 0),
    feeds: proved?.feeds ?? null,
    strategyVersion: proved?.strategyVersion ?? null,
    stopsReached: reached.size,
    stopsObeyed: obeyed.size,
    costs: costSamplesOf(events),
  }
}
