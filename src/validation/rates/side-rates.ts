/**
 * The error rates beside the mean's, measured: DRIFTING while live and replay agree, and the intervals of execution and
 * win rate. Entry point: `measureSideRates`.
 *
 * 1. As with the words, a stream counts when any look within the horizon is wrong.
 * 2. The tests are those of `drift.ts` and of `proportion-sequence.ts`, a day at a time.
 */

import type { Registration } from '../../session/registration.ts'
import { ProportionTest } from '../stats/proportion-sequence.ts'
import { DRIFT_PART } from '../verdict/designs.ts'
import { DriftTests } from '../verdict/drift.ts'
import { type Detection, detection, fixedSampleDays } from './rates.ts'
import type { Random } from './streams.ts'

interface SideOptions {
  readonly registration: Registration
  readonly streams: number
  readonly horizonDays: number
  readonly random: Random
}

/** Live − replay of a day, cents, around 0. */
interface DifferenceKind {
  readonly name: string
  readonly description: string
  /** Spread of a day as drawn, cents. */
  readonly deviationCents: number
  readonly draw: (random: Random) => number
}

interface DriftRates {
  readonly kind: DifferenceKind
  /** Share of streams that are called DRIFTING while the mean is 0. */
  readonly falseDrifting: number
  /** Of a real shift of `shiftCents` a day. */
  readonly shiftCents: number
  readonly drifting: Detection
  readonly fixedDays: number
}

interface ProportionRates {
  readonly name: 'execution rate' | 'win rate'
  readonly rate: number
  /** Share of streams whose interval was once without the true rate. */
  readonly falseExclusion: number
}

export interface SideRates {
  readonly drift: readonly DriftRates[]
  readonly proportions: readonly ProportionRates[]
}

const DOLLAR = 100

export const DIFFERENCES: readonly DifferenceKind[] = [
  {
    name: 'normal',
    description: 'a spread of $200 on every day',
    deviationCents: 200 * DOLLAR,
    draw: ({ normal }) => 200 * DOLLAR * normal(),
  },
  {
    name: 'mostly none',
    description: 'nothing on 7 days of 10, $365 either way on the others',
    deviationCents: 200 * DOLLAR,
    draw: ({ uniform }) => (uniform() < 0.7 ? 0 : uniform() < 0.5 ? 36_515 : -36_515),
  },
  {
    name: 'skewed',
    description: '$66.67 better on 9 days of 10, $600 worse on the tenth',
    deviationCents: 200 * DOLLAR,
    draw: ({ uniform }) => (uniform() < 0.9 ? 600_000 / 90 : -60_000),
  },
  {
    name: 'rare and large',
    description: '$120 better on 19 days of 20, $2,280 worse on the twentieth',
    deviationCents: 52_307,
    draw: ({ uniform }) => (uniform() < 0.95 ? 12_000 : -228_000),
  },
]

/** The published rates; any other would do. */
const PROPORTIONS = [
  { name: 'execution rate', rate: 0.609 },
  { name: 'win rate', rate: 0.623 },
] as const

export function measureSideRates(options: SideOptions): SideRates {
  return {
    drift: DIFFERENCES.map((kind) => driftRates(kind, options)),
    proportions: PROPORTIONS.map(({ name, rate }) => ({ name, rate, falseExclusion: falseExclusion(rate, options) })),
  }
}

function driftRates(kind: DifferenceKind, options: SideOptions): DriftRates {
  const { registration, streams } = options
  const shiftCents = Math.round(registration.targetDailyCents * DRIFT_PART)
  const atZero = driftsAt(kind, 0, options)
  return {
    kind,
    falseDrifting: atZero.length / streams,
    shiftCents,
    drifting: detection(driftsAt(kind, shiftCents, options), streams),
    fixedDays: fixedSampleDays(shiftCents, kind.deviationCents, registration.alphaDrift / 2),
  }
}

/** The days on which streams were first called DRIFTING. */
function driftsAt(kind: DifferenceKind, shift: number, options: SideOptions): number[] {
  const { registration, streams, horizonDays, random } = options
  const found: number[] = []
  for (let stream = 0; stream < streams; stream++) {
    const tests = new DriftTests(registration)
    for (let day = 1; day <= horizonDays; day++) {
      tests.add(kind.draw(random) + shift)
      if (!tests.excludesZero) continue
      found.push(day)
      break
    }
  }
  return found
}

function falseExclusion(rate: number, { registration, streams, horizonDays, random }: SideOptions): number {
  let wrong = 0
  for (let stream = 0; stream < streams; stream++) {
    const test = new ProportionTest(rate, registration.alphaRate)
    for (let day = 0; day < horizonDays && !test.excluded; day++) test.add(random.uniform() < rate)
    wrong += Number(test.excluded)
  }
  return wrong / streams
}
