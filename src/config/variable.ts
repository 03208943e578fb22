/** What one environment variable is: its name, what it accepts, its default, and a sentence for `.env.example`. */
import { z } from 'zod'

interface Described {
  readonly name: string
  readonly doc: string
  /** Completes "expected …" in the message about a bad value. */
  readonly expects: string
  /** Never shown, not even in a message about a bad value. */
  readonly secret: boolean
}

/** A variable that always has a value: its own or the default. */
export interface Setting<T> extends Described {
  readonly kind: 'setting'
  readonly schema: z.ZodType<T>
  readonly fallback: string
}

/** A variable that may be absent. */
export interface Choice<T> extends Described {
  readonly kind: 'choice'
  readonly schema: z.ZodType<T>
}

export type Variable = Setting<unknown> | Choice<unknown>

interface Accepts<T> {
  readonly schema: z.ZodType<T>
  readonly expects: string
}

const LIST_MAX = 100

export function setting<T>(name: string, fallback: string, accepts: Accepts<T>, doc: string): Setting<T> {
  return { kind: 'setting', name, fallback, doc, secret: false, ...accepts }
}

export function choice<T>(name: string, accepts: Accepts<T>, doc: string, secret = false): Choice<T> {
  return { kind: 'choice', name, doc, secret, ...accepts }
}

export function wholeNumber(min: number, max: number): Accepts<number> {
  const schema = z.string().regex(/^\d+$/).transform(Number).pipe(z.int().min(min).max(max))
  return { schema, expects: `a whole number from ${min} to ${max}` }
}

/** A plain decimal like `0.65`: no exponent, no sign, so that it stands for exactly what is written. */
export function decimal(min: number, max: number): Accepts<number> {
  const schema = z
    .string()
    .regex(/^\d+(\.\d+)?$/)
    .transform(Number)
    .pipe(z.number().min(min).max(max))
  return { schema, expects: `a number from ${min} to ${max}, like 0.65` }
}

export function oneOf<const T extends readonly string[]>(values: T): Accepts<T[number]> {
  return { schema: z.enum(values), expects: `one of ${values.join(', ')}` }
}

/** Some of `values`, separated by commas. */
export function severalOf<const T extends readonly string[]>(values: T): Accepts<readonly T[number][]> {
  return {
    schema: list(z.enum(values)),
    expects: `some of ${values.join(', ')}, separated by commas`,
  }
}

function list<T extends string>(item: z.ZodType<T>): z.ZodType<readonly T[]> {
  const split = (value: unknown): unknown =>
    typeof value === 'string' ? value.split(',').map((part) => part.trim()) : value
  return z.preprocess(split, z.array(item).min(1).max(LIST_MAX))
}

export function text(expects: string, pattern: RegExp): Accepts<string> {
  return { schema: z.string().regex(pattern), expects }
}

export const alpacaKey = text('an Alpaca key id or secret, without spaces', /^[\w+/=.-]{3,200}$/)

const SNOWFLAKE = /^\d{17,20}$/

export const snowflakes: Accepts<readonly string[]> = {
  schema: z
    .string()
    .transform((value) => value.split(',').map((id) => id.trim()))
    .pipe(z.array(z.string().regex(SNOWFLAKE)).min(1).max(25)),
  expects: 'Discord ids of 17 to 20 digits, separated by commas',
}

/** Addresses like those of `address`, separated by commas. */
export function addresses(protocols: readonly string[]): Accepts<readonly string[]> {
  const one = address(protocols)
  return { schema: list(one.schema), expects: `${one.expects}, or several separated by commas` }
}

/** An address whose protocol is one of `protocols` (like `https:`), without a trailing slash. */
export function address(protocols: readonly string[]): Accepts<string> {
  const schema = z.string().refine((value) => {
    const url = URL.canParse(value) ? new URL(value) : null
    return url !== null && protocols.includes(url.protocol) && url.hostname !== ''
  })
  return {
    schema: schema.transform((value) => value.replace(/\/+$/, '')),
    expects: `an address starting with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
  }
}
