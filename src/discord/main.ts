/**
 * The bot. Entry point: `runBot`.
 *
 * 1. Only the holder of the bot's lease is logged in: it answers and publishes; another process stands by.
 * 2. Discord being away is waited out, for ever; a token that Discord refuses ends the process with what to do.
 * 3. Told to stop, it finishes the answers under way and posts what is still in the feed, each within a bound.
 */
import { type Client, Events, type Interaction, Status } from 'discord.js'
import type { Logger } from 'pino'
import type { WallClock } from '../config/clock.ts'
import type { DiscordConfig } from '../config/config.ts'
import { backoff_ms } from '../feed/backoff.ts'
import type { FeedSource, FeedStore } from '../feed/port.ts'
import { createPublisher, PUBLISHER_DEFAULTS } from '../feed/publisher.ts'
import type { ChartFile, ChartRequest } from '../report/chart.ts'
import type { DeskReader } from '../report/views.ts'
import type { ReviewDesk } from '../review/port.ts'
import type { AuthorityStore } from '../store/authority-store.ts'
import type { CardStore } from '../store/card-store.ts'
import { BOT_LEASE } from '../store/feed-store.ts'
import { holdLease } from '../store/hold-lease.ts'
import type { Lease, Leases } from '../store/lease.ts'
import type { TradeCardStore } from '../store/trade-card-store.ts'
import { type EngineWatchPorts, watchEngines } from '../watchdog/engine-watch.ts'
import { type AuthoritySetup, setUpAuthority } from './approval/setup.ts'
import { keepAllCards } from './card/keep-all.ts'
import { connect, createClient, DiscordLoginRefused } from './client.ts'
import type { CommandSubmitter, Desk } from './desk.ts'
import { createFeedChannel } from './feed-channel.ts'
import { followDeskSchedule, type ScheduleStores } from './follow-schedule.ts'
import type { Handlers } from './handlers.ts'
import { checkChannel, ensureRegistered } from './preflight/at-login.ts'
import { discordLines } from './preflight/checks.ts'
import { gatherDiscord } from './preflight/gather.ts'
import { type StorePresence, showStore } from './presence.ts'
import { RecentTrades } from './recent-trades.ts'
import { createRouter } from './router.ts'
import { SessionDates } from './session-dates.ts'
import { createStudyChannel } from './study/channel.ts'
import { keepStudies } from './study/keeper.ts'
import { createStudyDesk, type StudyPorts } from './study/study-desk.ts'
import { tradeLink } from './trade-thread/link.ts'
import { readVersions } from './versions.ts'

export interface BotDeps {
  readonly discord: DiscordConfig
  readonly handlers: Handlers
  readonly reader: DeskReader
  readonly commands: CommandSubmitter
  readonly source: FeedSource
  readonly feedStore: FeedStore
  readonly leases: Leases
  /** Where silent engines are seen; null: nobody looks. */
  readonly engines: Pick<EngineWatchPorts, 'silences' | 'sessions'> | null
  /** Where the schedules of the accounts are followed; absent: nobody looks. */
  readonly schedule?: ScheduleStores
  /** Where the live cards are remembered; absent: there are none. */
  readonly cards?: CardStore
  /** Where the trades' cards and threads are remembered; absent: there are none. */
  readonly tradeCards?: TradeCardStore
  readonly reviews: ReviewDesk
  /** Where approvals, alerts and audit lines are kept. */
  readonly authority: AuthorityStore
  /** Backtests and the like, asked for in the channel; absent: there are none. */
  readonly studies?: StudyPorts
  readonly draw: (chart: ChartRequest) => Promise<ChartFile>
  readonly wall: WallClock
  readonly log: Logger
  /** Which process this is, for people. */
  readonly owner: string
  /** Called when it stands by, and each time it is logged in. */
  readonly onState?: (state: 'standby' | 'active') => void
}

const LEASE = { ttl_ms: 6_000, renewEvery_ms: 2_000, tryEvery_ms: 500 }
const LOGIN_RETRY = { first_ms: 500, max_ms: 30_000 }
const CHOICES_EVERY_MS = 30_000
/** A client that is not connected for this long is replaced by a new one. */
const DISCONNECTED_MAX_MS = 60_000
const WATCH_EVERY_MS = 2_000
/** In sum well under what whoever stops the bot allows it (12 s in `up`, 30 s in most container runtimes). */
const ANSWERS_DRAIN_MS = 2_000
const POST_DRAIN_MS = 3_000
const AUDIT_DRAIN_MS = 500
const FEED_DRAIN_MS = 4_000
/** A card's edit or a check under way is not waited for longer: it is made again. */
const BACKGROUND_DRAIN_MS = 1_000

