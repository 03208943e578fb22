/** The bot's look at days that have ended: the real pass over the store in memory, from the close on. */
import { type DayEndPorts, DayEnds } from '../../day-end/pass.ts'
import { MINUTE_MS } from '../../time/units.ts'
import type { Gate } from '../faults/gate.ts'
import type { SimProcess } from '../time/sim-process.ts'
import { gatedClocks } from './clocks.ts'
import { documentOf } from './journal-views.ts'
import { gatedStore, unreachable } from './store-access.ts'
import type { World } from './world.ts'

const LOOK_EVERY_MS = MINUTE_MS
const AFTER_CLOSE_MS = 20_000

export function followDayEnds(world: World, process: SimProcess, gate: Gate): void {
  const { wall } = gatedClocks(process, gate)
  const ends = new DayEnds({
    reader: readerOf(world, gate),
    sessions: gatedStore(world, gate).sessions,
    wall,
    log: world.log,
  })
  const look = (): void => {
    // A store that does not answer is asked at the next look, as live.
    ends.pass().catch(() => undefined)
    process.after(LOOK_EVERY_MS, look)
  }
  const { market, now_ms } = world
  process.after(Math.max(0, market.session.close_ms + AFTER_CLOSE_MS - now_ms()), look)
}

function readerOf({ store: { sessions, posts } }: World, gate: Gate): DayEndPorts['reader'] {
  const read = <T>(perform: () => T): Promise<T> => gate.reach({ site: 'report.read', perform, fail: unreachable })
  const accountsOf = () =>
    sessions.campaigns().map(({ accountId, plan, source, active }) => ({
      ...{ accountId, source, profile: plan.profile, armed: active },
    }))
  const reader = {
    accounts: () => read(accountsOf),
    dates: (accountId: string) => read(() => sessions.dates(accountId)),
    document: (accountId: string, date: string | null) =>
      read(() => documentOf(sessions.journal(accountId, date ?? ''))),
    journal: (accountId: string, date: string) => read(() => sessions.journal(accountId, date)),
    latestFeed: (accountId: string, count: number) =>
      read(() => sessions.feed(accountId, Math.max(0, sessions.feedLength(accountId) - count), count)),
    feedProgress: (accountId: string) =>
      read(() => ({ feedNo: sessions.feedLength(accountId), postedNo: posts.position(accountId).cursor })),
    config: () => read(() => null),
    lookaheads: () => read(() => []),
  }
  return reader
}
