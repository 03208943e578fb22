/**
 * The broker's side of a session: its streams as inputs, and its orders and positions read in full.
 *
 * 1. A reading counts only if no order of the session moved while it was taken: `isOutdated` tells.
 * 2. After every connection the broker's side is read again: what a stream missed is made up for.
 */
import type { Logger } from 'pino'
import type { Broker, BrokerStreamHandlers, BrokerStreams, StreamName } from '../../broker/port.ts'
import type { MarketClock } from '../../config/clock.ts'
import { preflight_ms } from '../clockwork.ts'
import type { SessionInput } from '../input.ts'
import type { BrokerBooks } from '../reconcile.ts'
import type { SessionState } from '../state.ts'
import type { MarketMemory } from './market-memory.ts'

interface BrokerSideOptions {
  readonly broker: Broker
  readonly clock: MarketClock
  readonly memory: MarketMemory
  readonly log: Logger
  /** A message came by a stream. */
  readonly heard: () => void
  readonly push: (input: SessionInput) => void
  readonly state: () => SessionState
  /** The first reading has been processed. */
  readonly isReconciled: () => boolean
}

export interface BrokerSide {
  readonly streams: BrokerStreams
  /** Orders first, then positions, which hold at least what the orders say. False: to be read again soon. */
  read(): Promise<boolean>
  /** An order moved since this reading was begun: the next reading sees it. Asked once of each. */
  isOutdated(reading: SessionInput): boolean
}

export function createBrokerSide(options: BrokerSideOptions): BrokerSide {
  const { broker, clock, memory, log, push, state, isReconciled } = options
  /** The orders as they stood when a reading was begun. */
  const readings = new Map<SessionInput, SessionState['orders']>()
  let taken = 0

  async function read(): Promise<boolean> {
    const isFirst = !isReconciled()
    const { orders: before, session } = state()
    const since_ms = Math.min(preflight_ms(state()), clock.now_ms() ?? session.open_ms)
    const orders = await broker.orders(since_ms)
    const positions = orders.ok ? await broker.positions() : orders
    if (!orders.ok || !positions.ok) {
      log.warn({ error: positions.ok ? null : positions.error }, 'the broker could not be read for reconciling')
      return false
    }
    const ledger = taken % LEDGER_EVERY === 0 ? await readLedger(broker, session.date) : NO_LEDGER
    taken += 1
    const { activities, cash } = ledger
    const books = { orders: orders.value, positions: positions.value, activities, cash }
    const reading = { kind: 'reconcile', isFirst, books } as const
    readings.set(reading, before)
    push(reading)
    return state().orders === before
  }

  function onStreamState(stream: StreamName, connection: 'connected' | 'disconnected', detail: string | null): void {
    memory.connection(stream, connection)
    log.info({ stream, connection, detail }, 'stream state')
    if (connection === 'connected' && isReconciled()) void read()
  }

  return {
    streams: broker.streams(handlers(options, onStreamState)),
    read,
    isOutdated(reading) {
      const before = readings.get(reading)
      readings.delete(reading)
      return before !== state().orders
    },
  }
}

/** Assignments and cash change seldom: they are read the first time, and every few minutes. */
const LEDGER_EVERY = 10

type Ledger = Pick<BrokerBooks, 'activities' | 'cash'>

const NO_LEDGER: Ledger = { activities: null, cash: null }

async function readLedger(broker: Broker, date: string): Promise<Ledger> {
  const [activities, account] = await Promise.all([broker.activities(date), broker.account()])
  return { activities: activities.ok ? activities.value : null, cash: account.ok ? account.value.cash : null }
}

function handlers(
  { memory, heard, push }: BrokerSideOptions,
  onStreamState: BrokerStreamHandlers['onStreamState'],
): BrokerStreamHandlers {
  const came = () => {
    heard()
    push({ kind: 'tick' })
  }
  return {
    onStreamState,
    onSpot: (quote) => {
      memory.spot(quote)
      came()
    },
    onOptionQuotes: (quotes) => {
      memory.options(quotes)
      came()
    },
    onBar: (bar) => {
      memory.streamedBar(bar)
      came()
    },
    onTradeUpdate: ({ executionId, price, qty, order }) => {
      heard()
      const execution = executionId !== null && price !== null && qty !== null ? { executionId, price, qty } : null
      push({ kind: 'order', order, execution })
    },
  }
}
