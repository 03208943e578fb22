/**
 * The decision tape: what each decision of a day saw, compactly, and what it said, so that any day can be run again.
 *
 * Entry points: `readTape` and `TapeReader` (lines back into inputs). `tape-writer.ts` writes a line a decision.
 *
 * 1. The first line holds the day's session and the configuration; each further line one decision.
 * 2. A line says only what is new: bars that were added or corrected since the line before. A line that is read alone
 *    is of no use; a tape that lacks a line is noticed, because lines are numbered.
 * 3. Prices stand as they were seen; nothing is rounded.
 * 4. A session that another worker takes over begins a new tape head: `readTape` takes several heads, each begins anew.
 */
import { z } from 'zod'
import {
  type Bar,
  type DecisionInput,
  EXIT_REASONS,
  type ExitInput,
  PROFILE_NAMES,
  type Quote,
  type SessionHours,
  SKIP_REASONS,
  STRUCTURES,
} from '../../strategy/types.ts'
import { tableOf } from '../../tables/typed-keys.ts'

export const TAPE_VERSION = 1
/** A day of decisions a minute and exits a quote of a second stays far below. */
export const TAPE_LINES_MAX = 200_000

const ms = z.int()
const side = z.number().nullable()
const sessionSchema = z.object({ date: z.string(), open_ms: ms, close_ms: ms })

const numbers = <const T extends readonly string[]>(names: T) =>
  z.object(tableOf<T[number], z.ZodNumber>(names, () => z.number()))

const profileSchema = z.object({
  name: z.enum(PROFILE_NAMES),
  ...numbers([
    'contracts',
    'targetDailyPnl',
    'maxDailyLoss',
    'maxLossPerTrade',
    'commissionPerContract',
    'bidAskCostPct',
    'slippagePct',
    'accountEquity',
  ]).shape,
})
const limitsSchema = numbers([
  'entryAfterOpenMin',
  'entryBeforeCloseMin',
  'sessionEndBeforeCloseMin',
  'maxDailyTrades',
  'barsMin',
  'vixMax',
  'rangeExtremePct',
  'rangeModeratePct',
  'premiumMin',
  'premiumMax',
  'spreadMax',
  'profitTargetShare',
  'quoteAgeMax_s',
])
const configSchema = z.object({
  profile: profileSchema,
  limits: limitsSchema,
  structure: z.enum(STRUCTURES),
  width: z.number(),
})

const quoteSchema = z.tuple([side, side, ms.nullable()])
const legSchema = z.tuple([side, side])

/** What `decide` said, as far as it decides anything: the action, the reason, and the position chosen. */
const entryOutcomeSchema = z.union([
  z.object({ skip: z.enum(SKIP_REASONS) }),
  z.object({ enter: z.tuple([z.number(), z.number().nullable(), z.number(), z.number()]) }),
])
const exitOutcomeSchema = z.object({
  /** Null: hold. */
  reason: z.enum(EXIT_REASONS).nullable(),
  also: z.array(z.enum(EXIT_REASONS)),
  rule: z.number().nullable(),
  net: z.number().nullable(),
  /** Whether a loss exit now waits for the next quote. */
  awaiting: z.boolean(),
})

const tapeLineSchema = z.discriminatedUnion('k', [
  z.object({ k: z.literal('head'), v: z.literal(TAPE_VERSION), session: sessionSchema, config: configSchema }),
  z.object({
    k: z.literal('entry'),
    n: z.int().positive(),
    t: ms,
    spot: quoteSchema,
    /** Strike, bid, ask. */
    chain: z.array(z.tuple([z.number(), side, side])),
    /** New and corrected bars: start, open, high, low, close. */
    bars: z.array(z.tuple([ms, z.number(), z.number(), z.number(), z.number()])),
    /** Starts of bars that were there before and are no more. */
    gone: z.array(ms).optional(),
    /** Entries, realised net P&L, whether a position is open. */
    day: z.tuple([z.number(), z.number(), z.boolean()]),
    out: entryOutcomeSchema,
  }),
  z.object({
    k: z.literal('exit'),
    n: z.int().positive(),
    t: ms,
    dayNet: z.number(),
    /** Decision mid, entry fill, contracts, mid, price of closing. */
    position: z.tuple([z.number(), z.number(), z.number(), side, side]),
    stop: z.boolean(),
    /** The legs' bids and asks, short first; none where they were not known. */
    legs: z.array(legSchema),
    /** Whether the quote before left a loss exit waiting. */
    awaiting: z.boolean(),
    out: exitOutcomeSchema,
  }),
  /** A quote of the position that the rules would hold and the desk does not; nothing was decided on it. */
  z.object({
    k: z.literal('rule'),
    n: z.int().positive(),
    t: ms,
    /** Short strike, hedge. */
    of: z.tuple([z.number(), z.number().nullable()]),
    legs: z.array(legSchema),
  }),
  /** The tape is as long as it may be: nothing follows. */
  z.object({ k: z.literal('cut') }),
])
type TapeLine = z.infer<typeof tapeLineSchema>
export type TapeHead = Extract<TapeLine, { k: 'head' }>
export type EntryLine = Extract<TapeLine, { k: 'entry' }>
export type ExitLine = Extract<TapeLine, { k: 'exit' }>
export type RuleLine = Extract<TapeLine, { k: 'rule' }>

