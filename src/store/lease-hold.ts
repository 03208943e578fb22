/**
 * What the holder of a lease knows of it without asking, and how it asks. Entry point: `createLeaseHold`.
 *
 * 1. The time to live counts from before the store was asked: it ends here before it ends there.
 * 2. It has passed when either clock says so: the monotonic one may stand still while a machine sleeps, the other may
 *    be set.
 */
import type { Logger } from 'pino'
import type { WallClock } from '../config/clock.ts'
import type { Lease, Leases } from './lease.ts'
import type { LeaseHold, Renewed } from './port.ts'

/**
 * Share of the time to live that is not relied on: clocks of two machines differ in rate, and a request has its way.
 */
const MARGIN_SHARE = 0.1

interface Asked {
  readonly monotonic_ms: number
  readonly now_ms: number
}

/** Both clocks at this moment: the system's own goes on while the machine sleeps. */
export function askedNow(wall: WallClock): Asked {
  return { monotonic_ms: wall.monotonic_ms(), now_ms: (wall.system_ms ?? wall.now_ms)() }
}

interface LeaseHoldOptions {
  readonly leases: Pick<Leases, 'renew'>
  readonly lease: Lease
  readonly options: { readonly name: string; readonly ttl_ms: number }
  readonly wall: WallClock
  readonly log: Logger
  /** When the lease was asked for. */
  readonly asked: Asked
  /** Another process has it. */
  readonly onLost: () => void
}

export function createLeaseHold({ leases, lease, options, wall, log, asked, onLost }: LeaseHoldOptions): LeaseHold {
  const { name, ttl_ms } = options
  let last = asked
  let isLost = false
  let runsOutIn_ms: number | null = null
  const read = () => askedNow(wall)

  async function renew(): Promise<Renewed> {
    if (isLost) return 'lost'
    const began = read()
    try {
      if (await leases.renew(lease, ttl_ms)) {
        if (began.monotonic_ms > last.monotonic_ms) last = began
        return 'held'
      }
    } catch (error) {
      log.warn({ err: error }, `the lease "${name}" could not be renewed; going on`)
      return 'unknown'
    }
    log.warn({ epoch: lease.epoch }, `lost the lease "${name}" to another process`)
    isLost = true
    onLost()
    return 'lost'
  }

  return {
    isHeld() {
      const now = read()
      const passed_ms = Math.max(now.monotonic_ms - last.monotonic_ms, now.now_ms - last.now_ms)
      return !isLost && passed_ms < ttl_ms * (1 - MARGIN_SHARE)
    },
    renew,
    letRunOut: (left_ms) => {
      runsOutIn_ms = left_ms
    },
    runsOutIn_ms: () => runsOutIn_ms,
  }
}
