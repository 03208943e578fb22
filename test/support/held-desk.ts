/**
 * A desk whose worker is a process of its own and holds a position, the market at 1×: where the tests of outages begin.
 * Entry point: `startHeldDesk`.
 */
import { z } from 'zod'
import type { JournalEvent } from '../../src/session/events.ts'
import type { SessionState } from '../../src/session/state.ts'
import { postTo, slowOnceHeld, startTestDesk, type TestDesk } from './desk-in-test.ts'
import { until } from './waits.ts'
import { startWire, type Wire } from './wire.ts'
import { spawnWorker, type WorkerProcess } from './worker-process.ts'

export const TRADING_DATE = '2026-11-23'
/** For a process to start and the market to reach an entry, on a busy machine; not what is measured. */
const START_MS_MAX = 60_000
/** Slow enough for the decision of each minute on a busy machine: there is one entry to be had. */
const SPEED = 240
const SHORTLY_BEFORE_ENTRY = `${TRADING_DATE}T09:40:00-05:00`
const KEYS = { 'apca-api-key-id': 'PKSIM25K', 'apca-api-secret-key': 'sim' }

const time = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text))
const brokerOrderSchema = z.object({
  client_order_id: z.string(),
  status: z.string(),
  qty: z.coerce.number(),
  filled_qty: z.coerce.number(),
  created_at: time,
  filled_at: time.nullable(),
  canceled_at: time.nullable(),
  expired_at: time.nullable(),
})
const positionSchema = z.object({ symbol: z.string(), qty: z.coerce.number() })

/** Of the day, oldest first, as the broker has it. */
type OrderAtBroker = z.infer<typeof brokerOrderSchema>

export interface HeldDesk {
  readonly desk: TestDesk
  readonly accountId: string
  /** Between the first worker's REST and the broker. */
  readonly wire: Wire
  readonly first: WorkerProcess
  addWorker(wire?: Wire): Promise<WorkerProcess>
  /** Null while the store is away. */
  session(): Promise<SessionState | null>
  events(): Promise<JournalEvent[]>
  of<T extends JournalEvent['type']>(type: T): Promise<Extract<JournalEvent, { type: T }>[]>
  /** The worker that watches the session. */
  owner(): Promise<string | null>
  setSpeed(speed: number): Promise<void>
  /** `POST /sim/…`. */
  sim(path: string, body: object): Promise<void>
  orders(): Promise<OrderAtBroker[]>
  positions(): Promise<z.infer<typeof positionSchema>[]>
  close(): Promise<void>
}

interface HeldDeskOptions {
  /** Of the tests' Redis; each test file has one of its own. */
  readonly database: number
  /** `watching`: there is no position yet, and the market goes on at `speed`. */
  readonly waitsFor?: 'position' | 'watching'
  readonly speed?: number
  /** Market time at which the desk begins, RFC 3339. */
  readonly startsAt?: string
  /** Provoked before the desk begins. */
  readonly provoked?: { readonly path: string; readonly body: object }
}

export async function startHeldDesk(options: HeldDeskOptions): Promise<HeldDesk> {
  const { database, waitsFor = 'position', speed = SPEED, startsAt = SHORTLY_BEFORE_ENTRY, provoked } = options
  const desk = await startTestDesk({
    source: { kind: 'seed', seed: '7', startDate: TRADING_DATE },
    speed,
    database,
    paused: true,
  })
  await postTo(`${desk.sim.url}/sim/step`, { to: startsAt })
  if (provoked !== undefined) await postTo(`${desk.sim.url}/sim${provoked.path}`, provoked.body)
  const wire = await startWire(desk.sim.url)
  const spawned: WorkerProcess[] = []
  const spawn = (through: Wire) => {
    const worker = spawnWorker(desk, { ALPACA_TRADING_URL: through.url, ALPACA_DATA_URL: through.url })
    spawned.push(worker)
    return worker
  }
  const close = async () => {
    for (const { child } of spawned) child.kill('SIGKILL')
    await Promise.all(spawned.map((worker) => worker.exited))
    await wire.close()
    await desk.close()
  }
  try {
    const first = spawn(wire)
    await until('the first worker', async () => await hasBeat(desk, first), START_MS_MAX)
    const started = await desk.start('25k')
    if (!started.ok) throw new Error(started.refusal.message)
    await postTo(desk.sim.clockUrl, { paused: false })
    const held = reach(desk, started.accountId)
    const phase = waitsFor === 'position' ? 'holding' : 'watching'
    const reached = async () => {
      if (waitsFor === 'position') await slowOnceHeld(desk, START_MS_MAX)
      await until(phase, async () => (await held.session())?.phase === phase, START_MS_MAX)
    }
    await reached().catch(async (error: unknown) => {
      const { phase: now, decisions, skips, minutesMissed, entries } = (await held.session()) ?? {}
      const seen = JSON.stringify({ now, decisions, skips, minutesMissed, entries })
      throw new Error(`${error}; the session: ${seen}; its worker: ${first.log().slice(-2000)}`)
    })
    const addWorker = async (through: Wire = wire) => {
      const worker = spawn(through)
      await until('another worker', async () => await hasBeat(desk, worker), START_MS_MAX)
      return worker
    }
    return { ...held, desk, accountId: started.accountId, wire, first, addWorker, close }
  } catch (error) {
    await close()
    throw error
  }
}

