/**
 * Days → campaigns: the runs of trading days of one account under one configuration. Entry point: `campaignsOf`.
 *
 * 1. Days of different accounts or sources never share a campaign; SIM, REPLAY and PAPER do not mix.
 * 2. A change of configuration begins a new campaign, also when it goes back to an old one.
 * 3. Of PAPER, every session of the exchange counts from the day a campaign was registered for to the last completed
 *    one, or to the next campaign: one without a record is a day without a trade, $0, and marked so. After a day on
 *    which the campaign was stopped none is counted until it is armed again. A simulated market has only the days it
 *    was given.
 */

import type { VerdictDay } from './day.ts'
import { planKey } from './registration.ts'

export interface VerdictCampaign {
  readonly accountId: string
  readonly source: VerdictDay['source']
  /** 1 for the account's first. */
  readonly number: number
  readonly days: readonly VerdictDay[]
  /** Sessions of the exchange between a stop and the next arming: they are none of its days. */
  readonly stoppedSessions: number
}

/** Days that cannot be counted, and why. */
export class DayError extends Error {
  override readonly name = 'DayError'
}

/** Dates of the exchange's sessions, both ends included. */
type Sessions = (from: string, to: string) => readonly string[]

/**
 * In the order of their beginning; `lastCompleted` null: to the last day that is known. @throws DayError for a date
 * that one account has twice.
 */
export function campaignsOf(
  days: readonly VerdictDay[],
  sessions: Sessions,
  lastCompleted: string | null = null,
): VerdictCampaign[] {
  const byAccount = new Map<string, VerdictDay[]>()
  for (const day of days) {
    // Still running; over and not ended, its P&L is not known, and by no means $0.
    if (!day.ended && (lastCompleted === null || day.date > lastCompleted)) continue
    const key = `${day.source.kind}/${day.accountId}`
    const own = byAccount.get(key)
    if (own === undefined) byAccount.set(key, [day])
    else own.push(day)
  }
  return [...byAccount.values()]
    .flatMap((own) => runsOf(own.toSorted((a, b) => (a.date < b.date ? -1 : 1))))
    .map((one) => campaignOf(one, sessions, lastCompleted))
    .toSorted((a, b) => ((a.days[0]?.date ?? '') < (b.days[0]?.date ?? '') ? -1 : 1))
}

type Run = [VerdictDay, ...VerdictDay[]]

interface NumberedRun {
  readonly run: Run
  readonly number: number
  /** When the account's next campaign began; null: this is the last one. */
  readonly nextFrom: string | null
}

/** The day it was registered for, or armed for again, where the first one that is known came later. */
function beginOf([{ date, registered, armedFor }]: Run): string {
  const from = armedFor ?? registered?.from ?? date
  return from < date ? from : date
}

const isStoppedAfter = ({ stoppedAfter, status }: VerdictDay): boolean => stoppedAfter ?? status === 'stopped'

/** From where on sessions count that lie between two days of a run, the second one included. */
function openFrom(before: VerdictDay, { date, armedFor }: VerdictDay): string {
  if (!isStoppedAfter(before)) return before.date
  return armedFor !== null && armedFor > before.date && armedFor < date ? armedFor : date
}

function runsOf(sorted: readonly VerdictDay[]): NumberedRun[] {
  const runs: Run[] = []
  for (const day of sorted) {
    const run = runs.at(-1)
    const last = run?.at(-1)
    if (last?.date === day.date)
      throw new DayError(`expected each date once, got ${day.date} of ${day.accountId} again`)
    if (run === undefined || last === undefined || planKey(last.plan) !== planKey(day.plan)) runs.push([day])
    else run.push(day)
  }
  return runs.map((run, index) => {
    const next = runs[index + 1]
    return { run, number: index + 1, nextFrom: next === undefined ? null : beginOf(next) }
  })
}

function campaignOf(
  { run, number, nextFrom }: NumberedRun,
  sessions: Sessions,
  lastCompleted: string | null,
): VerdictCampaign {
  const [first] = run
  const last = run.at(-1) ?? first
  const known = new Map(run.map((day) => [day.date, day]))
  const goesOn = isStoppedAfter(last) ? null : (nextFrom ?? lastCompleted)
  const to = goesOn !== null && goesOn > last.date ? goesOn : last.date
  const isPaper = first.source.kind === 'PAPER'
  const all = isPaper ? sessions(beginOf(run), to).filter((date) => date !== nextFrom) : []
  const open = all.filter((date) => isOpen(date, run))
  const dates = new Set([...open, ...known.keys()])
  const days = [...dates].toSorted().map((date) => known.get(date) ?? absentDay(first, date))
  const [begin] = days
  // What was registered for a day without a record stands with that day.
  const counted = begin === undefined ? days : [{ ...begin, registered: first.registered }, ...days.slice(1)]
  const stoppedSessions = all.length - open.length
  return { accountId: first.accountId, source: first.source, number, days: counted, stoppedSessions }
}

/** Whether the campaign was armed for a session between its first day and its last, or after it. */
function isOpen(date: string, run: Run): boolean {
  const at = run.findIndex((day) => day.date >= date)
  const [before, after] = [run[at - 1], run[at]]
  return before === undefined || after === undefined || date >= openFrom(before, after)
}

function absentDay({ accountId, source, plan }: VerdictDay, date: string): VerdictDay {
  return {
    date,
    accountId,
    source,
    plan,
    status: 'no_session',
    netPnlCents: 0,
    rulePnlCents: 0,
    replayNetPnlCents: null,
    replaySplit: null,
    unpaired: null,
    worstCaseCents: null,
    trades: [],
    overridden: false,
    overrides: [],
    ended: true,
    stoppedAfter: null,
    armedFor: null,
    registered: null,
    evidence: null,
  }
}
