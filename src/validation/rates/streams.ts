/**
 * Made-up days with exactly known mean and spread, to prove the verdict's error rates on.
 *
 * A population is a table of equally likely days; a stream draws from one or more. Entry points: `STREAMS`, `marketOf`,
 * `populationOf`.
 *
 * 1. Mean and standard deviation of the table are the wanted ones to a millionth, after the ceiling that no sold put
 *    can pass.
 * 2. Days without a trade stay at exactly $0, whatever the mean.
 * 3. Of days with a memory the mean over all days is still the wanted one; given the days before, only that of streaks
 *    moves. What one look takes longer for it is `longRun`.
 */
import { memoryOf } from '../stats/moments.ts'
import { normalCdf, normalQuantile } from '../stats/normal.ts'

/** How a day depends on the one before. */
export type Memory =
  | 'none'
  /** Calm and wild times, each lasting: the spread depends on the days before, the mean does not. */
  | 'clusters'
  /** Good days follow good ones: the mean depends on the day before. */
  | 'streaks'

export interface StreamKind {
  readonly name: string
  readonly description: string
  readonly memory: Memory
  /** One day of the raw shape, in arbitrary units; null is a day without a trade. */
  readonly draw: (random: Random) => number | null
}

export interface Random {
  uniform(): number
  normal(): number
}

interface PopulationOptions {
  readonly meanCents: number
  readonly deviationCents: number
  readonly ceilingCents: number
}

const DAYS = 1 << 16
const ITERATIONS_MAX = 200
const PRECISION = 1e-6

/**
 * A day of the strategy's kind: two in five without a trade, capped wins, stopped losses with a tail where the stop
 * slipped.
 */
function shortPutDay(random: Random): number | null {
  if (random.uniform() < 0.39) return null
  if (random.uniform() < 0.62) return 500 - 1100 * Math.log(1 - random.uniform())
  return -(1000 + 600 * random.uniform() + 700 * ((1 - random.uniform()) ** (-1 / 2.5) - 1))
}

/** Every table has the same even steps: each quantile is worked out once. */
function drawnBy(quantile: (p: number) => number): (random: Random) => number {
  const known = new Map<number, number>()
  return ({ uniform }) => {
    const p = uniform()
    const found = known.get(p) ?? quantile(p)
    if (known.size < DAYS) known.set(p, found)
    return found
  }
}

/** Student's t with 3 degrees of freedom, by its distribution function: variance, but no third moment. */
function heavyQuantile(p: number): number {
  let [low, high] = [-HEAVY_MAX, HEAVY_MAX]
  for (let step = 0; step < HEAVY_BISECTIONS; step++) {
    const middle = (low + high) / 2
    const x = middle / Math.sqrt(3)
    if (0.5 + (x / (1 + x * x) + Math.atan(x)) / Math.PI < p) low = middle
    else high = middle
  }
  return (low + high) / 2
}

const HEAVY_MAX = 1e4
const HEAVY_BISECTIONS = 60

const SHORT_PUT = '39 % of days at $0, capped wins, stops with a Pareto tail'

export const STREAMS: readonly StreamKind[] = [
  { name: 'normal', description: 'normal', memory: 'none', draw: drawnBy(normalQuantile) },
  { name: 'heavy', description: 'Student t, 3 degrees of freedom', memory: 'none', draw: drawnBy(heavyQuantile) },
  { name: 'short put', description: SHORT_PUT, memory: 'none', draw: shortPutDay },
  {
    name: 'clustered',
    description: 'days of short puts in calm and wild times of 20 days on average, the wild ones three times as wide',
    memory: 'clusters',
    draw: shortPutDay,
  },
  {
    name: 'streaky',
    description: 'days of short puts, each correlated with the one before (0.1, as ranks of a normal)',
    memory: 'streaks',
    draw: shortPutDay,
  },
  {
    name: 'crash',
    description: 'days of short puts, and one in 100 that loses ten times the usual',
    memory: 'none',
    draw: (random) => (random.uniform() < 0.01 ? -14_000 : shortPutDay(random)),
  },
]

