/**
 * Made-up populations of days with exactly known mean and spread, to prove the verdict's error rates on.
 *
 * A population is a table of equally likely days; a stream draws from it with replacement. Entry points: `STREAMS`,
 * `populationOf`.
 *
 * 1. Mean and standard deviation of the table are the wanted ones to a millionth, after the ceiling that no sold put can pass.
 * 2. Days without a trade stay at exactly $0, whatever the mean.
 */

export interface StreamKind {
  readonly name: string
  readonly description: string
  /** False where days beyond the floor cost more than the allowance: shown for what the verdict cannot see. */
  readonly withinAllowance: boolean
  /** One day of the raw shape, in arbitrary units; null is a day without a trade. */
  readonly draw: (random: Random) => number | null
}

export interface Random {
  uniform(): number
  normal(): number
}

export interface PopulationOptions {
  readonly meanCents: number
  readonly deviationCents: number
  readonly ceilingCents: number
}

const DAYS = 1 << 16
const ITERATIONS_MAX = 200
const PRECISION = 1e-6

/** A day of the strategy's kind: two in five without a trade, capped wins, stopped losses with a tail where the stop slipped. */
function shortPutDay(random: Random): number | null {
  if (random.uniform() < 0.39) return null
  if (random.uniform() < 0.62) return 500 - 1100 * Math.log(1 - random.uniform())
  return -(1000 + 600 * random.uniform() + 700 * ((1 - random.uniform()) ** (-1 / 2.5) - 1))
}

/** Student's t with 3 degrees of freedom: variance, but no third moment. */
function heavyDay(random: Random): number {
  const chiSquare = random.normal() ** 2 + random.normal() ** 2 + random.normal() ** 2
  return random.normal() / Math.sqrt(chiSquare / 3)
}

export const STREAMS: readonly StreamKind[] = [
  { name: 'normal', description: 'normal', withinAllowance: true, draw: (random) => random.normal() },
  { name: 'heavy', description: 'Student t, 3 degrees of freedom', withinAllowance: true, draw: heavyDay },
  {
    name: 'short put',
    description: '39 % of days at $0, capped wins, stops with a Pareto tail',
    withinAllowance: true,
    draw: shortPutDay,
  },
  {
    name: 'crash',
    description: 'the same, and one day in 100 that loses ten times the usual',
    withinAllowance: false,
    draw: (random) => (random.uniform() < 0.01 ? -14_000 : shortPutDay(random)),
  },
]

export function populationOf(kind: StreamKind, random: Random, options: PopulationOptions): Float64Array {
  const raw = Array.from({ length: DAYS }, () => kind.draw(random))
  let scale = 1
  let shift = 0
  const days = new Float64Array(DAYS)
  for (let step = 0; step < ITERATIONS_MAX; step++) {
    for (const [index, value] of raw.entries()) {
      days[index] = value === null ? 0 : Math.min(value * scale + shift, options.ceilingCents)
    }
    const { mean, deviation } = spreadOf(days)
    const meanGap = options.meanCents - mean
    const ratio = options.deviationCents / deviation
    if (Math.abs(meanGap) <= options.deviationCents * PRECISION && Math.abs(ratio - 1) <= PRECISION) return days
    scale *= ratio
    shift = shift * ratio + meanGap
  }
  throw new Error(`no population of ${kind.name} days has this mean and spread below this ceiling`)
}

function spreadOf(days: Float64Array): { mean: number; deviation: number } {
  const mean = days.reduce((sum, value) => sum + value, 0) / days.length
  return { mean, deviation: Math.sqrt(days.reduce((sum, value) => sum + (value - mean) ** 2, 0) / days.length) }
}
