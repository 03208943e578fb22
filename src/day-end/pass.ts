/**
 * One look at all accounts for days that have ended and were not reported on. Entry point: `DayEnds`.
 *
 * 1. What is due follows from the journal: a session's end without the report that names it. A bot that died anywhere
 *    repeats nothing and forgets nothing; of two at once one commits (`Commit.once`).
 * 2. A day waits until its decisions were run again, at most `CHECKS_WAIT_MS` from when this bot first saw its end: then
 *    it says that they were not.
 * 3. The report and what it changes are one commit: no change is told twice, or against another day than the last
 *    judged.
 * 4. A report that cannot be made is tried again, ever later, and holds up no other. Given up, the team is told once;
 *    the next process tries again.
 */
import type { Logger } from 'pino'
import type { WallClock } from '../config/clock.ts'
import { KnownFor } from '../config/known-for.ts'
import { reasonOf } from '../config/reason.ts'
import type { DayDocument } from '../report/day/schema.ts'
import type { DeskReader } from '../report/views.ts'
import type { JournalEntry, JournalEvent } from '../session/events.ts'
import { type CommitResult, EVENTS_ALONE, type SessionStore, StoreUnreachable } from '../store/port.ts'
import { DAY_MS } from '../time/units.ts'
import { accountCampaign, assessOnDesk } from '../validation/desk-assessment.ts'
import { DayError, type VerdictCampaign } from '../validation/verdict/campaigns.ts'
import { changesOf } from './changes.ts'
import { type DayReported, judgeDay } from './judge.ts'
import { Retries } from './retries.ts'

export interface DayEndPorts {
  readonly reader: Pick<
    DeskReader,
    | 'accounts'
    | 'dates'
    | 'document'
    | 'journal'
    | 'latestFeed'
    | 'feedProgress'
    | 'config'
    | 'lookaheads'
    | 'dayVersions'
  >
  readonly sessions: Pick<SessionStore, 'commit'>
  readonly wall: WallClock
  readonly log: Logger
}

/** Whoever archives runs a day's decisions again within seconds, where the tape is at hand. */
export const CHECKS_WAIT_MS = 15_000
/** A report this old helps nobody; `/report` makes it at any time. */
const STALE_MS = 4 * DAY_MS
/** Posts in which an end is looked for: those of some days. */
const LOOK_BACK = 200
/** Days before, in which the last judged one is looked for. */
const DAYS_BACK_MAX = 30
/** Days that the recent light is about: a month of sessions. */
const RECENT_DAYS = 20

interface Ended extends JournalEntry {
  readonly feedNo: number
}

const isEnd = (entry: JournalEntry): entry is Ended => entry.event.type === 'session_ended' && entry.feedNo !== null

const reportsOf = (entries: readonly JournalEntry[]): readonly DayReported[] =>
  entries.flatMap(({ event }) => (event.type === 'day_reported' ? [event] : []))

/** Ends without a report, oldest first; one that another has put right since needs none. Pure. */
export function unreported(entries: readonly JournalEntry[], nowWall_ms: number): readonly Ended[] {
  const told = new Set(reportsOf(entries).map(({ endNo }) => endNo))
  const ends = entries.filter(isEnd)
  const isCorrected = ({ date, feedNo }: Ended): boolean =>
    ends.some(({ event, ...other }) => {
      const corrects = event.type === 'session_ended' && event.corrects !== undefined
      return corrects && other.date === date && other.feedNo > feedNo
    })
  const last = ends.filter((end) => !isCorrected(end))
  return last.filter(({ feedNo, atWall_ms }) => !told.has(feedNo) && nowWall_ms - atWall_ms < STALE_MS)
}

const nameOf = ({ accountId, feedNo }: Ended): string => `${accountId}/${feedNo}`

export class DayEnds {
  readonly #ports: DayEndPorts
  /** Feed numbers up to which nothing is left to do, by account: what has not grown is not read again. */
  readonly #done = new Map<string, number>()
  readonly #retries = new Retries()
  /** Ends that wait for the run of their decisions. */
  readonly #known: KnownFor

  constructor(ports: DayEndPorts) {
    this.#ports = ports
    this.#known = new KnownFor(ports.wall)
  }

  /** Throws `StoreUnreachable`: what was due then is done at the next look. */
  async pass(signal?: AbortSignal): Promise<void> {
    for (const { accountId } of await this.#ports.reader.accounts()) {
      if (signal?.aborted) return
      await this.#look(accountId, signal)
    }
  }

