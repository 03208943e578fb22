/** The worker process: trades until told to stop. */
import type { Config } from '../config/config.ts'
import { createLogger } from '../config/logger.ts'
import { systemWallClock } from '../config/wall-clock.ts'
import { startDeskWorker } from '../queue/desk-worker.ts'
import { startStudyWorker } from '../queue/study-worker.ts'
import { verdictFactsOf } from '../queue/verdict-facts.ts'
import { lastFeedNoIn } from '../store/archive/last-feed-no.ts'
import { journalFolder } from '../store/archive/paths.ts'
import { startArchive } from '../store/archive/start-archive.ts'
import { openStore } from '../store/open-store.ts'
import { followRules } from '../store/tape/rule-follower.ts'
import { tapesIn } from '../store/tape/tape-files.ts'
import { openAlpacaSide } from './alpaca-side.ts'
import { secretsOf } from './connect-broker.ts'
import { announceReady, followParent } from './ready.ts'
import { joinedDeskEnds } from './supervisor/joined-workers.ts'
import { EXIT, UsageError } from './usage.ts'
import { answerForHealth } from './worker-health.ts'

export async function runWorker(config: Config): Promise<number> {
  const { alpaca, redisUrl } = config
  if (alpaca === null)
    throw new UsageError('no Alpaca keys: set ALPACA_API_KEY and ALPACA_SECRET_KEY, or use npm start')
  if (redisUrl === null)
    throw new UsageError('no REDIS_URL: say where Redis is, or use npm start, which brings its own')
  followParent()
  // From the first moment: it takes sessions before everything else of it is ready.
  const told = toldToStop()
  const log = await createLogger({ level: config.logLevel, name: 'worker', secrets: secretsOf(alpaca) })
  const wall = systemWallClock
  const store = await openStore({ redisUrl, wall, log })
  const side = await openAlpacaSide(config, alpaca, log, 'worker')
  const open = tapesIn({ dataDir: config.dataDir, wall, log })
  const follower = followRules({ open, brokers: side.brokers, clock: side.clock, wall, log })
  const worker = await startDeskWorker({
    openTape: follower.openTape,
    lastFeedNo: (accountId) => lastFeedNoIn(journalFolder(config.dataDir), accountId),
    redisUrl,
    store,
    brokers: side.brokers,
    clock: side.clock,
    wall,
    log,
    approvalExpires_ms: config.approvalExpires_ms,
    verdictFacts: await verdictFactsOf({ ...config, alpaca, store, log }),
    settingsFor: (profile) => config.strategyFor(profile),
  })
  const health = await answerForHealth({ config, worker, store, wall, log })
  const { dataDir, reportsDir } = config
  const archive = startArchive({ store, dataDir, reportsDir, clock: side.clock, wall, log })
  const studies = startStudyWorker({
    redisUrl,
    store,
    wall,
    log,
    dataDir,
    dataSetsDir: config.dataSetsDir,
    name: worker.name,
    settingsFor: (profile) => config.strategyFor(profile),
  })
  announceReady()
  await Promise.race([told, joinedDeskEnds(config, wall)])
  log.info('told to stop')
  const studiesStopped = studies.stop()
  const isSafe = await worker.stop()
  follower.stop()
  await studiesStopped
  await archive.stop()
  await health.close()
  await side.close()
  store.close()
  return isSafe ? EXIT.done : EXIT.no
}

function toldToStop(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve())
  })
}
