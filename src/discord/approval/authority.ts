/**
 * The bot's part of approvals and alerts: what a press decides, and what is kept up without anybody pressing. Entry
 * point: `Authority`; the buttons call what decides, `keep.ts` calls `pass`.
 *
 * 1. A decision, an acknowledgement and a repetition are events committed under names taken once: two presses, two bots
 *    or a press and an expiry at the same time make one.
 * 2. What follows a decision is a job whose id derives from the request. It is put on the queue until the journal says
 *    what became of it: a bot that dies between the two is made up for by the next.
 * 3. Posts are made again from the journal: whatever was missed is edited by whoever looks next.
 */
import { SnowflakeUtil } from 'discord.js'
import type { Logger } from 'pino'
import { type Alert, isCritical, isRepeatable, REPEATS, repeatableFrom_ms, repeatDue } from '../../approval/alerts.ts'
import { type Approval, decisionRefusal, isDue } from '../../approval/approvals.ts'
import { DRILL_SWITCH_MAX_MS } from '../../approval/drills.ts'
import type { WallClock } from '../../config/clock.ts'
import { KnownFor } from '../../config/known-for.ts'
import type { FeedStore, PostRef } from '../../feed/port.ts'
import type { Post } from '../../feed/post.ts'
import { accountTag, parsePostKey } from '../../feed/post-key.ts'
import { acknowledgedPost, decidedPost } from '../../feed/remade.ts'
import { render } from '../../feed/render/index.ts'
import type { CommandResult } from '../../queue/jobs.ts'
import type { Actor, JournalEntry } from '../../session/events.ts'
import type { Refusal } from '../../session/refusal.ts'
import type { AuthorityStore } from '../../store/authority-store.ts'
import type { ProfileName } from '../../strategy/types.ts'
import { DAY_MS } from '../../time/units.ts'
import type { CommandSubmitter } from '../desk.ts'
import type { PostEditor } from '../post-editor.ts'
import { type Books, emptyBooks, readOn } from './books.ts'
import { keepOpenAlerts } from './open-alerts.ts'

interface AuthorityPorts {
  readonly store: AuthorityStore
  readonly posts: Pick<FeedStore, 'postOf'>
  readonly editor: PostEditor
  readonly commands: Pick<CommandSubmitter, 'submit'>
  readonly wall: WallClock
  readonly log: Logger
}

const APPLY_WAIT_MS = 2_500
/** A post that could not be made again is left alone for this long. */
const EDIT_AGAIN_MS = 10_000
/**
 * Older posts than this are left as they are: nobody waits for them. Longer than a worker is away over a long weekend.
 */
const REMADE_AGE_MAX_MS = 5 * DAY_MS
const TITLE_MAX = 200

const STALE: Refusal = {
  code: 'stale_command',
  message: 'This post is too old to be acted on. `/status` shows what is.',
  numbers: {},
}

export class Authority {
  /** Ids of drills that this bot runs: it puts their switches back itself, however long they take. */
  readonly ownDrills = new Set<string>()
  readonly #ports: AuthorityPorts
  readonly #books = new Map<string, Books>()
  readonly #applying = new Map<string, Promise<CommandResult | 'pending' | null>>()
  readonly #notBefore = new Map<string, number>()
  readonly #drills: KnownFor

  constructor(ports: AuthorityPorts) {
    this.#ports = ports
    this.#drills = new KnownFor(ports.wall)
  }

