/** What people do to a desk during a day: commands to its workers, and restarts. All by chance. */

import type { CommandResult } from '../../queue/jobs.ts'
import type { JournalEvent } from '../../session/events.ts'
import type { SessionMode } from '../../session/mode.ts'
import { EVENTS_ALONE } from '../../store/port.ts'
import type { Stretch } from '../faults/random-plan.ts'
import type { SimWorker, TeamCommand } from './worker.ts'
import type { World } from './world.ts'

/** A command whose worker dies is given to another after a while, and tried this often. */
const TRIES_MAX = 20
const RETRY_MS = 6000
const ACTOR = { id: 'u1', name: 'Olivia', via: 'discord' } as const
/** Who approves what she asks for, mostly, and how soon. */
const SECOND = { id: 'u2', name: 'Amir', via: 'discord' } as const
const APPROVED_SHARE = 0.7
const APPROVED_AFTER_MS_MAX = 1_200_000

/** How many days in a hundred see each. */
export const TEAM_SHARES = { pause: 0.12, halt: 0.06, stop: 0.05, handOver: 0.3, interfere: 0.2 } as const
/** Of those who interfere with an opening: how soon after it was decided. */
const INTERFERE_MS_MAX = 4000
const INTERFERENCES = ['REDUCING', 'REDUCING', 'HALTED', 'stop'] as const
const RESUME_AFTER_MS_MAX = 3_600_000

export class Team {
  readonly #world: World
  readonly #workers: () => readonly SimWorker[]
  #commands = 0
  #until_ms = 0

  constructor(world: World, workers: () => readonly SimWorker[]) {
    this.#world = world
    this.#workers = workers
  }

  /** Plans the day. */
  plan({ from_ms, to_ms }: Stretch): void {
    const { random, time } = this.#world
    this.#until_ms = to_ms
    const sometime = (): number => from_ms + random.uniform() * (to_ms - from_ms)
    const maybe = (share: number, run: (at_ms: number) => void): void => {
      if (random.uniform() < share) run(sometime())
    }
    maybe(TEAM_SHARES.pause, (at_ms) => this.#switch('REDUCING', at_ms))
    maybe(TEAM_SHARES.halt, (at_ms) => this.#switch('HALTED', at_ms))
    maybe(TEAM_SHARES.stop, (at_ms) => this.#stop(at_ms))
    if (random.uniform() < TEAM_SHARES.interfere) this.#interfere()
    maybe(TEAM_SHARES.handOver, (at_ms) => time.at(at_ms, () => this.#handOver()))
  }

  /** The switch is set, or the campaign stopped, while an opening is on its way. */
  #interfere(): void {
    const { checks, random, time } = this.#world
    let left = 1 + Math.floor(random.uniform() * 3)
    checks.journal.onOpening = () => {
      left -= 1
      if (left !== 0) return
      const what = INTERFERENCES[Math.floor(random.uniform() * INTERFERENCES.length)] ?? 'stop'
      const at_ms = time.now_ms + random.uniform() * INTERFERE_MS_MAX
      if (what === 'stop') this.#stop(at_ms)
      else this.#switch(what, at_ms)
    }
  }

  #stop(at_ms: number): void {
    this.#world.time.at(at_ms, () => this.#give({ ...this.#command(), kind: 'stop', profile: null }))
  }

  /** And back again after a while, mostly. */
  #switch(mode: SessionMode, at_ms: number): void {
    const { random, time } = this.#world
    const set = (to: SessionMode) =>
      this.#give({ ...this.#command(), kind: 'control', profile: null, mode: to, reason: 'by chance' })
    time.at(at_ms, () => set(mode))
    // Not in the last minutes: a day must come to rest.
    const resumed_ms = at_ms + random.uniform() * RESUME_AFTER_MS_MAX
    if (random.uniform() < 0.7 && resumed_ms < this.#until_ms) time.at(resumed_ms, () => set('ACTIVE'))
  }

  #command() {
    this.#commands += 1
    return { id: `command-${this.#commands}`, actor: ACTOR, requestedAt_ms: this.#world.epochs.wall_ms }
  }

  #give(command: TeamCommand, tries = 0): void {
    const { time, trace } = this.#world
    const worker = this.#workers().find(({ process }) => process.isAlive && !process.isPaused)
    const again = (): void => {
      if (tries < TRIES_MAX) time.after(RETRY_MS, () => this.#give(command, tries + 1))
    }
    if (worker === undefined) {
      again()
      return
    }
    let isAnswered = false
    trace?.(`the team asks ${worker.process.name}: ${command.kind} ${command.kind === 'control' ? command.mode : ''}`)
    worker.run(command).then(
      (result) => {
        isAnswered = true
        if (!result.ok) return
        this.#checkDone(command, result)
        for (const approval of result.approvals ?? []) this.#approveLater(approval)
      },
      () => {
        // Refused at once with a message: whoever asked asks again.
        isAnswered = true
        again()
      },
    )
    time.after(RETRY_MS, () => {
      if (!isAnswered && !worker.process.isAlive) again()
    })
  }

  /** What is acknowledged stands in the journal; a stop that had been given before is acknowledged, too. */
  #checkDone(command: TeamCommand, { approvals, accountId }: Extract<CommandResult, { ok: true }>): void {
    const { kind } = command
    const { checks } = this.#world
    const isAsked = approvals !== undefined
    if (command.kind === 'control' && !isAsked && this.#isSwitched(accountId, command.mode)) return
    const types: Readonly<Record<TeamCommand['kind'], JournalEvent['type']>> = {
      stop: 'campaign_disarmed',
      control: isAsked ? 'approval_requested' : 'control_set',
      approved: 'approval_applied',
    }
    const type = types[kind]
    if (!checks.journal.left.has(type)) checks.fail('I1', `${kind} was acknowledged, the journal has no ${type}`)
  }

  /** A switch that stood so before is not set again, and not journaled; a halt is kept when a pause is asked for. */
  #isSwitched(accountId: string, mode: SessionMode): boolean {
    const now = this.#world.store.sessions.campaign(accountId).value?.control.mode
    return now === mode || (mode === 'REDUCING' && now === 'HALTED')
  }

  /** The second person's press of the button, as the bot journals it; then the job that the bot sends. */
  #approveLater({ accountId, approvalId }: { readonly accountId: string; readonly approvalId: string }): void {
    const { random, time, store, checks, epochs } = this.#world
    if (random.uniform() > APPROVED_SHARE) return
    time.after(random.uniform() * APPROVED_AFTER_MS_MAX, () => {
      const { value: campaign } = store.sessions.campaign(accountId)
      if (campaign === null || time.now_ms > this.#until_ms) return
      const { plan, source, session } = campaign
      const commit = {
        ...{ accountId, profile: plan.profile, source, date: session.date },
        atMarket_ms: epochs.market_ms + time.now_ms,
        atWall_ms: epochs.wall_ms + time.now_ms,
        events: [{ type: 'approval_decided', approvalId, decision: 'approved', actor: SECOND } as const],
        ...EVENTS_ALONE,
        once: `decided-${approvalId}`,
      }
      if (!checks.committed(commit, store.sessions.commit(commit)).ok) return
      this.#give({ ...this.#command(), kind: 'approved', profile: null, accountId, approvalId, date: session.date })
    })
  }

  #handOver(): void {
    const worker = this.#workers().find(({ process }) => process.isAlive)
    this.#world.trace?.(`${worker?.process.name ?? 'nobody'} is told to leave`)
    worker?.handOver()
  }
}
