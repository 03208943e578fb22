/**
 * Which events are critical, who acknowledged them, and when one is said again: pure. Entry points: `isCritical`,
 * `AlertBook`, `openAlertsOf`, `repeatDue`.
 *
 * 1. Critical is what the team must look at now: breaches, halts, silent and failing engines, a day that cannot begin,
 *    a short put in the money before it expires.
 * 2. One acknowledgement settles an alert; nothing else does. Until then it is repeated, less and less often, in the
 *    end once a day without end, and stays open: said before each open too, and shown wherever the desk is looked at.
 * 3. A repetition is counted from the post before it: an outage of Discord or of the bot repeats nothing in a burst.
 */
import type { EventOf, JournalEntry, JournalEvent } from '../session/events.ts'
import { HOUR_MS, MINUTE_MS } from '../time/units.ts'

/** From one post to the next after `REPEATS`, without end. */
export const DAILY_MS = 24 * HOUR_MS
const BACK_OFF_MS: readonly number[] = [2, 5, 10, 20, 40].map((minutes) => minutes * MINUTE_MS)
const hourly = Math.floor((DAILY_MS - BACK_OFF_MS.reduce((sum, wait_ms) => sum + wait_ms, 0)) / HOUR_MS)
/** Wall milliseconds from one post to the next: a back-off, every hour for the rest of a day; then `DAILY_MS`. */
export const REPEATS: readonly number[] = [...BACK_OFF_MS, ...Array.from({ length: hourly }, () => HOUR_MS)]
/** Open alerts of an account that are kept however old they are. */
export const OPEN_ALERTS_MAX = 100

export function isCritical(event: JournalEvent): boolean {
  switch (event.type) {
    case 'risk_breach':
    case 'session_refused':
      return true
    case 'engine_alert':
      return event.critical
    case 'control_set':
      return event.mode === 'HALTED'
    case 'preflight_reported':
      return event.failed > 0
    case 'expiry_watched':
      return event.spot !== null && event.spot < event.strike
    default:
      return false
  }
}

/** The alert of a drill is over with the drill. */
export const DRILL_CODE = 'drill'

const isDrill = (event: JournalEvent): boolean => event.type === 'engine_alert' && event.code === DRILL_CODE

export interface Alert {
  readonly entry: JournalEntry
  readonly alertNo: number
  readonly acknowledged: EventOf<'alert_acknowledged'> | null
  /** Feed numbers of its repetitions, in order. */
  readonly repeats: readonly number[]
}

/** The alerts of one account; entries may come in any order of dates, and twice. */
export class AlertBook {
  readonly #alerts = new Map<number, JournalEntry>()
  readonly #acknowledged = new Map<number, { readonly date: string; readonly event: EventOf<'alert_acknowledged'> }>()
  readonly #repeats = new Map<number, { readonly date: string; readonly feedNos: Map<number, number> }>()

  /** Trading date on which the team was last told that there are too many of them; null: not by this bot. */
  toldTooMany: string | null = null

  add(entry: JournalEntry): void {
    const { event, feedNo, date } = entry
    if (feedNo !== null && isCritical(event)) this.#alerts.set(feedNo, entry)
    if (event.type === 'alert_acknowledged' && !this.#acknowledged.has(event.alertNo)) {
      this.#acknowledged.set(event.alertNo, { date, event })
    }
    if (event.type === 'alert_repeated' && feedNo !== null) {
      const feedNos = this.#repeats.get(event.alertNo)?.feedNos ?? new Map<number, number>()
      this.#repeats.set(event.alertNo, { date, feedNos: feedNos.set(event.number, feedNo) })
    }
  }

  /**
   * An alert of a day that is not read any more; nothing happens to one that is known. `repeats`: their feed numbers.
   */
  restore(entry: JournalEntry, repeats: readonly number[]): void {
    const { feedNo: alertNo, date } = entry
    if (alertNo === null || this.#alerts.has(alertNo)) return
    this.#alerts.set(alertNo, entry)
    const feedNos = new Map(repeats.map((feedNo, index) => [index + 1, feedNo]))
    for (const [number, feedNo] of this.#repeats.get(alertNo)?.feedNos ?? []) feedNos.set(number, feedNo)
    if (feedNos.size > 0) this.#repeats.set(alertNo, { date, feedNos })
  }

  forget(alertNo: number): void {
    this.#alerts.delete(alertNo)
    this.#repeats.delete(alertNo)
  }

  /**
   * Forgets what was settled before `date`: open alerts stay, whatever their age. What was said of one that is not
   * known yet waits for it.
   */
  forgetBefore(date: string): void {
    for (const [alertNo, { date: alertDate, event }] of this.#alerts) {
      const settled = isDrill(event) ? alertDate : this.#acknowledged.get(alertNo)?.date
      if (alertDate < date && settled !== undefined && settled < date) this.#alerts.delete(alertNo)
    }
    for (const said of [this.#acknowledged, this.#repeats]) {
      for (const [alertNo, one] of said) if (one.date < date && !this.#alerts.has(alertNo)) said.delete(alertNo)
    }
  }

  get(alertNo: number): Alert | null {
    const entry = this.#alerts.get(alertNo)
    if (entry === undefined) return null
    const repeats = [...(this.#repeats.get(alertNo)?.feedNos ?? [])]
      .toSorted(([a], [b]) => a - b)
      .map(([, feedNo]) => feedNo)
    return { entry, alertNo, acknowledged: this.#acknowledged.get(alertNo)?.event ?? null, repeats }
  }

  all(): readonly Alert[] {
    return [...this.#alerts.keys()].flatMap((alertNo) => this.get(alertNo) ?? [])
  }
}

/** Those that somebody still has to take, however old, oldest first. */
export function openAlertsOf(book: AlertBook): readonly Alert[] {
  return book
    .all()
    .filter(({ acknowledged, entry }) => acknowledged === null && !isDrill(entry.event))
    .toSorted((a, b) => a.alertNo - b.alertNo)
}

/** Whether it is ever said again, whenever it was posted last. */
export const isRepeatable = ({ acknowledged, entry }: Alert): boolean => acknowledged === null && !isDrill(entry.event)

/** The wait before this repetition, counted from 1. */
const waitBefore = (number: number): number => REPEATS[number - 1] ?? DAILY_MS

/** Wall time before which its next repetition is not due, however soon each post was there. */
export function repeatableFrom_ms({ entry, repeats }: Alert): number {
  const waited_ms = Array.from({ length: repeats.length + 1 }, (_, index) => waitBefore(index + 1))
  return entry.atWall_ms + waited_ms.reduce((sum, wait_ms) => sum + wait_ms, 0)
}

/**
 * The number of the repetition that is due, counted from 1; null: none is. `posted_ms`: wall time of the alert's newest
 * post in the channel; null while that is not there yet.
 */
export function repeatDue(alert: Alert, posted_ms: number | null, now_ms: number): number | null {
  const number = alert.repeats.length + 1
  if (posted_ms === null || !isRepeatable(alert)) return null
  return now_ms - posted_ms >= waitBefore(number) ? number : null
}
