/**
 * Which variants of the rules were ever tried: a result that was chosen among many says less, and how many there were
 * must not be anybody's recollection. Pure; kept by `store/tried-runs.ts`.
 *
 * Entry points: `triedRun` (what a run leaves behind), `countTried` (how many different variants some runs tried).
 *
 * 1. A variant is a profile, a structure and every number of `PARAMETERS`: the same one tried twice, or on other days
 *    or fills, counts once.
 * 2. A run keeps its grid, not its variants: a sweep of thousands is a line of text.
 */
import { z } from 'zod'
import { FILL_MODELS, type FillModel } from '../replay/fill-model.ts'
import { PROFILE_NAMES, type ProfileName, STRUCTURES, type StrategyConfig, type Structure } from '../strategy/types.ts'
import { gridOf, type Overrides, PARAMETER_NAMES, parametersOf, type Sweep } from './parameters.ts'
import { SOURCE_KINDS } from './sources.ts'

export const triedRunSchema = z.object({
  /** Of the command that asked for it: a job that was run twice is one run. */
  id: z.string().min(1).max(100),
  /** Wall time of its end. */
  at_ms: z.int(),
  kind: z.enum(['backtest', 'what_if']),
  /** Who asked. */
  actor: z.string().max(200),
  source: z.object({ kind: z.enum(SOURCE_KINDS), label: z.string() }),
  fills: z.enum(FILL_MODELS),
  profile: z.enum(PROFILE_NAMES),
  structure: z.enum(STRUCTURES),
  /** The numbers that the changes start from. */
  base: z.record(z.enum(PARAMETER_NAMES), z.number()),
  set: z.partialRecord(z.enum(PARAMETER_NAMES), z.number()),
  sweeps: z.array(z.object({ name: z.enum(PARAMETER_NAMES), values: z.array(z.number()).min(1) })),
})
export type TriedRun = z.infer<typeof triedRunSchema>

export interface TriedRunFacts extends Pick<TriedRun, 'id' | 'at_ms' | 'kind' | 'actor' | 'source'> {
  readonly fills: FillModel
  readonly config: StrategyConfig
  readonly set: Overrides
  readonly sweeps: readonly Sweep[]
}

export function triedRun({ config, fills, set, sweeps, ...run }: TriedRunFacts): TriedRun {
  const { id, at_ms, kind, actor, source } = run
  return {
    id,
    at_ms,
    kind,
    actor,
    source: { kind: source.kind, label: source.label },
    fills,
    profile: config.profile.name,
    structure: config.structure,
    base: parametersOf(config),
    set: { ...set },
    sweeps: sweeps.map(({ name, values }) => ({ name, values: [...values] })),
  }
}

/** A spread's width is no part of a variant without a spread. */
function keyOf(run: TriedRun, overrides: Overrides): string {
  const all = { ...run.base, ...overrides }
  const numbers = PARAMETER_NAMES.filter((name) => name !== 'width' || run.structure === 'put_spread').map(
    (name) => all[name],
  )
  return `${run.profile} ${run.structure} ${numbers.join(' ')}`
}

interface Tried {
  /** Different variants. */
  readonly variants: number
  readonly runs: number
}

/** Of the runs of a profile, and of one structure where it is given. Zero where nothing was tried. */
export function countTried(
  runs: readonly TriedRun[],
  of: { readonly profile: ProfileName; readonly structure?: Structure },
): Tried {
  const counted = runs.filter(
    ({ profile, structure }) => profile === of.profile && (of.structure === undefined || structure === of.structure),
  )
  const keys = new Set<string>()
  for (const run of counted) for (const overrides of gridOf(run.set, run.sweeps)) keys.add(keyOf(run, overrides))
  return { variants: keys.size, runs: new Set(counted.map(({ id }) => id)).size }
}
