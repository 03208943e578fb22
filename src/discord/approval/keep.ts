/**
 * The background of approvals, alerts and audit lines: looks once a second, for as long as this bot is the active one.
 * Entry point: `keepAuthority`.
 */
import type { Logger } from 'pino'
import type { WallClock } from '../../config/clock.ts'
import type { AuthorityStore } from '../../store/authority-store.ts'
import { StoreUnreachable } from '../../store/port.ts'
import type { Authority } from './authority.ts'
import { journalAudits } from './journal-audits.ts'
import type { Later } from './later.ts'

const LOOK_EVERY_MS = 1_000

interface KeepPorts {
  readonly authority: Authority
  readonly store: AuthorityStore
  readonly later: Later
  readonly wall: WallClock
  readonly log: Logger
}

/** Until `signal` aborts. A store that is away is waited out. */
export async function keepAuthority(ports: KeepPorts, signal: AbortSignal): Promise<'stopped'> {
  const { authority, store, later, wall, log } = ports
  while (!signal.aborted) {
    await later.run()
    await tried('audit lines', () => journalAudits(store, log), log)
    await tried('approvals and alerts', () => authority.pass(signal), log)
    await wall.sleep(LOOK_EVERY_MS, signal)
  }
  return 'stopped'
}

async function tried(what: string, work: () => Promise<void>, log: Logger): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (error instanceof StoreUnreachable) log.debug({ err: error }, `${what} wait for the store`)
    else log.error({ err: error }, `${what} could not be looked at; trying again`)
  }
}