/** Runs until `signal` aborts. Rejects with `DiscordLoginRefused`, or on a bug. */
export async function runBot(deps: BotDeps, signal: AbortSignal): Promise<void> {
  const { leases, owner, wall, log } = deps
  deps.onState?.('standby')
  await holdLease(leases, { name: BOT_LEASE, owner, ...LEASE }, { wall, log }, signal, (lease, held) =>
    whileLeading(deps, lease, held),
  )
}

/** Logged in for as long as `held` lasts, with a new client whenever one is beyond use. */
async function whileLeading(deps: BotDeps, lease: Lease, held: AbortSignal): Promise<void> {
  const { discord, wall, log } = deps
  const over = new AbortController()
  const shown = watchStore(deps, lease, AbortSignal.any([held, over.signal]))
  try {
    for (let failures = 0; !held.aborted; ) {
      const client = createClient(discord.apiUrl, log)
      try {
        await connect(client, discord.token, wall)
        shown.on(client)
        failures = 0
        log.info({ user: client.user?.tag }, 'logged in to Discord')
        if ((await serve(deps, client, lease, held)) === 'stale_epoch') return
      } catch (error) {
        if (!isTransient(error)) throw error
        failures += 1
        const wait_ms = backoff_ms(failures, LOGIN_RETRY)
        log.warn(
          { err: error, wait_ms },
          `Not connected to Discord at ${discord.apiUrl}; trying again. Trading goes on.`,
        )
        await wall.sleep(wait_ms, held)
      } finally {
        // Closing on purpose is no loss of connection.
        client.removeAllListeners(Events.ShardReconnecting)
        shown.on(null)
        await client.destroy()
      }
    }
  } finally {
    over.abort()
    await shown.ended
  }
}

class ConnectionLost extends Error {}

/** Whatever happens before and while being connected may pass, but for a refused login and our own bugs. */
const isTransient = (error: unknown): boolean =>
  !(error instanceof DiscordLoginRefused || error instanceof TypeError || error instanceof RangeError)

/** Watches engines and store, logged in or not; the store's absence shows on whatever client there is. */
function watchStore(
  { engines, wall, log }: BotDeps,
  lease: Lease,
  held: AbortSignal,
): { on(client: Client | null): void; readonly ended: Promise<void> } {
  let state: StorePresence = 'ok'
  let current: Client | null = null
  const onStore = (next: StorePresence): void => {
    state = next
    if (current !== null) showStore(current, state)
  }
  return {
    on(client) {
      current = client
      if (client !== null && state === 'away') showStore(client, state)
    },
    ended: engines === null ? Promise.resolve() : watchEngines({ ...engines, wall, log, onStore }, lease.epoch, held),
  }
}

