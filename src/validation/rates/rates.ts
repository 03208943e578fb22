/**
 * The verdict's error rates and detection times, measured: thousands of streams of days, each looked at every day.
 *
 * Entry points: `measureRates`, `fixedSampleDays`.
 *
 * 1. A stream counts as a false word when any look within the horizon shows it, so peeking is fully charged for.
 * 2. The words come from the same code as a campaign's.
 * 3. For comparison, the usual confidence sequence by normal approximation runs on the same streams.
 */

import type { Registration } from '../../session/registration.ts'
import { normalQuantile } from '../stats/normal.ts'
import { MeanTests } from '../verdict/word.ts'
import { ApproximateTests } from './approximate.ts'
import { marketOf, type Random, type StreamKind } from './streams.ts'

interface RatesOptions {
  readonly registration: Registration
  readonly deviationCents: number
  readonly streams: number
  readonly horizonDays: number
  readonly random: Random
  readonly kinds: readonly StreamKind[]
}

/** Days until a word was first seen, over all streams: null where fewer saw it within the horizon. */
export interface Detection {
  readonly detected: number
  readonly median: number | null
  readonly eighty: number | null
}

export interface StreamRates {
  readonly kind: StreamKind
  readonly streams: number
  readonly falseConsistent: number
  readonly falseInconsistent: number
  /** Of CONSISTENT while the mean is the target, of INCONSISTENT while it is 0. */
  readonly consistent: Detection
  readonly inconsistent: Detection
  /** The days after which a single look with the same α has 80 % power, were the memory of the days known, too. */
  readonly fixedDays: number
  /** What days below the floor lose on average while the mean is 0, cents a day. */
  readonly excessCents: number
  /** What CONSISTENT, and what INCONSISTENT promise of such days: see `promisesOf`. */
  readonly promises: Promises
  readonly approximate: { readonly falseConsistent: number; readonly falseInconsistent: number }
}

/** Which error rates are promised of a kind of days. */
interface Promises {
  /** Days beyond the floor cost no more than the allowance. */
  readonly consistent: boolean
  readonly inconsistent: boolean
}

const POWER = 0.8

/**
 * Days a one-sided test of the mean with one look needs to tell `effect` from 0 with 80 % power, the spread known: what
 * no test of the mean alone does better, without knowing the shape of the days.
 */
export function fixedSampleDays(effect: number, deviation: number, alpha: number): number {
  return Math.ceil((((normalQuantile(1 - alpha) + normalQuantile(POWER)) * deviation) / effect) ** 2)
}

export function measureRates(options: RatesOptions, onKind: (name: string) => void = () => undefined): StreamRates[] {
  return options.kinds.map((kind) => {
    onKind(kind.name)
    return ratesOf(kind, options)
  })
}

function ratesOf(kind: StreamKind, options: RatesOptions): StreamRates {
  const { registration, deviationCents, streams } = options
  const atZero = run(kind, 0, options)
  const atTarget = run(kind, registration.targetDailyCents, options)
  return {
    kind,
    streams,
    falseConsistent: atZero.consistent.detected / streams,
    falseInconsistent: atTarget.inconsistent.detected / streams,
    consistent: atTarget.consistent,
    inconsistent: atZero.inconsistent,
    excessCents: atZero.excessCents,
    promises: promisesOf(atZero.excessCents, registration),
    fixedDays: fixedSampleDays(
      registration.targetDailyCents,
      deviationCents * Math.sqrt(atZero.longRun),
      registration.alphaConsistent,
    ),
    approximate: {
      falseConsistent: atZero.approximateAbove / streams,
      falseInconsistent: atTarget.approximateBelow / streams,
    },
  }
}

function promisesOf(excessCents: number, { tailAllowanceCents }: Registration): Promises {
  return { consistent: excessCents <= tailAllowanceCents, inconsistent: true }
}

interface Run {
  readonly longRun: number
  readonly excessCents: number
  readonly consistent: Detection
  readonly inconsistent: Detection
  readonly approximateAbove: number
  readonly approximateBelow: number
}

function run(kind: StreamKind, meanCents: number, options: RatesOptions): Run {
  const { registration, deviationCents, streams, horizonDays, random } = options
  const market = marketOf(kind, random, { meanCents, deviationCents, ceilingCents: registration.ceilingCents })
  const consistentAt: number[] = []
  const inconsistentAt: number[] = []
  let [approximateAbove, approximateBelow] = [0, 0]
  for (let stream = 0; stream < streams; stream++) {
    const tests = new MeanTests(registration)
    const approximate = new ApproximateTests(registration)
    const next = market.stream()
    let [consistent, inconsistent] = [0, 0]
    for (let day = 1; day <= horizonDays; day++) {
      const cents = next()
      tests.add(cents)
      approximate.add(cents)
      const { word } = tests
      if (word === 'CONSISTENT' && consistent === 0) consistent = day
      if (word === 'INCONSISTENT' && inconsistent === 0) inconsistent = day
    }
    if (consistent > 0) consistentAt.push(consistent)
    if (inconsistent > 0) inconsistentAt.push(inconsistent)
    approximateAbove += Number(approximate.everAboveZero)
    approximateBelow += Number(approximate.everBelowTarget)
  }
  return {
    longRun: market.longRun,
    excessCents: market.excessCents(registration.floorCents),
    consistent: detection(consistentAt, streams),
    inconsistent: detection(inconsistentAt, streams),
    approximateAbove,
    approximateBelow,
  }
}

/** `days`: of the streams that saw the word; sorted here. */
export function detection(days: number[], streams: number): Detection {
  days.sort((a, b) => a - b)
  const at = (share: number): number | null => days[Math.ceil(share * streams) - 1] ?? null
  return { detected: days.length, median: at(0.5), eighty: at(POWER) }
}
