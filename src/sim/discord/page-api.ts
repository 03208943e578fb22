/**
 * The protocol between the chat simulator and its web page: JSON text frames on the websocket at `PAGE_WS_PATH`, files
 * under `PAGE_ATTACHMENTS_PATH`. Types and constants only, so that a browser bundle can import this file.
 *
 * How a page works with it:
 * 1. connect → `hello` (nobody is selected yet) → send `select_user` → `selected`, with that person's commands;
 * 2. send `fetch_messages` for a channel or thread → `messages`; then keep up by `message_create` / `_update` /
 *    `_delete`;
 * 3. a use of a command, button, select or modal carries a `ref` of the page's choice; `interaction_state` frames with
 *    the same `ref` tell what became of it, and only the page that acted gets them;
 * 4. anything the server cannot accept is answered by `error` with the frame's `ref`.
 *
 * Messages, embeds, components and attachments have the shapes of Discord's API (v10). Attachment URLs are absolute.
 */
import type { APIApplicationCommandOptionChoice, APIMessage, APIModalInteractionResponseCallbackData } from 'discord.js'

export const PAGE_WS_PATH = '/page/ws'
export const PAGE_ATTACHMENTS_PATH = '/page/attachments'
/**
 * Same origin proxy of the market simulator's `/sim`: `GET /market/clock`, `POST /market/clock`, `GET /market/market`.
 */
export const MARKET_PROXY_PATH = '/market'
/** `GET /desk`, `POST /desk/outage`, `POST /desk/kill-worker`: see `page/desk-control.ts`. */
export const DESK_CONTROL_PATH = '/desk'

/** Discord's life times; the server enforces them, the page may show them. */
export const FIRST_ANSWER_WITHIN_MS = 3_000
export const INTERACTION_LIFE_MS = 900_000
export const MESSAGES_PER_FETCH_MAX = 100

export interface PageRole {
  readonly id: string
  readonly name: string
  /** 24-bit RGB; 0 is the default text colour. */
  readonly color: number
  readonly position: number
}

export interface PageUser {
  readonly id: string
  readonly username: string
  readonly displayName: string
  readonly bot: boolean
  /** Absolute URL of a picture, or null: draw initials. */
  readonly avatarUrl: string | null
  readonly roles: readonly string[]
}

export interface PageChannel {
  readonly id: string
  readonly kind: 'text' | 'thread'
  readonly name: string
  readonly topic: string | null
  /** Parent text channel of a thread; null of a text channel. A thread made from a message has that message's id. */
  readonly parentId: string | null
  readonly archived: boolean
  readonly locked: boolean
  readonly lastMessageId: string | null
  /** Messages in a thread, its starter not counted; 0 for text channels. */
  readonly messageCount: number
  /** Ids of the pinned messages, newest pin first. */
  readonly pinned: readonly string[]
}

/** Value types of slash options, a subset of Discord's option types. */
export type PageOptionType = 'string' | 'integer' | 'number' | 'boolean' | 'user' | 'channel' | 'role'

export interface PageOption {
  readonly name: string
  readonly description: string
  readonly type: PageOptionType
  readonly required: boolean
  readonly choices: readonly APIApplicationCommandOptionChoice[]
  /** Ask by `autocomplete` while the person types. */
  readonly autocomplete: boolean
  readonly minValue: number | null
  readonly maxValue: number | null
  readonly minLength: number | null
  readonly maxLength: number | null
}

/**
 * One thing that can be typed after the slash: a command, or each subcommand as `"command sub"` / `"command group
 * sub"`.
 */
export interface PageCommand {
  readonly id: string
  /** What is typed, e.g. `"start"` or `"config show"`; goes back in `slash.name`. */
  readonly name: string
  readonly description: string
  /** In the order of the definition; required ones first. `/start 25k` fills the first one. */
  readonly options: readonly PageOption[]
}

export type SlashValue = string | number | boolean

export interface PageModal {
  /** Goes back in `modal_submit` and `modal_dismiss`; expires 15 minutes after the modal opened. */
  readonly modalId: string
  /**
   * Discord's modal: action rows with a text input each, and/or labels with a text input or a select, text displays.
   */
  readonly data: APIModalInteractionResponseCallbackData
}

type InteractionState =
  /** Sent to the bot; show "Sending command…" or a busy button. */
  | 'pending'
  /** Deferred: the bot is thinking. Its placeholder message (flag LOADING, 128) comes as a message too. */
  | 'thinking'
  /** Answered (message, update, modal or nothing to see). */
  | 'done'
  /** `text` says why: "The application did not respond", "This interaction failed", … */
  | 'failed'

// ---------------------------------------------------------------------------------------------- server → page

