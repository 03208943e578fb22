/** Workers come and go while a position is open; the session goes on. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { SessionState } from '../../src/session/state.ts'
import { slowOnceHeld, startTestDesk, type TestDesk } from '../support/desk-in-test.ts'
import { until } from '../support/waits.ts'
import { spawnWorker, type WorkerProcess } from '../support/worker-process.ts'

const TRADING_DATE = '2026-11-23'
const TAKEOVER_MS_MAX = 10_000
/** For a process to start, on a busy machine; not what is measured here. */
const START_MS_MAX = 40_000

describe('a session and its workers', () => {
  let desk: TestDesk
  let accountId: string
  let workers: WorkerProcess[]

  beforeEach(async () => {
    desk = await startTestDesk({
      source: { kind: 'seed', seed: '7', startDate: TRADING_DATE },
      speed: 390,
      database: 5,
    })
    workers = [spawnWorker(desk)]
    const started = await desk.start('25k')
    if (!started.ok) throw new Error(started.refusal.message)
    accountId = started.accountId
    await slowOnceHeld(desk, START_MS_MAX)
    await until('a position', async () => (await session())?.phase === 'holding')
  })

  afterEach(async () => {
    for (const { child } of workers) child.kill('SIGKILL')
    await Promise.all(workers.map((worker) => worker.exited))
    await desk.close()
  })

  const session = async (): Promise<SessionState | null> =>
    (await desk.store.sessions.session(accountId, TRADING_DATE)).value
  const owner = async () => (await desk.store.reader.status(accountId))?.health.worker ?? null
  const events = async () => (await desk.store.sessions.journal(accountId, TRADING_DATE)).map((entry) => entry.event)
  const countOf = async (type: string) => (await events()).filter((event) => event.type === type).length

  async function addSecond(): Promise<[WorkerProcess, WorkerProcess]> {
    const second = spawnWorker(desk)
    workers.push(second)
    const isThere = async () =>
      (await desk.store.redis.zrange(desk.store.keys.workers, '0', '-1')).some((name) => second.owns(name))
    await until('the second worker', isThere, START_MS_MAX)
    const first = workers[0]
    if (first === undefined) throw new Error('expected a first worker')
    return [first, second]
  }

  const takenOverBy = (worker: WorkerProcess) =>
    until('the other worker to have the session', async () => worker.owns(await owner()), TAKEOVER_MS_MAX)

  test('a killed worker’s session is watched again by another within 10 s, position and all', async () => {
    const [first, second] = await addSecond()
    const before = (await session())?.trade?.openedQty
    // More than one where an entry was given up before the one that was filled.
    const decided = await countOf('entry_decided')
    first.child.kill('SIGKILL')
    await takenOverBy(second)
    const state = await session()
    expect(state?.trade?.openedQty).toBe(before)
    expect(await countOf('session_resumed')).toBe(1)
    expect(await countOf('entry_decided')).toBe(decided)
  })

  test('a worker told to stop hands its session to another one and leaves the position alone', async () => {
    const [first, second] = await addSecond()
    first.child.kill('SIGTERM')
    await takenOverBy(second)
    expect(await first.exited).toBe(0)
    expect((await session())?.phase).toBe('holding')
  })

  test('two workers told to stop at once leave no position open between them', async () => {
    const both = await addSecond()
    for (const { child } of both) child.kill('SIGTERM')
    expect(await Promise.all(both.map(({ exited }) => exited))).toEqual([0, 0])
    expect((await events()).find((event) => event.type === 'trade_closed')).toMatchObject({ reason: 'shutdown' })
    expect((await session())?.phase).toBe('ended')
  })

  test('the last worker told to stop closes the position, reports, and exits', async () => {
    const [last] = workers
    last?.child.kill('SIGTERM')
    expect(await last?.exited).toBe(0)
    const journal = await events()
    expect(journal.find((event) => event.type === 'trade_closed')).toMatchObject({ reason: 'shutdown' })
    expect(journal.findLast((event) => event.type === 'session_ended')).toMatchObject({ status: 'stopped' })
    const campaign = (await desk.store.sessions.campaign(accountId)).value
    expect(campaign).toMatchObject({ active: true, stop: null, session: { date: '2026-11-24' } })
  })
})
