/**
 * A worker of the many-sessions benchmark in a process of its own: the real desk worker on the real queue, with one
 * simulated account a session. Told over IPC; see `WorkerChild` in `many-sessions.ts`.
 */
import './many-profiles.ts'

import { pino } from 'pino'
import { z } from 'zod'
import { createAlpacaBroker } from '../../src/broker/alpaca-broker.ts'
import { configHash } from '../../src/config/config.ts'
import { simMarketClock } from '../../src/config/market-clock.ts'
import { systemWallClock } from '../../src/config/wall-clock.ts'
import { createBrokers } from '../../src/queue/brokers.ts'
import { startDeskWorker } from '../../src/queue/desk-worker.ts'
import { DEFAULT_ENGINE_LIMITS } from '../../src/session/engine-limits.ts'
import { openStore } from '../../src/store/open-store.ts'
import { PROFILES } from '../../src/strategy/profiles.ts'
import { DEFAULT_LIMITS, DEFAULT_WIDTH } from '../../src/strategy/rules.ts'
import { keyOf, MARKET_SECRET } from './market.ts'

const wall = systemWallClock
const log = pino({ level: process.env.BENCH_LOG_LEVEL ?? 'silent' }, pino.destination(2))
const setup = z
  .object({
    redisUrl: z.string(),
    prefix: z.string(),
    url: z.string(),
    clockUrl: z.string(),
    streamUrls: z.object({ trading: z.string(), stock: z.string(), option: z.string() }),
  })
  .parse(JSON.parse(process.argv[2] ?? '{}'))

const settings = {
  profile: PROFILES['25k'],
  limits: DEFAULT_LIMITS,
  engine: DEFAULT_ENGINE_LIMITS,
  structure: 'put_spread',
  width: DEFAULT_WIDTH,
} as const
const store = await openStore({ redisUrl: setup.redisUrl, wall, log, prefix: setup.prefix })
const clock = simMarketClock({ url: setup.clockUrl, poll_ms: 100, wall })
await clock.start()
const worker = await startDeskWorker({
  redisUrl: setup.redisUrl,
  store,
  clock,
  wall,
  log,
  prefix: setup.prefix,
  // A profile stands for a set of keys; here there are as many as accounts, named by their number.
  brokers: createBrokers(
    (profile) =>
      createAlpacaBroker({
        keyId: keyOf(Number(profile)),
        secret: MARKET_SECRET,
        tradingUrl: setup.url,
        dataUrl: setup.url,
        tradingStreamUrl: setup.streamUrls.trading,
        stockStreamUrl: setup.streamUrls.stock,
        optionStreamUrl: setup.streamUrls.option,
        requestsPerMinute: 1_000_000,
        log,
        wallClock: wall,
        marketClock: clock,
      }),
    () => null,
  ),
  settingsFor: () => ({ ...settings, configHash: configHash(settings) }),
})

const SAMPLE_EVERY_MS = 2
/** Epoch milliseconds, the same clock in every process of the machine. */
const now_ms = () => performance.timeOrigin + performance.now()
const connected = (streams: object) => Object.values(streams).every((state) => state === 'connected')

/** When each session has looked at its quotes since `from_ms`; ends after `for_ms`. */
async function checkedSince(from_ms: number, for_ms: number): Promise<Record<string, number>> {
  const checked: Record<string, number> = {}
  while (now_ms() < from_ms + for_ms) {
    const { sessions } = worker.health()
    for (const { accountId, lastTickAge_ms } of sessions) {
      if (lastTickAge_ms === null || checked[accountId] !== undefined) continue
      const at_ms = now_ms() - lastTickAge_ms
      // The age is in whole milliseconds.
      if (at_ms >= from_ms + 1) checked[accountId] = at_ms
    }
    if (Object.keys(checked).length === sessions.length) break
    await wall.sleep(SAMPLE_EVERY_MS)
  }
  return checked
}

const requestSchema = z.discriminatedUnion('ask', [
  z.object({ ask: z.literal('health') }),
  z.object({ ask: z.literal('checked'), from_ms: z.number(), for_ms: z.number() }),
])

process.on('message', (message) => {
  void (async () => {
    const request = requestSchema.parse(message)
    if (request.ask === 'checked') {
      process.send?.({ checked: await checkedSince(request.from_ms, request.for_ms) })
      return
    }
    const { sessions } = worker.health()
    const watched = sessions.filter(({ lastTickAge_ms }) => lastTickAge_ms !== null)
    process.send?.({
      sessions: sessions.length,
      watched: watched.map(({ accountId }) => accountId),
      streaming: watched.filter(({ streams }) => connected(streams)).length,
      rss_bytes: process.memoryUsage().rss,
      cpu_us: process.cpuUsage().user + process.cpuUsage().system,
    })
  })()
})
// As the program's own worker leaves.
process.once('SIGTERM', () => void worker.stop().then(() => process.exit(0)))
process.once('disconnect', () => process.exit(0))
process.send?.({ ready: true })
