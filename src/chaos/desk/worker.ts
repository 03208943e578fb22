/**
 * A worker's process: takes session jobs and runs the real session under the real lease; answers the team's commands.
 */
import { adoptOrphans } from '../../queue/adopt-orphans.ts'
import { applyApproved } from '../../queue/apply-approved.ts'
import { controlCampaign } from '../../queue/control-campaign.ts'
import type { CommandJob, CommandResult, SessionJob } from '../../queue/jobs.ts'
import { leaveSessions } from '../../queue/leaving.ts'
import { processSession, type SessionProcessorDeps } from '../../queue/session-processor.ts'
import { settleExpired } from '../../queue/settle-expired.ts'
import { stopCampaign } from '../../queue/stop-campaign.ts'
import type { SessionHealth } from '../../session/health.ts'
import type { SessionHandle } from '../../session/runner/runner.ts'
import { brokerPorts } from '../broker/broker-ports.ts'
import type { Gate } from '../faults/gate.ts'
import { sessionLeaseName } from '../store/memory-store.ts'
import type { SimProcess } from '../time/sim-process.ts'
import { drawTrouble, gatedClocks } from './clocks.ts'
import { gatedStore } from './store-access.ts'
import { startProcess, type World } from './world.ts'

/**
 * Of the times that the second worker is started: it is an older deployment, which cannot read what the first one
 * saves.
 */
const OTHER_VERSION_SHARE = 0.1
const OTHER_VERSION_OF = 'worker-2'

/** A worker that was told to leave has so long. */
const LEAVE_MS = 5000

/** What the simulated team asks for. */
export type TeamCommand = Extract<CommandJob, { kind: 'stop' | 'control' | 'approved' }>

export class SimWorker {
  readonly process: SimProcess
  readonly #world: World
  readonly #deps: SessionProcessorDeps
  readonly #running = new Map<string, SessionHandle>()
  readonly #end: () => void
  #isLeaving = false

