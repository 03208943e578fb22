/**
 * A worker that is stopped (as a paused machine is) for longer than its lease lives, and goes on afterwards in the
 * belief that it still has the session; then a worker that is told to leave.
 */
import { afterEach, describe, expect, test } from 'vitest'
import { type HeldDesk, problemsWithOrders, startHeldDesk, TRADING_DATE } from '../support/held-desk.ts'
import { eventually, until } from '../support/waits.ts'
import { startWire, type Wire } from '../support/wire.ts'

const TAKEOVER_MS_MAX = 10_000
/** On a quiet machine it is under a second; the figure is printed. */
const HANDOVER_MS_MAX = 5_000
const ENOUGH_MS = 30_000
/** Past the moment at which the session's end closes a position, and before the broker itself would. */
const EXIT_DUE = `${TRADING_DATE}T15:12:00-05:00`

/** Requests that change something at the broker. */
const orders = ({ exchanges }: Wire) =>
  exchanges.filter(({ method, path }) => method !== 'GET' && path.startsWith('/v2/orders'))

describe('a worker that was stopped for longer than its lease', () => {
  let held: HeldDesk
  let secondWire: Wire
  afterEach(async () => {
    await held.close()
    await secondWire.close()
  })

  test('changes nothing at the broker when it wakes with an exit due, and takes a session when one is handed over', async () => {
    held = await startHeldDesk({ database: 6 })
    const { first, wire, desk } = held
    secondWire = await startWire(desk.sim.url)
    const second = await held.addWorker(secondWire)
    const sentBefore = orders(wire)

    first.child.kill('SIGSTOP')
    await until('the other worker', async () => second.owns(await held.owner()), TAKEOVER_MS_MAX)
    await held.sim('/clock', { paused: true })
    await held.sim('/step', { to: EXIT_DUE })
    await eventually('a close of the new owner', async () => orders(secondWire)[0] ?? null, ENOUGH_MS)

    // What the market did meanwhile waits in the sockets of the stopped one: the exit is due for it, too.
    const stale = await held.session()
    first.child.kill('SIGCONT')
    const refusal = /lost the lease|another worker owns this session/
    await until('the stale owner to be refused', async () => refusal.test(first.log()), ENOUGH_MS)
    await until('its heartbeat', async () => await beats(held, first), ENOUGH_MS)
    // It may find its timers run out before it reads a word, take the store for away, and close under the id that comes
    // next by what it knows: the one that the broker already has. Anything else it must not send.
    const sent = orders(wire).slice(sentBefore.length)
    if (sent.length > 0) process.stderr.write(`Sent by the stale worker: ${JSON.stringify(sent)}\n${first.log()}\n`)
    expect(sent.filter(({ status }) => status !== 422)).toEqual([])
    expect((await held.of('session_resumed')).map(({ worker }) => second.owns(worker))).toEqual([true])
    expect(stale?.closeAttempts).toBe(1)

    const told_ms = Date.now()
    second.child.kill('SIGTERM')
    await eventually('the session in its hands again', async () =>
      (await held.of('session_resumed'))[1] ? true : null,
    )
    const taken_ms = Date.now() - told_ms
    process.stderr.write(`From SIGTERM until another worker has the session: ${taken_ms} ms\n`)
    expect(taken_ms).toBeLessThan(HANDOVER_MS_MAX)
    const [takenOver, handedOver] = await held.of('session_resumed')
    expect(handedOver).toMatchObject({ handedOver: true })
    expect(handedOver?.epoch).toBeGreaterThan(takenOver?.epoch ?? Number.POSITIVE_INFINITY)
    expect(await second.exited).toBe(0)

    await held.sim('/clock', { paused: false, speed: 390 })
    await eventually('the end of the day', async () => (await held.of('session_ended'))[0] ?? null, ENOUGH_MS)
    expect(await held.of('trade_closed')).toHaveLength(1)
    expect(await problemsWithOrders(held)).toEqual([])
    expect((await held.orders()).map((order) => order.client_order_id)).toEqual([
      'p4d-25k-20261123-open-1',
      'p4d-25k-20261123-close-1',
    ])
  }, 150_000)
})

/** Whether it has told since it woke that it lives; its last beat before is older than the lease. */
async function beats({ desk }: HeldDesk, worker: HeldDesk['first']): Promise<boolean> {
  const { redis, keys } = desk.store
  const names = await redis.zrange(keys.workers, '0', '-1')
  const name = names.find((one) => worker.owns(one))
  return name !== undefined && Date.now() - Number(await redis.zscore(keys.workers, name)) < 2_000
}
