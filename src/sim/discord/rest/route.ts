/** What a REST route is made of. Handlers are synchronous: the world is in memory, so every request is atomic. */

import type { Channel } from '../channels.ts'
import type { FormIssue } from '../errors.ts'
import { apiErrors } from '../errors.ts'
import type { Upload } from '../files.ts'
import { type FixtureApplication, GUILD_ID } from '../fixtures.ts'
import type { Bucket } from '../rate-limits.ts'
import type { World } from '../world.ts'

export interface Call {
  readonly method: string
  /** Path with its parameters' names, e.g. `/channels/:channel/messages`. */
  readonly route: string
  /** Path as sent, below `/api/v10`. */
  readonly path: string
  readonly params: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string | undefined>>
  /** The JSON body, or `payload_json` of a multipart one; undefined when there is none. */
  readonly body: unknown
  readonly uploads: readonly Upload[]
  /** Whose token came with it; of a route by token, none is needed. */
  readonly application: FixtureApplication | null
  /** `http://host` that the caller used. */
  readonly origin: string
}

export interface Answer {
  readonly status: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** True cuts the connection instead of answering; the request has been done or not, as in life. */
  readonly hangUp?: boolean
}

/**
 * Wraps every REST call; a simulation of outages and faults answers, waits or hangs up instead of, or after, `next`.
 */
export type Middleware = (call: Call, next: () => Promise<Answer>) => Promise<Answer>

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly bucket?: Bucket
  /** Parameters that have windows of their own in the bucket. */
  readonly major?: readonly string[]
  /** The token is in the path: no bot token needed, and not counted in the global limit. */
  readonly byToken?: boolean
  /** For every application on the server; the other routes are the desk's. */
  readonly anyBot?: boolean
  run(call: Call, world: World): Answer
}

export const ok = (body: unknown): Answer => ({ status: 200, body })
export const created = (body: unknown): Answer => ({ status: 201, body })
export const NO_CONTENT: Answer = { status: 204 }

export function channelOf(call: Call, world: World): Channel {
  const channel = world.channels.get(call.params.channel ?? '')
  if (channel === undefined) throw apiErrors.unknownChannel()
  return channel
}

export function demandGuild(call: Call): void {
  if (call.params.guild !== GUILD_ID) throw apiErrors.unknownGuild()
}

/** The application that the path names is the caller's own. */
export function demandApplication({ params, application }: Call): FixtureApplication {
  if (application === null || params.application !== application.user.id) throw apiErrors.unknownApplication()
  return application
}

/** An integer of the query in its bounds. */
export function intOf(call: Call, name: string, fallback: number, min: number, max: number): number {
  const raw = call.query[name]
  if (raw === undefined) return fallback
  const value = Number(raw)
  const issue = (code: string, message: string): FormIssue => ({ path: [name], code, message })
  if (!Number.isInteger(value)) throw apiErrors.form([issue('NUMBER_TYPE_COERCE', `Value "${raw}" is not int.`)])
  if (value < min || value > max) {
    throw apiErrors.form([issue('NUMBER_TYPE_MAX', `int value should be between ${min} and ${max}.`)])
  }
  return value
}
