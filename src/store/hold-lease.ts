/**
 * Runs something only while a lease is held. Entry point: `holdLease`.
 *
 * 1. A failed renewal alone stops nothing (the store may be away for everybody); a newer epoch does.
 * 2. The lease is given back when the work is over, so that a standby takes over at once, unless the work says that
 *    something of it is still under way: then it runs out by itself.
 * 3. A process that stood still does not know it. `LeaseHold.isHeld` does, without asking anybody.
 */
import type { Logger } from 'pino'
import type { WallClock } from '../config/clock.ts'
import type { Lease, Leases } from './lease.ts'
import { askedNow, createLeaseHold } from './lease-hold.ts'
import type { LeaseHold } from './port.ts'

export interface HoldOptions {
  readonly name: string
  /** Which process, for people. */
  readonly owner: string
  readonly ttl_ms: number
  readonly renewEvery_ms: number
  /** How often a standby tries. */
  readonly tryEvery_ms: number
}

type Work = (lease: Lease, signal: AbortSignal, hold: LeaseHold) => Promise<void>

/**
 * Waits for the lease, then runs `work` with a signal that aborts when `signal` does or the lease is lost; when the
 * lease was lost, waits for it again. Resolves after `signal` aborted; rejects when `work` does.
 */
export async function holdLease(
  leases: Leases,
  options: HoldOptions,
  { wall, log }: { readonly wall: WallClock; readonly log: Logger },
  signal: AbortSignal,
  work: Work,
): Promise<void> {
  let told = false
  while (!signal.aborted) {
    const asked = askedNow(wall)
    const lease = await leases.acquire(options.name, options.owner, options.ttl_ms).catch((error: unknown) => {
      log.warn({ err: error }, `the lease "${options.name}" could not be asked for; trying again`)
      return null
    })
    if (lease === null) {
      if (!told) log.info(`standing by: another process holds the lease "${options.name}"`)
      told = true
      await wall.sleep(options.tryEvery_ms, signal)
      continue
    }
    told = false
    log.info({ epoch: lease.epoch }, `holds the lease "${options.name}"`)
    const ended = new AbortController()
    const hold = createLeaseHold({ leases, lease, options, wall, log, asked, onLost: () => ended.abort() })
    await whileHeld({ leases, lease, options, wall, log, hold, ended }, signal, work)
  }
}

interface Ownership {
  readonly leases: Leases
  readonly lease: Lease
  readonly options: HoldOptions
  readonly wall: WallClock
  readonly log: Logger
  readonly hold: LeaseHold
  /**
   * Not AbortSignal.any: the platform keeps such a signal for as long as somebody listens to it, also when all is over.
   */
  readonly ended: AbortController
}

async function whileHeld(
  { leases, lease, options, wall, log, hold, ended }: Ownership,
  signal: AbortSignal,
  work: Work,
): Promise<void> {
  const end = (): void => ended.abort()
  signal.addEventListener('abort', end, { once: true })
  const over = new AbortController()
  const renewing = (async () => {
    while (!over.signal.aborted) {
      await wall.sleep(options.renewEvery_ms, over.signal)
      if (over.signal.aborted) return
      if ((await hold.renew()) === 'lost') return
    }
  })()
  try {
    await work(lease, ended.signal, hold)
  } finally {
    signal.removeEventListener('abort', end)
    over.abort()
    await renewing
    const left_ms = hold.runsOutIn_ms()
    const leave = left_ms === null ? leases.release(lease) : leases.renew(lease, left_ms)
    await leave.catch((error: unknown) => log.warn({ err: error }, 'the lease could not be given back'))
  }
}
