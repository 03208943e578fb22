/**
 * What the page's panel does to the desk itself, under `/desk`: an outage of Discord, and killing the worker.
 *
 * `GET /desk` → `{outage: {until} | null, canKillWorker}`. `POST /desk/outage` `{seconds}` (0 ends it) → the same.
 * `POST /desk/kill-worker` → 204, passed on to the desk's supervisor when its address is known (`DESK_CONTROL_URL`, or
 * `--control-url`). What is expected of it: `POST {DESK_CONTROL_URL}/kill-worker`, without a body, kills one worker
 * process at once (as by SIGKILL, so that nothing is handed over), answers 204, and starts another as after any crash;
 * any other status means that it was not done, with the reason as `{"message"}`.
 */
import { Buffer } from 'node:buffer'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { z } from 'zod'
import { reasonOf } from '../../../config/reason.ts'
import { OUTAGE_SECONDS_MAX } from '../outage.ts'
import { DESK_CONTROL_PATH } from '../page-api.ts'
import type { World } from '../world.ts'
import { isSameOrigin } from './same-origin.ts'

const CONTROL_TIMEOUT_MS = 5_000

const outageBody = z.strictObject({ seconds: z.number().min(0).max(OUTAGE_SECONDS_MAX) })
const reasonBody = z.object({ message: z.string() })

/** The JSON of a raw body; undefined where there is none that can be read. */
function jsonOf(body: unknown): unknown {
  try {
    return Buffer.isBuffer(body) ? JSON.parse(body.toString('utf8')) : undefined
  } catch {
    return undefined
  }
}

export function registerDeskControl(app: FastifyInstance, world: World, controlUrl: string | null): void {
  const view = () => {
    const { until_ms } = world.outage
    const outage = until_ms === null ? null : { until: new Date(until_ms).toISOString() }
    return { outage, canKillWorker: controlUrl !== null }
  }
  app.addHook('onRequest', async (request, reply) => {
    const isPost = request.method === 'POST' && request.url.startsWith(`${DESK_CONTROL_PATH}/`)
    if (isPost && !isSameOrigin(request.raw)) return reply.code(403).send({ message: 'Only this page may do that' })
  })
  app.get(DESK_CONTROL_PATH, view)
  app.post(`${DESK_CONTROL_PATH}/outage`, (request, reply) => {
    const parsed = outageBody.safeParse(jsonOf(request.body))
    if (!parsed.success) return reply.code(400).send({ message: z.prettifyError(parsed.error) })
    const { seconds } = parsed.data
    if (seconds === 0) world.outage.end()
    else world.outage.begin(seconds)
    return view()
  })
  app.post(`${DESK_CONTROL_PATH}/kill-worker`, (_request, reply) => killWorker(reply, controlUrl))
}

async function killWorker(reply: FastifyReply, controlUrl: string | null): Promise<FastifyReply> {
  if (controlUrl === null) {
    return reply.code(404).send({ message: 'No supervisor runs beside this server: kill the worker yourself' })
  }
  try {
    const answer = await fetch(`${controlUrl}/kill-worker`, {
      method: 'POST',
      signal: AbortSignal.timeout(CONTROL_TIMEOUT_MS),
    })
    if (answer.ok) return reply.code(204).send()
    const reason = reasonBody.safeParse(await answer.json().catch(() => null))
    const said = reason.success ? reason.data.message : `it answered ${answer.status}`
    return reply.code(502).send({ message: `The worker was not killed: ${said}` })
  } catch (error) {
    const reason = reasonOf(error)
    return reply.code(502).send({ message: `The desk's supervisor at ${controlUrl} does not answer: ${reason}` })
  }
}
