/**
 * Reading what the SDK hands over. The SDK renames fields and trusts the rest; the shapes are checked here.
 *
 * Entry points: `decode`, `decimal`, `instant`.
 */
import { z } from 'zod'
import { UnreadableAnswerError } from '../errors.ts'

/** A decimal that Alpaca sends as a string, sometimes as a number; kept as the string it prints as. */
export const decimal = z
  .union([z.string().regex(/^[-+]?\d+(\.\d+)?$/), z.number()])
  .transform((value) => String(value).replace(/^\+/, ''))

/** Contracts or shares: a decimal that is a whole number for everything this desk trades. */
export const quantity = decimal.transform(Number)

/** An instant, as the SDK's `Date` or as text. Epoch milliseconds. */
export const instant = z
  .union([z.date(), z.string().min(1)])
  .transform((value) => (value instanceof Date ? value.getTime() : Date.parse(value)))
  .refine((value) => Number.isFinite(value), 'expected a time')

/** @throws UnreadableAnswerError that names the fields which are wrong. */
export function decode<S extends z.ZodType>(schema: S, value: unknown, what: string): z.output<S> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const issues = parsed.error.issues.slice(0, 3).map((issue) => `${issue.path.join('.')}: ${issue.message}`)
  throw new UnreadableAnswerError(`expected ${what}, got one with ${issues.join('; ')}`)
}
