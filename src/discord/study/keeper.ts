/**
 * Keeps the messages of studies: progress edited in place, and the result posted once. Entry point: `keepStudies`.
 *
 * 1. Edits are coalesced: the newest state, at most once in `EDIT_EVERY_MS` a study.
 * 2. A result is marked before it is sent, and looked for in the channel after a crash: a restarted bot posts it once.
 * 3. What the queue lost is put there again; what it gave up is said.
 */
import { createHash } from 'node:crypto'
import type { Logger } from 'pino'
import type { WallClock } from '../../config/clock.ts'
import { clip } from '../../feed/embed.ts'
import { StoreUnreachable } from '../../store/port.ts'
import { hasEnded, type StudyPosted, type StudyRecord } from '../../store/study-store.ts'
import { DAY_MS } from '../../time/units.ts'
import type { Reply } from '../reply.ts'
import { Retries } from '../retries.ts'
import type { StudyChannel } from './channel.ts'
import { studyProgress } from './progress-embed.ts'
import { footerOf, resultEmbeds } from './result-embed.ts'
import { attachmentsOf } from './result-files.ts'
import type { StudyPorts } from './study-desk.ts'

interface StudyKeeperPorts extends Pick<StudyPorts, 'store' | 'queue'> {
  readonly channel: StudyChannel
  /** How often Discord has come back; absent: what waits for it waits on. */
  readonly returns?: () => number
  readonly wall: WallClock
  readonly log: Logger
}

const LOOK_EVERY_MS = 1_000
const EDIT_EVERY_MS = 3_000
/** The queue is asked less often than the store. */
const QUEUE_EVERY_MS = 5_000
/** After this a study is no longer remembered here; its post stays. */
const FORGET_AFTER_MS = DAY_MS
/** A channel that is closed to the bot may be opened again; its result is kept no longer than this. */
const GIVE_UP_AFTER_MS = 7 * DAY_MS
const RETRY = { first_ms: 1_000, max_ms: 30_000 }
const HASH_CHARS = 16
const NOTHING_POSTED: StudyPosted = { posting: null, messageId: null, settled_ms: null }
const GONE = 'its result could not be posted and is not kept any more. Ask again'

/** What this process knows of a study beside its record. */
interface Seen {
  readonly text: string
  readonly edited_ms: number
  readonly queue_ms: number
}

/** Until `signal` aborts. */
export async function keepStudies(ports: StudyKeeperPorts, epoch: number, signal: AbortSignal): Promise<'stopped'> {
  const { wall, log } = ports
  const keeper = new StudyKeeper(ports, epoch)
  while (!signal.aborted) {
    try {
      await keeper.pass()
    } catch (error) {
      if (!(error instanceof StoreUnreachable)) log.error({ err: error }, 'the studies failed; trying again')
    }
    await wall.sleep(LOOK_EVERY_MS, signal)
  }
  return 'stopped'
}

class StudyKeeper {
  readonly #ports: StudyKeeperPorts
  readonly #epoch: number
  readonly #seen = new Map<string, Seen>()
  readonly #retries: Retries

  constructor(ports: StudyKeeperPorts, epoch: number) {
    this.#ports = ports
    this.#epoch = epoch
    this.#retries = new Retries(ports.wall, RETRY, ports.returns)
  }

  /** One look at all studies. Throws `StoreUnreachable`. */
  async pass(): Promise<void> {
    const { store, wall } = this.#ports
    let ahead = 0
    for (const record of await store.all()) {
      const settled_ms = record.posted?.settled_ms ?? null
      if (settled_ms === null) await this.#guarded(record, ahead)
      else if (wall.now_ms() - settled_ms > FORGET_AFTER_MS) await store.forget(record.job.id)
      if (!hasEnded(record.run) && record.cancelledBy === null) ahead++
    }
  }

