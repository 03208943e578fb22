/**
 * The simulator's own API under `/sim`, loopback only: its clock, deterministic steps, what the page shows, and how
 * orders fill.
 *
 * `GET /sim/clock` → `{now, speed, paused}`; `POST /sim/clock` `{speed?, paused?}` → the same.
 * `POST /sim/step` `{seconds}` | `{to}` | `{books}` moves a paused clock (409 while it runs) and answers, once every frame has
 * been handed to its socket, the clock with `stopped`: `time`, `book`, `close`, `day_start` or `end`.
 * A step of books stops at each day's close and at each day's start too: `{"books":1}` again and again passes through
 * everything.
 * `POST /sim/fills` `{probability?, next?}`: chance of partial fills; quantities of the coming fills.
 * `POST /sim/provoke/…`: see `control-provoke.ts`.
 * `GET /sim/market` → what the page draws, and what is provoked.
 */
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { SPEED_MAX, SPEED_MIN } from '../clock.ts'
import { readControl } from './control-body.ts'
import { provokedView, provokeRoutes } from './control-provoke.ts'
import { AlpacaError } from './errors.ts'
import type { Frames } from './frames.ts'
import type { Simulation } from './simulation.ts'

const STEP_SECONDS_MAX = 7 * 86_400
const STEP_BOOKS_MAX = 30_000

const clockSchema = z.strictObject({
  speed: z.number().min(SPEED_MIN).max(SPEED_MAX).optional(),
  paused: z.boolean().optional(),
})
const stepSchema = z.union([
  z.strictObject({ seconds: z.number().positive().max(STEP_SECONDS_MAX) }),
  z.strictObject({ to: z.iso.datetime({ offset: true }) }),
  z.strictObject({ books: z.int().min(1).max(STEP_BOOKS_MAX) }),
])
const fillsSchema = z.strictObject({
  probability: z.number().min(0).max(1).optional(),
  next: z.array(z.int().min(1)).max(1_000).optional(),
})

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1'])

export function controlRoutes(app: FastifyInstance, sim: Simulation, frames: Frames): void {
  app.addHook('onRequest', async (request) => {
    if (request.url.startsWith('/sim/') && !LOOPBACK.has(request.ip)) {
      throw new AlpacaError(403, 40310000, 'the simulator is controlled from its own machine only')
    }
  })
  app.get('/sim/clock', () => sim.clock.reading())
  app.post('/sim/clock', (request) => {
    sim.clock.set(readControl(clockSchema, request.body))
    return sim.clock.reading()
  })
  app.post('/sim/step', async (request, reply) => {
    const wanted = readControl(stepSchema, request.body)
    if (!sim.clock.paused)
      return reply.code(409).send({ code: 40910000, message: 'the clock is running: pause it first' })
    const stopped = sim.clock.step('to' in wanted ? { to_ms: Date.parse(wanted.to) } : wanted)
    await frames.flush()
    return { ...sim.clock.reading(), stopped }
  })
  app.post('/sim/fills', (request) => {
    sim.exchange.setPartials(readControl(fillsSchema, request.body))
    return {}
  })
  provokeRoutes(app, sim)
  app.get('/sim/market', () => marketView(sim))
}

function marketView(sim: Simulation): object {
  const { market, clock, accounts, marks } = sim
  const { session, source, spot } = market
  const iso = (t_ms: number): string => new Date(t_ms).toISOString()
  return {
    source: { kind: source.kind, label: source.label },
    clock: clock.reading(),
    session: { date: session.date, open: iso(session.open_ms), close: iso(session.close_ms) },
    isOpen: market.isOpen,
    ended: market.ended,
    spot: spot === null ? null : { bid: spot.bid, ask: spot.ask, t: iso(spot.t_ms) },
    bars: market.barsToday.map((bar) => ({ t: iso(bar.t_ms), o: bar.o, h: bar.h, l: bar.l, c: bar.c })),
    accounts: accounts.map((account) => ({
      id: account.id,
      number: account.number,
      keyId: account.options.keyId,
      equity: account.equityCents((symbol) => marks.of(symbol)) / 100,
    })),
    provoked: provokedView(sim),
  }
}
