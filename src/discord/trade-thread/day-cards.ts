/**
 * The cards of a day out of its journal, read no more often than something can have changed. Entry point: `DayCards`.
 */
import type { WallClock } from '../../config/clock.ts'
import { type TradeCard, tradeCards } from '../../report/trade-card.ts'
import type { DeskReader, StatusView } from '../../report/views.ts'
import { MINUTE_MS } from '../../time/units.ts'

/** While orders work or a position is held: marks come once a market minute, much faster in accelerated markets. */
const LIVE_EVERY_MS = 4_000
const IDLE_EVERY_MS = MINUTE_MS
const DAYS_KEPT_MAX = 100
const LIVE_PHASES: ReadonlySet<StatusView['phase']> = new Set(['entering', 'holding', 'exiting'])

interface Read {
  readonly cards: readonly TradeCard[]
  readonly signature: string
  readonly read_ms: number
}

export class DayCards {
  readonly #reader: Pick<DeskReader, 'journal'>
  readonly #wall: WallClock
  readonly #read = new Map<string, Read>()

  constructor(reader: Pick<DeskReader, 'journal'>, wall: WallClock) {
    this.#reader = reader
    this.#wall = wall
  }

  /** Of the day that is on. */
  async today(view: StatusView): Promise<readonly TradeCard[]> {
    const { accountId, date, feedNo, phase } = view
    const signature = `${feedNo} ${phase}`
    const known = this.#read.get(`${accountId}/${date}`)
    const every_ms = LIVE_PHASES.has(phase) ? LIVE_EVERY_MS : IDLE_EVERY_MS
    const isFresh = known?.signature === signature && this.#wall.monotonic_ms() - known.read_ms < every_ms
    return known !== undefined && isFresh ? known.cards : this.#readDay(accountId, date, signature)
  }

  /** Of a day that is over: its trades change no more, but for what is still to be settled. */
  async past(accountId: string, date: string): Promise<readonly TradeCard[]> {
    const known = this.#read.get(`${accountId}/${date}`)
    const isLast = known?.signature === '' && known.cards.every(({ stage }) => stage !== 'unsettled')
    const isFresh = known !== undefined && this.#wall.monotonic_ms() - known.read_ms < IDLE_EVERY_MS
    return known?.signature === '' && (isLast || isFresh) ? known.cards : this.#readDay(accountId, date, '')
  }

  async #readDay(accountId: string, date: string, signature: string): Promise<readonly TradeCard[]> {
    const key = `${accountId}/${date}`
    const read_ms = this.#wall.monotonic_ms()
    const cards = tradeCards(await this.#reader.journal(accountId, date), signature === '')
    this.#read.delete(key)
    this.#read.set(key, { cards, signature, read_ms })
    const [oldest] = this.#read.keys()
    if (this.#read.size > DAYS_KEPT_MAX && oldest !== undefined) this.#read.delete(oldest)
    return cards
  }
}