async function hasBeat({ store }: TestDesk, worker: WorkerProcess): Promise<boolean> {
  return (await store.redis.zrange(store.keys.workers, '0', '-1')).some((name) => worker.owns(name))
}

function reach(desk: TestDesk, accountId: string) {
  const ask = async (path: string): Promise<unknown> =>
    (await fetch(`${desk.sim.url}${path}`, { headers: KEYS })).json()
  const events = async (): Promise<JournalEvent[]> =>
    (await desk.store.sessions.journal(accountId, TRADING_DATE)).map((entry) => entry.event)
  return {
    events,
    session: async () => (await desk.store.sessions.session(accountId, TRADING_DATE).catch(() => null))?.value ?? null,
    of: async <T extends JournalEvent['type']>(type: T) =>
      (await events()).filter((event): event is Extract<JournalEvent, { type: T }> => event.type === type),
    owner: async () => (await desk.store.reader.status(accountId))?.health.worker ?? null,
    setSpeed: (speed: number) => postTo(desk.sim.clockUrl, { speed }),
    sim: (path: string, body: object) => postTo(`${desk.sim.url}/sim${path}`, body),
    orders: async () =>
      z.array(brokerOrderSchema).parse(await ask('/v2/orders?status=all&direction=asc&nested=true&limit=500')),
    positions: async () => z.array(positionSchema).parse(await ask('/v2/positions')),
  }
}

const CLOSE_ID = /^p4d-25k-20261123-close-(\d+)$/

/**
 * What is wrong with the day's orders at the broker; empty where all is as it must be: one filled entry, closed to the
 * last contract, ids as derived, never two closes at work at the same time.
 */
export async function problemsWithOrders(held: Pick<HeldDesk, 'orders' | 'positions'>): Promise<string[]> {
  const orders = await held.orders()
  const problems: string[] = []
  const filled = (part: readonly OrderAtBroker[]) => part.reduce((sum, order) => sum + order.filled_qty, 0)
  const opens = orders.filter((order) => order.client_order_id.includes('-open-'))
  const closes = orders.filter((order) => CLOSE_ID.test(order.client_order_id))
  if (opens.length + closes.length !== orders.length) problems.push(`ids: ${orders.map((one) => one.client_order_id)}`)
  if (opens.filter((order) => order.filled_qty > 0).length !== 1) problems.push('expected one filled entry')
  if (filled(closes) !== filled(opens)) problems.push(`opened ${filled(opens)}, closed ${filled(closes)}`)
  const numbers = closes.map((order) => Number(CLOSE_ID.exec(order.client_order_id)?.[1]))
  if (numbers.some((number, index) => number !== index + 1)) problems.push(`attempts to close: ${numbers}`)
  for (const [index, order] of closes.entries()) {
    const before = closes[index - 1]
    const ended = before === undefined ? 0 : (before.filled_at ?? before.canceled_at ?? before.expired_at)
    if (ended === null || ended > order.created_at) problems.push(`${order.client_order_id} came beside another`)
  }
  const left = await held.positions()
  if (left.length > 0) problems.push(`left open: ${JSON.stringify(left)}`)
  return problems
}
