/** A desk on a Redis of its own that may be killed, its worker a process with a position open. */
import { afterEach, beforeEach } from 'vitest'
import type { JournalEvent } from '../../src/session/events.ts'
import type { SessionState } from '../../src/session/state.ts'
import { lastFeedNoIn } from '../../src/store/archive/last-feed-no.ts'
import { journalFolder } from '../../src/store/archive/paths.ts'
import { slowOnceHeld, startTestDesk } from './desk-in-test.ts'
import { startOwnRedis } from './own-redis.ts'
import { eventually, until } from './waits.ts'
import { spawnWorker, WORKERS_DATA_DIR, type WorkerProcess } from './worker-process.ts'

export const TRADING_DATE = '2026-11-23'
/**
 * For whatever a desk does by itself after a store came back, a worker's start too, on a busy machine; not what is
 * measured.
 */
export const ENOUGH_MS = 60_000

type StoreOutageDesk = Awaited<ReturnType<typeof startStoreOutageDesk>>

/** Resolves when the position is open; the market runs at its own pace from then on. */
async function startStoreOutageDesk() {
  const redis = await startOwnRedis()
  const desk = await startTestDesk({
    source: { kind: 'seed', seed: '7', startDate: TRADING_DATE },
    speed: 390,
    redisUrl: redis.url,
  })
  let worker: WorkerProcess = spawnWorker(desk)
  const started = await desk.start('25k')
  if (!started.ok) throw new Error(started.refusal.message)
  const { accountId } = started
  const { sessions } = desk.store

  /** Null while the store is away. */
  const session = async (): Promise<SessionState | null> =>
    (await sessions.session(accountId, TRADING_DATE).catch(() => null))?.value ?? null
  const journal = () => sessions.journal(accountId, TRADING_DATE)
  const of = async <T extends JournalEvent['type']>(type: T) =>
    (await journal())
      .map((entry) => entry.event)
      .filter((event): event is Extract<JournalEvent, { type: T }> => event.type === type)
  const setSpeed = async (speed: number): Promise<void> => {
    const body = JSON.stringify({ speed })
    await fetch(desk.sim.clockUrl, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  }
  const killWorker = async (): Promise<void> => {
    worker.child.kill('SIGKILL')
    await worker.exited
  }

  await slowOnceHeld(desk, ENOUGH_MS)
  await until('a position', async () => (await session())?.phase === 'holding', ENOUGH_MS)
  return {
    redis,
    accountId,
    session,
    campaign: async () => (await sessions.campaign(accountId)).value,
    report: () => desk.store.reader.report(accountId, TRADING_DATE),
    journal,
    of,
    lastFeedNo: async () => (await journal()).findLast(({ feedNo }) => feedNo !== null)?.feedNo ?? 0,
    /** The same in the journal files. */
    lastFiledNo: () => lastFeedNoIn(journalFolder(WORKERS_DATA_DIR), accountId),
    setSpeed,
    killWorker,
    startWorker(): void {
      worker = spawnWorker(desk)
    },
    async positionsAtBroker(): Promise<readonly unknown[]> {
      const headers = { 'apca-api-key-id': 'PKSIM25K', 'apca-api-secret-key': 'sim' }
      const answer = await fetch(`${desk.sim.url}/v2/positions`, { headers })
      return (await answer.json()) as unknown[]
    },
    ended: () =>
      eventually(
        'the end of the day',
        async () => ((await of('session_ended').catch(() => [])).length > 0 ? true : null),
        ENOUGH_MS,
      ),
    async close(): Promise<void> {
      await killWorker()
      await desk.close()
      await redis.close()
    },
  }
}

/** One anew for each test of a `describe`; `current()` is that of the running one. */
export function useStoreOutageDesk(): { current(): StoreOutageDesk } {
  let desk: StoreOutageDesk | null = null
  beforeEach(async () => {
    desk = await startStoreOutageDesk()
  }, 150_000)
  afterEach(() => desk?.close())
  return {
    current() {
      if (desk === null) throw new Error('expected a test to run, got none')
      return desk
    },
  }
}
