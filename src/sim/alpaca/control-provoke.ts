/**
 * Provoking what a desk must handle, under `/sim/provoke`. Each call answers what is provoked now, as `GET /sim/market`
 * shows it under `provoked`; times are seconds of wall time unless they say market.
 *
 * `POST shock` `{pct, seconds}`: moves the price by `pct` percent (±5) over market seconds; 409 where prices are
 * recorded or the market is closed. `POST reject` `{orders, as?, side?}`: the coming orders are rejected.
 * `POST mute` `{streams?, seconds}`: connected but silent. `POST cut` `{streams?, seconds?}`: sockets closed, and
 * refused for so long. `POST outage` `{hosts?, answer?, seconds, late_s?, streams?}`: REST fails; `streams: true` cuts
 * them too.
 * `POST calm`: ends all but a shock. Partial fills: `POST /sim/fills`.
 */
import type { FastifyInstance, FastifyReply } from 'fastify'
import { z } from 'zod'
import { readControl } from './control-body.ts'
import { ANSWERS, HOSTS, ORDERS_SIDES, STREAMS } from './provocations.ts'
import { REJECTION_KINDS } from './rejections.ts'
import type { Simulation } from './simulation.ts'

const PCT_MAX = 5
const SHOCK_SECONDS_MAX = 3_600
const SECONDS_MAX = 600
const LATE_SECONDS_MAX = 60
const REJECTIONS_MAX = 100

const streams = z.array(z.enum(STREAMS)).min(1)
const seconds = z.number().positive().max(SECONDS_MAX)
const shockSchema = z.strictObject({
  pct: z
    .number()
    .min(-PCT_MAX)
    .max(PCT_MAX)
    .refine((pct) => pct !== 0, { error: 'expected a move, got 0' }),
  seconds: z.int().min(1).max(SHOCK_SECONDS_MAX).default(10),
})
const rejectSchema = z.strictObject({
  orders: z.int().min(1).max(REJECTIONS_MAX).default(1),
  as: z.enum(REJECTION_KINDS).default('buying_power'),
  side: z.enum(ORDERS_SIDES).default('any'),
})
const muteSchema = z.strictObject({ streams: streams.default([...STREAMS]), seconds })
const cutSchema = z.strictObject({
  streams: streams.default([...STREAMS]),
  seconds: z.number().min(0).max(SECONDS_MAX).default(0),
})
const outageSchema = z.strictObject({
  hosts: z
    .array(z.enum(HOSTS))
    .min(1)
    .default([...HOSTS]),
  answer: z.enum(ANSWERS).default('error'),
  seconds,
  late_s: z.number().positive().max(LATE_SECONDS_MAX).default(5),
  streams: z.boolean().default(false),
})

export function provokeRoutes(app: FastifyInstance, sim: Simulation): void {
  const { provocations } = sim
  app.post('/sim/provoke/shock', (request, reply) => {
    const { pct, seconds } = readControl(shockSchema, request.body)
    if (!sim.market.isOpen) return conflict(reply, 'the market is closed: a shock needs an open one')
    if (!sim.market.shock(pct, seconds)) return conflict(reply, 'these prices are recorded: only a seeded market moves')
    return provokedView(sim)
  })
  app.post('/sim/provoke/reject', (request) => {
    const { orders, as, side } = readControl(rejectSchema, request.body)
    provocations.reject(orders, as, side)
    return provokedView(sim)
  })
  app.post('/sim/provoke/mute', (request) => {
    const wanted = readControl(muteSchema, request.body)
    provocations.mute(wanted.streams, wanted.seconds)
    return provokedView(sim)
  })
  app.post('/sim/provoke/cut', (request) => {
    const wanted = readControl(cutSchema, request.body)
    provocations.cut(wanted.streams, wanted.seconds)
    return provokedView(sim)
  })
  app.post('/sim/provoke/outage', (request) => {
    const wanted = readControl(outageSchema, request.body)
    provocations.fail(wanted.hosts, wanted.answer, wanted.seconds, wanted.late_s)
    if (wanted.streams) provocations.cut(STREAMS, wanted.seconds)
    return provokedView(sim)
  })
  app.post('/sim/provoke/calm', () => {
    provocations.calm()
    return provokedView(sim)
  })
}

const conflict = (reply: FastifyReply, message: string): FastifyReply =>
  reply.code(409).send({ code: 40910000, message })

/** What is provoked now; a shock's end is market time, all other ends are wall time. */
export function provokedView({ market, provocations, exchange }: Simulation): object {
  const shock = market.shockNow
  return {
    shock: shock === null ? null : { pct: shock.pct, until: new Date(shock.until_ms).toISOString() },
    partials: exchange.partials,
    ...provocations.view(),
  }
}
