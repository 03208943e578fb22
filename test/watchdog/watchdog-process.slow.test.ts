/** The watchdog as a process of its own beside real workers and a running market. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { freePort } from '../../src/config/programs.ts'
import { systemWallClock } from '../../src/config/wall-clock.ts'
import { workerHealthSchema } from '../../src/watchdog/health.ts'
import { eventually, startTestDesk, type TestDesk } from '../support/desk-in-test.ts'
import { type DeskProcess, spawnDeskProcess, spawnWorker } from '../support/worker-process.ts'

const TRADING_DATE = '2026-11-23'
const HEADERS = { 'apca-api-key-id': 'PKSIM25K', 'apca-api-secret-key': 'sim' }

const positionsSchema = z.array(z.object({ symbol: z.string(), qty: z.string() }))
const ordersSchema = z.array(
  z.object({ client_order_id: z.string(), status: z.string(), qty: z.string(), filled_qty: z.string() }),
)

describe('the watchdog of the workers', () => {
  let desk: TestDesk
  let processes: DeskProcess[]
  let port: number

  beforeEach(async () => {
    desk = await startTestDesk({
      source: { kind: 'seed', seed: '7', startDate: TRADING_DATE },
      speed: 390,
      database: 11,
    })
    processes = []
    port = await freePort()
  }, 60_000)

  afterEach(async () => {
    for (const { child } of processes) child.kill('SIGKILL')
    await Promise.all(processes.map(({ exited }) => exited))
    await desk.close()
  })

  const add = <P extends DeskProcess>(added: P): P => {
    processes.push(added)
    return added
  }
  const addWorker = () => add(spawnWorker(desk, { WORKER_HEALTH_PORT: String(port) }))
  const addWatchdog = (silent_s: number) =>
    add(
      spawnDeskProcess(desk, 'watchdog', {
        WATCHDOG_WORKERS: `http://127.0.0.1:${port}`,
        WATCHDOG_SILENT_S: String(silent_s),
      }),
    )
  const read = async (path: string) => (await fetch(`${desk.sim.url}${path}`, { headers: HEADERS })).json()
  const positions = async () => positionsSchema.parse(await read('/v2/positions'))
  const closes = async () =>
    ordersSchema
      .parse(await read('/v2/orders?status=all&limit=500'))
      .filter(({ client_order_id }) => client_order_id.startsWith('p4d-25k-20261123-close-'))
  const health = async () => workerHealthSchema.parse(await (await fetch(`http://127.0.0.1:${port}/health`)).json())

  async function holdPosition(): Promise<void> {
    const started = await desk.start('25k')
    if (!started.ok) throw new Error(started.refusal.message)
    const { accountId } = started
    await eventually(
      'a position',
      async () =>
        (await desk.store.sessions.session(accountId, TRADING_DATE)).value?.phase === 'holding' ? true : null,
      30_000,
    )
    const body = JSON.stringify({ speed: 1 })
    await fetch(desk.sim.clockUrl, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  }

  test('leaves the position to a worker that comes back within the time', async () => {
    const first = addWorker()
    await holdPosition()
    addWatchdog(14)
    first.child.kill('SIGKILL')
    await first.exited
    const second = addWorker()
    const watched = async () => {
      const answer = await health().catch(() => null)
      const age_ms = answer?.sessions[0]?.lastTickAge_ms ?? null
      return answer?.pid === second.child.pid && age_ms !== null ? true : null
    }
    await eventually('the session at the other worker', watched, 12_000)
    // Past the moment at which the watchdog would have acted on the first one's death.
    await systemWallClock.sleep(8000)
    expect(await closes()).toEqual([])
    expect((await positions()).length).toBeGreaterThan(0)
  }, 60_000)
})
