/**
 * Faults by chance: single ones at every call site, and outages during which nothing of a kind answers. All from one
 * seeded sequence; how often, by the site, so that what is called twice a day meets its faults as what is called all
 * day.
 */
import type { RandomSequence } from '../../config/prng.ts'
import { type Fault, type FaultKind, type FaultPlan, NO_FAULTS } from './fault.ts'
import { groupOf, rateOf, type SiteGroup } from './sites.ts'

/** A stretch of virtual time, its end excluded. */
export interface Stretch {
  readonly from_ms: number
  readonly to_ms: number
}

interface Outage extends Stretch {
  readonly group: SiteGroup
}

export interface RandomPlanOptions {
  readonly random: RandomSequence
  /** When faults may happen; outages begin in the first only. */
  readonly stretches: readonly Stretch[]
  /** 1 is the usual rate; 0 is a day without faults. */
  readonly intensity: number
}

/** How long one kind of fault weighs against the others. */
const WEIGHTS: readonly (readonly [FaultKind, number])[] = [
  ['crash_before', 1],
  ['crash_after', 1],
  ['pause', 0.7],
  ['delay', 4],
  ['error', 3],
  ['lost_answer', 3],
  ['late', 1.5],
  ['duplicate', 1.5],
]
const WEIGHT_SUM = WEIGHTS.reduce((sum, [, weight]) => sum + weight, 0)

export const OUTAGE_GROUPS: readonly SiteGroup[] = ['store', 'broker', 'chat']
const OUTAGE_SHARE = 0.25
const OUTAGE_MS_MAX = { store: 90_000, broker: 180_000, chat: 1_200_000, clock: 0, stream: 0 } as const
/** What is waited for and does not come: the port's own timeout. */
const TIMEOUT_MS = 5000
const PAUSE_MS_MAX = 20_000
/** Of the pauses, some last longer than a lease, however it is set. */
const LONG_PAUSE_SHARE = 0.1
const LONG_PAUSE_MS_MAX = 240_000

interface SiteState {
  readonly rate: number
  /** Outages that concern it. */
  readonly outages: readonly Outage[]
  /** Calls until its next fault. */
  left: number
}

export function randomPlan({ random, stretches, intensity }: RandomPlanOptions): FaultPlan {
  if (intensity === 0) return NO_FAULTS
  const sites = new Map<string, SiteState>()
  const outages = drawOutages(random, stretches[0], intensity)
  const isOpen = (now_ms: number): boolean =>
    stretches.some(({ from_ms, to_ms }) => now_ms >= from_ms && now_ms < to_ms)

  function distance(rate: number): number {
    return rate === 0 ? Number.POSITIVE_INFINITY : 1 + Math.floor(Math.log(1 - random.uniform()) / Math.log(1 - rate))
  }

  function newSite(site: string): SiteState {
    const rate = Math.min(0.5, rateOf(site) * intensity)
    const concerning = outages.filter(({ group }) => group === groupOf(site))
    const made = { rate, outages: concerning, left: distance(rate) }
    sites.set(site, made)
    return made
  }

  function isAway({ outages: away }: SiteState, now_ms: number): boolean {
    return away.some(({ from_ms, to_ms }) => now_ms >= from_ms && now_ms < to_ms)
  }

  return {
    draw(site, now_ms) {
      const state = sites.get(site) ?? newSite(site)
      if (state.outages.length > 0 && isAway(state, now_ms)) {
        return { kind: 'error', wait_ms: TIMEOUT_MS * random.uniform() ** 3, variant: random.uniform() * 0.25 }
      }
      state.left -= 1
      if (state.left > 0) return null
      if (!isOpen(now_ms)) {
        state.left = 1
        return null
      }
      state.left = distance(state.rate)
      return drawFault(random)
    },
  }
}

function drawFault(random: RandomSequence): Fault {
  const kind = drawKind(random)
  const pause_ms = (): number => (random.uniform() < LONG_PAUSE_SHARE ? LONG_PAUSE_MS_MAX : PAUSE_MS_MAX)
  const max_ms = kind === 'pause' ? pause_ms() : TIMEOUT_MS
  // Mostly short, sometimes as long as it gets.
  return { kind, wait_ms: 1 + max_ms * random.uniform() ** 3, variant: random.uniform() }
}

function drawKind(random: RandomSequence): FaultKind {
  let at = random.uniform() * WEIGHT_SUM
  for (const [kind, weight] of WEIGHTS) {
    at -= weight
    if (at < 0) return kind
  }
  return 'delay'
}

function drawOutages(random: RandomSequence, stretch: Stretch | undefined, intensity: number): readonly Outage[] {
  if (stretch === undefined) return []
  return OUTAGE_GROUPS.flatMap((group) => {
    if (random.uniform() > OUTAGE_SHARE * intensity) return []
    const from_ms = stretch.from_ms + random.uniform() * (stretch.to_ms - stretch.from_ms)
    return [{ group, from_ms, to_ms: Math.min(stretch.to_ms, from_ms + OUTAGE_MS_MAX[group] * random.uniform()) }]
  })
}