  constructor(world: World, name: string, again: () => void) {
    const { process, gate, end } = startProcess(world, name, again)
    this.process = process
    this.#end = end
    this.#world = world
    this.#deps = this.#createDeps(gate)
    world.queue.consume(process, (job) => void this.#take(job))
    void this.#keepSessionsQueued()
    void this.#keepOrphansAdopted()
    void this.#keepSettled()
  }

  #createDeps(gate: Gate): SessionProcessorDeps {
    const { process } = this
    const { checks, log, pace, queue, random, trace, loss, settings, time } = this.#world
    const { sessions: gated, leases, runs } = gatedStore(this.#world, gate)
    const sessions = loss.listen(process, gated)
    const trouble = drawTrouble(random, time.now_ms)
    const isOther = process.name === OTHER_VERSION_OF && random.uniform() < OTHER_VERSION_SHARE
    if (isOther) trace?.(`${process.name} is of another version`)
    const store: typeof sessions = {
      ...sessions,
      session: async (accountId, date) => {
        const read = await sessions.session(accountId, date)
        if (isOther) throw new Error('expected another version of the session state')
        return read
      },
      commit: (commit) => {
        if (isOther && commit.session !== null) {
          checks.fail('I11', `${process.name}, of another version, writes a session it cannot read`)
        }
        return sessions.commit(commit)
      },
      campaign: async (accountId: string) => {
        const read = await sessions.campaign(accountId)
        checks.readControl(process, read.value)
        return read
      },
    }
    const broker = brokerPorts(this.#world, process, gate, checks.orders)
    return {
      store,
      leases,
      leaseTimes: pace.lease,
      pace: pace.session,
      ...gatedClocks(process, gate, trouble),
      log,
      worker: process.name,
      runs,
      brokers: {
        of: (profile) => (profile === settings.profile.name ? broker : null),
        endpoint: () => null,
        close: async () => undefined,
      },
      leaseName: sessionLeaseName,
      settingsFor: () => settings,
      lastFeedNo: async () => loss.lastFeedNo ?? 0,
      readStore: () => unused('readStore'),
      addSession: async (job) => queue.add(job),
      onSession: (accountId, handle) => {
        if (handle === null) this.#running.delete(accountId)
        else this.#running.set(accountId, handle)
      },
    }
  }

  /** A job as `desk-worker.ts` runs it. */
  async #take(job: SessionJob): Promise<void> {
    const { queue, log, checks } = this.#world
    try {
      const outcome = await processSession(job, this.#deps)
      if (outcome === 'lost') queue.release(job, this.process, true)
      else if (outcome === 'handed_over') queue.release(job, this.process, false)
      else queue.complete(job, this.process)
    } catch (error) {
      log.error({ err: error }, 'a job failed')
      checks.jobFailed(error)
      queue.release(job, this.process, true)
    }
  }

  async #keepSessionsQueued(): Promise<void> {
    const { store, wall, addSession } = this.#deps
    for (;;) {
      const campaigns = await store.campaigns().catch(() => [])
      for (const { active, accountId, session } of campaigns) {
        if (active) await addSession({ accountId, date: session.date })
      }
      await wall.sleep(this.#world.pace.ensure_ms)
    }
  }

  /** Positions that no campaign knows, as after a loss of the store's data. */
  async #keepOrphansAdopted(): Promise<void> {
    const { wall, log } = this.#deps
    for (;;) {
      await adoptOrphans(this.#deps).catch((error: unknown) =>
        log.warn({ err: error }, 'orphans could not be looked for'),
      )
      await wall.sleep(this.#world.pace.orphans_ms)
    }
  }

  /** What was held past the close, from then on: before it there is nothing to settle. */
  async #keepSettled(): Promise<void> {
    const { wall, clock, log } = this.#deps
    const { market, now_ms } = this.#world
    await wall.sleep(Math.max(0, market.session.close_ms - now_ms()))
    for (;;) {
      if ((clock.now_ms() ?? 0) >= market.session.close_ms) {
        await settleExpired(this.#deps).catch((error: unknown) => log.warn({ err: error }, 'nothing could be settled'))
      }
      await wall.sleep(this.#world.pace.settle_ms)
    }
  }

  /** It runs a session. */
  get isBusy(): boolean {
    return this.#running.size > 0
  }

  health(): readonly SessionHealth[] {
    return [...this.#running.values()].map((handle) => handle.health())
  }

  die(): void {
    this.#end()
  }

  campaignChanged(accountId: string): void {
    this.process.after(0, () => this.#running.get(accountId)?.campaignChanged())
  }

  /** SIGTERM with another worker alive: hands over, and is gone after a while; a new one is started. */
  handOver(): void {
    if (!this.#beginsToLeave()) return
    this.#world.queue.leave(this.process)
    for (const handle of this.#running.values()) handle.handOver()
    this.#world.time.after(LEAVE_MS, () => this.#end())
  }

  /** SIGTERM with nobody else alive, as `desk-worker.ts` does it. Whether all it was answerable for is closed. */
  async leaveAsLast(): Promise<boolean> {
    if (!this.#beginsToLeave()) return false
    const { queue, store } = this.#world
    const { wall, log, leaseName } = this.#deps
    queue.leave(this.process)
    const isSafe = await leaveSessions({
      sessions: { pause: async () => undefined },
      running: this.#running,
      leave: async () => false,
      // Asked only where a run has failed meanwhile: on too few days for a call site of its own.
      isTaken: async (accountId) => {
        const holder = store.leases.holder(leaseName(accountId))
        return holder !== null && holder !== this.process.name
      },
      takeBack: (job, signal) => processSession(job, this.#deps, signal),
      wall,
      log,
    })
    this.#world.time.after(LEAVE_MS, () => this.#end())
    return isSafe
  }

  /** A worker heeds one signal; the second ends its process at once. */
  #beginsToLeave(): boolean {
    if (this.#isLeaving) {
      this.#end()
      return false
    }
    this.#isLeaving = true
    return true
  }

  /** Rejects when it failed. */
  run(command: TeamCommand): Promise<CommandResult> {
    switch (command.kind) {
      case 'stop':
        return stopCampaign(command, this.#deps)
      case 'control':
        return controlCampaign(command, this.#deps)
      case 'approved':
        return applyApproved(command, this.#deps)
    }
  }
}

function unused(what: string): never {
  throw new Error(`${what} is not part of the simulation`)
}
