/**
 * A day, or several, against the mission's plan: target, success ranges, traffic light. Pure. Entry point:
 * `performanceOf`.
 *
 * The light is the plan's, word for word: daily P&L within ±25 % (green) or ±50 % (yellow) of the target, to either
 * side; execution rate from 50 % or 30 %; win rate from 55 % or 45 %; breaches of a limit, a position left open being
 * one: the plan has none as green, "minor risk alerts only" as yellow and several as red, so exactly one, which it does
 * not name, is yellow here; a warning alone is no breach. Red is what is beyond. A condition without anything to judge
 * by has no colour, and the light is the worst of those that have one.
 */
import type { ProfileName } from '../../strategy/types.ts'
import { percent, several, signedMoney } from '../format.ts'
import type { DayReport } from '../views.ts'
import { pctOf } from './fields.ts'
import type { Light, LightColour, Performance, SuccessRange } from './performance-schema.ts'
import type { Risk } from './risk-schema.ts'

export interface PerformanceFacts {
  readonly profile: ProfileName
  readonly targetDailyCents: number
  /** Days that count, their mean net P&L and the worst of them; null: none is known yet. */
  readonly days: number
  readonly daysWithEntry: number
  readonly meanCents: number | null
  readonly worstCents: number | null
  readonly closed: number
  readonly wins: number
  /** Of limits (`breachesOf`), and positions that were left open: each is one. */
  readonly breaches: number
  readonly leftOpen: number
  readonly warnings: number
  /** Costs of premium, percent; null: not known. */
  readonly costsPct: number | null
  /** Whether the source can show what every part of them really is. */
  readonly costsProve: boolean
  /** False: a session still runs, so there is no light yet. */
  readonly final: boolean
}

export function performanceOf(facts: PerformanceFacts): Performance {
  const { targetDailyCents, meanCents } = facts
  const varianceCents = meanCents === null ? null : meanCents - targetDailyCents
  return {
    targetDailyCents,
    varianceCents: varianceCents === null ? null : Math.round(varianceCents),
    variancePct: varianceCents === null ? null : pctOf(varianceCents, targetDailyCents),
    ranges: rangesOf(facts),
    light: lightOf(facts),
  }
}

/** Published for the account of $25,000 alone; rates and costs are the strategy's. */
const DAILY_RANGES: Readonly<Record<ProfileName, { pnl: readonly [number, number]; worst: number } | null>> = {
  '25k': { pnl: [25_000, 40_000], worst: -150_000 },
  '2k': null,
}

function rangesOf(facts: PerformanceFacts): SuccessRange[] {
  const own = DAILY_RANGES[facts.profile]
  const rate = pctOf(facts.daysWithEntry, facts.days)
  return [
    range('daily_pnl', 'cents', own?.pnl[0] ?? null, own?.pnl[1] ?? null, rounded(facts.meanCents)),
    range('execution_rate', 'percent', 50, 70, rate),
    range('win_rate', 'percent', 55, 70, pctOf(facts.wins, facts.closed)),
    range('worst_day', 'cents', own?.worst ?? null, null, facts.worstCents, true),
    { ...range('trading_costs', 'percent', null, 10, facts.costsPct, true), proves: facts.costsProve },
  ]
}

const rounded = (cents: number | null): number | null => (cents === null ? null : Math.round(cents))

/** `isStrict`: the plan says "under", the bound itself is outside. */
function range(
  metric: SuccessRange['metric'],
  unit: SuccessRange['unit'],
  low: number | null,
  high: number | null,
  value: number | null,
  isStrict = false,
): SuccessRange {
  const isKnown = value !== null && (low !== null || high !== null)
  const above = value !== null && (low === null || value > low || (!isStrict && value === low))
  const below = value !== null && (high === null || value < high || (!isStrict && value === high))
  return { metric, unit, low, high, value, inside: isKnown ? above && below : null, proves: null }
}

type Condition = Light['conditions'][number]

export function lightOf(facts: PerformanceFacts): Light {
  const conditions = [pnlCondition(facts), executionCondition(facts), winCondition(facts), riskCondition(facts)]
  const known = conditions.flatMap(({ colour }) => (colour === null ? [] : [colour]))
  return { colour: facts.final && facts.days > 0 ? worstOf(known) : null, days: facts.days, conditions }
}

function worstOf(colours: readonly LightColour[]): LightColour {
  if (colours.includes('red')) return 'red'
  return colours.includes('yellow') ? 'yellow' : 'green'
}

function pnlCondition({ meanCents, targetDailyCents: target }: PerformanceFacts): Condition {
  const value = meanCents === null ? null : pctOf(Math.abs(meanCents - target), Math.abs(target))
  const evidence =
    meanCents === null
      ? 'no P&L is known yet'
      : `${signedMoney(meanCents)} against ${signedMoney(target)}: ${value === null ? 'no target' : `${percent(value)} ${meanCents >= target ? 'above' : 'below'}, the plan allows ±25 %`}`
  const colour = value === null ? null : value <= 25 ? 'green' : value <= 50 ? 'yellow' : 'red'
  return { name: 'daily_pnl', value, colour, evidence }
}

const atLeast = (value: number | null, green: number, yellow: number): LightColour | null =>
  value === null ? null : value >= green ? 'green' : value >= yellow ? 'yellow' : 'red'

function executionCondition({ days, daysWithEntry }: PerformanceFacts): Condition {
  const value = pctOf(daysWithEntry, days)
  const evidence =
    value === null ? 'no day yet' : `${percent(value)}: an entry on ${daysWithEntry} of ${several(days, 'day')}`
  return { name: 'execution_rate', value, colour: atLeast(value, 50, 30), evidence }
}

function winCondition({ closed, wins }: PerformanceFacts): Condition {
  const value = pctOf(wins, closed)
  const evidence = value === null ? 'no closed trade' : `${percent(value)}: ${wins} of ${closed} closed trades`
  return { name: 'win_rate', value, colour: atLeast(value, 55, 45), evidence }
}

/** One loss beyond the limits of the trade and of the day is one breach. */
export function breachesOf({ breaches }: Pick<Risk, 'breaches'>): number {
  const ofTrades = breaches.filter(({ limit }) => limit === 'max_loss_per_trade').length
  return Math.max(ofTrades, breaches.length - ofTrades)
}

/** Held past the close, whether or not it is settled by now: nobody watched what it was worth any more. */
export function isLeftOpen({ status, trades }: Pick<DayReport, 'status' | 'trades'>): boolean {
  return status === 'incomplete' || trades.some(({ reason }) => reason === 'expired' || reason === 'assigned')
}

function riskCondition({ breaches, leftOpen, warnings }: PerformanceFacts): Condition {
  const failures = breaches + leftOpen
  const colour = failures === 0 ? 'green' : failures === 1 ? 'yellow' : 'red'
  const open = leftOpen === 0 ? '' : `, ${leftOpen} ${leftOpen === 1 ? 'position' : 'positions'} left open`
  const words = `${breaches} ${breaches === 1 ? 'breach' : 'breaches'} of a limit, ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}${open}`
  // The plan names none and several only.
  const one = failures === 1 ? ': exactly one is yellow, none would be green and more red' : ''
  return { name: 'risk', value: failures, colour, evidence: `${words}${one}` }
}
