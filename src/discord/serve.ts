/**
 * The bot while it is logged in: what it answers, what it posts, and what runs beside that. Entry point: `serve`.
 */
import { type Client, Events, type Interaction, Status } from 'discord.js'
import type { Logger } from 'pino'
import type { WallClock } from '../config/clock.ts'
import { createPublisher, PUBLISHER_DEFAULTS } from '../feed/publisher.ts'
import type { Lease } from '../store/lease.ts'
import { MINUTE_MS } from '../time/units.ts'
import { type AuthoritySetup, setUpAuthority } from './approval/setup.ts'
import type { BotDeps } from './bot-deps.ts'
import { keepAllCards } from './card/keep-all.ts'
import type { Desk } from './desk.ts'
import { createFeedChannel } from './feed-channel.ts'
import { followDeskSchedule } from './follow-schedule.ts'
import { takeOverReplies } from './kept-replies.ts'
import { LimitsNow } from './limits-now.ts'
import { checkChannel, ensureRegistered } from './preflight/at-login.ts'
import { discordLines } from './preflight/checks.ts'
import { gatherDiscord } from './preflight/gather.ts'
import { RecentTrades } from './recent-trades.ts'
import { watchReturns } from './returns.ts'
import { createRouter } from './router.ts'
import { SessionDates } from './session-dates.ts'
import { createStudyChannel } from './study/channel.ts'
import { keepStudies } from './study/keeper.ts'
import { createStudyDesk } from './study/study-desk.ts'
import { tradeLink } from './trade-thread/link.ts'
import { readVersions } from './versions.ts'

const CHOICES_EVERY_MS = 30_000
/** A client that is not connected for this long is replaced by a new one. */
const DISCONNECTED_MAX_MS = MINUTE_MS
const WATCH_EVERY_MS = 2_000
/** In sum well under what whoever stops the bot allows it (12 s in `up`, 30 s in most container runtimes). */
const ANSWERS_DRAIN_MS = 2_000
const POST_DRAIN_MS = 3_000
const AUDIT_DRAIN_MS = 500
const FEED_DRAIN_MS = 4_000
/** A card's edit or a check under way is not waited for longer: it is made again. */
const BACKGROUND_DRAIN_MS = 1_000

/** Beyond use: the library does not come back by itself. */
class ConnectionLost extends Error {}

/** Answers, posts and keeps up what stands in the channel, until `held` aborts. Throws `ConnectionLost`. */
export async function serve(
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
  const returns = watchReturns(client, wall)
  const publisher = createPublisher(
    {
      source: deps.source,
      store: deps.feedStore,
      channel,
      reports: reader,
      draw: deps.draw,
      wall,
      log,
      sleep: returns.sleep,
    },
    { epoch: lease.epoch, ...PUBLISHER_DEFAULTS },
  )
  const onInteraction = (interaction: Interaction): void => void router.handle(interaction)
  const register = async (): Promise<void> => {
    for (const guildId of discord.guildIds) await ensureRegistered(client, guildId, deps.handlers, log)
  }
  const onReady = (): void => void register()
  client.on(Events.InteractionCreate, onInteraction)
  client.on(Events.ShardReady, onReady)
  await register()
  await checkChannel(client, discord, log)
  deps.onState?.('active')

  const background: Promise<'stopped' | 'stale_epoch' | 'connection_lost'>[] = [
    team.keep(stop),
    refreshChoices(choices, wall, log, stop),
    watchConnection(client, wall, stop),
  ]
  if (deps.schedule !== undefined) background.push(followDeskSchedule(deps.schedule, desk, log, stop))
  background.push(...keepAllCards(deps, { client, place, feed: channel, returns: returns.count }, lease.epoch, stop))
  if (deps.studies !== undefined) {
    const ports = {
      ...deps.studies,
      channel: createStudyChannel(client, place, channel),
      returns: returns.count,
      wall,
      log,
    }
    background.push(keepStudies(ports, lease.epoch, stop))
  }
  // Not waited for: what is left waits for workers.
  void takeOverReplies(desk, { wall, log }, stop)
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
  const limits = new LimitsNow(reader)
  const studies = deps.studies === undefined ? null : createStudyDesk(deps.studies, wall)
  const definitions = deps.handlers.commands.map((command) => command.definition)
  const desk: Desk = {
    reader,
    feedChannelId: discord.channelId,
    commands: deps.commands,
    dates,
    trades,
    limits,
    reviews: deps.reviews,
    tradeLink: tradeLink(discord, deps.tradeCards ?? null),
    authority: team.authority,
    audit: team.audit,
    later: team.later,
    kept: team.kept,
    drills: deps.authority,
    editMessage: team.editMessage,
    studies,
    versions: readVersions(),
    gatewayPing_ms: () => (client.ws.ping >= 0 ? client.ws.ping : null),
    checkDiscord: async () => discordLines(await gatherDiscord(client, discord, definitions)),
    draw: deps.draw,
    wall,
  }
  return { desk, choices: [dates, trades, limits, ...(studies === null ? [] : [studies])] }
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