/** Of clusters: how likely a time lasts another day, and the spread of wild days over calm ones. */
const CLUSTER_STAYS = 0.95
const CLUSTER_RATIO = 3
/** Of streaks: correlation of the normal ranks of neighbouring days. */
const STREAK_CORRELATION = 0.1

export interface Market {
  /** The variance of a mean over many days, over that of as many independent ones. */
  readonly longRun: number
  /** What days lose below `floorCents` on average, cents a day. */
  excessCents(floorCents: number): number
  /** A new stream: one day a call. */
  stream(): () => number
}

export function marketOf(kind: StreamKind, random: Random, options: PopulationOptions): Market {
  const { deviationCents } = options
  switch (kind.memory) {
    case 'none': {
      const days = populationOf(kind, random, options)
      return { longRun: 1, excessCents: excessOf([days]), stream: () => () => pick(days, random.uniform()) }
    }
    case 'clusters': {
      const calm = deviationCents * Math.sqrt(2 / (1 + CLUSTER_RATIO ** 2))
      const times = [calm, calm * CLUSTER_RATIO].map((deviation) =>
        populationOf(kind, random, { ...options, deviationCents: deviation }),
      )
      return { longRun: 1, excessCents: excessOf(times), stream: () => clusters(times, random) }
    }
    case 'streaks': {
      const days = populationOf(kind, random, options).sort()
      const stream = () => streaks(days, random)
      return { longRun: longRunOf(stream()), excessCents: excessOf([days]), stream }
    }
  }
}

const pick = (days: Float64Array, quantile: number): number =>
  days[Math.min(days.length - 1, Math.floor(quantile * days.length))] ?? 0

function clusters(times: readonly Float64Array[], random: Random): () => number {
  let at = random.uniform() < 0.5 ? 0 : 1
  return () => {
    if (random.uniform() >= CLUSTER_STAYS) at = 1 - at
    return pick(times[at] ?? new Float64Array(1), random.uniform())
  }
}

function streaks(sorted: Float64Array, random: Random): () => number {
  const fresh = Math.sqrt(1 - STREAK_CORRELATION ** 2)
  let level = random.normal()
  return () => {
    level = STREAK_CORRELATION * level + fresh * random.normal()
    return pick(sorted, normalCdf(level))
  }
}

/** By the correlation of neighbouring days, as of a first-order memory. */
function longRunOf(next: () => number): number {
  const correlation = memoryOf(Array.from({ length: DAYS }, next))?.correlation ?? 0
  return (1 + correlation) / (1 - correlation)
}

function excessOf(populations: readonly Float64Array[]): (floorCents: number) => number {
  return (floorCents) => {
    const sums = populations.map(
      (days) => days.reduce((sum, day) => sum + Math.max(0, floorCents - day), 0) / days.length,
    )
    return sums.reduce((sum, excess) => sum + excess, 0) / populations.length
  }
}

export function populationOf(kind: StreamKind, random: Random, options: PopulationOptions): Float64Array {
  const raw = Array.from({ length: DAYS }, (_, index) => kind.draw(stratified(random, (index + 0.5) / DAYS)))
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

/** The first uniform of each day in even steps: two tables of a kind are hardly different, their rare days included. */
function stratified(random: Random, first: number): Random {
  let isFirst = true
  const uniform = (): number => {
    if (!isFirst) return random.uniform()
    isFirst = false
    return first
  }
  return { uniform, normal: random.normal }
}

function spreadOf(days: Float64Array): { mean: number; deviation: number } {
  const mean = days.reduce((sum, value) => sum + value, 0) / days.length
  return { mean, deviation: Math.sqrt(days.reduce((sum, value) => sum + (value - mean) ** 2, 0) / days.length) }
}
