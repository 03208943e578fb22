/** Requests while a host is provoked to fail: errors, refusals, late answers, none. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { rateLimited, serverError } from './errors.ts'
import type { Failure, HostName, Provocations } from './provocations.ts'

export const isControl = (url: string): boolean => url.startsWith('/sim/')

export const hostOf = (url: string): HostName =>
  url.startsWith('/v2/stocks/') || url.startsWith('/v1beta1/') ? 'data' : 'trading'

/** To be added after the hook that authorises: a wrong key is told so in an outage too. */
export function answerFailures(app: FastifyInstance, provocations: Provocations): void {
  const late = new WeakMap<FastifyRequest, Failure>()
  app.addHook('onRequest', async (request, reply) => {
    const failure = isControl(request.url) ? null : provocations.failureOf(hostOf(request.url))
    switch (failure?.answer) {
      case undefined:
        return
      case 'error':
        throw serverError()
      case 'limit':
        reply.header('Retry-After', Math.ceil(provocations.secondsLeft(failure.until_ms)))
        throw rateLimited()
      case 'late':
        late.set(request, failure)
        return
      case 'none':
        await hold(request, reply, provocations, failure)
    }
  })
  app.addHook('onSend', async (request) => {
    const failure = late.get(request)
    if (failure !== undefined) await provocations.wait(failure.late_s)
  })
}

/** Says nothing until the client gives up or the outage is over, then hangs up. */
async function hold(
  request: FastifyRequest,
  reply: FastifyReply,
  provocations: Provocations,
  failure: Failure,
): Promise<void> {
  reply.hijack()
  await provocations.wait(provocations.secondsLeft(failure.until_ms))
  request.raw.socket.destroy()
}
