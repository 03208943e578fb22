/** A desk whose workers and watchdog are processes, with what the tests of the watchdog ask of it. */
import { z } from 'zod'
import { freePort } from '../../src/config/programs.ts'
import { workerHealthSchema } from '../../src/watchdog/health.ts'
import { slowOnceHeld, startTestDesk } from './desk-in-test.ts'
import { eventually } from './waits.ts'
import { type DeskProcess, spawnDeskProcess, spawnWorker } from './worker-process.ts'

const TRADING_DATE = '2026-11-23'
const HEADERS = { 'apca-api-key-id': 'PKSIM25K', 'apca-api-secret-key': 'sim' }

const positionsSchema = z.array(z.object({ symbol: z.string(), qty: z.string() }))
const ordersSchema = z.array(
  z.object({ client_order_id: z.string(), status: z.string(), qty: z.string(), filled_qty: z.string() }),
)

export type WatchedDesk = Awaited<ReturnType<typeof startWatchedDesk>>

export async function startWatchedDesk() {
  const desk = await startTestDesk({
    source: { kind: 'seed', seed: '7', startDate: TRADING_DATE },
    speed: 390,
    database: 11,
  })
  const processes: DeskProcess[] = []
  const port = await freePort()
  const read = async (path: string) => (await fetch(`${desk.sim.url}${path}`, { headers: HEADERS })).json()
  const add = <P extends DeskProcess>(added: P): P => {
    processes.push(added)
    return added
  }
  return {
    addWorker: () => add(spawnWorker(desk, { WORKER_HEALTH_PORT: String(port) })),
    addWatchdog: (silent_s: number) =>
      add(
        spawnDeskProcess(desk, 'watchdog', {
          WATCHDOG_WORKERS: `http://127.0.0.1:${port}`,
          WATCHDOG_SILENT_S: String(silent_s),
        }),
      ),
    /** A watchdog that was told of no worker. */
    addLonelyWatchdog: () => add(spawnDeskProcess(desk, 'watchdog')),
    positions: async () => positionsSchema.parse(await read('/v2/positions')),
    /** The closing orders of the day. */
    closes: async () =>
      ordersSchema
        .parse(await read('/v2/orders?status=all&limit=500'))
        .filter(({ client_order_id }) => client_order_id.startsWith('p4d-25k-20261123-close-')),
    health: async () => workerHealthSchema.parse(await (await fetch(`http://127.0.0.1:${port}/health`)).json()),
    /** Starts the account, waits for a position, and lets the market run at its own pace from then on. */
    async holdPosition(): Promise<void> {
      const started = await desk.start('25k')
      if (!started.ok) throw new Error(started.refusal.message)
      const { accountId } = started
      await slowOnceHeld(desk, 30_000)
      await eventually(
        'a position',
        async () =>
          (await desk.store.sessions.session(accountId, TRADING_DATE)).value?.phase === 'holding' ? true : null,
        30_000,
      )
    },
    async close(): Promise<void> {
      for (const { child } of processes) child.kill('SIGKILL')
      await Promise.all(processes.map(({ exited }) => exited))
      await desk.close()
    },
  }
}
