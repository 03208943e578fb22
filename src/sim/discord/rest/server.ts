/** The REST side on fastify: authorisation, rate limits, middleware, then the route; errors in Discord's shape. */
import type { Buffer } from 'node:buffer'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ApiError, apiErrors } from '../errors.ts'
import { applicationOfToken, DESK_APPLICATION } from '../fixtures.ts'
import { RateLimits } from '../rate-limits.ts'
import type { World } from '../world.ts'
import { readBody } from './body.ts'
import { commandRoutes } from './commands.ts'
import { guildRoutes } from './guild.ts'
import { interactionRoutes } from './interactions.ts'
import { messageRoutes } from './messages.ts'
import { pinRoutes } from './pins.ts'
import type { Answer, Call, Middleware, Route } from './route.ts'
import { threadRoutes } from './threads.ts'

const REST_PREFIX = '/api/v10'
/** Ten files of the largest size and the form around them. */
export const REQUEST_BYTES_MAX = 26 * 1024 * 1024

const INVALID_STATUSES = [401, 403, 429]

const ROUTES: readonly Route[] = [
  ...guildRoutes,
  ...commandRoutes,
  ...interactionRoutes,
  ...messageRoutes,
  ...pinRoutes,
  ...threadRoutes,
]

interface RestOptions {
  readonly world: World
  /** Read at every call: the first is the outermost. */
  readonly middleware: readonly Middleware[]
  readonly hasRateLimits: boolean
  readonly log: { error(details: object, message: string): void }
}

const UNAVAILABLE: Answer = { status: 503, body: { code: 0, message: '503: Service Unavailable' } }

const errorAnswer = (error: ApiError): Answer => ({ status: error.status, body: error.body })

async function answerOf(
  route: Route,
  request: FastifyRequest,
  options: RestOptions,
  limits: RateLimits,
): Promise<Answer> {
  const application = applicationOfToken((request.headers.authorization ?? '').replace(/^Bot /, ''))
  if (route.byToken !== true) {
    if (application === null) throw apiErrors.unauthorized()
    if (application !== DESK_APPLICATION && route.anyBot !== true) throw apiErrors.missingAccess()
  }
  // What a route names comes as text; so does the query.
  const params = request.params as Record<string, string>
  const key = (route.major ?? []).map((name) => params[name]).join(':')
  const verdict = options.hasRateLimits ? limits.take(route.bucket ?? null, key, route.byToken === true) : null
  if (verdict?.isAllowed === false) {
    const message = 'You are being rate limited.'
    const body = { message, retry_after: verdict.retryAfter_s, global: verdict.isGlobal, code: 0 }
    return { status: 429, headers: verdict.headers, body }
  }
  // The content type parser hands bodies on as bytes.
  const { body, uploads } = await readBody(
    request.body as Buffer | undefined,
    String(request.headers['content-type'] ?? ''),
  )
  const call: Call = {
    method: route.method,
    route: route.path,
    path: request.url.slice(REST_PREFIX.length),
    params,
    query: request.query as Record<string, string | undefined>,
    body,
    uploads,
    application,
    origin: `http://${request.headers.host ?? '127.0.0.1'}`,
  }
  const run = async (): Promise<Answer> => {
    try {
      return route.run(call, options.world)
    } catch (error) {
      if (error instanceof ApiError) return errorAnswer(error)
      throw error
    }
  }
  const chain = options.middleware.reduceRight<() => Promise<Answer>>((next, layer) => () => layer(call, next), run)
  const answer = await chain()
  return { ...answer, headers: { ...verdict?.headers, ...answer.headers } }
}

async function send(reply: FastifyReply, answer: Answer): Promise<FastifyReply> {
  if (answer.hangUp === true) {
    reply.hijack()
    reply.raw.destroy()
    return reply
  }
  void reply.code(answer.status).headers({ ...answer.headers })
  if (answer.body === undefined) return reply.send()
  return reply.type('application/json').send(JSON.stringify(answer.body))
}

export function registerRest(app: FastifyInstance, options: RestOptions): void {
  const limits = new RateLimits(options.world.time)
  const handle = (route: Route) => async (request: FastifyRequest, reply: FastifyReply) => {
    if (options.world.outage.isOn) return send(reply, UNAVAILABLE)
    let answer: Answer
    try {
      answer = await answerOf(route, request, options, limits)
    } catch (error) {
      if (!(error instanceof ApiError)) {
        options.log.error({ err: error, method: request.method, url: request.url }, 'chat simulator: a handler failed')
      }
      answer =
        error instanceof ApiError
          ? errorAnswer(error)
          : { status: 500, body: { code: 0, message: '500: Internal Server Error' } }
    }
    if (INVALID_STATUSES.includes(answer.status) && options.hasRateLimits) limits.countInvalid()
    return send(reply, answer)
  }
  for (const route of ROUTES) {
    app.route({ method: route.method, url: `${REST_PREFIX}${route.path}`, handler: handle(route) })
  }
}
