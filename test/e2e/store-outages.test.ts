/** Redis dies while a position is open, and comes back with its data, without it, or late. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { JournalEvent } from '../../src/session/events.ts'
import type { SessionState } from '../../src/session/state.ts'
import { eventually, startTestDesk, type TestDesk } from '../support/desk-in-test.ts'
import { type OwnRedis, startOwnRedis } from '../support/own-redis.ts'
import { spawnWorker, type WorkerProcess } from '../support/worker-process.ts'

const TRADING_DATE = '2026-11-23'
const ENOUGH_MS = 20_000

describe('the store dies while a position is open', () => {
  let redis: OwnRedis
  let desk: TestDesk
  let worker: WorkerProcess
  let accountId: string

  beforeEach(async () => {
    redis = await startOwnRedis()
    desk = await startTestDesk({
      source: { kind: 'seed', seed: '7', startDate: TRADING_DATE },
      speed: 390,
      redisUrl: redis.url,
    })
    worker = spawnWorker(desk)
    const started = await desk.start('25k')
    if (!started.ok) throw new Error(started.refusal.message)
    accountId = started.accountId
    await eventually('a position', async () => ((await session())?.phase === 'holding' ? true : null), 30_000)
    await setSpeed(1)
  }, 60_000)

  afterEach(async () => {
    worker.child.kill('SIGKILL')
    await worker.exited
    await desk.close()
    await redis.close()
  })

  /** Null while the store is away. */
  const session = async (): Promise<SessionState | null> =>
    (await desk.store.sessions.session(accountId, TRADING_DATE).catch(() => null))?.value ?? null
  const journal = () => desk.store.sessions.journal(accountId, TRADING_DATE)
  const of = async <T extends JournalEvent['type']>(type: T) =>
    (await journal())
      .map((entry) => entry.event)
      .filter((event): event is Extract<JournalEvent, { type: T }> => event.type === type)
  const positionsAtBroker = async (): Promise<readonly unknown[]> => {
    const headers = { 'apca-api-key-id': 'PKSIM25K', 'apca-api-secret-key': 'sim' }
    const answer = await fetch(`${desk.sim.url}/v2/positions`, { headers })
    return (await answer.json()) as unknown[]
  }

  async function setSpeed(speed: number): Promise<void> {
    const body = JSON.stringify({ speed })
    await fetch(desk.sim.clockUrl, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  }

  const ended = () =>
    eventually(
      'the end of the day',
      async () => ((await of('session_ended').catch(() => [])).length > 0 ? true : null),
      ENOUGH_MS,
    )

  test('it comes back empty: the worker sets it up again, opens nothing more, and says so', async () => {
    const lastNo = (await journal()).findLast(({ feedNo }) => feedNo !== null)?.feedNo ?? 0
    const before = await session()
    await redis.kill()
    await redis.restart('empty')
    const after = await eventually('the session in the new store', session, ENOUGH_MS)
    expect(after.trade?.openedQty).toBe(before?.trade?.openedQty)
    const [alert] = (await journal()).filter(({ event }) => event.type === 'engine_alert')
    expect(alert?.event).toMatchObject({ code: 'store_lost', critical: true })
    expect(alert?.feedNo ?? 0).toBeGreaterThan(lastNo)
    expect((await session())?.mode).toBe('REDUCING')
    expect((await desk.store.sessions.campaign(accountId)).value).toMatchObject({ active: true })
    await setSpeed(2500)
    await ended()
    expect((await of('trade_closed')).length).toBe(1)
    expect(await positionsAtBroker()).toEqual([])
    const [closed] = await of('trade_closed')
    expect((await desk.store.reader.report(accountId, TRADING_DATE))?.netPnlCents).toBe(closed?.netPnlCents)
    await eventually('the next day', async () =>
      (await desk.store.sessions.campaign(accountId)).value?.session.date === TRADING_DATE ? null : true,
    )
  }, 90_000)
})
