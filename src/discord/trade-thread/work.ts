/** One trade being brought to what it is to show: what all steps share. Entry points: `Work`, `save`. */
import { createHash } from 'node:crypto'
import type { Logger } from 'pino'
import type { WallClock } from '../../config/clock.ts'
import { StaleEpoch } from '../../feed/publish-entry.ts'
import type { ChartFile, ChartRequest } from '../../report/chart.ts'
import type { TradeCardRecord, TradeCardStore } from '../../store/trade-card-store.ts'
import type { TradeChannel } from './channel.ts'
import type { Wanted } from './wanted.ts'

export interface TradePorts {
  readonly store: TradeCardStore
  readonly channel: TradeChannel
  readonly draw: (chart: ChartRequest) => Promise<ChartFile>
  readonly wall: WallClock
  readonly log: Logger
  /** Of the bot's lease. */
  readonly epoch: number
}

/** What this process knows of a trade beside its record. Times are monotonic; the steps change it. */
export interface TradeMemory {
  record: TradeCardRecord | null
  edited_ms: number
  told_ms: number
  /** No edit, or nothing in the thread, before then. */
  editFrom_ms: number
  threadFrom_ms: number
  stage: Wanted['stage'] | null
  chart: { readonly key: string; readonly file: ChartFile; readonly drawn_ms: number } | null
}

export interface Work {
  readonly wanted: Wanted
  readonly memory: TradeMemory
  readonly ports: TradePorts
}

/** Of a thread that is not there yet. */
export const NOTHING_TOLD: TradeCardRecord['told'] = { notes: 0, asks: 0, reviews: 0, sure: false }

/** What Discord refuses may be allowed later. */
export const REFUSED_WAIT_MS = 600_000

const NONCE_HASH_CHARS = 16

export const freshMemory = (record: TradeCardRecord | null): TradeMemory => ({
  record,
  edited_ms: Number.NEGATIVE_INFINITY,
  told_ms: Number.NEGATIVE_INFINITY,
  editFrom_ms: Number.NEGATIVE_INFINITY,
  threadFrom_ms: Number.NEGATIVE_INFINITY,
  stage: null,
  chart: null,
})

/** Throws `StaleEpoch` where another bot has the lease by now: it keeps the trade. */
export async function save({ wanted, memory, ports }: Work, record: TradeCardRecord): Promise<TradeCardRecord> {
  const { accountId, tradeId } = wanted.card
  if (!(await ports.store.write(accountId, tradeId, record, ports.epoch))) throw new StaleEpoch()
  memory.record = record
  return record
}

/** At most 25 characters, the same for every try of the same message. */
export function nonceOf({ wanted: { card } }: Work, part: string): string {
  const hash = createHash('sha256').update(`${card.accountId} ${card.tradeId}`).digest('hex')
  return `${hash.slice(0, NONCE_HASH_CHARS)}${part}`
}

/** The thread's id where it hangs on an older card. */
export const otherThread = ({ threadId, threadGone, messageId }: TradeCardRecord): string | null =>
  threadId === null || threadGone || threadId === messageId ? null : threadId
