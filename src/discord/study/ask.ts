/**
 * A study asked for with a slash command: checked, put on the queue, and shown. Entry points: `askStudy`,
 * `cancelStudy`.
 */
import { z } from 'zod'
import { ParameterError } from '../../backtest/parameters.ts'
import type { Refusal } from '../../session/refusal.ts'
import { PROFILES } from '../../strategy/profiles.ts'
import { DEFAULT_LIMITS, DEFAULT_WIDTH } from '../../strategy/rules.ts'
import { PROFILE_NAMES, type StrategyConfig } from '../../strategy/types.ts'
import { defaultStructure } from '../../study/default-structure.ts'
import { type RulesStudy, type StudySpec, specProblem, studySpecSchema } from '../../study/spec.ts'
import type { Desk, Request } from '../desk.ts'
import { type Reply, refusalReply } from '../reply.ts'
import { progressReply } from './progress-embed.ts'
import { STUDIES_WAITING_MAX, type StudyDesk } from './study-desk.ts'

const refused = (code: Refusal['code'], message: string, numbers: Refusal['numbers'] = {}): Reply =>
  refusalReply({ code, message, numbers })

const NO_STUDIES = 'This bot runs without studies: start it with a Redis and a worker of this version.'

/** What a study is checked against here; the worker checks again, with its own configuration. */
function usualConfig({ profile, structure }: Pick<RulesStudy, 'profile' | 'structure'>): StrategyConfig {
  return { profile: PROFILES[profile], limits: DEFAULT_LIMITS, structure, width: DEFAULT_WIDTH }
}

const AUDIT_CONFIG = usualConfig({ profile: '25k', structure: 'short_put' })

const problemOf = (spec: StudySpec): string | null =>
  specProblem(spec, spec.kind === 'audit' ? AUDIT_CONFIG : usualConfig(spec))

const withoutStructure = z.looseObject({ profile: z.enum(PROFILE_NAMES), structure: z.null() })

/** A study of the rules is about what the desk trades, unless something else was asked for. */
async function withStructure(typed: unknown, studies: StudyDesk, { reader }: Desk): Promise<unknown> {
  const { data } = withoutStructure.safeParse(typed)
  if (data === undefined) return typed
  return { ...data, structure: await defaultStructure(data.profile, studies.structureFor(data.profile), reader) }
}

/**
 * @param typed makes the study out of the options, its structure null where none was chosen; a `ParameterError` or
 * `ZodError` of it is the person's.
 */
export async function askStudy(typed: () => unknown, desk: Desk, request: Request): Promise<Reply> {
  const { studies } = desk
  if (studies === null) return refused('failed', NO_STUDIES)
  let spec: StudySpec
  try {
    spec = studySpecSchema.parse(await withStructure(typed(), studies, desk))
  } catch (error) {
    if (error instanceof ParameterError) return refused('bad_option', error.message)
    if (error instanceof z.ZodError) return refused('bad_option', error.issues.map(said).join('\n'))
    throw error
  }
  const problem = problemOf(spec)
  if (problem !== null) return refused('bad_option', problem)
  const waiting = await studies.waiting()
  if (waiting >= STUDIES_WAITING_MAX) {
    const message = `${waiting} studies are waiting or running already, one at a time. Cancel one, or ask again later.`
    return refused('not_now', message, { waiting })
  }
  const job = { id: request.id, actor: request.actor, asked_ms: desk.wall.now_ms(), spec }
  return { ...progressReply(job, waiting), onSent: (message) => studies.ask(job, message) }
}

function said({ path, message }: z.core.$ZodIssue): string {
  const name = path.at(-1)
  return typeof name !== 'string' || message.startsWith(`${name}:`) ? message : `${name}: ${message}`
}

/** Null: the study's message will say so by itself. */
export async function cancelStudy(id: string, desk: Desk, request: Request): Promise<Reply | null> {
  const outcome = await desk.studies?.cancel(id, request.actor)
  if (outcome === 'cancelling' || outcome === 'over') return null
  return refused('stale_command', 'This study is not known any more, so there is nothing to cancel. Ask for it again.')
}
