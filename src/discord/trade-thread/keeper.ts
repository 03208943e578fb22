/**
 * Keeps one card and one thread a trade in the channel. Entry points: `keepTrades`, `TradeKeeper`.
 *
 * 1. Every entry of the day gets a card, and those of the last days that have none yet: the bot may have been away.
 * 2. A trade is kept until it is reviewed (or given up) and its thread archived; after that only its reviews are looked
 *    at.
 * 3. What Discord does to one trade is no harm to the others: each is tried again by itself, with growing waits.
 * 4. Records are read once: only the holder of the lease writes them.
 */
import type { Logger } from 'pino'
import type { WallClock } from '../../config/clock.ts'
import { StaleEpoch } from '../../feed/publish-entry.ts'
import type { ChartFile, ChartRequest } from '../../report/chart.ts'
import type { TradeCard } from '../../report/trade-card.ts'
import type { DeskReader } from '../../report/views.ts'
import type { TradeReview } from '../../review/types.ts'
import { StoreUnreachable } from '../../store/port.ts'
import type { TradeCardRecord, TradeCardStore } from '../../store/trade-card-store.ts'
import { PROFILE_NAMES } from '../../strategy/types.ts'
import { Retries } from '../retries.ts'
import type { TradeChannel } from './channel.ts'
import { DayCards } from './day-cards.ts'
import { isSettled, keepTrade } from './keep-trade.ts'
import { reviewNotes } from './notes.ts'
import { wantedOf } from './wanted.ts'
import { freshMemory, type TradeMemory } from './work.ts'

interface TradeKeeperPorts {
  readonly store: TradeCardStore
  readonly channel: TradeChannel
  readonly reader: Pick<DeskReader, 'accounts' | 'status' | 'dates' | 'journal' | 'reviews'>
  /** Reviewers after whom the grades of a trade are shown. */
  readonly reviewersNeeded: number
  readonly draw: (chart: ChartRequest) => Promise<ChartFile>
  /** How often Discord has come back; absent: what waits for it waits on. */
  readonly returns?: () => number
  readonly wall: WallClock
  readonly log: Logger
}

const LOOK_EVERY_MS = 1_000
/** Of accounts that were replaced by a newer one of their profile: only reviews still come. */
const LOOK_OLD_EVERY_MS = 30_000
const REVIEWS_EVERY_MS = 5_000
const OLD_ACCOUNTS_MAX = 20
/** Days before the present one whose trades get a card where they have none. */
const DAYS_BACK = 3
/** Newest trades of an account that are looked at; the others are done with. */
const TRADES_KEPT_MAX = 60
const RETRY = { first_ms: 1_000, max_ms: 60_000 }

interface KeptAccount {
  readonly trades: Map<string, TradeMemory>
  /** The days before have been looked at for trades without a card. */
  hasLookedBack: boolean
  reviews: ReadonlyMap<string, TradeReview>
  /** Monotonic. */
  reviewsRead_ms: number
  looked_ms: number
}

/** Until `signal` aborts ('stopped'), or a newer epoch of the bot's lease exists. */
export async function keepTrades(
  ports: TradeKeeperPorts,
  epoch: number,
  signal: AbortSignal,
): Promise<'stopped' | 'stale_epoch'> {
  const keeper = new TradeKeeper(ports, epoch)
  while (!signal.aborted) {
    try {
      await keeper.pass(signal)
    } catch (error) {
      if (error instanceof StaleEpoch) return 'stale_epoch'
      if (!(error instanceof StoreUnreachable)) {
        ports.log.error({ err: error }, "the trades' cards failed; trying again")
      }
    }
    await ports.wall.sleep(LOOK_EVERY_MS, signal)
  }
  return 'stopped'
}

export class TradeKeeper {
  readonly #ports: TradeKeeperPorts
  readonly #epoch: number
  readonly #days: DayCards
  readonly #accounts = new Map<string, KeptAccount>()
  readonly #retries: Retries

  constructor(ports: TradeKeeperPorts, epoch: number) {
    this.#ports = ports
    this.#epoch = epoch
    this.#retries = new Retries(ports.wall, RETRY, ports.returns)
    this.#days = new DayCards(ports.reader, ports.wall)
  }

