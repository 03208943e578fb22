/** Every pair of faults over a reduced day: each kind at each call site, and then each other one. */

import { MINUTE_MS } from '../../time/units.ts'
import { type DayOptions, runDay } from '../day.ts'
import type { ChaosPace } from '../desk/world.ts'
import { pairPlan, type SiteFault } from '../faults/exact-plans.ts'
import { FAULT_KINDS, NO_FAULTS } from '../faults/fault.ts'
import { SITES } from '../faults/sites.ts'
import type { ChaosCommand } from './options.ts'
import { tradingDay } from './run-kills.ts'
import { type Say, tellDay } from './tell.ts'

/** Open + 15 min until close − 90 min is the entry window: some minutes of it, and an exit at close − 50 min. */
const REDUCED_MINUTES = 112
/** What has to be polled on a long day needs to be only sometimes on a short one. */
const REDUCED_PACE: ChaosPace = {
  session: {
    reconcile_ms: 120_000,
    reconcileRetry_ms: 1000,
    campaign_ms: 600_000,
    reach_ms: 300_000,
    live_ms: 600_000,
  },
  lease: { ttl_ms: 60_000, renewEvery_ms: 50_000, tryEvery_ms: 5000 },
  ensure_ms: 600_000,
  orphans_ms: 600_000,
  settle_ms: 120_000,
  feedScan_ms: 300_000,
}
/** From here the first fault strikes: before the entry window, and when the position is held. */
const FROM_MS = [26 * MINUTE_MS, 40 * MINUTE_MS] as const
const VARIANTS = [0.1, 0.7] as const
const TOLD_MAX = 3
const PROGRESS_EVERY = 10_000

export async function runPairs(command: ChaosCommand, say: Say): Promise<boolean> {
  const { seed } = command
  const day = await tradingDay(seed, REDUCED_MINUTES, 1)
  const reached = await reachedSites(seed, day)
  const faults = command.pair === undefined ? allFaults(reached) : null
  const pairs = faults?.flatMap((first) => faults.map((second) => [first, second] as const)) ?? [
    parsePair(command.pair ?? ''),
  ]
  say(
    `day ${day} of seed ${seed}, reduced: ${reached.length} call sites, ${pairs.length} pairs, ${FROM_MS.length} moments`,
  )
  let violations = 0
  let runs = 0
  const chosen = faults === null ? pairs : pairs.slice(command.from - 1, command.to)
  for (const [index, [first, second]] of chosen.entries()) {
    const at = faults === null ? 0 : command.from - 1 + index
    for (const from_ms of FROM_MS) {
      const variant = VARIANTS[(at + FROM_MS.indexOf(from_ms)) % VARIANTS.length] ?? 0
      const options = (): DayOptions => ({ ...reduced(seed, day), plan: pairPlan(first, second, from_ms, variant) })
      const { violation } = await runDay(options())
      runs += 1
      if (violation === null && faults !== null) continue
      if (violation !== null) violations += 1
      const again = `--pairs --seed ${seed} --pair ${first.site}:${first.kind},${second.site}:${second.kind}`
      if (violations <= TOLD_MAX)
        await tellDay(options, { command: again, lines: command.trace, first: violation }, say)
      else say(`VIOLATION of ${violation?.invariant}: ${again}`)
    }
    if (at > 0 && at % PROGRESS_EVERY === 0) say(`${at} of ${pairs.length} pairs, ${violations} violations`)
  }
  say(`${runs} reduced days with a pair of faults, ${violations} violations`)
  return violations === 0
}

const reduced = (seed: string, day: number): DayOptions => ({ seed, day, minutes: REDUCED_MINUTES, pace: REDUCED_PACE })

async function reachedSites(seed: string, day: number): Promise<readonly string[]> {
  const { counts } = await runDay({ ...reduced(seed, day), plan: NO_FAULTS })
  // Reached only once something has failed: they stand second.
  return SITES.filter((site) => counts.callsAt(site) > 0 || site === 'chat.find' || site === 'broker.orderByClientId')
}

function allFaults(sites: readonly string[]): readonly SiteFault[] {
  return sites.flatMap((site) => FAULT_KINDS.map((kind) => ({ site, kind })))
}

function parsePair(text: string): readonly [SiteFault, SiteFault] {
  const [first, second] = text.split(',').map((part) => {
    const [site = '', name] = part.split(':')
    const kind = FAULT_KINDS.find((known) => known === name)
    if (kind === undefined) throw new Error(`expected one of ${FAULT_KINDS.join(', ')}, got "${name}"`)
    return { site, kind }
  })
  if (first === undefined || second === undefined) throw new Error(`expected two faults, got "${text}"`)
  return [first, second]
}
