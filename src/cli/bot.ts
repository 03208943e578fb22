/** The bot process: answers in Discord and posts, until told to stop. */
import { hostname } from 'node:os'
import { HANDLERS } from '../../commands/index.ts'
import type { WallClock } from '../config/clock.ts'
import type { Config } from '../config/config.ts'
import { createLogger } from '../config/logger.ts'
import { type RunningMarketClock, simMarketClock } from '../config/market-clock.ts'
import { systemWallClock } from '../config/wall-clock.ts'
import { DiscordLoginRefused } from '../discord/client.ts'
import { runBot } from '../discord/main.ts'
import { createCommandBus } from '../queue/commands.ts'
import { createHeartbeats } from '../queue/heartbeats.ts'
import { createStudyQueue } from '../queue/study-queue.ts'
import { drawChart } from '../report/charts.ts'
import { createAuthorityStore } from '../store/authority-store.ts'
import { createCardStore } from '../store/card-store.ts'
import { createDataSetStore } from '../store/data-set-store.ts'
import { openFeedSource } from '../store/feed-source.ts'
import { createFeedStore } from '../store/feed-store.ts'
import { KEY_PREFIX, openStore, type Store } from '../store/open-store.ts'
import { createReviewDesk } from '../store/review-store.ts'
import { createScheduleStore } from '../store/schedule-store.ts'
import { createSilenceStore } from '../store/silence-store.ts'
import { createStudyStore } from '../store/study-store.ts'
import { createTradeCardStore } from '../store/trade-card-store.ts'
import { keepBeating } from './keep-beating.ts'
import { announceReady, followParent, outliveParentWhile } from './ready.ts'
import { EXIT, UsageError } from './usage.ts'
import { readVersion } from './worker-health.ts'

const CLOSE_MS_MAX = 2_000
/** A worker that lives is heard of every second; one that ended in order is not known any more. */
const WORKER_SILENT_MS = 5_000
const SIM_CLOCK_EVERY_MS = 1_000

/** Exit status 1: Discord refused the login; what to do is in the log. */
export async function runBotProcess(config: Config): Promise<number> {
  const { discord, redisUrl } = config
  if (discord === null)
    throw new UsageError('no DISCORD_TOKEN: set it, or use npm start, which brings a chat simulator')
  if (redisUrl === null)
    throw new UsageError('no REDIS_URL: say where Redis is, or use npm start, which brings its own')
  followParent()
  const log = await createLogger({ level: config.logLevel, name: 'bot', secrets: [discord.token] })
  const wall = systemWallClock
  const stop = new AbortController()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort())
  const store = await openStore({ redisUrl, wall, log })
  // What an orphaned worker still reports is to be posted.
  outliveParentWhile(async () => {
    const health = await store.reader.health().catch(() => null)
    return health?.workers.some(({ age_ms }) => age_ms < WORKER_SILENT_MS) ?? false
  })
  const source = await openFeedSource(store.redis, store.keys, store.reader, (error) =>
    log.warn({ err: error }, 'the connection to Redis failed; connecting again'),
  )
  const commands = await createCommandBus(redisUrl, KEY_PREFIX)
  const studies = await createStudyQueue(redisUrl, KEY_PREFIX)
  const simulated = await simulatedClock(config, wall)
  const owner = `${hostname()}-${process.pid}`
  const own = { workers: store.keys.bots, workerVersions: store.keys.botVersions }
  const ended = new AbortController()
  const beating = keepBeating(
    createHeartbeats(store.redis, own, { name: owner, version: readVersion() }),
    wall,
    AbortSignal.any([stop.signal, ended.signal]),
  )
  try {
    await runBot(
      {
        ...storesOf(store, config, { wall, simulated }),
        discord,
        handlers: HANDLERS,
        commands,
        source,
        studies: {
          store: createStudyStore(store.redis, store.keys, store.leases),
          queue: studies,
          dataSets: createDataSetStore(store.redis, store.keys),
          structureFor: (profile) => config.strategyFor(profile).structure,
        },
        draw: drawChart,
        wall,
        log,
        owner,
        onState: (state) => (state === 'active' ? announceReady() : log.info('waiting for the bot lease')),
      },
      stop.signal,
    )
    return EXIT.done
  } catch (error) {
    if (!(error instanceof DiscordLoginRefused)) throw error
    log.fatal({ err: error }, error.message)
    return EXIT.no
  } finally {
    ended.abort()
    // While Redis is away these wait for it.
    const closed = new AbortController()
    const closing = Promise.allSettled([commands.close(), studies.close(), source.close(), simulated?.close(), beating])
    await Promise.race([closing, wall.sleep(CLOSE_MS_MAX, closed.signal)])
    closed.abort()
    store.close()
  }
}

/** Engines tell the time of the accounts they trade; this one is for those that none trades any more. */
async function simulatedClock({ simClock }: Config, wall: WallClock): Promise<RunningMarketClock | null> {
  if (simClock === null) return null
  const clock = simMarketClock({ url: simClock.url, poll_ms: SIM_CLOCK_EVERY_MS, wall })
  await clock.start()
  return clock
}

/** What the bot reads and keeps, each behind its own port. */
function storesOf(
  store: Store,
  config: Config,
  { wall, simulated }: { readonly wall: WallClock; readonly simulated: RunningMarketClock | null },
) {
  const { redis, keys, leases, sessions, reader } = store
  return {
    reader,
    leases,
    feedStore: createFeedStore(redis, keys, leases),
    engines: { silences: createSilenceStore(redis, keys, leases, sessions), sessions },
    cards: createCardStore(redis, keys, leases),
    tradeCards: createTradeCardStore(redis, keys, leases),
    reviews: createReviewDesk({ ...store, wall }, config.reviews),
    authority: createAuthorityStore({ ...store, feed: reader.feed, wall }),
    schedule: {
      schedules: createScheduleStore(redis, keys, sessions),
      sessions,
      ...(simulated === null ? {} : { simulated }),
    },
  }
}