  async #look(accountId: string, signal?: AbortSignal): Promise<void> {
    const { reader, wall } = this.#ports
    const { feedNo } = await reader.feedProgress(accountId)
    if (this.#done.get(accountId) === feedNo) return
    const due = unreported(await reader.latestFeed(accountId, LOOK_BACK), wall.now_ms())
    let isLeft = false
    for (const end of due) {
      if (signal?.aborted) return
      isLeft = !(await this.#attempt(end)) || isLeft
    }
    if (!isLeft) this.#done.set(accountId, feedNo)
  }

  /** False: it is to be looked at again. */
  async #attempt(end: Ended): Promise<boolean> {
    const { wall, log } = this.#ports
    const { accountId, date } = end
    const name = nameOf(end)
    if (this.#retries.isGivenUp(name)) return true
    if (!this.#retries.isDue(name, wall.monotonic_ms())) return false
    try {
      const isOver = await this.#report(end)
      if (isOver) {
        this.#retries.done(name)
        this.#known.forget(name)
      }
      return isOver
    } catch (error) {
      if (error instanceof StoreUnreachable) throw error
      const next = this.#retries.failed(name, wall.monotonic_ms())
      log.error({ err: error, accountId, date, next }, 'the report of a day could not be made; others go on')
      if (next === 'again') return false
      await this.#tellGivenUp(end, error)
      this.#retries.giveUp(name)
      this.#known.forget(name)
      return true
    }
  }

  /** False: it is to be looked at again. */
  async #report(end: Ended): Promise<boolean> {
    const { reader, log } = this.#ports
    const { accountId, date, feedNo } = end
    const document = await reader.document(accountId, date)
    if (document === null) return true
    const isChecked = document.checks.parity?.complete === true
    // Counted here: the end was stamped by another machine's clock.
    if (!isChecked && this.#known.ms(nameOf(end)) < CHECKS_WAIT_MS) return false
    const present = await this.#judge(end, document)
    const events = [present, ...changesOf(await this.#earlier(end), present)]
    const result = await this.#commit(end, events, `day-report-${date}-${feedNo}`)
    log.info({ accountId, date, told: result.ok, changes: events.length - 1 }, 'a day that ended was reported on')
    return true
  }

  async #tellGivenUp(end: Ended, error: unknown): Promise<void> {
    const { date, feedNo } = end
    const reason = reasonOf(error)
    const message =
      `The report of ${date} could not be made (${reason}). /report shows what the day came to; the report is tried ` +
      'again when the bot starts next. The log has the details.'
    const alert = { type: 'engine_alert', code: 'day_report_failed', message, critical: false } as const
    await this.#commit(end, [alert], `day-report-failed-${date}-${feedNo}`)
  }

  #commit(end: Ended, events: readonly JournalEvent[], once: string): Promise<CommitResult> {
    const { accountId, profile, source, date, atMarket_ms } = end
    return this.#ports.sessions.commit({
      ...{ accountId, profile, source, date, atMarket_ms, events, once },
      atWall_ms: this.#ports.wall.now_ms(),
      ...EVENTS_ALONE,
    })
  }

  async #judge(end: Ended, document: DayDocument): Promise<DayReported> {
    const { accountId, date, feedNo: endNo } = end
    const { reader } = this.#ports
    const entries = await reader.journal(accountId, date)
    try {
      const campaign = await accountCampaign(reader, accountId, date)
      if (campaign === null) throw new DayError('the day is not known yet')
      const { verdict } = await assessOnDesk(campaign, 1, reader)
      return judgeDay({ endNo, entries, document, recent: await this.#recent(campaign, document), verdict })
    } catch (error) {
      if (!(error instanceof DayError)) throw error
      return judgeDay({ endNo, entries, document, recent: [document], verdict: error.message })
    }
  }

  async #recent({ accountId, days }: VerdictCampaign, document: DayDocument): Promise<readonly DayDocument[]> {
    const dates = days.filter(({ status }) => status !== 'no_session').slice(-RECENT_DAYS)
    const before = dates.filter(({ date }) => date < document.date)
    const documents = await Promise.all(before.map(({ date }) => this.#ports.reader.document(accountId, date)))
    return [...documents.flatMap((one) => one ?? []), document]
  }

  /** The account's reports before this one, newest first, back to one that knows both word and light. */
  async #earlier({ accountId, date, feedNo }: Ended): Promise<readonly DayReported[]> {
    const { reader } = this.#ports
    const dates = (await reader.dates(accountId)).filter((one) => one <= date).slice(0, DAYS_BACK_MAX)
    const found: DayReported[] = []
    for (const one of dates) {
      const before = reportsOf(await reader.journal(accountId, one)).filter(({ endNo }) => endNo < feedNo)
      found.push(...before.toReversed())
      if (before.some(({ verdict, light }) => verdict !== null && light.recent !== null)) break
    }
    return found
  }
}
