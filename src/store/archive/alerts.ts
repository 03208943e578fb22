/** Tells the team, once an outage, that the journal files cannot be written, or that one was damaged. */
import type { Logger } from 'pino'
import type { MarketClock, WallClock } from '../../config/clock.ts'
import { reasonOf } from '../../config/reason.ts'
import type { Campaign } from '../../session/campaign.ts'
import { MINUTE_MS } from '../../time/units.ts'
import { EVENTS_ALONE, type SessionStore } from '../port.ts'

/** A disk that comes and goes is not posted more often than this. */
const POST_EVERY_MS = 600_000
const LOG_EVERY_MS = MINUTE_MS

interface AlertOptions {
  readonly store: { readonly sessions: SessionStore }
  readonly clock: Pick<MarketClock, 'now_ms'>
  readonly wall: WallClock
  readonly log: Logger
}

export interface ArchiveAlerts {
  works(): void
  failed(error: unknown): void
  damaged(message: string): void
  /** Resolves when everything that was told is posted, or could not be. */
  settled(): Promise<void>
}

export function createArchiveAlerts({ store, clock, wall, log }: AlertOptions): ArchiveAlerts {
  let failing = false
  let toldTeam = false
  let posted_ms = Number.NEGATIVE_INFINITY
  let logged_ms = Number.NEGATIVE_INFINITY
  let posts: Promise<unknown> = Promise.resolve()

  /** To the channel, through the journal of every account that trades. */
  async function post(message: string, critical: boolean): Promise<void> {
    try {
      for (const campaign of await store.sessions.campaigns()) {
        if (campaign.active) await store.sessions.commit(commitOf(campaign, message, critical))
      }
    } catch (error) {
      log.warn({ err: error }, 'the alert about the journal files could not be posted')
    }
  }

  function commitOf({ accountId, plan, source, session }: Campaign, message: string, critical: boolean) {
    return {
      accountId,
      profile: plan.profile,
      source,
      date: session.date,
      atMarket_ms: clock.now_ms() ?? session.open_ms,
      atWall_ms: wall.now_ms(),
      events: [{ type: 'engine_alert', code: 'journal_files', message, critical } as const],
      ...EVENTS_ALONE,
    }
  }

  const queuePost = (message: string, critical: boolean): void => {
    posts = posts.then(() => post(message, critical))
  }

  return {
    works() {
      if (!failing) return
      failing = false
      log.info('the journal files are written again, and complete')
      if (toldTeam) queuePost('The journal files are written again, and complete.', false)
      toldTeam = false
    },
    failed(error) {
      failing = true
      const now_ms = wall.monotonic_ms()
      if (now_ms - logged_ms >= LOG_EVERY_MS) {
        logged_ms = now_ms
        log.error({ err: error }, 'the journal files cannot be written; trading goes on')
      }
      if (toldTeam || now_ms - posted_ms < POST_EVERY_MS) return
      posted_ms = now_ms
      toldTeam = true
      queuePost(`The journal files cannot be written (${reasonOf(error)}). Trading goes on; see to the disk.`, true)
    },
    damaged: (message) => queuePost(`A journal file was damaged and has been mended: ${message}`, true),
    settled: () => posts.then(() => undefined),
  }
}
