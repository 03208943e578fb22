/** Why the desk said no to a command. A closed union: the same code stands in the reply, the log and the journal. */
import { keysOf } from '../tables/typed-keys.ts'

export interface RefusalEntry {
  readonly means: string
  readonly whatToDo: string
}

/** The table in `docs/refusals.md` is made from this catalogue. */
export const REFUSALS = {
  unknown_account: {
    means: "The account is none of the desk's.",
    whatToDo: 'Choose one that is offered.',
  },
  already_running: {
    means: 'The account is armed already, or is being stopped and not flat yet.',
    whatToDo: '`/status`; `/stop` first.',
  },
  not_running: {
    means: 'No account is armed, so there is nothing to do it to.',
    whatToDo: '`/start`.',
  },
  no_credentials: {
    means: 'There are no paper keys for the profile.',
    whatToDo: 'Set the variables it names, start again.',
  },
  live_credentials: {
    means: 'Key or host is not a paper one.',
    whatToDo: 'Use paper keys: nothing else is traded.',
  },
  unauthorised: {
    means: 'The broker refuses the keys.',
    whatToDo: 'Copy key and secret again; both of one pair.',
  },
  broker_unreachable: {
    means: "The broker, or the market's clock, does not answer.",
    whatToDo: 'Repeat in a moment; nothing was done.',
  },
  store_unreachable: {
    means: 'Redis does not answer.',
    whatToDo: 'Check that it runs and that `REDIS_URL` is right.',
  },
  account_blocked: {
    means: 'The broker reports the account as blocked or not active.',
    whatToDo: 'Ask the broker.',
  },
  options_level: {
    means: 'The options level is too low for the structure.',
    whatToDo: 'Raise it at the broker, or choose another structure.',
  },
  buying_power: {
    means: 'Too little options buying power for the position.',
    whatToDo: 'Fewer contracts, a narrower spread, or another balance.',
  },
  no_trading_day: {
    means: 'The calendar has no trading day ahead.',
    whatToDo: 'Repeat in a moment.',
  },
  preflight_failed: {
    means: 'A check before the start failed, or several did.',
    whatToDo: 'Each says what to do.',
  },
  not_permitted: {
    means: "The role is missing, or the button is somebody else's.",
    whatToDo: 'Ask whoever manages the server.',
  },
  wrong_channel: {
    means: "Another server or channel than the desk's.",
    whatToDo: 'Use the channel it names.',
  },
  stale_command: {
    means: 'The command waited too long for a worker, or the button is of an older message.',
    whatToDo: 'Ask again.',
  },
  failed: {
    means: 'The command failed inside the desk.',
    whatToDo: 'The log has the reason; repeat.',
  },
  no_data: {
    means: 'There is nothing to show yet.',
    whatToDo: 'As it says; often `/start`.',
  },
  bad_option: {
    means: 'An option is none that can be used.',
    whatToDo: 'What was expected is said.',
  },
  needs_approval: {
    means: 'Resuming after a breach or a halt, or raising a limit, without a second person.',
    whatToDo: 'Ask in the channel; another approver decides there.',
  },
  already_requested: {
    means: 'The same was asked for already and is not decided yet.',
    whatToDo: 'See the post it names.',
  },
  already_decided: {
    means: 'The request was decided.',
    whatToDo: 'Ask again if it is still wanted.',
  },
  approval_expired: {
    means: 'Nobody decided, or confirmed, in time: the answer was no.',
    whatToDo: 'Ask again.',
  },
  approval_outdated: {
    means: 'What was approved is not what would be done now.',
    whatToDo: 'Look at `/status`, ask again.',
  },
  same_person: {
    means: 'Whoever asked tried to approve.',
    whatToDo: 'Another approver decides; with only one, give the role to a second person.',
  },
  not_now: {
    means: 'The desk is in the middle of something that this must not touch, or the day is over.',
    whatToDo: 'As it says.',
  },
} as const satisfies Record<string, RefusalEntry>

export type RefusalCode = keyof typeof REFUSALS
export const REFUSAL_CODES = keysOf(REFUSALS)

/** `message` says what happened and what to do, for the person who asked; `numbers` are what decided. */
export interface Refusal {
  readonly code: RefusalCode
  readonly message: string
  readonly numbers: Readonly<Record<string, string | number>>
}
