/**
 * The tear sheet's figures, from days as they come. Money in whole cents.
 *
 * Entry point: `TearSheet`.
 */

import type { DayResult } from '../replay/day-result.ts'
import type { FillModel } from '../replay/fill-model.ts'
import { centsOf } from '../strategy/exact.ts'
import { newYorkTime } from '../strategy/newyork-time.ts'
import { EXIT_REASONS, type SkipReason } from '../strategy/types.ts'
import { entriesOf } from '../tables/typed-keys.ts'
import { sharpeFacts } from '../validation/stats/sharpe.ts'
import type { BacktestDocument } from './document.ts'
import { pnlCentsOf } from './variant-tally.ts'

const BINS = 20
/** The estimate is held between 10 and 50; entries stop at 25 by default, but a sweep may move that. */
const VIX_EDGES = [10, 12.5, 15, 17.5, 20, 25] as const
const CONFIDENCE = 0.95

interface Group {
  trades: number
  wins: number
  pnlCents: number
}

const noGroup = (): Group => ({ trades: 0, wins: 0, pnlCents: 0 })

function addTo(group: Group, pnlCents: number): void {
  group.trades++
  if (pnlCents > 0) group.wins++
  group.pnlCents += pnlCents
}

function groupOf<K>(groups: Map<K, Group>, key: K): Group {
  const group = groups.get(key) ?? noGroup()
  groups.set(key, group)
  return group
}

/** A round width that covers `span` in at most `BINS` bins. */
function binWidth(span: number): number {
  const rough = Math.max(1, span / BINS)
  const power = 10 ** Math.floor(Math.log10(rough))
  return Math.max(1, Math.ceil([1, 2, 5, 10].map((step) => step * power).find((step) => step >= rough) ?? rough))
}

function distributionOf(trades: readonly number[]): BacktestDocument['distribution'] {
  if (trades.length === 0) return []
  const low = trades.reduce((a, b) => Math.min(a, b))
  const high = trades.reduce((a, b) => Math.max(a, b))
  const width = binWidth(high - low + 1)
  const first = Math.floor(low / width) * width
  const bins = Math.floor((high - first) / width) + 1
  const counts = new Array<number>(bins).fill(0)
  for (const trade of trades) {
    const bin = Math.floor((trade - first) / width)
    counts[bin] = (counts[bin] ?? 0) + 1
  }
  return counts.map((count, bin) => ({
    fromCents: first + bin * width,
    toCents: first + (bin + 1) * width,
    trades: count,
  }))
}

type Figures = Pick<
  BacktestDocument,
  | 'summary'
  | 'sharpe'
  | 'drawdown'
  | 'worstDay'
  | 'bestDay'
  | 'distribution'
  | 'byExit'
  | 'byHour'
  | 'byVix'
  | 'skips'
  | 'days'
>

export class TearSheet {
  readonly #fills: FillModel
  readonly #days: BacktestDocument['days'] = []
  readonly #trades: number[] = []
  readonly #byExit = new Map<string, Group>()
  readonly #byHour = new Map<number, Group>()
  readonly #byVix = new Map<number, Group>()
  readonly #skips: Partial<Record<SkipReason, number>> = {}
  #equity = 0
  #peak: { readonly cents: number; readonly date: string | null } = { cents: 0, date: null }
  #drawdown: BacktestDocument['drawdown'] = { maxCents: 0, from: null, to: null }
  #entries = 0
  #netPnl = 0
  #rulePnl = 0

  constructor(fills: FillModel) {
    this.#fills = fills
  }

