/** The `decide` line format: what comes in, parsed, and what goes out. Dollars; instants are ISO with an offset. */
import { z } from 'zod'
import { reasonOf } from '../config/reason.ts'
import { roundTo } from '../strategy/exact.ts'
import { newYorkDate } from '../strategy/newyork-time.ts'
import {
  type Decision,
  type DecisionInput,
  type ExitInput,
  PROFILE_NAMES,
  type ProfileName,
  STRUCTURES,
  type Structure,
} from '../strategy/types.ts'

const VIX_DECIMALS = 1
const RANGE_DECIMALS = 2

const instant = z.iso
  .datetime({ offset: true, error: 'expected an ISO time with an offset, like 2026-07-17T10:00:00-04:00' })
  .transform((text) => Date.parse(text))
const side = z.number().nullish()
const price = z.number().positive()

const session = z
  .object({ open: instant, close: instant })
  .refine(({ open, close }) => open < close, { path: ['close'], error: 'expected a close after the open' })
  .transform(({ open, close }) => ({ date: newYorkDate(open), open_ms: open, close_ms: close }))

const head = z.object({
  profile: z.enum(PROFILE_NAMES),
  structure: z.enum(STRUCTURES),
  width: z.number().positive().optional(),
  now: instant,
  session,
})

const quote = z.object({ bid: side, ask: side, t: instant.nullish() })
const bar = z.object({ t: instant, o: price, h: price, l: price, c: price })
const chainRow = z.object({ strike: price, bid: side, ask: side })

/** A strike listed twice has no single price, so neither row can be believed. */
function refuseTwice(rows: readonly { readonly strike: number }[], context: z.core.$RefinementCtx): void {
  const seen = new Set<number>()
  for (const [index, { strike }] of rows.entries()) {
    if (!seen.has(strike)) seen.add(strike)
    else
      context.issues.push({
        code: 'custom',
        path: [index, 'strike'],
        message: `${strike} is listed twice`,
        input: rows,
      })
  }
}

const entryLine = head.extend({
  spot: quote.nullable(),
  bars: z.array(bar),
  chain: z.array(chainRow).superRefine(refuseTwice),
  day: z.object({ entries: z.int().nonnegative(), netPnl: z.number(), open: z.boolean() }),
})

const positionLine = head.extend({
  day: z.object({ netPnl: z.number() }),
  operatorStop: z.boolean().optional(),
  position: z.object({
    /** May stand here or beside the position. */
    operatorStop: z.boolean().optional(),
    decisionMid: z.number(),
    entryFill: z.number(),
    contracts: z.int().positive(),
    mid: z.number().nullable(),
    close: z.number().nullable(),
  }),
})

/** A line that cannot be used: the dotted path of the field (null: the line as a whole) and why. */
interface BadLine {
  readonly field: string | null
  readonly message: string
}

interface Choice {
  readonly profile: ProfileName
  readonly structure: Structure
  /** Null: not given. */
  readonly width: number | null
}

export type ParsedLine =
  | { readonly kind: 'bad'; readonly error: BadLine }
  | ({ readonly kind: 'entry'; readonly input: DecisionInput } & Choice)
  | ({ readonly kind: 'position'; readonly input: ExitInput } & Choice)

function bad(error: z.ZodError): ParsedLine {
  const [issue] = error.issues
  const path = issue?.path.join('.') ?? ''
  return { kind: 'bad', error: { field: path === '' ? null : path, message: issue?.message ?? 'invalid input' } }
}

function parseEntry(value: unknown): ParsedLine {
  const parsed = entryLine.safeParse(value)
  if (!parsed.success) return bad(parsed.error)
  const { profile, structure, width, now, session: hours, spot, bars, chain, day } = parsed.data
  return {
    kind: 'entry',
    profile,
    structure,
    width: width ?? null,
    input: {
      now_ms: now,
      session: hours,
      spot: { bid: spot?.bid ?? null, ask: spot?.ask ?? null, t_ms: spot?.t ?? null },
      bars: bars.map(({ t, o, h, l, c }) => ({ t_ms: t, o, h, l, c })),
      chain: chain.map(({ strike, bid, ask }) => ({ strike, bid: bid ?? null, ask: ask ?? null })),
      day,
    },
  }
}

function parsePosition(value: unknown): ParsedLine {
  const parsed = positionLine.safeParse(value)
  if (!parsed.success) return bad(parsed.error)
  const { profile, structure, width, now, session: hours, day, operatorStop, position } = parsed.data
  return {
    kind: 'position',
    profile,
    structure,
    width: width ?? null,
    input: { now_ms: now, session: hours, day, position, operatorStop: operatorStop ?? position.operatorStop ?? false },
  }
}

/** Parses one line; a line with a `position` asks for an exit, any other for an entry. */
export function parseLine(line: string): ParsedLine {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch (error) {
    return {
      kind: 'bad',
      error: { field: null, message: `expected one JSON object a line: ${reasonOf(error)}` },
    }
  }
  const holding = typeof value === 'object' && value !== null && 'position' in value && value.position !== null
  return holding ? parsePosition(value) : parseEntry(value)
}

/** A decision as it is printed: costs in cents' precision, the indicators for display. */
export function printable(decision: Decision): Record<string, unknown> {
  const vixEstimate = decision.vixEstimate === null ? null : roundTo(decision.vixEstimate, VIX_DECIMALS)
  const rangePct = decision.rangePct === null ? null : roundTo(decision.rangePct, RANGE_DECIMALS)
  if (decision.action === 'skip') return { action: 'skip', reason: decision.reason, vixEstimate, rangePct }
  const { action, strike, hedgeStrike, mid, costs, targetStrike } = decision
  return { action, strike, hedgeStrike, mid, costs, vixEstimate, rangePct, targetStrike }
}