async function serve(
  deps: BotDeps,
  client: Client,
  lease: Lease,
  held: AbortSignal,
): Promise<'stopped' | 'stale_epoch'> {
  const { discord, reader, wall, log } = deps
  const over = new AbortController()
  const stop = AbortSignal.any([held, over.signal])
  const team = setUpAuthority(client, deps)
  const { desk, choices } = deskOf(deps, client, team)
  const router = createRouter(deps.handlers, discord, desk, log)
  const pingRoleIds = discord.alertRoleIds.length > 0 ? discord.alertRoleIds : discord.operatorRoleIds
  const place = { ...discord, pingRoleIds, askRoleIds: discord.approverRoleIds }
  const channel = createFeedChannel(client, place)
  const publisher = createPublisher(
    {
      source: deps.source,
      store: deps.feedStore,
      channel,
      reports: reader,
      draw: deps.draw,
      wall,
      log,
    },
    { epoch: lease.epoch, ...PUBLISHER_DEFAULTS },
  )
  const onInteraction = (interaction: Interaction): void => void router.handle(interaction)
  const register = (): void => void ensureRegistered(client, discord.guildId, deps.handlers, log)
  client.on(Events.InteractionCreate, onInteraction)
  client.on(Events.ShardReady, register)
  await ensureRegistered(client, discord.guildId, deps.handlers, log)
  await checkChannel(client, discord, log)
  deps.onState?.('active')

  const background: Promise<'stopped' | 'stale_epoch' | 'connection_lost'>[] = [
    team.keep(stop),
    refreshChoices(choices, wall, log, stop),
    watchConnection(client, wall, stop),
  ]
  if (deps.schedule !== undefined) background.push(followDeskSchedule(deps.schedule, desk, log, stop))
  background.push(...keepAllCards(deps, { client, place, feed: channel }, lease.epoch, stop))
  if (deps.studies !== undefined) {
    const ports = { ...deps.studies, channel: createStudyChannel(client, place, channel), wall, log }
    background.push(keepStudies(ports, lease.epoch, stop))
  }
  const publishing = publisher.run(stop)
  try {
    const ended = await Promise.race([publishing, ...background])
    if (ended === 'connection_lost') throw new ConnectionLost(`not connected for ${DISCONNECTED_MAX_MS} ms`)
    return ended === 'stale_epoch' ? 'stale_epoch' : 'stopped'
  } finally {
    over.abort()
    await router.close(ANSWERS_DRAIN_MS)
    await team.audit.close(AUDIT_DRAIN_MS)
    if (await endsWithin(publishing, POST_DRAIN_MS, wall)) await publisher.drain(FEED_DRAIN_MS)
    await endsWithin(Promise.allSettled(background), BACKGROUND_DRAIN_MS, wall)
  }
}

/** `choices`: what of it autocompletion offers, to be read again now and then. */
function deskOf(
  deps: BotDeps,
  client: Client,
  team: AuthoritySetup,
): { readonly desk: Desk; readonly choices: readonly Refreshed[] } {
  const { discord, reader, wall } = deps
  const dates = new SessionDates(reader)
  const trades = new RecentTrades(reader)
  const studies = deps.studies === undefined ? null : createStudyDesk(deps.studies, wall)
  const definitions = deps.handlers.commands.map((command) => command.definition)
  const desk: Desk = {
    reader,
    feedChannelId: discord.channelId,
    commands: deps.commands,
    dates,
    trades,
    reviews: deps.reviews,
    tradeLink: tradeLink(discord, deps.tradeCards ?? null),
    authority: team.authority,
    audit: team.audit,
    later: team.later,
    drills: deps.authority,
    editMessage: team.editMessage,
    studies,
    versions: readVersions(),
    gatewayPing_ms: () => (client.ws.ping >= 0 ? client.ws.ping : null),
    checkDiscord: async () => discordLines(await gatherDiscord(client, discord, definitions)),
    draw: deps.draw,
    wall,
  }
  return { desk, choices: [dates, trades, ...(studies === null ? [] : [studies])] }
}

interface Refreshed {
  refresh(): Promise<void>
}

/** What autocompletion offers. */
async function refreshChoices(
  choices: readonly Refreshed[],
  wall: WallClock,
  log: Logger,
  signal: AbortSignal,
): Promise<'stopped'> {
  while (!signal.aborted) {
    for (const kind of choices) {
      await kind.refresh().catch((error: unknown) => log.debug({ err: error }, 'completions could not be read'))
    }
    await wall.sleep(CHOICES_EVERY_MS, signal)
  }
  return 'stopped'
}

/** The library reconnects by itself; this is for the cases in which it gives up. */
async function watchConnection(
  client: Client,
  wall: WallClock,
  signal: AbortSignal,
): Promise<'stopped' | 'connection_lost'> {
  let connected_ms = wall.monotonic_ms()
  while (!signal.aborted) {
    if (client.ws.status === Status.Ready) connected_ms = wall.monotonic_ms()
    if (wall.monotonic_ms() - connected_ms > DISCONNECTED_MAX_MS) return 'connection_lost'
    await wall.sleep(WATCH_EVERY_MS, signal)
  }
  return 'stopped'
}

/** Whether `work` succeeded within the time; never rejects. */
async function endsWithin(work: Promise<unknown>, timeout_ms: number, wall: WallClock): Promise<boolean> {
  const timer = new AbortController()
  const done = work.then(
    () => true,
    () => false,
  )
  const result = await Promise.race([done, wall.sleep(timeout_ms, timer.signal).then(() => false)])
  timer.abort()
  return result
}
