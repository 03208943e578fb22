/**
 * Keeps the live cards: one pinned message an account, edited in place. Entry points: `keepCards`, `CardKeeper`.
 *
 * 1. Edits are coalesced: the newest state, at most once in `EDIT_EVERY_MS` an account, seldom while nothing happens.
 * 2. A card that was deleted, or that Discord edits no more for its age, is replaced by a new one; the old one is
 *    unpinned.
 * 3. What is about to be sent is written down first, and looked for after a crash: a restarted bot goes on with its
 *    card.
 * 4. An outage of Discord is waited out with growing waits; of the store, the card says that it is outdated.
 */
import { createHash } from 'node:crypto'
import { SnowflakeUtil } from 'discord.js'
import type { Logger } from 'pino'
import type { WallClock } from '../../config/clock.ts'
import type { DeskReader, StatusView } from '../../report/views.ts'
import type { CardRecord, CardStore } from '../../store/card-store.ts'
import { StoreUnreachable } from '../../store/port.ts'
import { PROFILE_NAMES } from '../../strategy/types.ts'
import { MINUTE_MS } from '../../time/units.ts'
import type { EditResult } from '../edit-result.ts'
import { Retries } from '../retries.ts'
import { cardBody, cardEmbed } from '../views/card-embed.ts'
import type { CardChannel } from './channel.ts'

interface CardPorts {
  readonly store: CardStore
  readonly channel: CardChannel
  readonly reader: Pick<DeskReader, 'accounts' | 'status'>
  /** How often Discord has come back; absent: what waits for it waits on. */
  readonly returns?: () => number
  readonly wall: WallClock
  readonly log: Logger
}

const LOOK_EVERY_MS = 1_000
const EDIT_EVERY_MS = 4_000
/** Discord edits messages older than an hour less often. */
const OLD_MS = 3600_000
const EDIT_OLD_EVERY_MS = 15_000
/** While only clocks and ages change. */
const EDIT_IDLE_EVERY_MS = MINUTE_MS
const RETRY = { first_ms: 1_000, max_ms: 30_000 }
/** How long the store may be away before the card says so. */
const AWAY_MS = 5_000
/** Replaced cards that wait to be unpinned. */
const RETIRED_MAX = 10
const HASH_CHARS = 12

/** What this process knows of a card beside its record. */
interface Shown {
  readonly view: StatusView
  readonly messageId: string
  readonly number: number
  readonly body: string
  readonly state: string
  readonly isOutdated: boolean
  /** Wall time of the view, and monotonic time of the edit. */
  readonly seen_ms: number
  readonly edited_ms: number
}

/** Until `signal` aborts, or a newer epoch of the bot's lease exists. */
export async function keepCards(ports: CardPorts, epoch: number, signal: AbortSignal): Promise<'stopped'> {
  const { wall, log } = ports
  const keeper = new CardKeeper(ports, epoch)
  let answered_ms = wall.monotonic_ms()
  while (!signal.aborted) {
    try {
      await keeper.pass()
      answered_ms = wall.monotonic_ms()
    } catch (error) {
      if (!(error instanceof StoreUnreachable)) log.error({ err: error }, 'the live cards failed; trying again')
      else if (wall.monotonic_ms() - answered_ms >= AWAY_MS) await keeper.showOutdated()
    }
    await wall.sleep(LOOK_EVERY_MS, signal)
  }
  return 'stopped'
}

export class CardKeeper {
  readonly #ports: CardPorts
  readonly #epoch: number
  readonly #shown = new Map<string, Shown>()
  readonly #retries: Retries
  /** Cards that may not be pinned: asked for once a process. */
  readonly #unpinnable = new Set<string>()

  constructor(ports: CardPorts, epoch: number) {
    this.#ports = ports
    this.#epoch = epoch
    this.#retries = new Retries(ports.wall, RETRY, ports.returns)
  }

  /** One look at all accounts. Throws `StoreUnreachable`. */
  async pass(): Promise<void> {
    const { store, reader } = this.#ports
    const records = await store.read()
    const accounts = await reader.accounts()
    // Of each profile the account that was started last: a simulated market that is gone keeps no card.
    const newest = PROFILE_NAMES.flatMap((name) => accounts.find(({ profile }) => profile === name) ?? [])
    for (const { accountId } of newest) {
      const view = await reader.status(accountId)
      if (view !== null) await this.#guarded(accountId, () => this.#keep(view, records.get(accountId) ?? null))
    }
    const kept = new Set(newest.map(({ accountId }) => accountId))
    for (const [accountId, record] of records) {
      if (!kept.has(accountId)) await this.#guarded(accountId, () => this.#forget(accountId, record))
    }
  }

