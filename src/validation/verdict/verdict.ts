/**
 * The verdict on a campaign. Entry point: `evaluateVerdict`. Pure: randomness (for resampling) comes in.
 *
 * 1. Every trading day counts. An incomplete day counts at the floor for the lower bound and at the ceiling for the
 *    upper one, so that leaving it open can help no claim. A day on which broker and desk differ counts at the worse
 *    figure for each, and one whose proof is lost at its worst for CONSISTENT (`unproven.ts`).
 * 2. Gates come first (`gatedWord`).
 * 3. The bounds hold at every look (see `stats/mean-sequence.ts`); Sharpe ratios, drawdown and days to go decide
 *    nothing.
 */

import type { Registered, Registration } from '../../session/registration.ts'
import { type DrawdownBand, drawdownBand } from '../stats/drawdown.ts'
import { lowerBound, upperBound } from '../stats/mean-sequence.ts'
import { type Memory, memoryOf, momentsOf } from '../stats/moments.ts'
import { type ProportionBounds, proportionBounds } from '../stats/proportion-sequence.ts'
import { type SharpeFacts, sharpeFacts } from '../stats/sharpe.ts'
import type { VerdictCampaign } from './campaigns.ts'
import { hasEntry, type VerdictDay } from './day.ts'
import { type DaysToGo, daysToGo } from './days-to-go.ts'
import { designsOf } from './designs.ts'
import { type DriftFacts, driftFacts } from './drift.ts'
import { type SourceFacts, sourcesOf } from './sources.ts'
import { aboveAllowance, BEYOND_RUNGS, chargeOf, TAIL_RUNGS, type TailFacts, tailFacts } from './tail.ts'
import { lowerCentsOf } from './unproven.ts'
import { type GateState, gatedWord, type MeanEvidence, MeanTests, type VerdictWord, wordOf } from './word.ts'

/** What must hold before any figure means something: no look-ahead, parity, no difference to the broker. */
export interface Gate extends GateState {
  readonly name: string
  readonly evidence: string
}

interface MeanFacts {
  /** Of the days whose P&L is known; null without any. */
  readonly pointCents: number | null
  readonly deviationCents: number | null
  /** Bounds of the mean, the lower one less what the tail takes (`tail.ts`); each with its own α, at every look. */
  readonly lowerCents: number
  readonly upperCents: number
}

interface PathPoint {
  readonly date: string
  readonly days: number
  readonly lowerCents: number
  readonly upperCents: number
}

/** `stopped`: sessions of the exchange while the campaign was stopped, which are none of its days. */
type CountName = 'days' | 'withEntry' | 'noSession' | 'incomplete' | 'overridden' | 'stopped'

export interface Verdict {
  readonly word: VerdictWord
  /** What the figures alone would say; another word only where a gate withholds it. */
  readonly ungated: VerdictWord
  readonly registration: Registration
  /** As it stands in the journal; null where nothing was registered. */
  readonly registered: Registered | null
  readonly campaign: Pick<VerdictCampaign, 'accountId' | 'source' | 'number'>
  readonly from: string
  readonly to: string
  readonly counts: Readonly<Record<CountName, number>>
  /** What somebody changed for a day, as far as the days tell. */
  readonly overrides: readonly { readonly date: string; readonly what: readonly string[] }[]
  /** Whether a day moves with the one before; null with too few days. */
  readonly memory: Memory | null
  readonly sources: SourceFacts
  readonly gates: readonly Gate[]
  readonly evidence: MeanEvidence
  readonly mean: MeanFacts
  readonly executionRate: ProportionBounds
  readonly winRate: ProportionBounds
  readonly drift: DriftFacts
  readonly tail: TailFacts
  readonly drawdown: DrawdownBand | null
  readonly sharpe: SharpeFacts | null
  readonly toGo: readonly DaysToGo[]
  /** The bounds over time, for a chart. */
  readonly path: readonly PathPoint[]
}

interface VerdictInput {
  readonly campaign: VerdictCampaign
  readonly registration: Registration
  readonly registered?: Registered | null
  /** Configurations tried, where it is more than was registered. */
  readonly variants?: number
  readonly gates: readonly Gate[]
  readonly uniform: () => number
}

const PATH_POINTS_MAX = 40

