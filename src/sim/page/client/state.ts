/**
 * Everything the page shows, in one tree. Reducers (`reduce.ts`) and actions change it in place and ask for a render;
 * messages themselves are never changed, only replaced, so that unchanged ones need no drawing.
 */
import type { APIApplicationCommandOptionChoice, APIMessage } from 'discord.js'
import type { PageChannel, PageCommand, PageModal, PageRole, PageUser, SlashValue } from '../../discord/page-api.ts'
import type { ProvocationName } from './desk.ts'

export interface World {
  readonly guild: { readonly id: string; readonly name: string }
  readonly application: { readonly id: string; readonly name: string; readonly botUserId: string }
  readonly users: ReadonlyMap<string, PageUser>
  readonly roles: ReadonlyMap<string, PageRole>
}

/** The messages of one channel or thread, oldest first. */
export interface Feed {
  messages: readonly APIMessage[]
  readonly ephemeral: Set<string>
  hasMore: boolean
  status: 'empty' | 'loading' | 'loaded'
}

/** What this page sent and has not been told the end of. */
export interface Pending {
  readonly ref: string
  readonly channelId: string
  readonly at_ms: number
  readonly what:
    | { readonly kind: 'slash'; readonly name: string; readonly userId: string }
    | { readonly kind: 'component'; readonly messageId: string; readonly customId: string }
    | { readonly kind: 'modal'; readonly modalId: string }
  /** Set when it failed; the line stays until it is put away. */
  failure: string | null
}

export interface Composer {
  text: string
  caret: number
  /** Which suggestion is marked; -1: none. */
  marked: number
  /** Suggestions put away by Escape until the text changes. */
  closed: boolean
  error: string | null
  readonly picks: Map<string, Map<string, SlashValue>>
}

interface BotCompletion {
  ref: string
  /** Command, option and text that were asked about. */
  key: string
  choices: readonly APIApplicationCommandOptionChoice[] | null
}

export interface OpenModal {
  readonly modal: PageModal
  readonly channelId: string
  readonly values: Map<string, string | readonly string[]>
  /** The submission's `ref` while it runs. */
  submitting: string | null
  error: string | null
}

interface MarketBar {
  readonly t: string
  readonly o: number
  readonly h: number
  readonly l: number
  readonly c: number
}

/** What is provoked on the simulated broker; a shock's end is market time, the others' wall time. */
export interface Provoked {
  readonly shock: { readonly pct: number; readonly until: string } | null
  readonly rejections: { readonly left: number } | null
  readonly mute: readonly { readonly stream: string; readonly until: string }[]
  readonly refused: readonly { readonly stream: string; readonly until: string }[]
  readonly outages: readonly { readonly host: string; readonly until: string }[]
}

export interface MarketView {
  readonly source: { readonly kind: 'SIM' | 'REPLAY'; readonly label: string }
  readonly clock: { readonly now: string; readonly speed: number; readonly paused: boolean }
  readonly session: { readonly date: string; readonly open: string; readonly close: string } | null
  readonly isOpen: boolean
  readonly spot: { readonly bid: number; readonly ask: number; readonly t: string } | null
  readonly bars: readonly MarketBar[]
  readonly accounts: readonly {
    readonly id: string
    readonly number: string
    readonly keyId: string
    readonly equity: number
  }[]
  readonly provoked?: Provoked
}

export interface MarketState {
  /** Whether the server says that there is a market beside it. */
  isThere: boolean
  view: MarketView | null
  status: 'unknown' | 'available' | 'unavailable'
  /** When `view` was read, to let the clock run on between readings. */
  read_ms: number
  /** +1 or -1 for a moment after the price moved. */
  flash: number
}

interface DeskState {
  /** When a provoked outage of Discord ends; null when there is none. */
  outageUntil_ms: number | null
  canKillWorker: boolean
  /** What was asked for and not answered yet. */
  readonly asking: Set<ProvocationName>
  /** What became of the last request, for the person. */
  said: string | null
}

/** A message to be shown that is not loaded yet: older ones are fetched until it comes. */
interface Jump {
  readonly channelId: string
  readonly messageId: string
  pagesLeft: number
}

export interface AppState {
  connection: 'connecting' | 'open' | 'reconnecting'
  world: World | null
  botOnline: boolean
  channels: ReadonlyMap<string, PageChannel>
  userId: string | null
  commands: readonly PageCommand[]
  channelId: string | null
  threadId: string | null
  readonly feeds: Map<string, Feed>
  /** By channel, newest pin first; as fetched when the list was opened last. */
  readonly pinned: Map<string, readonly APIMessage[]>
  jump: Jump | null
  /** Ids of channels with messages nobody looked at. */
  readonly unread: Set<string>
  readonly typing: Map<string, Map<string, number>>
  readonly pending: Map<string, Pending>
  readonly composers: Map<string, Composer>
  completion: BotCompletion | null
  modal: OpenModal | null
  lightbox: { readonly url: string; readonly alt: string } | null
  /** Which select menu is open, and what is marked in it. */
  select: { readonly key: string; values: readonly string[]; filter: string } | null
  readonly revealed: Set<string>
  readonly market: MarketState
  readonly desk: DeskState
  readonly ui: {
    drawer: boolean
    side: boolean
    userMenu: boolean
    pins: boolean
    threads: boolean
    toast: string | null
  }
  now_ms: number
}

export function createState(now_ms: number, isWide: boolean): AppState {
  return {
    connection: 'connecting',
    world: null,
    botOnline: false,
    channels: new Map(),
    userId: null,
    commands: [],
    channelId: null,
    threadId: null,
    feeds: new Map(),
    pinned: new Map(),
    jump: null,
    unread: new Set(),
    typing: new Map(),
    pending: new Map(),
    composers: new Map(),
    completion: null,
    modal: null,
    lightbox: null,
    select: null,
    revealed: new Set(),
    market: { isThere: false, view: null, status: 'unknown', read_ms: 0, flash: 0 },
    desk: { outageUntil_ms: null, canKillWorker: false, asking: new Set(), said: null },
    ui: { drawer: false, side: isWide, userMenu: false, pins: false, threads: false, toast: null },
    now_ms,
  }
}

export function feedOf(state: AppState, channelId: string): Feed {
  let feed = state.feeds.get(channelId)
  if (!feed) {
    feed = { messages: [], ephemeral: new Set(), hasMore: false, status: 'empty' }
    state.feeds.set(channelId, feed)
  }
  return feed
}

export function composerOf(state: AppState, channelId: string): Composer {
  let composer = state.composers.get(channelId)
  if (!composer) {
    composer = { text: '', caret: 0, marked: 0, closed: false, error: null, picks: new Map() }
    state.composers.set(channelId, composer)
  }
  return composer
}

/** The colour of a person's highest coloured role, as CSS; null: the default text colour. */
export function nameColor(state: AppState, userId: string): string | null {
  const roles = (state.world?.users.get(userId)?.roles ?? [])
    .map((id) => state.world?.roles.get(id))
    .filter((role) => role !== undefined && role.color !== 0)
    .sort((a, b) => (b?.position ?? 0) - (a?.position ?? 0))
  const color = roles[0]?.color
  return color ? cssColor(color) : null
}

export const cssColor = (rgb: number): string => `#${rgb.toString(16).padStart(6, '0')}`