  /** The store is away: what the cards show is not what is. */
  async showOutdated(): Promise<void> {
    for (const [accountId, shown] of this.#shown) {
      if (shown.isOutdated) continue
      const { number, messageId } = shown
      await this.#guarded(accountId, async () => {
        const note = { number, updated_ms: shown.seen_ms, isOutdated: true }
        await this.#ports.channel.edit(messageId, cardEmbed(shown.view, note))
        this.#shown.set(accountId, { ...shown, isOutdated: true })
      })
    }
  }

  /** What Discord does to one card is no harm to the others. */
  #guarded(accountId: string, work: () => Promise<void>): Promise<void> {
    return this.#retries.attempt(accountId, work, (error, wait_ms) =>
      this.#ports.log.warn({ err: error, accountId, wait_ms }, 'a live card could not be updated; trying again'),
    )
  }

  async #keep(view: StatusView, stored: CardRecord | null): Promise<void> {
    const isHere = stored?.channelId === this.#ports.channel.id
    const current = isHere && stored.messageId !== null && stored.posting === null
    const record = current ? stored : await this.#post(view, isHere ? stored : null)
    if (record === null || record.messageId === null) return
    const { messageId } = record
    if (this.#isDue(view, messageId)) {
      const result = await this.#edit(view, messageId, record.number)
      if (result === 'gone' || result === 'too_old') {
        const retired = result === 'gone' ? record.retired : [...record.retired, messageId].slice(-RETIRED_MAX)
        const replaced = await this.#post(view, { ...record, messageId: null, pinned: false, retired })
        if (replaced !== null) await this.#tidy(view.accountId, replaced)
        return
      }
    }
    await this.#tidy(view.accountId, record)
  }

  #isDue(view: StatusView, messageId: string): boolean {
    const shown = this.#shown.get(view.accountId)
    if (shown === undefined || shown.messageId !== messageId || shown.isOutdated) return true
    const now_ms = this.#ports.wall.now_ms()
    const since_ms = this.#ports.wall.monotonic_ms() - shown.edited_ms
    if (bodyOf(view, now_ms) === shown.body) return since_ms >= EDIT_IDLE_EVERY_MS && isLive(view)
    const isOld = now_ms - SnowflakeUtil.timestampFrom(messageId) > OLD_MS
    if (!isLive(view) && stateOf(view) === shown.state) return since_ms >= EDIT_IDLE_EVERY_MS
    return since_ms >= (isOld ? EDIT_OLD_EVERY_MS : EDIT_EVERY_MS)
  }

  async #edit(view: StatusView, messageId: string, number: number): Promise<EditResult> {
    const { channel, wall, log } = this.#ports
    const updated_ms = wall.now_ms()
    const result = await channel.edit(messageId, cardEmbed(view, { number, updated_ms, isOutdated: false }))
    if (result === 'refused') log.error({ accountId: view.accountId, messageId }, 'the live card was refused')
    this.#remember(view, { messageId, number }, updated_ms)
    return result
  }

  #remember(view: StatusView, card: Pick<Shown, 'messageId' | 'number'>, seen_ms: number): void {
    const edited_ms = this.#ports.wall.monotonic_ms()
    const said = { body: bodyOf(view, seen_ms), state: stateOf(view), isOutdated: false }
    this.#shown.set(view.accountId, { view, ...card, ...said, seen_ms, edited_ms })
  }

  /** A new card, or the one that was sent before a crash; null: a newer epoch of the lease exists. */
  async #post(view: StatusView, before: CardRecord | null): Promise<CardRecord | null> {
    const { store, channel, wall } = this.#ports
    const { accountId } = view
    const sent = before?.posting ?? null
    const number = sent === null ? (before?.number ?? 0) + 1 : (before?.number ?? 1)
    const updated_ms = wall.now_ms()
    const embed = cardEmbed(view, { number, updated_ms, isOutdated: false })
    const posting = sent ?? { after: await channel.newestMessageId(), footer: embed.footer?.text ?? '' }
    const retired = before?.retired ?? []
    const begun: CardRecord = { channelId: channel.id, number, messageId: null, pinned: false, posting, retired }
    if (sent === null && !(await store.write(accountId, begun, this.#epoch))) return null
    const nonce = nonceOf(accountId, number)
    const found = sent === null ? null : await channel.find({ nonce, ...sent })
    const messageId = found?.messageId ?? (await channel.send(embed, nonce))
    const record: CardRecord = { ...begun, messageId, posting: null }
    if (found === null) this.#remember(view, { messageId, number }, updated_ms)
    return (await store.write(accountId, record, this.#epoch)) ? record : null
  }

  /** Pins the card, and unpins those it replaced. */
  async #tidy(accountId: string, record: CardRecord): Promise<void> {
    const { store, channel, log } = this.#ports
    const { messageId } = record
    let next = record
    if (messageId !== null && !record.pinned && !this.#unpinnable.has(messageId)) {
      if ((await channel.pin(messageId)) === 'refused') {
        this.#unpinnable.add(messageId)
        log.warn({ accountId }, 'the live card may not be pinned: the bot needs Pin Messages, and a free pin')
      } else next = { ...next, pinned: true }
    }
    for (const retired of record.retired) {
      await channel.unpin(retired)
      next = { ...next, retired: next.retired.filter((id) => id !== retired) }
    }
    if (next !== record) await store.write(accountId, next, this.#epoch)
  }

  async #forget(accountId: string, record: CardRecord): Promise<void> {
    const { store, channel } = this.#ports
    const pinned = [...(record.messageId === null ? [] : [record.messageId]), ...record.retired]
    if (record.channelId === channel.id) for (const messageId of pinned) await channel.unpin(messageId)
    this.#shown.delete(accountId)
    await store.write(accountId, null, this.#epoch)
  }
}

/** At most 25 characters, the same for every try of the same card. */
function nonceOf(accountId: string, number: number): string {
  return `c${createHash('sha256').update(accountId).digest('hex').slice(0, HASH_CHARS)}-${number}`
}

const bodyOf = (view: StatusView, now_ms: number): string => JSON.stringify(cardBody(view, now_ms))

/** The market is open for the account, and its engine at work. */
const isLive = ({ phase, now_ms, open_ms, close_ms }: StatusView): boolean =>
  phase !== 'ended' && now_ms !== null && now_ms >= open_ms && now_ms <= close_ms

/** What a reader must see soon, also while the market is closed. */
const stateOf = ({ phase, mode, armed, feedNo, date, health, openAlerts = [] }: StatusView): string =>
  JSON.stringify([phase, mode, armed, feedNo, date, health.worker, health.streams, openAlerts.map((a) => a.alertNo)])
