/**
 * The invariants, held against every step of a simulated day. Entry point: `Checks`; the first violation ends the day.
 * Checked here from the broker's, the store's and the channel's own side; what the desk believes is never asked.
 * I15 (the host of every request) has no meaning without HTTP: the broker adapter's tests hold it.
 */
import type { Campaign } from '../../session/campaign.ts'
import type { Commit, CommitResult } from '../../store/port.ts'
import type { SimProcess } from '../time/sim-process.ts'
import { FeedCheck } from './feed-check.ts'
import { JournalCheck } from './journal-check.ts'
import { OrderCheck, type OrderFacts } from './order-check.ts'
import type { Violation } from './violation.ts'

export interface ChecksOptions {
  readonly facts: () => OrderFacts
  readonly now_ms: () => number
  /** Called with the first violation. */
  readonly onViolation: (violation: Violation) => void
}

export class Checks {
  readonly journal: JournalCheck
  readonly orders: OrderCheck
  readonly feed: FeedCheck
  readonly #options: ChecksOptions
  violation: Violation | null = null
  /** Commits refused because another worker had the session by then. */
  fenced = 0
  /** What befell the desk without any call failing. */
  readonly befell = new Set<string>()
  #control: Campaign['control'] | null = null
  #stop: Campaign['stop'] = null
  #isUndisturbed = true

  constructor(options: ChecksOptions) {
    this.#options = options
    const report = (invariant: string, message: string) => this.fail(invariant, message)
    this.journal = new JournalCheck(() => options.facts().broker, report)
    this.orders = new OrderCheck(options.facts, this.journal, report)
    this.feed = new FeedCheck(report)
  }

  fail(invariant: string, message: string): void {
    if (this.violation !== null) return
    this.violation = { invariant, message, at_ms: this.#options.now_ms() }
    this.#options.onViolation(this.violation)
  }

  /** From here on it is no day like any other: decisions may be missing. */
  disturb(): void {
    this.#isUndisturbed = false
  }

  storeLost(lastFeedNo: number): void {
    this.disturb()
    this.journal.storeLost()
    this.feed.storeLost(lastFeedNo)
  }

  /** The store has answered a commit. */
  committed(commit: Commit, result: CommitResult): CommitResult {
    if (!result.ok) {
      if (result.reason === 'stale_epoch') this.fenced += 1
      return result
    }
    if (commit.events.length > 0) this.journal.add(commit)
    const session = commit.session?.value
    if (session !== undefined && session.mode !== 'ACTIVE') this.#isUndisturbed = false
    if (session !== undefined) this.journal.noteDay(session.netPnlCents, session.plan.maxDailyLossCents, session.mode)
    if (commit.campaign !== null) this.#noteCampaign(commit.campaign.value)
    return result
  }

  /** Nobody has stopped, paused or traded, and nothing has stopped the session from opening. */
  get isUndisturbed(): boolean {
    return this.#isUndisturbed && !this.orders.isHandTraded
  }

  #noteCampaign({ control, stop }: Campaign): void {
    if (control === this.#control && stop === this.#stop) return
    if (control.mode !== 'ACTIVE' || stop !== null) this.#isUndisturbed = false
    this.#control = control
    this.#stop = stop
    this.orders.controlChanged(this.#options.now_ms())
  }

  readControl(process: SimProcess, _campaign: Campaign | null): void {
    this.orders.knowledgeOf(process).controlRead_ms = process.time.now_ms
  }

  storeFailed(process: SimProcess): void {
    this.orders.knowledgeOf(process).storeFailed_ms = process.time.now_ms
  }

  /** A job that ends with an error is tried again; only a bug is a violation. */
  jobFailed(error: unknown): void {
    const isBug = error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError
    if (isBug) this.fail('bug', `a session job failed: ${error.stack ?? error.message}`)
  }
}
