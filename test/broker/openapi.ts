/**
 * Checks requests and answers against Alpaca's published API descriptions, which lie beside the repository or in
 * SHARED_DIR.
 *
 * Entry points: `loadAlpacaApi`, `checkedTransport`.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Ajv, type ValidateFunction } from 'ajv'
import addFormats from 'ajv-formats'

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url))
const FOLDER = resolve(process.env.SHARED_DIR ?? join(REPOSITORY, '..', 'shared'), 'specs', 'alpaca')
const DOCUMENTS = ['trading-api', 'market-data-api'] as const

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
type JsonObject = { [key: string]: Json }

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** OpenAPI 3.0's `nullable` in JSON Schema's words. */
function modern(value: Json): Json {
  if (Array.isArray(value)) return value.map(modern)
  if (!isObject(value)) return value
  const { nullable, example: _example, ...rest } = value
  const schema = Object.fromEntries(Object.entries(rest).map(([key, inner]) => [key, modern(inner)]))
  return nullable === true ? { anyOf: [schema, { type: 'null' }] } : schema
}

const pointer = (...parts: readonly string[]): string =>
  parts.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')

export interface Exchange {
  readonly method: string
  readonly url: string
  readonly body: unknown
  readonly status: number
  readonly answer: unknown
}

export interface AlpacaApi {
  /** What is wrong with an exchange; empty where nothing is. */
  violations(exchange: Exchange): string[]
  /** The same of a value that a named schema describes, such as a stream's message; `what` names it. */
  component(document: (typeof DOCUMENTS)[number], name: string, value: unknown, what: string): string[]
}

interface Operation {
  readonly id: string
  readonly path: string
  readonly method: string
  readonly spec: JsonObject
}

/** Null where the descriptions are absent: then skip, and say so. */
export function loadAlpacaApi(): AlpacaApi | null {
  if (!DOCUMENTS.every((name) => existsSync(join(FOLDER, `${name}.json`)))) return null
  const strictly = new Ajv({ strict: false, allErrors: true })
  const coercing = new Ajv({ strict: false, allErrors: true, coerceTypes: 'array' })
  addFormats.default(strictly)
  addFormats.default(coercing)
  for (const ajv of [strictly, coercing]) {
    ajv.addFormat('decimal', /^-?\d+(\.\d+)?$/)
    for (const format of ['double', 'uint32', 'int64', 'int32']) ajv.addFormat(format, true)
  }
  const operations: Operation[] = []
  const documents = new Map<string, JsonObject>()
  for (const name of DOCUMENTS) {
    const document = modern(JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8'))) as JsonObject
    documents.set(name, document)
    strictly.addSchema(document, name)
    coercing.addSchema(document, name)
    for (const [path, methods] of Object.entries(document.paths as JsonObject)) {
      for (const [method, spec] of Object.entries(methods as JsonObject)) {
        if (isObject(spec)) operations.push({ id: name, path, method, spec })
      }
    }
  }
  // `/v2/stocks/quotes/latest` before `/v2/stocks/{symbol}/…`.
  operations.sort((a, b) => a.path.split('{').length - b.path.split('{').length)
  const compiled = new Map<string, ValidateFunction>()
  const validate = (ajv: Ajv, ref: string, value: unknown, what: string): string[] => {
    const key = `${ajv === coercing}${ref}`
    const check = compiled.get(key) ?? ajv.compile({ $ref: ref })
    compiled.set(key, check)
    return check(value) ? [] : (check.errors ?? []).map((error) => `${what}${error.instancePath}: ${error.message}`)
  }
  return {
    component: (document, name, value, what) =>
      validate(strictly, `${document}#/${pointer('components', 'schemas', name)}`, value, what),
    violations(exchange) {
      const { pathname, searchParams } = new URL(exchange.url)
      const operation = operations.find(
        ({ path, method }) => method === exchange.method.toLowerCase() && matches(path, pathname),
      )
      if (operation === undefined) return [`no such operation: ${exchange.method} ${pathname}`]
      const at = `${exchange.method} ${operation.path}`
      const base = `${operation.id}#/${pointer('paths', operation.path, operation.method)}`
      const found: string[] = []
      const parameters = parametersOf(operation, documents)
      for (const [name, value] of searchParams) {
        const known = parameters.get(name)
        if (known === undefined) found.push(`${at}: no such query parameter ${name}`)
        else {
          const wanted = isObject(known.schema) && known.schema.type === 'array' ? value.split(',') : value
          found.push(...validate(coercing, known.ref, wanted, `${at} ?${name}`))
        }
      }
      if (exchange.body !== undefined) {
        const ref = `${base}/${pointer('requestBody', 'content', 'application/json', 'schema')}`
        found.push(...validate(strictly, ref, exchange.body, `${at} request`))
      }
      const responses = operation.spec.responses as JsonObject
      const described = responses[String(exchange.status)]
      if (exchange.status < 300 && described === undefined)
        found.push(`${at}: answer ${exchange.status} is not described`)
      if (exchange.status === 200 && exchange.answer !== undefined) {
        const ref = `${base}/${pointer('responses', '200', 'content', 'application/json', 'schema')}`
        found.push(...validate(strictly, ref, exchange.answer, `${at} answer`))
      }
      return found
    },
  }
}

function matches(template: string, pathname: string): boolean {
  const pattern = template.replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&').replaceAll(/\{[^}]+\}/g, '[^/]+')
  return new RegExp(`^${pattern}$`).test(pathname)
}

function parametersOf(
  { id, path, method, spec }: Operation,
  documents: ReadonlyMap<string, JsonObject>,
): Map<string, { ref: string; schema: Json | undefined }> {
  const found = new Map<string, { ref: string; schema: Json | undefined }>()
  const listed = Array.isArray(spec.parameters) ? spec.parameters : []
  for (const [index, entry] of listed.entries()) {
    if (!isObject(entry)) continue
    let parameter = entry
    let place = pointer('paths', path, method, 'parameters', String(index))
    if (typeof entry.$ref === 'string') {
      place = entry.$ref.slice(2)
      const resolved = place
        .split('/')
        .reduce<Json | undefined>((at, key) => (isObject(at) ? at[key] : undefined), documents.get(id))
      if (isObject(resolved)) parameter = resolved
    }
    const { name, schema } = parameter
    if (typeof name === 'string') found.set(name, { ref: `${id}#/${place}/schema`, schema })
  }
  return found
}

/** A `fetch` that checks every exchange on its way and keeps what was wrong. */
export function checkedTransport(
  api: AlpacaApi,
  found: string[],
): (url: string, init: RequestInit) => Promise<Response> {
  return async (url, init) => {
    const response = await fetch(url, init)
    const text = await response.clone().text()
    const exchange = {
      method: init.method ?? 'GET',
      url,
      body: typeof init.body === 'string' ? JSON.parse(init.body) : undefined,
      status: response.status,
      answer: text === '' ? undefined : JSON.parse(text),
    }
    found.push(...api.violations(exchange))
    return response
  }
}
