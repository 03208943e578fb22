/** Sums over days, and the table of what was done where. */
import type { DayResult } from '../day.ts'
import { FAULT_KINDS, FaultCounts } from '../faults/fault.ts'
import { SITES } from '../faults/sites.ts'
import type { Say } from './tell.ts'

export class Totals {
  readonly counts = new FaultCounts()
  days = 0
  violations = 0
  decisions = 0
  /** The fewest decisions of a whole day that nobody stopped, without an opening. */
  decisionsMin = Number.POSITIVE_INFINITY
  trades = 0
  orders = 0
  posts = 0
  fenced = 0
  duplicates = 0
  readonly exits = new Map<string, number>()
  /** Of each misfortune, how many days saw it. */
  readonly befell = new Map<string, number>()

  add(day: DayResult): void {
    this.counts.add(day.counts)
    this.days += 1
    this.violations += day.violation === null ? 0 : 1
    this.decisions += day.decisions
    if (day.isUndisturbed) this.decisionsMin = Math.min(this.decisionsMin, day.decisions)
    this.trades += day.trades
    this.orders += day.orders
    this.posts += day.posts
    this.fenced += day.fenced
    this.duplicates += day.duplicates
    for (const reason of day.exits) this.exits.set(reason, (this.exits.get(reason) ?? 0) + 1)
    for (const what of day.befell) this.befell.set(what, (this.befell.get(what) ?? 0) + 1)
  }

  /** Call sites that saw no fault: the run says nothing about them. */
  untouched(): readonly string[] {
    return SITES.filter((site) => this.faultsAt(site) === 0)
  }

  faultsAt(site: string): number {
    return FAULT_KINDS.reduce((sum, kind) => sum + this.counts.faultsAt(site, kind), 0)
  }

  /**
   * `elapsed_s` on the wall, `cpu_s` of this process' own work: the one that other work on the machine does not change.
   */
  print(say: Say, elapsed_s: number, cpu_s: number): void {
    const { days, counts } = this
    const perDay = (sum: number): string => (sum / Math.max(1, days)).toFixed(1)
    say(`${'call site'.padEnd(24)}${'calls'.padStart(12)}${'faults'.padStart(10)}`)
    for (const site of SITES) {
      say(`${site.padEnd(24)}${String(counts.callsAt(site)).padStart(12)}${String(this.faultsAt(site)).padStart(10)}`)
    }
    say('')
    for (const kind of FAULT_KINDS) {
      const sum = SITES.reduce((total, site) => total + counts.faultsAt(site, kind), 0)
      say(`${kind.padEnd(24)}${String(sum).padStart(22)}`)
    }
    const listed = (some: ReadonlyMap<string, number>) =>
      [...some].map(([what, count]) => `${what} ${count}`).join(', ')
    const exits = listed(this.exits)
    say(
      `\n${days} simulated days in ${elapsed_s.toFixed(1)} s (${(days / elapsed_s).toFixed(0)} a second; ${(days / cpu_s).toFixed(0)} a CPU second)`,
    )
    say(`a day: ${perDay(this.decisions)} decisions, ${perDay(counts.callsAt('broker.orders'))} reconciliations,`)
    say(
      `  ${perDay(counts.callsAt('stream.spot') + counts.callsAt('stream.options'))} quotes, ${perDay(counts.calls)} calls, ${perDay(counts.faults)} faults`,
    )
    if (Number.isFinite(this.decisionsMin))
      say(`fewest decisions of a whole day without an opening: ${this.decisionsMin}`)
    say(`days that saw: ${listed(this.befell)}`)
    say(`${this.trades} trades (${exits}), ${this.orders} orders, ${this.posts} posts`)
    say(`${this.fenced} writes of stale owners refused, ${this.duplicates} repeated orders refused`)
    say(`${this.violations} violations`)
  }
}