  /** Somebody presses Approve or Deny. The answer of what was done, or why nothing was. */
  async decide(key: string, decision: 'approved' | 'denied', actor: Actor): Promise<Approval | Refusal> {
    const { store, wall } = this.#ports
    const found = await this.#find(key)
    const request = found?.entry.event
    if (found === null || request?.type !== 'approval_requested') return STALE
    const { accountId, entry } = found
    const before = (await this.#read(accountId)).approvals.get(request.approvalId)
    if (before === null) return STALE
    const refusal = decisionRefusal(before, actor, decision, wall.now_ms())
    if (refusal !== null) return refusal
    const { approvalId } = request
    const event = { type: 'approval_decided', approvalId, decision, actor } as const
    // Beside the request: whoever applies it reads one day's journal.
    const isFirst = await store.commit(accountId, [event], decisionMark(approvalId), entry.date)
    const after = (await this.#read(accountId)).approvals.get(approvalId)
    if (after === null) return STALE
    if (!isFirst) return decisionRefusal(after, actor, decision, wall.now_ms()) ?? STALE
    if (decision === 'approved') await this.#apply(accountId, after)
    const settled = (await this.#read(accountId)).approvals.get(approvalId) ?? after
    await this.#remakeApproval(accountId, settled)
    return settled
  }

  /** Somebody presses Acknowledge; `isFirst`: nobody had before. */
  async acknowledge(key: string, actor: Actor): Promise<{ alert: Alert; isFirst: boolean } | Refusal> {
    const { store, wall, posts } = this.#ports
    const found = await this.#find(key)
    if (found === null) return STALE
    const { accountId, entry } = found
    const alertNo = entry.feedNo ?? 0
    if (!isCritical(entry.event)) return STALE
    const book = (await this.#read(accountId)).alerts
    // Of a day that is not read any more.
    const isOld = book.get(alertNo) === null
    if (isOld) book.restore(entry, [])
    const post = await posts.postOf(accountId, alertNo)
    const posted_ms = post === null ? entry.atWall_ms : SnowflakeUtil.timestampFrom(post.messageId)
    const after_ms = Math.max(0, Math.round(wall.now_ms() - posted_ms))
    const event = { type: 'alert_acknowledged', alertNo, actor, after_ms } as const
    const isFirst = await store.commit(accountId, [event], `ack-${alertNo}`)
    const alert = (await this.#read(accountId)).alerts.get(alertNo)
    if (alert === null) return STALE
    if (alert.acknowledged === null && !isFirst) {
      // It was taken on a day that is not read any more, either.
      if (isOld) book.forget(alertNo)
      return STALE
    }
    await this.#remakeAlert(accountId, alert)
    return { alert, isFirst }
  }

  /** Of choices that exclude each other, the first. Throws `StoreUnreachable`. */
  choose(about: string, choice: string): Promise<string> {
    return this.#ports.store.choose(about, choice)
  }

  /** Who acknowledged the alert of this feed number; null: nobody has. */
  async acknowledgementOf(accountId: string, alertNo: number): Promise<Alert['acknowledged']> {
    return (await this.#read(accountId)).alerts.get(alertNo)?.acknowledged ?? null
  }

  /** One look at all accounts. Throws `StoreUnreachable`. */
  async pass(signal?: AbortSignal): Promise<void> {
    const underWay = new Set<string>()
    for (const { accountId, profile } of await this.#ports.store.accounts()) {
      const { approvals, alerts, drills } = await this.#read(accountId)
      await keepOpenAlerts(accountId, alerts, this.#ports.store)
      for (const drillId of drills.underWay()) {
        underWay.add(drillId)
        const isLeft = this.#drills.ms(drillId) >= DRILL_SWITCH_MAX_MS
        if (isLeft && !this.ownDrills.has(drillId)) await this.#endDrill(profile, drillId)
      }
      for (const approval of approvals.all()) {
        if (signal?.aborted) return
        await this.#keepApproval(accountId, approval)
      }
      for (const alert of alerts.all()) {
        if (signal?.aborted) return
        await this.#keepAlert(accountId, alert)
      }
    }
    this.#drills.keep(underWay)
  }

  /** The bot that began it died in the middle. */
  async #endDrill(profile: ProfileName, drillId: string): Promise<void> {
    const { commands, wall } = this.#ports
    const actor = { id: 'desk', name: 'the desk', via: 'system' } as const
    const job = { kind: 'drill', id: `drill-end-${drillId}`, actor, requestedAt_ms: wall.now_ms(), profile } as const
    await commands.submit({ ...job, drillId, step: 'restore' }, APPLY_WAIT_MS)
  }

  async #keepApproval(accountId: string, approval: Approval): Promise<void> {
    const { store, wall } = this.#ports
    const { approvalId } = approval.request
    if (isDue(approval, wall.now_ms())) {
      const event = { type: 'approval_decided', approvalId, decision: 'expired', actor: null } as const
      await store.commit(accountId, [event], decisionMark(approvalId), approval.entry.date)
    }
    if (approval.decided?.decision === 'approved' && approval.applied === null) {
      // Not waited for: a worker that is away must not hold up the rest.
      void this.#apply(accountId, approval)
    }
    await this.#remakeApproval(accountId, approval)
  }

  async #keepAlert(accountId: string, alert: Alert): Promise<void> {
    const { store, wall } = this.#ports
    if (alert.acknowledged !== null) return this.#remakeAlert(accountId, alert)
    const now_ms = wall.now_ms()
    // Before its next repetition can be due nothing has to be looked up.
    if (!isRepeatable(alert) || now_ms < repeatableFrom_ms(alert)) return
    const last = await this.#ports.posts.postOf(accountId, alert.repeats.at(-1) ?? alert.alertNo)
    const posted_ms = last === null ? null : SnowflakeUtil.timestampFrom(last.messageId)
    const number = repeatDue(alert, posted_ms, now_ms)
    if (number === null) return
    const { alertNo, entry } = alert
    const title = (render(entry, { nowWall_ms: entry.atWall_ms, document: null })?.embed.title ?? '').slice(
      0,
      TITLE_MAX,
    )
    const event = { type: 'alert_repeated', alertNo, title, alert_wall_ms: entry.atWall_ms } as const
    await store.commit(accountId, [{ ...event, number, of: REPEATS.length }], `repeat-${alertNo}-${number}`)
  }

  /** Puts what was approved on the queue; null: the queue is away, and it is tried again. */
  #apply(accountId: string, { request, entry, decided }: Approval): Promise<CommandResult | 'pending' | null> {
    const { commands, wall, log } = this.#ports
    const { approvalId } = request
    const running = this.#applying.get(approvalId)
    if (running !== undefined) return running
    const job = {
      kind: 'approved',
      id: `approval-${approvalId}`,
      actor: decided?.actor ?? request.requester,
      requestedAt_ms: wall.now_ms(),
      profile: null,
      accountId,
      date: entry.date,
      approvalId,
    } as const
    const work = commands
      .submit(job, APPLY_WAIT_MS)
      .catch((error: unknown) => {
        log.warn({ err: error, approvalId }, 'what was approved could not be put on the queue; trying again')
        return null
      })
      .finally(() => this.#applying.delete(approvalId))
    this.#applying.set(approvalId, work)
    return work
  }

  async #remakeApproval(accountId: string, approval: Approval): Promise<void> {
    const { decided, applied, entry } = approval
    if (decided === null) return
    const state = `${decided.decision}${applied === null ? '' : `-${applied.ok}`}`
    await this.#remake(accountId, entry, state, (posted_ms) => decidedPost(approval, posted_ms))
  }

  async #remakeAlert(accountId: string, alert: Alert): Promise<void> {
    const books = this.#booksOf(accountId)
    const shown = [alert.entry, ...alert.repeats.flatMap((feedNo) => books.entries.get(feedNo) ?? [])]
    for (const entry of shown) {
      await this.#remake(accountId, entry, 'acknowledged', (posted_ms) => acknowledgedPost(alert, entry, posted_ms))
    }
  }

  /** Once a state; what fails is made again later. */
  async #remake(
    accountId: string,
    entry: JournalEntry,
    state: string,
    made: (posted_ms: number) => Post | null,
  ): Promise<void> {
    const { store, posts, editor, wall, log } = this.#ports
    const feedNo = entry.feedNo ?? 0
    const books = this.#booksOf(accountId)
    books.remade ??= new Map(await store.remade(accountId))
    const key = `${accountId}-${feedNo}`
    if (books.remade.get(feedNo) === state || (this.#notBefore.get(key) ?? 0) > wall.monotonic_ms()) return
    if (wall.now_ms() - entry.atWall_ms > REMADE_AGE_MAX_MS) return
    const at: PostRef | null = await posts.postOf(accountId, feedNo)
    const post = at === null ? null : made(SnowflakeUtil.timestampFrom(at.messageId))
    if (at === null || post === null) return
    try {
      const result = await editor.edit(at, post)
      if (result === 'never') log.warn({ accountId, feedNo }, 'a post could not be made again: it is gone, or refused')
      this.#notBefore.delete(key)
    } catch (error) {
      this.#notBefore.set(key, wall.monotonic_ms() + EDIT_AGAIN_MS)
      log.warn({ err: error, accountId, feedNo }, 'a post could not be made again yet')
      return
    }
    books.remade.set(feedNo, state)
    await store.setRemade(accountId, feedNo, state)
  }

  /** The entry a button belongs to. */
  async #find(key: string): Promise<{ accountId: string; entry: JournalEntry } | null> {
    const { store } = this.#ports
    const wanted = parsePostKey(key)
    if (wanted === null) return null
    const accounts = await store.accounts()
    const accountId = accounts.find((account) => accountTag(account.accountId) === wanted.tag)?.accountId
    const entry = accountId === undefined ? null : await store.posted(accountId, wanted.feedNo)
    return accountId === undefined || entry === null ? null : { accountId, entry }
  }

  #booksOf(accountId: string): Books {
    const known = this.#books.get(accountId)
    if (known !== undefined) return known
    const made = emptyBooks()
    this.#books.set(accountId, made)
    return made
  }

  /** The account's books, read on to now. */
  async #read(accountId: string): Promise<Books> {
    const books = this.#booksOf(accountId)
    const { entries, position } = await this.#ports.store.entries(accountId, books.position)
    readOn(books, entries, position)
    return books
  }
}

export const decisionMark = (approvalId: string): string => `decided-${approvalId}`