/** What the position that the rules hold is quoted at, wherever the desk stands. */
export interface RuleQuote {
  readonly kind: 'rule'
  readonly now_ms: number
  readonly session: SessionHours
  readonly strike: number
  readonly hedgeStrike: number | null
  /** Short first. */
  readonly legs: readonly Pick<Quote, 'bid' | 'ask'>[]
}

/** A decision with all it saw, or a quote of what the rules hold. */
export type TapedDecision =
  | { readonly kind: 'entry'; readonly head: TapeHead; readonly input: DecisionInput; readonly line: EntryLine }
  | {
      readonly kind: 'exit'
      readonly head: TapeHead
      readonly input: ExitInput
      readonly legs: readonly Pick<Quote, 'bid' | 'ask'>[]
      readonly line: ExitLine
    }
  | RuleQuote

/** The tape cannot be read: the line (1 is the first) and why. */
export class TapeError extends Error {
  override readonly name = 'TapeError'
  readonly line: number

  constructor(line: number, reason: string) {
    super(`line ${line} of the tape: ${reason}`)
    this.line = line
  }
}

function parseLine(text: string, line: number): TapeLine {
  let raw: unknown
  try {
    raw = JSON.parse(text)
  } catch {
    throw new TapeError(line, 'expected JSON')
  }
  const parsed = tapeLineSchema.safeParse(raw)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new TapeError(line, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not a line of a tape'}`)
}

/** Bars as they stood at a line. */
function barsAfter(before: ReadonlyMap<number, Bar>, { bars, gone }: EntryLine): Map<number, Bar> {
  const after = new Map(before)
  for (const t_ms of gone ?? []) after.delete(t_ms)
  for (const [t_ms, o, h, l, c] of bars) after.set(t_ms, { t_ms, o, h, l, c })
  return after
}

function entryInput(head: TapeHead, line: EntryLine, bars: ReadonlyMap<number, Bar>): DecisionInput {
  const [bid, ask, t_ms] = line.spot
  const [entries, netPnl, open] = line.day
  return {
    now_ms: line.t,
    session: head.session,
    spot: { bid, ask, t_ms },
    bars: [...bars.values()],
    chain: line.chain.map(([strike, rowBid, rowAsk]) => ({ strike, bid: rowBid, ask: rowAsk })),
    day: { entries, netPnl, open },
  }
}

function exitInput(head: TapeHead, line: ExitLine): ExitInput {
  const [decisionMid, entryFill, contracts, mid, close] = line.position
  return {
    now_ms: line.t,
    session: head.session,
    day: { netPnl: line.dayNet },
    position: { decisionMid, entryFill, contracts, mid, close },
    operatorStop: line.stop,
  }
}

function ruleQuote({ session }: TapeHead, { t: now_ms, of: [strike, hedgeStrike], legs }: RuleLine): RuleQuote {
  return { kind: 'rule', now_ms, session, strike, hedgeStrike, legs: legs.map(([bid, ask]) => ({ bid, ask })) }
}

/** Reads a tape line by line, for whoever cannot hold a whole one. */
export class TapeReader {
  #head: TapeHead | null = null
  #bars: ReadonlyMap<number, Bar> = new Map()
  #decided = 0
  #at = 0
  #isCut = false

  /** The tape reached its greatest length: what came after it was not taped. */
  get isCut(): boolean {
    return this.#isCut
  }

  /**
   * The decision of the next line; null for a head, a cut and an empty line.
   * @throws TapeError for a line that cannot be read, is missing or comes before its head.
   */
  read(text: string): TapedDecision | null {
    const at = ++this.#at
    if (at > TAPE_LINES_MAX) throw new TapeError(at, `expected at most ${TAPE_LINES_MAX} lines`)
    if (text.trim() === '') return null
    const line = parseLine(text, at)
    if (line.k === 'head') return this.#begin(line)
    if (line.k === 'cut') {
      this.#isCut = true
      return null
    }
    const head = this.#head
    if (head === null) throw new TapeError(at, 'expected the head of the day first')
    const n = ++this.#decided
    if (line.n !== n) throw new TapeError(at, `expected decision ${n}, got ${line.n}: a line is missing`)
    if (line.k === 'rule') return ruleQuote(head, line)
    if (line.k === 'exit') {
      const legs = line.legs.map(([bid, ask]) => ({ bid, ask }))
      return { kind: 'exit', head, input: exitInput(head, line), legs, line }
    }
    this.#bars = barsAfter(this.#bars, line)
    return { kind: 'entry', head, input: entryInput(head, line, this.#bars), line }
  }

  #begin(head: TapeHead): null {
    this.#head = head
    this.#bars = new Map()
    this.#decided = 0
    return null
  }
}

/**
 * The decisions of a tape in order, with their whole inputs. Empty lines are ignored.
 * @throws TapeError for a line that cannot be read, is missing or comes before its head.
 */
export function* readTape(lines: Iterable<string>): Generator<TapedDecision> {
  const reader = new TapeReader()
  for (const text of lines) {
    const taped = reader.read(text)
    if (taped !== null) yield taped
  }
}
