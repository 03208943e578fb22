/**
 * One session job: takes the session's lease, runs the session, and puts the next trading day's job on the queue.
 *
 * 1. The job carries no state: whoever runs it continues from the store, whatever happened to the one before.
 * 2. Only the lease's holder writes; a job that cannot get the lease fails and is tried again.
 */
import type { Logger } from 'pino'
import type { Campaign } from '../session/campaign.ts'
import type { SessionPace } from '../session/runner/pace.ts'
import { runSession, type SessionHandle, type SessionOutcome } from '../session/runner/runner.ts'
import type { OpenTape } from '../session/runner/tape-port.ts'
import type { SessionState } from '../session/state.ts'
import { daysAfter, type TradingDays } from '../session/trading-days.ts'
import { underCampaign } from '../session/under-campaign.ts'
import { type HoldOptions, holdLease } from '../store/hold-lease.ts'
import type { Lease, Leases } from '../store/lease.ts'
import type { LeaseHold } from '../store/port.ts'
import type { RunCounts } from '../store/run-counts.ts'
import type { SessionJob } from './jobs.ts'
import { keptControl } from './kept-control.ts'
import { proveDay } from './prove-day.ts'
import { toRun } from './reopen.ts'
import { settleDay } from './settle-expired.ts'
import type { CampaignDeps } from './start-campaign.ts'
import { updateCampaign } from './update-campaign.ts'
import { writeOff } from './write-off.ts'

const LEASE_TIMES: LeaseTimes = { ttl_ms: 3000, renewEvery_ms: 1000, tryEvery_ms: 200 }
/** A run that lasts so long is well: what comes after it is no failure in a row. */
const WELL_MS = 120_000
const NEXT_DAY_TRIES_MAX = 60
const NEXT_DAY_RETRY_MS = 1000

export type LeaseTimes = Pick<HoldOptions, 'ttl_ms' | 'renewEvery_ms' | 'tryEvery_ms'>

export interface SessionProcessorDeps extends CampaignDeps {
  readonly leases: Leases
  readonly leaseTimes?: LeaseTimes
  readonly pace?: SessionPace
  readonly openTape?: OpenTape
  readonly worker: string
  /** A session that fails again and again, whoever runs it, only closes. */
  readonly runs: RunCounts
  leaseName(accountId: string): string
  /** A session that is only being begun is left to others from then on; absent: it never is. */
  readonly isLeaving?: () => boolean
  /** Tells the worker of a running session, and of its end (null). */
  onSession(accountId: string, handle: SessionHandle | null): void
}

/** `standBy`: its abort ends the waiting for a lease that another process has; nothing once the session runs. */
export async function processSession(
  job: SessionJob,
  deps: SessionProcessorDeps,
  standBy?: AbortSignal,
): Promise<SessionOutcome | 'obsolete'> {
  const campaign = (await deps.store.campaign(job.accountId)).value
  if (campaign === null || !campaign.active || campaign.session.date !== job.date) return 'obsolete'
  const log = deps.log.child({ session: `${job.accountId}/${job.date}` })
  if (!(await isOurAccount(campaign, { ...deps, log }))) return 'obsolete'
  const over = new AbortController()
  let isOurs = false
  standBy?.addEventListener('abort', () => isOurs || over.abort(), { once: true })
  const left: { outcome: SessionOutcome } = { outcome: 'lost' }
  await holdLease(
    deps.leases,
    leaseOptions(job, deps),
    { wall: deps.wall, log },
    over.signal,
    async (lease, held, hold) => {
      isOurs = true
      try {
        left.outcome = await runUnderLease({ campaign, lease, held, hold }, { ...deps, log })
        log.info(left, 'session left')
      } finally {
        // One ownership is one run: what lost the lease does not queue for it again.
        over.abort()
      }
    },
  )
  if (left.outcome === 'ended') {
    await prove(job, deps, log)
    await settle(job, deps, log)
    await goOn(job, deps, log)
  }
  return left.outcome
}

/**
 * Whether the keys still lead to the campaign's account. A simulated market that is gone takes its campaigns with it; a
 * paper account without its keys is an error that someone has to mend.
 */
async function isOurAccount(campaign: Campaign, deps: SessionProcessorDeps): Promise<boolean> {
  const { plan, accountId, source } = campaign
  const account = await deps.brokers.of(plan.profile)?.account()
  if (account === undefined) throw new Error(`there are no keys for ${plan.profile} in this worker's environment`)
  if (!account.ok) throw new Error(`the broker does not answer (${account.error.message}); trying again`)
  if (account.value.id === accountId) return true
  if (source.kind === 'PAPER') {
    throw new Error(
      `the keys of ${plan.profile} lead to another account than ${source.label}; give back that account's keys`,
    )
  }
  deps.log.info('the simulated market of this campaign is gone; it ends with it')
  await writeOff(campaign, deps)
  return false
}

function leaseOptions(job: SessionJob, deps: SessionProcessorDeps): HoldOptions {
  const name = deps.leaseName(job.accountId)
  return { name, owner: deps.worker, ...(deps.leaseTimes ?? LEASE_TIMES) }
}

