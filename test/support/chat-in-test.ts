/** The chat half of a desk in a test: chat simulator, bot, and a person at the page. */
import { pino } from 'pino'
import { HANDLERS } from '../../commands/index.ts'
import type { WallClock } from '../../src/config/clock.ts'
import type { DiscordConfig } from '../../src/config/config.ts'
import { systemWallClock } from '../../src/config/wall-clock.ts'
import { type BotDeps, runBot } from '../../src/discord/main.ts'
import type { FeedStore } from '../../src/feed/port.ts'
import { drawChart } from '../../src/report/charts.ts'
import type { ReviewDesk } from '../../src/review/port.ts'
import { OLIVIA } from '../../src/sim/discord/fixtures.ts'
import type { Middleware } from '../../src/sim/discord/rest/route.ts'
import { type DiscordSim, startDiscordSim } from '../../src/sim/discord/server.ts'
import { createAuthorityStore } from '../../src/store/authority-store.ts'
import { createCardStore } from '../../src/store/card-store.ts'
import { openFeedSource } from '../../src/store/feed-source.ts'
import { createFeedStore } from '../../src/store/feed-store.ts'
import { createReviewDesk } from '../../src/store/review-store.ts'
import { createScheduleStore } from '../../src/store/schedule-store.ts'
import { createSilenceStore } from '../../src/store/silence-store.ts'
import { createTradeCardStore } from '../../src/store/trade-card-store.ts'
import { ChatUser } from './chat-user.ts'
import type { TestDesk } from './desk-in-test.ts'
import { tapped } from './discord-wire.ts'
import { simulatedServer } from './simulated-server.ts'

export interface TestChat {
  readonly sim: DiscordSim
  readonly olivia: ChatUser
  /** Stops the bot and starts another one in the same channel. */
  restartBot(): Promise<void>
  /** Starts another bot beside the first, which waits for its lease. */
  standBy(): Promise<void>
  /** Stops the bot; resolves when the one that stood by has taken over. */
  handOver(): Promise<void>
  close(): Promise<void>
}

const log = pino({ level: process.env.TEST_LOG_LEVEL ?? 'silent' }, pino.destination(2))

export interface TestChatOptions {
  /** Also serves the local page at the simulator's address. */
  readonly hasPage?: boolean
  readonly middleware?: readonly Middleware[]
  readonly heartbeatInterval_ms?: number
  /** Where the bot reaches the simulator, given its address: a proxy between the two. */
  readonly via?: (simUrl: string) => Promise<string>
  /** Changes what the bot keeps reviews in. */
  readonly reviews?: (real: ReviewDesk) => ReviewDesk
  /** Instead of the pictures, each of which takes a moment to draw. */
  readonly draw?: BotDeps['draw']
  /** Instead of the machine's own. */
  readonly wall?: WallClock
  /** Changes what the bot keeps its feed's progress in. */
  readonly feedStore?: (real: FeedStore) => FeedStore
  /** Also keeps the live cards. */
  readonly hasCards?: boolean
  /** Also does what is due by the market's clock. */
  readonly hasSchedule?: boolean
  /** Roles other than the simulator's own. */
  readonly discord?: Partial<DiscordConfig>
}

/** What of a desk the chat half works with; the market may be none. */
type ChatSide = Pick<TestDesk, 'store' | 'bus'> & { readonly sim: Pick<TestDesk['sim'], 'url'> | null }

export async function startTestChat(desk: ChatSide, options: TestChatOptions = {}): Promise<TestChat> {
  const { hasPage = false, middleware = [], heartbeatInterval_ms, via = async (url) => url } = options
  const sim = await startDiscordSim({
    port: 0,
    log,
    hasRateLimits: false,
    marketUrl: desk.sim?.url,
    middleware: tapped(middleware),
    ...(heartbeatInterval_ms === undefined ? {} : { heartbeatInterval_ms }),
    ...(hasPage ? {} : { pageFolder: null }),
  })
  const apiUrl = `${await via(sim.url)}/api`
  const launch = () => startBot(desk, { ...options.discord, apiUrl }, options)
  let bot = await launch()
  await bot.active
  let second: Awaited<ReturnType<typeof launch>> | null = null
  const olivia = await ChatUser.connect(sim.url, OLIVIA.id)
  return {
    sim,
    olivia,
    async restartBot() {
      await bot.stop()
      bot = await launch()
      await bot.active
    },
    async standBy() {
      second = await launch()
    },
    async handOver() {
      if (second === null) throw new Error('expected a bot that stands by')
      await bot.stop()
      bot = second
      second = null
      await bot.active
    },
    async close() {
      await second?.stop()
      await bot.stop()
      olivia.close()
      await sim.close()
    },
  }
}

async function startBot(
  { store, bus }: ChatSide,
  discord: Partial<DiscordConfig> & Pick<DiscordConfig, 'apiUrl'>,
  options: TestChatOptions,
): Promise<{ readonly active: Promise<unknown>; stop(): Promise<void> }> {
  const { draw = drawChart, hasCards = false, hasSchedule = false, wall = systemWallClock } = options
  const { reviews: changed = (real) => real, feedStore = (real) => real } = options
  const policy = { needed: 2, tags: ['late-exit', 'news'] }
  const reviews = changed(createReviewDesk({ ...store, wall }, policy))
  const stop = new AbortController()
  const source = await openFeedSource(store.redis, store.keys, store.reader, () => undefined)
  let onActive: () => void = () => undefined
  const active = new Promise<void>((resolve) => {
    onActive = resolve
  })
  const bot = runBot(
    {
      discord: { ...simulatedServer(discord.apiUrl), ...discord },
      handlers: HANDLERS,
      reader: store.reader,
      commands: bus,
      source,
      feedStore: feedStore(createFeedStore(store.redis, store.keys, store.leases)),
      leases: store.leases,
      engines: {
        silences: createSilenceStore(store.redis, store.keys, store.leases, store.sessions),
        sessions: store.sessions,
      },
      ...(hasCards ? { cards: createCardStore(store.redis, store.keys, store.leases) } : {}),
      ...(hasSchedule
        ? {
            schedule: {
              schedules: createScheduleStore(store.redis, store.keys, store.sessions),
              sessions: store.sessions,
            },
          }
        : {}),
      tradeCards: createTradeCardStore(store.redis, store.keys, store.leases),
      reviews,
      authority: createAuthorityStore({ ...store, feed: store.reader.feed, wall }),
      draw,
      wall,
      log,
      owner: 'test-bot',
      onState: (state) => {
        if (state === 'active') onActive()
      },
    },
    stop.signal,
  )
  return {
    active: Promise.race([active, bot]),
    async stop() {
      stop.abort()
      await bot
      await source.close()
    },
  }
}