/** @throws Error where the registration is of another source: verdicts never mix them. */
export function evaluateVerdict(input: VerdictInput): Verdict {
  const { campaign, registration, registered = null, gates, uniform } = input
  const { days } = campaign
  if (campaign.source.kind !== registration.source) {
    throw new Error(`expected days of ${registration.source}, got ${campaign.source.kind}`)
  }
  const lowerCents = lowerCentsOf(days, registration.floorCents)
  const forLower = days.map((day) => lowerCents(day) + Math.min(0, brokerGap(day)))
  const forUpper = days.map((day) => (day.netPnlCents ?? registration.ceilingCents) + Math.max(0, brokerGap(day)))
  const known = days.flatMap(({ netPnlCents }) => (netPnlCents === null ? [] : [netPnlCents]))
  const tests = new MeanTests(registration)
  for (const [index, cents] of forLower.entries()) tests.add(cents, forUpper[index] ?? cents)
  const drift = driftFacts(days, registration)
  const moments = momentsOf(known)
  const ungated = wordOf(tests, drift.excludesZero)
  const toGo = { registration, tests, values: known, uniform }
  const target = registration.targetDailyCents
  return {
    word: gatedWord(ungated, gates),
    ungated,
    registration,
    registered,
    campaign: { accountId: campaign.accountId, source: campaign.source, number: campaign.number },
    from: days[0]?.date ?? '',
    to: days.at(-1)?.date ?? '',
    counts: countsOf(campaign),
    overrides: days.flatMap(({ date, overrides }) => (overrides.length === 0 ? [] : [{ date, what: overrides }])),
    memory: memoryOf(known),
    sources: sourcesOf(days),
    gates,
    evidence: {
      lowerAboveZero: tests.lowerAboveZero,
      lowerAboveTarget: tests.lowerAboveTarget,
      upperBelowTarget: tests.upperBelowTarget,
      tailCovered: tests.tailCovered,
    },
    mean: {
      pointCents: known.length === 0 ? null : moments.mean,
      deviationCents: moments.deviation,
      ...boundsOf(forLower, forUpper, registration),
    },
    executionRate: proportionBounds(days.filter(hasEntry).length, days.length, registration.alphaRate),
    winRate: winRate(days, registration.alphaRate),
    drift,
    tail: tailFacts(days, registration),
    drawdown: drawdownBand(known, target, uniform),
    sharpe: sharpeFacts(known, input.variants ?? registration.variants, 1 - registration.alphaConsistent),
    toGo: [daysToGo('CONSISTENT', target, toGo), daysToGo('INCONSISTENT', 0, toGo)].filter((found) => found !== null),
    path: pathOf(days, forLower, forUpper, registration),
  }
}

/** What the broker shows more than the desk's books. */
const brokerGap = ({ evidence }: VerdictDay): number => evidence?.brokerDifferenceCents ?? 0

function boundsOf(
  forLower: readonly number[],
  forUpper: readonly number[],
  registration: Registration,
): { lowerCents: number; upperCents: number } {
  const { floorCents, ceilingCents, tailAllowanceCents, alphaConsistent, alphaInconsistent } = registration
  const { lower, upper } = designsOf(registration)
  const count = forLower.length
  const below = forLower.reduce((sum, cents) => sum + Math.max(0, floorCents - cents), 0)
  const above = forUpper.reduce((sum, cents) => sum + Math.max(0, cents - ceilingCents), 0)
  const charge = chargeOf(TAIL_RUNGS, below, count, tailAllowanceCents)
  const raised = chargeOf(BEYOND_RUNGS, above, count, aboveAllowance(registration))
  return {
    lowerCents: lowerBound(forLower, floorCents, alphaConsistent, lower) - charge.cents,
    upperCents: upperBound(forUpper, ceilingCents, alphaInconsistent, upper) + raised.cents,
  }
}

function countsOf({ days, stoppedSessions }: VerdictCampaign): Verdict['counts'] {
  const count = (test: (day: VerdictDay) => boolean): number => days.filter(test).length
  return {
    days: days.length,
    withEntry: count(hasEntry),
    noSession: count(({ status }) => status === 'no_session'),
    incomplete: count(({ status }) => status === 'incomplete'),
    overridden: count(({ overridden }) => overridden),
    stopped: stoppedSessions,
  }
}

function winRate(days: readonly VerdictDay[], alpha: number): ProportionBounds {
  const closed = days.flatMap(({ trades }) => trades)
  return proportionBounds(closed.filter(({ netPnlCents }) => netPnlCents > 0).length, closed.length, alpha)
}

function pathOf(
  days: readonly VerdictDay[],
  forLower: readonly number[],
  forUpper: readonly number[],
  registration: Registration,
): PathPoint[] {
  const step = Math.max(1, Math.ceil(days.length / PATH_POINTS_MAX))
  return days.flatMap(({ date }, index) => {
    const count = index + 1
    if (count % step !== 0 && count !== days.length) return []
    const bounds = boundsOf(forLower.slice(0, count), forUpper.slice(0, count), registration)
    return [{ date, days: count, ...bounds }]
  })
}
