/** Turns zod's findings into the field errors that Discord answers, so that limits are declared once, as schemas. */
import { z } from 'zod'
import { apiErrors, type FormIssue } from '../errors.ts'

type Issue = z.core.$ZodIssue

const REQUIRED = { code: 'BASE_TYPE_REQUIRED', message: 'This field is required' }

function describeLength(issue: Issue, inclusive: { min?: number; max?: number }): Omit<FormIssue, 'path'> {
  const origin = 'origin' in issue ? issue.origin : ''
  if (origin === 'string' && inclusive.max !== undefined) {
    return { code: 'BASE_TYPE_MAX_LENGTH', message: `Must be ${inclusive.max} or fewer in length.` }
  }
  if (origin === 'string' || origin === 'array') {
    if (inclusive.min === 1 && origin === 'string') return REQUIRED
    const bound = inclusive.max === undefined ? `${inclusive.min} or more` : `${inclusive.max} or fewer`
    return { code: 'BASE_TYPE_BAD_LENGTH', message: `Must be ${bound} in length.` }
  }
  return inclusive.max === undefined
    ? { code: 'NUMBER_TYPE_MIN', message: `int value should be greater than or equal to ${inclusive.min}.` }
    : { code: 'NUMBER_TYPE_MAX', message: `int value should be less than or equal to ${inclusive.max}.` }
}

function describeType(issue: Extract<Issue, { code: 'invalid_type' }>): Omit<FormIssue, 'path'> {
  if (issue.input === undefined) return REQUIRED
  const kinds: Record<string, [string, string]> = {
    string: ['STRING_TYPE_CONVERT', 'Could not interpret the value as string.'],
    number: ['NUMBER_TYPE_COERCE', 'The value is not a number.'],
    int: ['NUMBER_TYPE_COERCE', 'The value is not int.'],
    boolean: ['BOOLEAN_TYPE_CONVERT', 'Must be either true or false.'],
    array: ['LIST_TYPE_CONVERT', 'Only iterables may be used in a ListType.'],
    object: ['MODEL_TYPE_CONVERT', 'Only dictionaries may be used in a ModelType.'],
    record: ['DICT_TYPE_CONVERT', 'Only dictionaries may be used in a DictType.'],
  }
  const [code, message] = kinds[issue.expected] ?? ['BASE_TYPE_CONVERT', `Expected ${issue.expected}.`]
  return { code, message }
}

function describe(issue: Issue): Omit<FormIssue, 'path'> {
  switch (issue.code) {
    case 'too_big':
      return describeLength(issue, { max: Number(issue.maximum) })
    case 'too_small':
      return describeLength(issue, { min: Number(issue.minimum) })
    case 'invalid_type':
      return describeType(issue)
    case 'invalid_value':
      return {
        code: 'BASE_TYPE_CHOICES',
        message: `Value must be one of {${issue.values.map((v) => JSON.stringify(v)).join(', ')}}.`,
      }
    case 'invalid_union':
      return { code: 'UNION_TYPE_CHOICES', message: 'Value of field "type" is not one of those allowed here.' }
    case 'invalid_format':
      return { code: 'STRING_TYPE_REGEX', message: 'String value did not match validation regex.' }
    case 'custom': {
      const code: unknown = issue.params?.code
      return { code: typeof code === 'string' ? code : 'BASE_TYPE_CONVERT', message: issue.message }
    }
    default:
      return { code: 'BASE_TYPE_CONVERT', message: issue.message }
  }
}

/** Parses `input`; throws the API's 50035 with every violation, nested as Discord nests them. */
export function parseForm<T>(schema: z.ZodType<T>, input: unknown, prefix: readonly (string | number)[] = []): T {
  const result = schema.safeParse(input, { reportInput: true })
  if (result.success) return result.data
  throw apiErrors.form(
    result.error.issues.map((issue) => ({
      ...describe(issue),
      path: [...prefix, ...issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key))],
    })),
  )
}

type Context = z.core.$RefinementCtx<unknown>

/** Adds a finding with one of Discord's field codes from inside a refinement. */
export function refuse(context: Context, path: readonly (string | number)[], code: string, message: string): void {
  context.addIssue({ code: 'custom', path: [...path], message, params: { code } })
}

/** Discord takes null for "not given" in most optional fields. */
export const optional = <T extends z.ZodType>(schema: T) => schema.nullish().transform((value) => value ?? undefined)

/** Length in Unicode code points, as Discord counts. */
export const lengthOf = (text: string): number => [...text].length

export const text = (min: number, max: number) =>
  z.string().superRefine((value, context) => {
    const length = lengthOf(value)
    if (length < min && length === 0) refuse(context, [], 'BASE_TYPE_REQUIRED', 'This field is required')
    else if (length < min || (min > 0 && length > max)) {
      refuse(context, [], 'BASE_TYPE_BAD_LENGTH', `Must be between ${min} and ${max} in length.`)
    } else if (length > max) refuse(context, [], 'BASE_TYPE_MAX_LENGTH', `Must be ${max} or fewer in length.`)
  })

export const list = <T extends z.ZodType>(item: T, min: number, max: number) =>
  z.array(item).superRefine((items, context) => {
    if (items.length < min || items.length > max) {
      refuse(context, [], 'BASE_TYPE_BAD_LENGTH', `Must be between ${min} and ${max} in length.`)
    }
  })

export const snowflake = z.union([z.string().regex(/^\d{1,20}$/), z.number().int().nonnegative().transform(String)])
