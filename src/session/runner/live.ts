/**
 * What is shown of a running session: the live record for `/status`, refreshed twice a second (a store that is away
 * costs nothing), and its part of the worker's health answer.
 */
import type { MarketClock, WallClock } from '../../config/clock.ts'
import type { SessionStore } from '../../store/port.ts'
import { centsOf } from '../../strategy/exact.ts'
import { evaluateExit } from '../../strategy/exits.ts'
import { newYorkDate } from '../../strategy/newyork-time.ts'
import { positionInput } from '../exit-input.ts'
import type { SessionHealth } from '../health.ts'
import { marksNow, spotOf } from '../pricing.ts'
import { heldQty, type MarketView, type SessionState } from '../state.ts'
import type { MarketMemory } from './market-memory.ts'

interface LiveDeps {
  readonly store: SessionStore
  readonly worker: string
  readonly wall: WallClock
}

/** Resolves to the account's highest feed number given; 0 where the store does not say. */
export async function saveLiveRecord(
  { store, worker, wall }: LiveDeps,
  state: SessionState,
  view: MarketView,
  memory: MarketMemory,
  reconciledAtWall_ms: number | null,
): Promise<number> {
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
    reconciledAtWall_ms,
    streams: { ...memory.streams },
    streamAges_ms: memory.streamAges_ms(),
  }
  // A status that is a second old is no fault worth a word; the commits say when the store is away.
  return store.saveLive(live).catch(() => 0)
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

/** `last`: monotonic milliseconds of the last input processed and the last step saved; null before the first. */
export function sessionHealth(
  { accountId, strategy, session, phase, mode }: SessionState,
  memory: MarketMemory,
  { clock, wall }: { readonly clock: MarketClock; readonly wall: WallClock },
  last: { readonly processed: number | null; readonly saved: number | null },
): SessionHealth {
  const age_ms = (since_ms: number | null) => (since_ms === null ? null : Math.round(wall.monotonic_ms() - since_ms))
  const [now_ms, data_ms] = [clock.now_ms(), memory.newestData_ms()]
  return {
    accountId,
    profile: strategy.profile.name,
    date: session.date,
    phase,
    mode,
    // A session of another day watches nothing of today, however alive it is.
    lastTickAge_ms: now_ms !== null && newYorkDate(now_ms) !== session.date ? null : age_ms(last.processed),
    lastCommitAge_ms: age_ms(last.saved),
    dataAge_s: now_ms === null || data_ms === null ? null : Math.max(0, (now_ms - data_ms) / 1000),
    streams: { ...memory.streams },
  }
}
