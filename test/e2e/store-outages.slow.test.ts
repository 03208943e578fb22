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

  test('it comes back with its data: the day goes on as if nothing had been', async () => {
    const before = await journal()
    await redis.kill()
    await redis.restart('with its data')
    await setSpeed(2500)
    await ended()
    const after = await journal()
    expect(after.slice(0, before.length)).toEqual(before)
    expect((await of('entry_decided')).length - (await of('entry_abandoned')).length).toBe(1)
    expect((await of('trade_closed')).length).toBe(1)
    expect(await positionsAtBroker()).toEqual([])
    const numbers = after.flatMap(({ feedNo }) => (feedNo === null ? [] : [feedNo]))
    expect(numbers).toEqual(numbers.map((_, index) => index + 1))
  }, 90_000)

  test('it comes back empty with no worker alive: the next worker adopts what the broker shows', async () => {
    const before = await session()
    worker.child.kill('SIGKILL')
    await worker.exited
    await redis.kill()
    await redis.restart('empty')
    worker = spawnWorker(desk)
    const after = await eventually(
      'the adopted position',
      async () => {
        const state = await session()
        return state?.phase === 'holding' ? state : null
      },
      ENOUGH_MS,
    )
    expect(after.trade).toMatchObject({ openedQty: before?.trade?.openedQty, symbols: before?.trade?.symbols })
    expect(after.trade?.openedNotional).toBe(before?.trade?.openedNotional)
    expect(after.mode).toBe('REDUCING')
    await setSpeed(2500)
    await ended()
    expect(await positionsAtBroker()).toEqual([])
    const [closed] = await of('trade_closed')
    expect((await desk.store.reader.report(accountId, TRADING_DATE))?.netPnlCents).toBe(closed?.netPnlCents)
  }, 90_000)

  test('exits fire while it is away, and the journal catches up', async () => {
    expect(await positionsAtBroker()).not.toEqual([])
    await redis.kill()
    await setSpeed(2500)
    await eventually(
      'the position to be closed',
      async () => ((await positionsAtBroker()).length === 0 ? true : null),
      ENOUGH_MS,
    )
    await redis.restart('with its data')
    await ended()
    expect((await of('order_intent')).length).toBeGreaterThanOrEqual(2)
    expect((await of('trade_closed')).length).toBe(1)
  }, 90_000)
})