export type ServerFrame =
  | {
      readonly type: 'hello'
      readonly guild: { readonly id: string; readonly name: string }
      readonly application: { readonly id: string; readonly name: string; readonly botUserId: string }
      /** People and the bot. */
      readonly users: readonly PageUser[]
      readonly roles: readonly PageRole[]
      /** Text channels, then threads (archived ones too), oldest first. */
      readonly channels: readonly PageChannel[]
      readonly botOnline: boolean
      /** True when `MARKET_PROXY_PATH` leads to a market simulator. */
      readonly hasMarket: boolean
      /** Epoch milliseconds at which a provoked outage of Discord ends; null when there is none. */
      readonly outageUntil_ms: number | null
      /** True when `POST /desk/kill-worker` leads to a supervisor. */
      readonly canKillWorker: boolean
    }
  /** Now acting as `userId`; earlier ephemeral messages of that person come with `messages`. */
  | {
      readonly type: 'selected'
      readonly ref: string
      readonly userId: string
      /** Commands that person may use, by name. */
      readonly commands: readonly PageCommand[]
    }
  | { readonly type: 'commands_update'; readonly commands: readonly PageCommand[] }
  | { readonly type: 'presence'; readonly botOnline: boolean }
  /** A provoked outage of Discord began (its end, epoch milliseconds) or ended (null). Pages stay connected. */
  | { readonly type: 'outage'; readonly until_ms: number | null }
  | {
      readonly type: 'messages'
      readonly ref: string
      readonly channelId: string
      /** Oldest first; ephemeral ones of the selected person among them. */
      readonly messages: readonly APIMessage[]
      /** True when older ones exist. */
      readonly hasMore: boolean
    }
  | {
      readonly type: 'pins'
      readonly ref: string
      readonly channelId: string
      /** Newest pin first. */
      readonly messages: readonly APIMessage[]
    }
  /** `ephemeral`: only the selected person gets it; it may be put away by `dismiss`. Flag EPHEMERAL (64) is set too. */
  | { readonly type: 'message_create'; readonly message: APIMessage; readonly ephemeral: boolean }
  | { readonly type: 'message_update'; readonly message: APIMessage; readonly ephemeral: boolean }
  | { readonly type: 'message_delete'; readonly channelId: string; readonly messageId: string }
  | { readonly type: 'channel_update'; readonly channel: PageChannel }
  | { readonly type: 'thread_create'; readonly channel: PageChannel }
  | { readonly type: 'thread_update'; readonly channel: PageChannel }
  | { readonly type: 'thread_delete'; readonly channelId: string }
  | { readonly type: 'typing'; readonly channelId: string; readonly userId: string; readonly until_ms: number }
  | {
      readonly type: 'interaction_state'
      readonly ref: string
      readonly interactionId: string
      readonly state: InteractionState
      /** Null but for `failed`. */
      readonly text: string | null
    }
  | { readonly type: 'modal_open'; readonly ref: string; readonly modal: PageModal }
  | {
      readonly type: 'autocomplete_result'
      readonly ref: string
      /** Empty when the bot did not answer in time. */
      readonly choices: readonly APIApplicationCommandOptionChoice[]
    }
  /** The frame with `ref` was refused (null: it could not be read at all); `message` is for the person. */
  | { readonly type: 'error'; readonly ref: string | null; readonly message: string }

// ---------------------------------------------------------------------------------------------- page → server

export type PageFrame =
  | { readonly type: 'select_user'; readonly ref: string; readonly userId: string }
  | {
      readonly type: 'fetch_messages'
      readonly ref: string
      readonly channelId: string
      /** Messages before this id; absent: the newest. */
      readonly before?: string | undefined
      /** 1 to `MESSAGES_PER_FETCH_MAX`, default 50. */
      readonly limit?: number | undefined
    }
  | { readonly type: 'fetch_pins'; readonly ref: string; readonly channelId: string }
  | {
      readonly type: 'slash'
      readonly ref: string
      readonly channelId: string
      /** `PageCommand.name`. */
      readonly name: string
      /** By option name; options not given are left out. A choice is given by its `value`. */
      readonly options: Readonly<Record<string, SlashValue>>
    }
  | {
      readonly type: 'autocomplete'
      readonly ref: string
      readonly channelId: string
      readonly name: string
      /** What is filled in so far, the focused one with what is typed so far. */
      readonly options: Readonly<Record<string, SlashValue>>
      readonly focused: string
    }
  | {
      readonly type: 'button'
      readonly ref: string
      readonly channelId: string
      readonly messageId: string
      readonly customId: string
    }
  | {
      readonly type: 'select'
      readonly ref: string
      readonly channelId: string
      readonly messageId: string
      readonly customId: string
      readonly values: readonly string[]
    }
  | {
      readonly type: 'modal_submit'
      readonly ref: string
      readonly modalId: string
      /** By the custom id of each input; selects give a list. */
      readonly values: Readonly<Record<string, string | readonly string[]>>
    }
  | { readonly type: 'modal_dismiss'; readonly ref: string; readonly modalId: string }
  /** A plain message written by the selected person. */
  | { readonly type: 'send_message'; readonly ref: string; readonly channelId: string; readonly content: string }
  /** Puts an ephemeral message away. */
  | { readonly type: 'dismiss'; readonly ref: string; readonly messageId: string }