  add(day: DayResult): void {
    for (const [reason, count] of entriesOf(day.skips)) {
      this.#skips[reason] = (this.#skips[reason] ?? 0) + count
    }
    if (day.entry !== null) this.#entries++
    const pnlCents = pnlCentsOf(day, this.#fills)
    if (pnlCents !== null) this.#move(day.date, pnlCents)
    if (day.status === 'traded' && pnlCents !== null) this.#addTrade(day, pnlCents)
    const { date, status } = day
    this.#days.push({
      date,
      status,
      pnlCents,
      equityCents: this.#equity,
      drawdownCents: this.#peak.cents - this.#equity,
    })
  }

  #move(date: string, pnlCents: number): void {
    this.#equity += pnlCents
    if (this.#equity > this.#peak.cents) this.#peak = { cents: this.#equity, date }
    const below = this.#peak.cents - this.#equity
    if (below > this.#drawdown.maxCents) this.#drawdown = { maxCents: below, from: this.#peak.date, to: date }
  }

  #addTrade(day: Extract<DayResult, { status: 'traded' }>, pnlCents: number): void {
    this.#trades.push(pnlCents)
    this.#netPnl += centsOf(day.netPnl)
    this.#rulePnl += centsOf(day.rulePnl)
    addTo(groupOf(this.#byExit, day.exit.reason), pnlCents)
    addTo(groupOf(this.#byHour, Number(newYorkTime(day.entry.t_ms).slice(0, 2))), pnlCents)
    const vix = day.entry.vixEstimate ?? VIX_EDGES[0]
    const edge = VIX_EDGES.findLastIndex((from) => vix >= from)
    addTo(groupOf(this.#byVix, Math.max(0, edge)), pnlCents)
  }

  /** @param variants how many were tried to come to this one. */
  figures(variants: number, targetDayCents: number): Figures {
    const counted = this.#days.filter((day) => day.pnlCents !== null)
    const values = counted.map(({ pnlCents }) => pnlCents ?? 0)
    const wins = this.#trades.filter((trade) => trade > 0).length
    const closed = this.#trades.length
    const sharpe = sharpeFacts(values, variants, CONFIDENCE)
    return {
      summary: {
        entries: this.#entries,
        closed,
        incomplete: this.#days.length - counted.length,
        noTrade: this.#days.length - this.#entries,
        wins,
        losses: this.#trades.filter((trade) => trade < 0).length,
        winRate: closed === 0 ? null : wins / closed,
        executionRate: this.#days.length === 0 ? null : this.#entries / this.#days.length,
        pnlCents: this.#equity,
        meanDayCents: values.length === 0 ? null : this.#equity / values.length,
        targetDayCents,
        netPnlCents: this.#netPnl,
        rulePnlCents: this.#rulePnl,
      },
      sharpe: sharpe && {
        daily: sharpe.daily,
        yearly: sharpe.yearly,
        probabilistic: sharpe.probabilistic,
        deflated: sharpe.deflated,
        minimumDays: sharpe.minimumDays,
      },
      drawdown: this.#drawdown,
      worstDay: this.#extreme((a, b) => a < b),
      bestDay: this.#extreme((a, b) => a > b),
      distribution: distributionOf(this.#trades),
      byExit: EXIT_REASONS.filter((reason) => this.#byExit.has(reason)).map((reason) => ({
        reason,
        ...groupOf(this.#byExit, reason),
      })),
      byHour: [...this.#byHour].sort(([a], [b]) => a - b).map(([hour, group]) => ({ hour, ...group })),
      byVix: [...this.#byVix]
        .sort(([a], [b]) => a - b)
        .map(([edge, group]) => ({ from: VIX_EDGES[edge] ?? 0, to: VIX_EDGES[edge + 1] ?? null, ...group })),
      skips: this.#skips,
      days: this.#days,
    }
  }

  #extreme(isBeyond: (a: number, b: number) => boolean): { date: string; pnlCents: number } | null {
    let found: { date: string; pnlCents: number } | null = null
    for (const { date, pnlCents } of this.#days) {
      if (pnlCents !== null && (found === null || isBeyond(pnlCents, found.pnlCents))) found = { date, pnlCents }
    }
    return found
  }
}
