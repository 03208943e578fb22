/**
 * A study: a backtest, a what-if of the exits, or an audit, asked for in the channel and run beside trading. What may
 * be asked for, and how much of it.
 *
 * Entry points: `studyJobSchema`, `specProblem` (what is wrong with a study, before anybody runs it).
 */
import { z } from 'zod'
import { applyOverrides, gridOf, ParameterError, parseOverrides, parseSweeps } from '../backtest/parameters.ts'
import { exitsOf } from '../backtest/what-if.ts'
import { FILL_MODELS } from '../replay/fill-model.ts'
import { actorSchema } from '../session/events.ts'
import { sessionsBetween } from '../strategy/exchange-calendar.ts'
import { isCalendarDate } from '../strategy/newyork-time.ts'
import { PROFILE_NAMES, STRUCTURES, type StrategyConfig } from '../strategy/types.ts'

/** More belongs on a terminal, where nobody else waits for it. */
export const STUDY_DAYS_MAX = 2_000
const STUDY_VARIANTS_MAX = 1_000
/** Replays of a day in all: a thousand variants over a year. */
const STUDY_VARIANT_DAYS_MAX = 250_000
const TEXTS_MAX = 10
const NAME_MAX = 60

const date = z.string().refine(isCalendarDate, { error: 'expected a date like 2026-07-17' })
const seed = z.string().regex(/^[\w.-]{1,40}$/, { error: 'seed: expected up to 40 letters, digits, dots or dashes' })
/** Also the name of a folder: no path leads out of where the sets are. */
export const dataSetName = z
  .string()
  .max(NAME_MAX, { error: `data: expected the name of a data set, at most ${NAME_MAX} characters` })
  .regex(/^\w[\w.-]*$/, {
    error: `data: expected the name of a data set: up to ${NAME_MAX} letters, digits, dots and dashes`,
  })

const daysSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('market'), seed, from: date, days: z.int().min(1).max(STUDY_DAYS_MAX) }),
  z.object({ kind: z.literal('recorded'), dataSet: dataSetName, from: date.nullable(), to: date.nullable() }),
  z.object({ kind: z.literal('alpaca'), from: date, to: date }),
])
export type StudyDays = z.infer<typeof daysSchema>

const rules = {
  days: daysSchema,
  fills: z.enum(FILL_MODELS),
  profile: z.enum(PROFILE_NAMES),
  structure: z.enum(STRUCTURES),
}
const texts = z.array(z.string().max(200)).max(TEXTS_MAX)
const values = z.array(z.number()).min(1).max(100).nullable()

export const studySpecSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('backtest'), ...rules, set: texts, sweep: texts }),
  z.object({ kind: z.literal('what_if'), ...rules, stops: values, targets: values }),
  z.object({ kind: z.literal('audit'), dataSet: dataSetName, from: date.nullable(), to: date.nullable() }),
])
export type StudySpec = z.infer<typeof studySpecSchema>
export type RulesStudy = Extract<StudySpec, { readonly days: StudyDays }>

export const studyJobSchema = z.object({
  /** Of the interaction: a command that is delivered twice is one study. */
  id: z.string().regex(/^[\w-]{1,60}$/),
  actor: actorSchema,
  asked_ms: z.int(),
  spec: studySpecSchema,
})
export type StudyJob = z.infer<typeof studyJobSchema>

/** How many days at most; null where only the data will tell. */
function daysOf(days: StudyDays): number | null {
  if (days.kind === 'market') return days.days
  if (days.from === null || days.to === null) return null
  return sessionsBetween(days.from, days.to).length
}

function variantsOf(spec: RulesStudy, config: StrategyConfig): number {
  if (spec.kind === 'what_if') {
    const [stops, targets] = exitsOf({ config, stops: spec.stops, targets: spec.targets })
    return stops.values.length * targets.values.length
  }
  const grid = gridOf(parseOverrides(spec.set), parseSweeps(spec.sweep))
  for (const overrides of grid) applyOverrides(config, overrides)
  return grid.length
}

function rangeProblem(from: string | null, to: string | null): string | null {
  return from !== null && to !== null && from > to ? `from: expected a date not after ${to}, got ${from}` : null
}

function sizeProblem(days: number | null, variants: number): string | null {
  if (days === 0) return 'expected a trading day in the range, got none: choose other dates'
  if (days !== null && days > STUDY_DAYS_MAX) {
    return `expected at most ${STUDY_DAYS_MAX} trading days, got ${days}: choose a shorter range`
  }
  if (variants > STUDY_VARIANTS_MAX) {
    return `expected at most ${STUDY_VARIANTS_MAX} variants, got ${variants}: sweep fewer values, or use a terminal`
  }
  const replays = (days ?? 1) * variants
  if (replays <= STUDY_VARIANT_DAYS_MAX) return null
  return `expected at most ${STUDY_VARIANT_DAYS_MAX} variant-days, got ${replays}: fewer days or values, or use a terminal`
}

/**
 * What is wrong with what was asked for, and what to do; null: nothing. `config` is the configured one of its profile.
 */
export function specProblem(spec: StudySpec, config: StrategyConfig): string | null {
  if (spec.kind === 'audit') return rangeProblem(spec.from, spec.to)
  const { days, fills } = spec
  if (days.kind !== 'market') {
    const problem = rangeProblem(days.from, days.to)
    if (problem !== null) return problem
  }
  if (days.kind === 'alpaca' && fills === 'touch') {
    return "fills: expected mid or seed with source alpaca, got touch: Alpaca's history has trades and no quotes"
  }
  try {
    return sizeProblem(daysOf(days), variantsOf(spec, config))
  } catch (error) {
    if (error instanceof ParameterError || error instanceof RangeError) return error.message
    throw error
  }
}