  /** What goes wrong with one study is no harm to the others. */
  #guarded(record: StudyRecord, ahead: number): Promise<void> {
    const { wall, log, store } = this.#ports
    const { id, asked_ms } = record.job
    return this.#retries.attempt(
      id,
      () => this.#keep(record, ahead),
      async (error, wait_ms) => {
        if (!hasEnded(record.run) || wall.now_ms() - asked_ms <= GIVE_UP_AFTER_MS) {
          return log.warn({ err: error, study: id, wait_ms }, 'a study could not be shown; trying again')
        }
        log.error({ err: error, study: id }, 'a study could not be shown for days: given up')
        await store.savePosted(id, { ...(record.posted ?? NOTHING_POSTED), settled_ms: wall.now_ms() }, this.#epoch)
      },
    )
  }

  async #keep(record: StudyRecord, ahead: number): Promise<void> {
    const current = hasEnded(record.run) ? record : await this.#followed(record)
    if (!hasEnded(current.run)) return this.#show(current, ahead)
    await this.#settle(current)
  }

  /** What is cancelled before a worker has it is over at once; what the queue lost or gave up is dealt with. */
  async #followed(record: StudyRecord): Promise<StudyRecord> {
    const { store, queue, wall } = this.#ports
    const { job, cancelledBy } = record
    if (cancelledBy !== null && record.run === null) {
      await queue.remove(job.id)
      const run = { state: 'cancelled', by: cancelledBy.name } as const
      return (await store.saveRun(job.id, run)) ? { ...record, run } : record
    }
    const seen = this.#seen.get(job.id)
    if (seen !== undefined && wall.monotonic_ms() - seen.queue_ms < QUEUE_EVERY_MS) return record
    const { state, reason } = await queue.stateOf(job.id)
    this.#seen.set(job.id, { text: '', edited_ms: Number.NEGATIVE_INFINITY, ...seen, queue_ms: wall.monotonic_ms() })
    if (state === 'absent') await queue.add(job)
    if (state !== 'failed') return record
    const run = { state: 'failed', message: givenUp(reason) } as const
    return (await store.saveRun(job.id, run)) ? { ...record, run } : record
  }

  async #show(record: StudyRecord, ahead: number): Promise<void> {
    const { wall, channel } = this.#ports
    const { job, message } = record
    const reply = studyProgress(record, { ahead, now_ms: wall.now_ms(), resultUrl: null })
    const text = JSON.stringify(reply)
    const seen = this.#seen.get(job.id)
    if (message === null || seen?.text === text) return
    if (seen !== undefined && wall.monotonic_ms() - seen.edited_ms < EDIT_EVERY_MS) return
    await channel.edit(message, reply)
    const queue_ms = this.#seen.get(job.id)?.queue_ms ?? wall.monotonic_ms()
    this.#seen.set(job.id, { text, edited_ms: wall.monotonic_ms(), queue_ms })
  }

  /** Posts the result, if there is one, and says in the first message how it ended. */
  async #settle(record: StudyRecord): Promise<void> {
    const { store, channel, wall } = this.#ports
    const { job, run } = record
    let posted = record.posted ?? NOTHING_POSTED
    let shown = record
    if (run?.state === 'done' && posted.messageId === null) {
      const messageId = await this.#post(record, posted)
      if (messageId === 'stale') return
      if (messageId === null) shown = { ...record, run: { state: 'failed', message: GONE } }
      posted = { posting: null, messageId, settled_ms: null }
      if (!(await store.savePosted(job.id, posted, this.#epoch))) return
    }
    const resultUrl = posted.messageId === null ? null : channel.urlOf(posted.messageId)
    await this.#tell(record, studyProgress(shown, { ahead: 0, now_ms: wall.now_ms(), resultUrl }))
    await store.savePosted(job.id, { ...posted, settled_ms: wall.now_ms() }, this.#epoch)
    this.#seen.delete(job.id)
  }

  async #tell({ message }: StudyRecord, reply: Reply): Promise<void> {
    if (message !== null) await this.#ports.channel.edit(message, reply)
  }

  /** The post's id; null: the result is not there, or Discord does not take it; `stale`: another bot leads. */
  async #post(record: StudyRecord, posted: StudyPosted): Promise<string | null | 'stale'> {
    const { store, channel, log } = this.#ports
    const { job } = record
    const nonce = nonceOf(job.id)
    if (posted.posting !== null) {
      const found = await channel.find({ nonce, footer: footerOf(job), after: posted.posting.after })
      if (found !== null) return found.messageId
    }
    const files = await store.files(job.id)
    if (files === null) return null
    const posting = posted.posting ?? { after: await channel.newestMessageId() }
    if (!(await store.savePosted(job.id, { ...posted, posting }, this.#epoch))) return 'stale'
    const { document, images, attachments } = attachmentsOf(files)
    const sent = await channel.send(resultEmbeds(document, job, images), attachments, nonce)
    if (sent !== 'refused') return sent
    log.error({ study: job.id }, 'Discord does not take the result of a study')
    return null
  }
}

const REASON_MAX = 300

/** Why the queue does not try a study again, and what to do. */
function givenUp(reason: string): string {
  // The queue's own words for a job that lost its worker too often.
  if (reason.includes('stalled')) {
    return 'two workers died of it. Choose fewer days or variants, or look into the log of the workers'
  }
  const [why = ''] = reason.split('\n')
  const said =
    why.trim() === '' ? 'the queue gave it up without a reason' : `it failed each time: ${clip(why, REASON_MAX)}`
  return `${said}. Ask again; the log of the workers says more`
}

/** At most 25 characters, the same for every try of the same result. */
const nonceOf = (id: string): string => `s${createHash('sha256').update(id).digest('hex').slice(0, HASH_CHARS)}`
