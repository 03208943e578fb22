/** Values that a zod schema accepts, as a fast-check arbitrary: extreme numbers and odd texts included. */
import fc from 'fast-check'
import { z } from 'zod'

interface JsonSchema {
  readonly type?: string | readonly string[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly propertyNames?: JsonSchema
  readonly additionalProperties?: JsonSchema | boolean
  readonly items?: JsonSchema
  readonly pattern?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly exclusiveMaximum?: number
}

/** Long, empty and multi-byte texts, and those with markup. */
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 50 }),
  fc.constantFrom('', ' ', '\n\n', '@everyone `x` **y** _z_ [a](b)', '🟢'.repeat(4_000), '*'.repeat(7_000)),
)

const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.double({ min: -1_000, max: 1_000, noNaN: true }),
  fc.constantFrom(0, -0, 1e21, -1e21, 5e-324),
)

/** A number with bounds lies between them; one without is as odd as numbers can be. */
function bounded({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: JsonSchema): fc.Arbitrary<number> {
  const [min, max] = [exclusiveMinimum ?? minimum, exclusiveMaximum ?? maximum]
  if (min === undefined && max === undefined) return number
  return fc.double({
    ...(min === undefined ? {} : { min, minExcluded: exclusiveMinimum !== undefined }),
    ...(max === undefined ? {} : { max, maxExcluded: exclusiveMaximum !== undefined }),
    noNaN: true,
    noDefaultInfinity: true,
  })
}

/** Within the schema's bounds: all of them, and often small ones and zero. */
function integer({ minimum, maximum, exclusiveMinimum = -Infinity, exclusiveMaximum = Infinity }: JsonSchema) {
  const min = Math.max(minimum ?? Number.MIN_SAFE_INTEGER, exclusiveMinimum + 1)
  const max = Math.min(maximum ?? Number.MAX_SAFE_INTEGER, exclusiveMaximum - 1)
  const within = (value: number): number => Math.min(max, Math.max(min, value))
  const small = fc.integer({ min: -200, max: 200 })
  return fc.oneof(fc.maxSafeInteger(), small, fc.constant(0)).map(within)
}

const ITEMS_MAX = 8

function string({ pattern, minLength = 0, maxLength = Number.POSITIVE_INFINITY }: JsonSchema): fc.Arbitrary<string> {
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern))
  return text.map((long) => long.slice(0, maxLength).padEnd(minLength, 'x'))
}

/** They restrict nothing. */
const ANNOTATIONS: ReadonlySet<string> = new Set(['$schema', 'title', 'description', 'default', 'examples'])

function arbitrary(schema: JsonSchema): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const)
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum)
  const choices = schema.anyOf ?? schema.oneOf
  if (choices !== undefined) return fc.oneof(...choices.map(arbitrary))
  if (typeof schema.type === 'object') return fc.oneof(...schema.type.map((type) => arbitrary({ ...schema, type })))
  switch (schema.type) {
    case 'null':
      return fc.constant(null)
    case 'boolean':
      return fc.boolean()
    case 'integer':
      return integer(schema)
    case 'number':
      return bounded(schema)
    case 'string':
      return string(schema)
    case 'array':
      return fc.array(arbitrary(schema.items ?? {}), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(ITEMS_MAX, schema.maxItems ?? ITEMS_MAX),
      })
    case 'object':
      return objectArbitrary(schema)
    case undefined:
      // `z.unknown()`: anything that JSON can hold.
      if (Object.keys(schema).every((key) => ANNOTATIONS.has(key))) return fc.jsonValue({ maxDepth: 2 })
      throw new Error(`expected a schema this generator knows, got ${JSON.stringify(schema)}`)
    default:
      throw new Error(`expected a schema this generator knows, got ${JSON.stringify(schema)}`)
  }
}

function objectArbitrary(schema: JsonSchema): fc.Arbitrary<unknown> {
  if (schema.properties !== undefined) {
    const fields = Object.entries(schema.properties).map(([name, field]) => [name, arbitrary(field)] as const)
    return fc.record(Object.fromEntries(fields), { requiredKeys: [...(schema.required ?? [])] })
  }
  const values = typeof schema.additionalProperties === 'object' ? schema.additionalProperties : {}
  const names = schema.propertyNames?.enum
  // A record over a closed list of names has all that are required.
  if (names !== undefined && schema.required !== undefined) {
    return fc.record(Object.fromEntries(names.map((name) => [String(name), arbitrary(values)])))
  }
  return fc.dictionary(arbitrary(schema.propertyNames ?? { type: 'string' }) as fc.Arbitrary<string>, arbitrary(values))
}

export function arbitraryOf<T>(schema: z.ZodType<T>): fc.Arbitrary<T> {
  return arbitrary(z.toJSONSchema(schema) as JsonSchema).map((value) => schema.parse(value))
}

/** For a schema with refinements that a JSON schema cannot say: values that they refuse are drawn again. */
export function acceptedOf<T>(schema: z.ZodType<T>): fc.Arbitrary<T> {
  return arbitrary(z.toJSONSchema(schema) as JsonSchema)
    .map((value) => schema.safeParse(value))
    .filter((result) => result.success)
    .map((result) => result.data as T)
}
