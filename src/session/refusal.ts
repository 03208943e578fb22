/** Why the desk said no to a command. A closed union: the same code stands in the reply, the log and the journal. */

export const REFUSAL_CODES = [
  'unknown_account',
  'already_running',
  'not_running',
  'no_credentials',
  'live_credentials',
  'unauthorised',
  'broker_unreachable',
  'store_unreachable',
  'account_blocked',
  'options_level',
  'buying_power',
  'no_trading_day',
  'preflight_failed',
  'not_permitted',
  'wrong_channel',
  'stale_command',
  'failed',
  'no_data',
  'bad_option',
  'needs_approval',
  'already_requested',
  'already_decided',
  'approval_expired',
  'approval_outdated',
  'same_person',
  'not_now',
] as const
export type RefusalCode = (typeof REFUSAL_CODES)[number]

/** `message` says what happened and what to do, for the person who asked; `numbers` are what decided. */
export interface Refusal {
  readonly code: RefusalCode
  readonly message: string
  readonly numbers: Readonly<Record<string, string | number>>
}