interface Ownership {
  readonly campaign: Campaign
  readonly lease: Lease
  readonly held: AbortSignal
  readonly hold: LeaseHold
}

async function runUnderLease(
  { campaign: before, lease, held, hold }: Ownership,
  deps: SessionProcessorDeps,
): Promise<SessionOutcome> {
  const { accountId, plan, session } = before
  const stored = await deps.store.session(accountId, session.date)
  // While the lease was waited for the day may have ended, or the store have lost it: then the job begins anew.
  const { value: campaign } = await deps.store.campaign(accountId)
  if (campaign?.campaignId !== before.campaignId || campaign.session.date !== session.date) return 'lost'
  const broker = deps.brokers.of(plan.profile)
  if (broker === null) throw new Error(`the keys of ${plan.profile} were checked a moment ago and are gone`)
  const found = await toRun(underCampaign(stored.value, campaign), broker, deps.clock.now_ms())
  if (found === null) return 'ended'
  const { state, alert } = found
  const runs = await deps.runs.begin(accountId, session.date).catch((error: unknown) => runsUnknown(error, deps))
  const failures = (runs ?? 1) - 1
  const forget = () => deps.runs.clear(accountId, session.date).catch((error: unknown) => runsUnknown(error, deps))
  if (deps.isLeaving?.()) {
    await forget()
    return 'handed_over'
  }
  const start = { state, campaign, seq: stored.seq, epoch: lease.epoch, hold, resumed: stored.value !== null, failures }
  const handle = runSession({ ...deps, broker }, { ...start, alert })
  held.addEventListener('abort', () => handle.lose(), { once: true })
  deps.onSession(accountId, handle)
  const over = new AbortController()
  void deps.wall.sleep(WELL_MS, over.signal).then(() => (over.signal.aborted || !hold.isHeld() ? undefined : forget()))
  try {
    const outcome = await handle.ended
    if (outcome !== 'lost') await forget()
    return outcome
  } finally {
    over.abort()
    deps.onSession(accountId, null)
  }
}

/** A store that cannot say how often the session failed keeps nobody from watching its position. */
function runsUnknown(error: unknown, { log }: SessionProcessorDeps): void {
  log.warn({ err: error }, 'how often this session failed in a row is not known')
}

/** What proves nothing today stops no trading tomorrow. */
async function prove(job: SessionJob, deps: SessionProcessorDeps, log: Logger): Promise<void> {
  const failed = (error: unknown) =>
    log.warn({ err: error }, 'the day could not be proved; its figures stay as they are')
  const ended = await deps.store.session(job.accountId, job.date).catch(failed)
  if (ended?.value) await proveDay(ended.value, { ...deps, log }).catch(failed)
}

/** What was held past the close, where it is known at once; else it is looked at again until it is. */
async function settle({ accountId, date }: SessionJob, deps: SessionProcessorDeps, log: Logger): Promise<void> {
  await settleDay(accountId, date, { ...deps, log }).catch((error: unknown) =>
    log.warn({ err: error }, 'what was held past the close could not be settled; it is tried again'),
  )
}

/** After a day: the next one's session, or the campaign's end. What halted or breached holds over night. */
async function goOn(job: SessionJob, deps: SessionProcessorDeps, log: Logger): Promise<void> {
  const ended = (await deps.store.session(job.accountId, job.date)).value
  for (let attempt = 0; attempt < NEXT_DAY_TRIES_MAX; attempt += 1) {
    const { value: campaign } = await deps.store.campaign(job.accountId)
    // A campaign that began after this session has days of its own.
    if (campaign === null || campaign.session.date !== job.date || ended === null) return
    const days = await followingDays(campaign, deps)
    if (days !== 'unreadable') {
      const next = await updateCampaign(job.accountId, deps, (current) =>
        current.session.date === job.date ? { campaign: following(current, days, ended), events: [] } : null,
      )
      if (next?.active) await deps.addSession({ accountId: job.accountId, date: next.session.date })
      return
    }
    log.warn({ attempt }, 'the next trading day could not be arranged; trying again')
    await deps.wall.sleep(NEXT_DAY_RETRY_MS)
  }
  throw new Error('the next trading day could not be arranged; the job is tried again')
}

async function followingDays(
  campaign: Campaign,
  deps: SessionProcessorDeps,
): Promise<TradingDays | null | 'unreadable'> {
  const broker = deps.brokers.of(campaign.plan.profile)
  const days = broker === null ? null : await daysAfter(broker, campaign.session)
  return days?.ok ? days.value : 'unreadable'
}

/** `days` null: the calendar ends. A stop that came in the last moment wins. */
function following(campaign: Campaign, days: TradingDays | null, ended: SessionState | null): Campaign {
  const kept = keptControl(campaign.control, ended)
  if (campaign.stop !== null || days === null) return { ...campaign, control: kept, active: false }
  return { ...campaign, control: kept, session: days.session, next: days.next }
}
