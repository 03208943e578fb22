/**
 * Runs something only while a lease is held. Entry point: `holdLease`.
 *
 * 1. A failed renewal alone stops nothing (the store may be away for everybody); a newer epoch does.
 * 2. The lease is given back when the work is over, so that a standby takes over at once.
 */
import type { Logger } from 'pino'
import type { WallClock } from '../config/clock.ts'
import type { Lease, Leases } from './lease.ts'

export interface HoldOptions {
  readonly name: string
  /** Which process, for people. */
  readonly owner: string
  readonly ttl_ms: number
  readonly renewEvery_ms: number
  /** How often a standby tries. */
  readonly tryEvery_ms: number
}

/**
 * Waits for the lease, then runs `work` with a signal that aborts when `signal` does or the lease is lost; when the lease
 * was lost, waits for it again. Resolves after `signal` aborted; rejects when `work` does.
 */
export async function holdLease(
  leases: Leases,
  options: HoldOptions,
  { wall, log }: { readonly wall: WallClock; readonly log: Logger },
  signal: AbortSignal,
  work: (lease: Lease, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  let told = false
  while (!signal.aborted) {
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
    await whileHeld(leases, lease, options, { wall, log }, signal, work)
  }
}

async function whileHeld(
  leases: Leases,
  lease: Lease,
  options: HoldOptions,
  { wall, log }: { readonly wall: WallClock; readonly log: Logger },
  signal: AbortSignal,
  work: (lease: Lease, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  // Not AbortSignal.any: the platform keeps such a signal for as long as somebody listens to it, also when all is over.
  const ended = new AbortController()
  const end = (): void => ended.abort()
  signal.addEventListener('abort', end, { once: true })
  const over = new AbortController()
  const renewing = (async () => {
    while (!over.signal.aborted) {
      await wall.sleep(options.renewEvery_ms, over.signal)
      if (over.signal.aborted) return
      try {
        if (await leases.renew(lease, options.ttl_ms)) continue
        log.warn({ epoch: lease.epoch }, `lost the lease "${options.name}" to another process`)
        end()
        return
      } catch (error) {
        log.warn({ err: error }, `the lease "${options.name}" could not be renewed; going on`)
      }
    }
  })()
  try {
    await work(lease, ended.signal)
  } finally {
    signal.removeEventListener('abort', end)
    over.abort()
    await renewing
    await leases.release(lease).catch((error: unknown) => log.warn({ err: error }, 'the lease could not be given back'))
  }
}
