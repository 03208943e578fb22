/**
 * Days → campaigns: the runs of trading days of one account under one configuration. Entry point: `campaignsOf`.
 *
 * 1. Days of different accounts or sources never share a campaign; SIM, REPLAY and PAPER do not mix.
 * 2. A change of configuration begins a new campaign, also when it goes back to an old one.
 * 3. Of PAPER, every session of the exchange between a campaign's first and last day counts: one without a record is a day
 *    without a trade, $0, and marked so. A simulated market has only the days it was given.
 */

import type { VerdictDay } from './day.ts'
import { planKey } from './registration.ts'

export interface VerdictCampaign {
  readonly accountId: string
  readonly source: VerdictDay['source']
  /** 1 for the account's first. */
  readonly number: number
  readonly days: readonly VerdictDay[]
}

/** Days that cannot be counted, and why. */
export class DayError extends Error {
  override readonly name = 'DayError'
}

/** In the order of their beginning. @throws DayError for a date that one account has twice. */
export function campaignsOf(
  days: readonly VerdictDay[],
  sessions: (from: string, to: string) => readonly string[],
): VerdictCampaign[] {
  const byAccount = new Map<string, VerdictDay[]>()
  for (const day of days) {
    const key = `${day.source.kind}/${day.accountId}`
    const own = byAccount.get(key)
    if (own === undefined) byAccount.set(key, [day])
    else own.push(day)
  }
  return [...byAccount.values()]
    .flatMap((own) => runsOf(own.toSorted((a, b) => (a.date < b.date ? -1 : 1))))
    .map(({ run, number }) => campaignOf(run, number, sessions))
    .toSorted((a, b) => ((a.days[0]?.date ?? '') < (b.days[0]?.date ?? '') ? -1 : 1))
}

type Run = [VerdictDay, ...VerdictDay[]]

function runsOf(sorted: readonly VerdictDay[]): { run: Run; number: number }[] {
  const runs: Run[] = []
  for (const day of sorted) {
    const run = runs.at(-1)
    const last = run?.at(-1)
    if (last?.date === day.date)
      throw new DayError(`expected each date once, got ${day.date} of ${day.accountId} again`)
    if (run === undefined || last === undefined || planKey(last.plan) !== planKey(day.plan)) runs.push([day])
    else run.push(day)
  }
  return runs.map((run, index) => ({ run, number: index + 1 }))
}

function campaignOf(
  run: Run,
  number: number,
  sessions: (from: string, to: string) => readonly string[],
): VerdictCampaign {
  const [first] = run
  const known = new Map(run.map((day) => [day.date, day]))
  const open = first.source.kind === 'PAPER' ? sessions(first.date, run.at(-1)?.date ?? first.date) : []
  const dates = new Set([...open, ...known.keys()])
  const days = [...dates].toSorted().map((date) => known.get(date) ?? absentDay(first, date))
  return { accountId: first.accountId, source: first.source, number, days }
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
    worstCaseCents: null,
    trades: [],
    overridden: false,
    overrides: [],
    registered: null,
    evidence: null,
  }
}
