/**
 * Why the desk itself did not send an order: a closed union of codes, each with the numbers that decided. The table in
 * `docs/refusals.md` is made from this catalogue.
 */
import { keysOf } from '../tables/typed-keys.ts'

export interface DenialEntry {
  /**
   * The invariant it guards: I9 never closes more than is held or what is not the desk's, I13 size, I14 what and at
   * which price, I16 switch, I17 day.
   */
  readonly guards: string
  readonly means: string
  readonly whatToDo: string
}

export const DENIALS = {
  kill_switch: {
    guards: 'I16',
    means: 'The account is paused or halted, by the team or by the desk.',
    whatToDo: 'Find out why (`/status`), then `/resume`.',
  },
  kill_switch_unreadable: {
    guards: 'I16',
    means: 'Whether the account is paused could not be read: unreadable counts as paused.',
    whatToDo: 'Check Redis; the next minute decides anew.',
  },
  mode_not_active: {
    guards: 'I16',
    means: 'The session is REDUCING or HALTED: it closes, and opens nothing.',
    whatToDo: 'Find out why (`/status`), then `/resume`.',
  },
  contracts_limit: {
    guards: 'I13',
    means: 'More contracts short, with working opens, than the profile allows.',
    whatToDo: 'Nothing: one position at a time. If it repeats, the configuration of the profile is wrong.',
  },
  buying_power: {
    guards: 'I13',
    means: 'The position ties up more than the options buying power, read right before the order.',
    whatToDo: 'Look for other positions in the account; fewer contracts or a narrower spread.',
  },
  buying_power_unreadable: {
    guards: 'I13',
    means: 'The account could not be read right before the order.',
    whatToDo: 'Nothing: the next minute decides anew. If it stays, check the broker.',
  },
  instrument_not_allowed: {
    guards: 'I14',
    means: 'Not a put on SPY that expires on the day of the session.',
    whatToDo: 'A bug: report it with the session and the order id.',
  },
  stale_quote: {
    guards: 'I14',
    means: 'The quote behind the limit price is older than the limit.',
    whatToDo: 'Nothing: the next minute decides anew. If it stays, check the data feed.',
  },
  price_outside_band: {
    guards: 'I14',
    means: 'The limit price is further from the quote than the band allows.',
    whatToDo: 'Nothing: the market moved between decision and order. The next minute decides anew.',
  },
  market_closed: {
    guards: 'I14',
    means: 'Outside the session, or after the last moment at which the desk opens.',
    whatToDo: 'Nothing.',
  },
  orders_per_minute: {
    guards: 'I14',
    means: 'More orders in a minute than any plan of the desk needs.',
    whatToDo: 'Look at the journal: something sends in a loop. Closing goes on at a slower pace.',
  },
  orders_per_day: {
    guards: 'I14',
    means: 'More opening orders in a day than any plan of the desk needs.',
    whatToDo: 'Look at the journal: something sends in a loop.',
  },
  daily_loss_limit: {
    guards: 'I17',
    means: "The day's loss has reached the daily limit.",
    whatToDo: 'Review the day, then `/resume` for the next one.',
  },
  opposite_position: {
    guards: 'I9',
    means: 'Somebody holds the other side of a leg in the account: the order would close theirs instead of opening.',
    whatToDo: "Close by hand what is not the desk's; the next minute decides anew.",
  },
  positions_unreadable: {
    guards: 'I9',
    means: 'What the account holds could not be read right before the order.',
    whatToDo: 'Nothing: the next minute decides anew. If it stays, check the broker.',
  },
  close_exceeds_position: {
    guards: 'I9',
    means: 'A close larger than what is held, or for something else than what is held.',
    whatToDo: 'A bug: report it with the session and the order id. Check the account by hand.',
  },
} as const satisfies Record<string, DenialEntry>

export type DenialCode = keyof typeof DENIALS
export const DENIAL_CODES = keysOf(DENIALS)

export interface Denial {
  readonly code: DenialCode
  readonly numbers: Readonly<Record<string, string | number>>
}
