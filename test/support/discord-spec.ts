/**
 * Checks REST traffic against Discord's published API description, which lies beside the repository or in SHARED_DIR.
 *
 * Entry points: `loadDiscordSpec` (null where absent: skip, and say `SPEC_ABSENT`), `recording` (a middleware of the
 * chat simulator).
 */
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import type { Middleware } from '../../src/sim/discord/rest/route.ts'

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url))
const FILE = resolve(process.env.SHARED_DIR ?? join(REPOSITORY, '..', 'shared'), 'specs', 'discord', 'openapi.json')
const DOCUMENT = 'discord'
/** For the names of tests that cannot run without it. */
export const SPEC_ABSENT = `(skipped: no ${FILE}; set SHARED_DIR)`

interface Operation {
  readonly requestBody?: { readonly content: Readonly<Record<string, unknown>> }
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, unknown>> }>>
}

export interface Exchange {
  readonly method: string
  /** Below `/api/v10`. */
  readonly path: string
  readonly body: unknown
  readonly status: number
  readonly answer: unknown
}

export interface DiscordSpec {
  /** What is wrong with an exchange; empty where nothing is. */
  violations(exchange: Exchange): string[]
  /** The same of a value that a named schema describes, such as a part of a gateway's frame; `what` names it. */
  component(name: string, value: unknown, what: string): string[]
}

const escaped = (part: string): string => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))
const pointer = (...parts: readonly string[]): string => parts.map(escaped).join('/')

function matcherOf(template: string): (pathname: string) => boolean {
  const pattern = template.replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&').replaceAll(/\{[^}]+\}/g, '[^/]+')
  const expression = new RegExp(`^${pattern}$`)
  return (pathname) => expression.test(pathname)
}

export function loadDiscordSpec(): DiscordSpec | null {
  if (!existsSync(FILE)) return null
  const document = JSON.parse(readFileSync(FILE, 'utf8')) as { paths: Record<string, Record<string, Operation>> }
  const ajv = new Ajv2020({ strict: false, allErrors: false })
  addFormats.default(ajv)
  for (const format of ['snowflake', 'nonce', 'int32', 'int64', 'double', 'uint32']) ajv.addFormat(format, true)
  ajv.addSchema(document, DOCUMENT)
  // Literal paths before those with parameters: `/messages/pins` before `/messages/{message_id}`.
  const paths = Object.keys(document.paths)
    .sort((a, b) => a.split('{').length - b.split('{').length)
    .map((template) => ({ template, matches: matcherOf(template) }))
  const compiled = new Map<string, ValidateFunction>()
  const check = (ref: string, value: unknown, what: string): string[] => {
    const validate = compiled.get(ref) ?? ajv.compile({ $ref: ref })
    compiled.set(ref, validate)
    if (validate(value)) return []
    return (validate.errors ?? []).map((error) => `${what}${error.instancePath}: ${error.message}`)
  }
  return {
    component: (name, value, what) => check(`${DOCUMENT}#/${pointer('components', 'schemas', name)}`, value, what),
    violations({ method, path, body, status, answer }) {
      const pathname = decodeURIComponent(path.split('?')[0] ?? '')
      const verb = method.toLowerCase()
      const found = paths.find(({ template, matches }) => matches(pathname) && document.paths[template]?.[verb])
      const operation = found && document.paths[found.template]?.[verb]
      if (found === undefined || operation === undefined) return [`no such operation: ${method} ${pathname}`]
      const at = `${method} ${found.template}`
      const base = `${DOCUMENT}#/${pointer('paths', found.template, verb)}`
      const wrong: string[] = []
      if (body !== undefined && operation.requestBody?.content['application/json'] !== undefined && status < 400) {
        wrong.push(
          ...check(`${base}/${pointer('requestBody', 'content', 'application/json', 'schema')}`, body, `${at} request`),
        )
      }
      if (status >= 400) return wrong
      const described = operation.responses[String(status)]
      if (described === undefined) return [...wrong, `${at}: answer ${status} is not described`]
      if (described.content?.['application/json'] !== undefined) {
        const ref = `${base}/${pointer('responses', String(status), 'content', 'application/json', 'schema')}`
        wrong.push(...check(ref, answer, `${at} answer`))
      }
      return wrong
    },
  }
}

/** Keeps every exchange as it went over the wire. */
export function recording(exchanges: Exchange[]): Middleware {
  const asJson = (value: unknown): unknown => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)))
  return async (call, next) => {
    const answer = await next()
    exchanges.push({
      method: call.method,
      path: call.path,
      body: asJson(call.body),
      status: answer.status,
      answer: asJson(answer.body),
    })
    return answer
  }
}