  /** One look at all trades. Throws `StoreUnreachable`, and `StaleEpoch`. */
  async pass(signal?: AbortSignal): Promise<void> {
    const { reader, wall } = this.#ports
    const accounts = await reader.accounts()
    const newest = new Set(
      PROFILE_NAMES.flatMap((name) => accounts.find(({ profile }) => profile === name)?.accountId ?? []),
    )
    const old = accounts.map(({ accountId }) => accountId).filter((accountId) => !newest.has(accountId))
    for (const accountId of [...newest, ...old.slice(0, OLD_ACCOUNTS_MAX)]) {
      if (signal?.aborted) return
      const account = await this.#account(accountId)
      // Trades of a market that is gone get no card any more; those that have one are kept.
      if (!newest.has(accountId)) account.hasLookedBack = true
      const isDue = newest.has(accountId) || wall.monotonic_ms() - account.looked_ms >= LOOK_OLD_EVERY_MS
      if (!isDue) continue
      account.looked_ms = wall.monotonic_ms()
      await this.#look(accountId, account, signal)
    }
  }

  async #account(accountId: string): Promise<KeptAccount> {
    const known = this.#accounts.get(accountId)
    if (known !== undefined) return known
    const records = await this.#ports.store.readAll(accountId)
    const account: KeptAccount = {
      trades: new Map([...records].map(([tradeId, record]) => [tradeId, freshMemory(record)])),
      hasLookedBack: false,
      reviews: new Map(),
      reviewsRead_ms: Number.NEGATIVE_INFINITY,
      looked_ms: Number.NEGATIVE_INFINITY,
    }
    this.#accounts.set(accountId, account)
    return account
  }

  async #look(accountId: string, account: KeptAccount, signal?: AbortSignal): Promise<void> {
    const view = await this.#ports.reader.status(accountId)
    if (view === null) return
    const today = await this.#days.today(view)
    await this.#readReviews(accountId, account)
    const older = await this.#olderCards(accountId, view.date, account)
    for (const card of [...today, ...older]) {
      if (signal?.aborted) return
      await this.#keep(card, account)
    }
  }

  async #readReviews(accountId: string, account: KeptAccount): Promise<void> {
    const { reader, wall } = this.#ports
    if (wall.monotonic_ms() - account.reviewsRead_ms < REVIEWS_EVERY_MS) return
    const found = await reader.reviews(accountId)
    account.reviews = new Map(found.map((review) => [review.trade.tradeId, review]))
    account.reviewsRead_ms = wall.monotonic_ms()
  }

  /** Trades of the days before `today` that are not done with. */
  async #olderCards(accountId: string, today: string, account: KeptAccount): Promise<readonly TradeCard[]> {
    const dates = new Set<string>()
    const newest = [...account.trades].toSorted(([a], [b]) => (a > b ? -1 : 1)).slice(0, TRADES_KEPT_MAX)
    for (const [tradeId, { record }] of newest) {
      const isDone = record !== null && this.#isDone(record, account.reviews.get(tradeId) ?? null)
      if (!isDone) dates.add(dateOf(tradeId))
    }
    if (!account.hasLookedBack) {
      const known = await this.#ports.reader.dates(accountId)
      for (const date of known.filter((each) => each < today).slice(0, DAYS_BACK)) dates.add(date)
    }
    account.hasLookedBack = true
    dates.delete(today)
    const cards: TradeCard[] = []
    for (const date of dates) cards.push(...(await this.#days.past(accountId, date)))
    return cards
  }

  #isDone(record: TradeCardRecord, review: TradeReview | null): boolean {
    if (record.channelId !== this.#ports.channel.id) return true
    return record.settled && (record.threadGone || record.told.reviews >= reviewNotes(review).length)
  }

  /** What happens to one trade is no harm to the others. */
  async #keep(card: TradeCard, account: KeptAccount): Promise<void> {
    const { log, reviewersNeeded } = this.#ports
    const { accountId, tradeId } = card
    const memory = account.trades.get(tradeId) ?? freshMemory(null)
    account.trades.set(tradeId, memory)
    const wanted = wantedOf(card, account.reviews.get(tradeId) ?? null, reviewersNeeded)
    if (isSettled(wanted, memory.record)) return
    await this.#retries.attempt(
      `${accountId}/${tradeId}`,
      () => keepTrade({ wanted, memory, ports: { ...this.#ports, epoch: this.#epoch } }),
      (error, wait_ms) =>
        log.warn({ err: error, accountId, tradeId, wait_ms }, "a trade's card could not be kept; trying again"),
    )
  }
}

/** A trade's id begins with its trading date. */
const dateOf = (tradeId: string): string => tradeId.slice(0, 10)
