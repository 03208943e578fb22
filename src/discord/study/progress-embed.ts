/**
 * The message of a study while it waits and runs, and what it says when it is over. Pure. Entry points:
 * `progressReply`,
 * `studyProgress`.
 */
import { type APIActionRowComponent, type APIButtonComponent, ButtonStyle, ComponentType } from 'discord.js'
import { COLOURS, embed, plain } from '../../feed/embed.ts'
import { bar, duration, wholeNumber } from '../../report/format.ts'
import type { StudyRecord } from '../../store/study-store.ts'
import type { StudyJob } from '../../study/spec.ts'
import { customId } from '../handlers.ts'
import type { Reply } from '../reply.ts'
import { askedLines, STUDY_NAMES } from './words.ts'

export const CANCEL_BUTTON = 'study-cancel'

function buttons(id: string): APIActionRowComponent<APIButtonComponent> {
  const cancel: APIButtonComponent = {
    type: ComponentType.Button,
    style: ButtonStyle.Danger,
    custom_id: customId(CANCEL_BUTTON, id),
    label: 'Cancel',
  }
  return { type: ComponentType.ActionRow, components: [cancel] }
}

interface Said {
  readonly colour: number
  readonly headline: string
  readonly detail: string
}

function running(
  { done, total, started_ms, attempt }: Extract<StudyRecord['run'], { state: 'running' }>,
  now_ms: number,
) {
  const again = attempt > 1 ? '\nStarted again: the worker that had it is gone.' : ''
  const so_far_ms = Math.max(0, now_ms - started_ms)
  if (total === null || total === 0) return { headline: 'running', detail: `${bar(0)} reading the days${again}` }
  const share = Math.min(1, done / total)
  const left = share > 0.02 ? `, about ${duration((so_far_ms / share) * (1 - share))} left` : ''
  const counts = `${wholeNumber(done)} of ${wholeNumber(total)}`
  return { headline: 'running', detail: `${bar(share * 100)} ${Math.floor(share * 100)} % · ${counts}${left}${again}` }
}

/** @param ahead how many studies come before this one. */
function said({ run, cancelledBy }: StudyRecord, ahead: number, now_ms: number, resultUrl: string | null): Said {
  if (run === null) {
    if (cancelledBy !== null)
      return { colour: COLOURS.neutral, headline: 'cancelled', detail: byWhom(cancelledBy.name) }
    const detail = ahead === 0 ? 'Waiting for a worker.' : `Waiting: ${ahead} before it, one at a time.`
    return { colour: COLOURS.plan, headline: 'waiting', detail }
  }
  switch (run.state) {
    case 'running':
      if (cancelledBy !== null)
        return { colour: COLOURS.neutral, headline: 'being cancelled', detail: byWhom(cancelledBy.name) }
      return { colour: COLOURS.plan, ...running(run, now_ms) }
    case 'done': {
      const where = resultUrl === null ? '' : ` [The result](${resultUrl})`
      return { colour: COLOURS.gain, headline: 'done', detail: `It took ${duration(run.took_ms)}.${where}` }
    }
    case 'cancelled':
      return { colour: COLOURS.neutral, headline: 'cancelled', detail: byWhom(run.by) }
    case 'refused':
      return { colour: COLOURS.warning, headline: 'not done', detail: plain(run.message, 1500) }
    case 'failed':
      return { colour: COLOURS.loss, headline: 'failed', detail: plain(run.message, 1500) }
  }
}

const byWhom = (name: string): string => `By ${plain(name)}. Nothing is kept of it.`

/** The message, with a button for as long as there is something to cancel. */
export function studyProgress(
  record: StudyRecord,
  at: { readonly ahead: number; readonly now_ms: number; readonly resultUrl: string | null },
): Reply {
  const { job, run, cancelledBy } = record
  const { colour, headline, detail } = said(record, at.ahead, at.now_ms, at.resultUrl)
  const isOver = cancelledBy !== null || (run !== null && run.state !== 'running')
  return {
    embeds: [
      embed({
        colour,
        title: `🧪 ${STUDY_NAMES[job.spec.kind]}: ${headline}`,
        description: [detail, '', ...askedLines(job.spec)].join('\n'),
        footer: `Not trading · asked by ${job.actor.name} · study ${job.id}`,
      }),
    ],
    ...(isOver ? {} : { buttons: buttons(job.id) }),
  }
}

/** What whoever asked sees at once. */
export function progressReply(job: StudyJob, ahead: number): Reply {
  const record: StudyRecord = { job, message: null, run: null, posted: null, cancelledBy: null }
  return studyProgress(record, { ahead, now_ms: job.asked_ms, resultUrl: null })
}
