/**
 * Runs a study: days and rules in, files out. Entry point: `runStudy`.
 *
 * 1. What was asked for and cannot be used ends as `StudyRefused` with what to do; everything else that fails is a bug.
 */
import { HistoryError } from '../backtest/alpaca/history-error.ts'
import { runBacktest, type TriedGrid } from '../backtest/backtest.ts'
import { ParameterError } from '../backtest/parameters.ts'
import { type CacheSettings, type DaySource, marketDaySource, recordedDaySource } from '../backtest/sources.ts'
import type { Progress } from '../backtest/sweep.ts'
import { type TriedRun, triedRun } from '../backtest/tried-variants.ts'
import { runWhatIf } from '../backtest/what-if.ts'
import type { WallClock } from '../config/clock.ts'
import { DataFileError } from '../replay/data-file.ts'
import type { StrategyConfig } from '../strategy/types.ts'
import { AuditError } from '../validation/audit/audit.ts'
import { DataSetError, findFiles } from './data-sets.ts'
import { auditFiles, backtestFiles, whatIfFiles } from './files.ts'
import { FILE_CHARS_MAX, type StudyFile, type StudyRequest } from './messages.ts'
import { type RulesStudy, STUDY_DAYS_MAX, specProblem } from './spec.ts'

/** What was asked for cannot be answered; the message says why and what to do. */
export class StudyRefused extends Error {
  override readonly name = 'StudyRefused'
}

interface StudyTools {
  readonly cache: CacheSettings
  readonly clock: WallClock
  readonly signal: AbortSignal
  readonly onProgress: (progress: Progress) => void
  readonly remember: (run: TriedRun) => Promise<number>
  /** Throws an error with what to do where no account is configured. */
  readonly alpaca: (range: { readonly from: string; readonly to: string }) => Promise<DaySource>
}

const MINUTE_S = 60
const EXPECTED = [AuditError, DataFileError, DataSetError, HistoryError, ParameterError, RangeError]

async function sourceOf(spec: RulesStudy, request: StudyRequest, tools: StudyTools): Promise<DaySource> {
  const { days } = spec
  switch (days.kind) {
    case 'market':
      return marketDaySource({ seed: days.seed, from: days.from, days: days.days, bookEvery_s: MINUTE_S }, tools.cache)
    case 'recorded': {
      const [quotes, bars] = await findFiles(request.dataSetsDir, days.dataSet, 'books')
      const source = await recordedDaySource({ quotes, bars }, { from: days.from, to: days.to }, tools.cache)
      return { ...source, label: `recorded books ${days.dataSet}` }
    }
    case 'alpaca':
      return tools.alpaca({ from: days.from, to: days.to })
  }
}

/** Files do not say how many days they hold before they are read. */
function bounded(source: DaySource): DaySource {
  return {
    ...source,
    async *days(counts) {
      let count = 0
      for await (const day of source.days(counts)) {
        if (++count > STUDY_DAYS_MAX) {
          throw new StudyRefused(
            `${source.label} has more than ${STUDY_DAYS_MAX} days: choose from and to, or use a terminal`,
          )
        }
        yield day
      }
    },
  }
}

async function runRules(spec: RulesStudy, request: StudyRequest, tools: StudyTools): Promise<StudyFile[]> {
  const { job, strategy, threads: workers } = request
  if (strategy === null) throw new Error(`expected the strategy of ${spec.profile} with the study, got none`)
  const config: StrategyConfig = { ...strategy, structure: spec.structure }
  const problem = specProblem(spec, config)
  if (problem !== null) throw new StudyRefused(problem)
  const source = bounded(await sourceOf(spec, request, tools))
  const { signal, onProgress } = tools
  const { fills } = spec
  const remember = (grid: TriedGrid): Promise<number> => {
    const facts = { id: job.id, at_ms: tools.clock.now_ms(), kind: spec.kind, actor: job.actor.name, fills }
    return tools.remember(triedRun({ ...facts, source: { kind: source.kind, label: source.label }, ...grid }))
  }
  const shared = { source, config, fills, workers, signal, onProgress, remember }
  if (spec.kind === 'what_if') {
    const result = await runWhatIf({ ...shared, stops: spec.stops, targets: spec.targets })
    return filled(result.period.days, source, () => whatIfFiles(result))
  }
  const result = await runBacktest({ ...shared, set: spec.set, sweep: spec.sweep })
  return filled(result.period.days, source, () => backtestFiles(result))
}

async function filled(days: number, { label }: DaySource, files: () => Promise<StudyFile[]>): Promise<StudyFile[]> {
  if (days === 0) throw new StudyRefused(`${label} has no day in the range: choose other dates`)
  const made = await files()
  const large = made.find(({ data }) => data.length > FILE_CHARS_MAX)
  if (large === undefined) return made
  throw new StudyRefused(
    `${large.name} has ${large.data.length} characters, at most ${FILE_CHARS_MAX} are kept: choose fewer days or variants`,
  )
}

/** The message without the worker's own folders. */
function refusedBy({ message }: Error, { dataSetsDir }: StudyRequest): StudyRefused {
  return new StudyRefused(message.replaceAll(`${dataSetsDir}/`, ''))
}

/** @throws StudyRefused; CancelledError when the signal aborts. */
export async function runStudy(request: StudyRequest, tools: StudyTools): Promise<StudyFile[]> {
  const { spec } = request.job
  try {
    if (spec.kind !== 'audit') return await runRules(spec, request, tools)
    const [trades, daily] = await findFiles(request.dataSetsDir, spec.dataSet, 'audit')
    return await auditFiles({ trades, daily, from: spec.from ?? undefined, to: spec.to ?? undefined })
  } catch (error) {
    // Each of them is a class of errors.
    if (EXPECTED.some((expected) => error instanceof expected)) throw refusedBy(error as Error, request)
    throw error
  }
}
