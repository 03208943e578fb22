/** The live record for `/status`: what the worker sees, refreshed twice a second; a store that is away costs nothing. */
import type { WallClock } from '../../config/clock.ts'
import type { SessionStore } from '../../store/port.ts'
import { centsOf } from '../../strategy/exact.ts'
import { evaluateExit } from '../../strategy/exits.ts'
import { positionInput } from '../holding.ts'
import { marksNow, spotOf } from '../pricing.ts'
import { heldQty, type MarketView, type SessionState } from '../state.ts'
import type { MarketMemory } from './market-memory.ts'

interface LiveDeps {
  readonly store: SessionStore
  readonly worker: string
  readonly wall: WallClock
}

export async function saveLiveRecord(
  { store, worker, wall }: LiveDeps,
  state: SessionState,
  view: MarketView,
  memory: MarketMemory,
): Promise<void> {
  const marks = marksNow(state, view)
  const pnl = positionPnl(state, view)
  const live = {
    accountId: state.accountId,
    worker,
    atWall_ms: wall.now_ms(),
    now_ms: view.now.market_ms,
    spot: spotOf(view.spot),
    data_ms: memory.newestData_ms(),
    mid: marks.mid,
    close: marks.buy,
    rulePnlCents: pnl.rulePnl === null ? null : centsOf(pnl.rulePnl),
    netPnlCents: pnl.netPnl === null ? null : centsOf(pnl.netPnl),
    streams: { ...memory.streams },
  }
  // A status that is a second old is no fault worth a word; the commits say when the store is away.
  await store.saveLive(live).catch(() => undefined)
}

function positionPnl(state: SessionState, view: MarketView): { rulePnl: number | null; netPnl: number | null } {
  const { trade } = state
  if (trade === null || heldQty(trade) === 0) return { rulePnl: null, netPnl: null }
  return evaluateExit(
    {
      now_ms: view.now.market_ms,
      session: state.session,
      day: { netPnl: state.netPnlCents / 100 },
      position: positionInput(state, trade, view),
      operatorStop: false,
    },
    state.strategy,
  )
}
