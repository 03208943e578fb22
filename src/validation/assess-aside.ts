/**
 * An assessment worked out beside the process that asks for it: over hundreds of days it takes a second, and a bot must
 * answer meanwhile. Entry points: `assessAside`, `seedOf`.
 *
 * 1. The figures are the same wherever they are worked out: the seed is the campaign's own.
 * 2. A thread that does not answer in time is ended, and the question fails.
 */
import { Worker } from 'node:worker_threads'
import { compiledModule } from '../config/paths.ts'
import { sequence } from '../config/prng.ts'
import { type Assessment, type AssessmentOptions, assess } from './assessment.ts'
import type { VerdictCampaign } from './verdict/campaigns.ts'

/** Below this a thread costs more to start than it saves. */
const DAYS_WORTH_A_THREAD = 60
const ANSWER_MS_MAX = 60_000

/** What goes to the thread: nothing but data. */
export interface AssessmentQuestion {
  readonly campaign: VerdictCampaign
  readonly options: Omit<AssessmentOptions, 'uniform'>
}

/** The campaign's own seed: the same days give the same figures again. */
export function seedOf({ accountId, days: [first] }: VerdictCampaign): string {
  return `verdict/${accountId}/${first?.date}`
}

export function answerQuestion({ campaign, options }: AssessmentQuestion): Assessment {
  return assess(campaign, { ...options, uniform: sequence(seedOf(campaign)).uniform })
}

/** @throws whatever the assessment does, or that the thread gave no answer. */
export async function assessAside(question: AssessmentQuestion): Promise<Assessment> {
  if (question.campaign.days.length < DAYS_WORTH_A_THREAD) return answerQuestion(question)
  const worker = new Worker(compiledModule(import.meta.url, 'assess-worker.js'), { workerData: question })
  try {
    return await new Promise<Assessment>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error('the verdict took longer than a minute')), ANSWER_MS_MAX)
      const settle = (finish: () => void) => {
        clearTimeout(late)
        finish()
      }
      worker.once('message', (answer: Assessment) => settle(() => resolve(answer)))
      worker.once('error', (error: Error) => settle(() => reject(error)))
      worker.once('exit', (code) => settle(() => reject(new Error(`the thread of the verdict ended early (${code})`))))
    })
  } finally {
    await worker.terminate()
  }
}
