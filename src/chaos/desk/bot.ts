/** The bot's process: holds the lease and runs the real publisher; another stands by. */

import type { FeedSource } from '../../feed/port.ts'
import { createPublisher, PUBLISHER_DEFAULTS } from '../../feed/publisher.ts'
import { BOT_LEASE } from '../../store/feed-store.ts'
import { holdLease } from '../../store/hold-lease.ts'
import { chatPorts } from '../chat/sim-chat.ts'
import type { Gate } from '../faults/gate.ts'
import type { SimProcess } from '../time/sim-process.ts'
import { gatedClocks } from './clocks.ts'
import { followDayEnds } from './day-ends.ts'
import { documentOf } from './journal-views.ts'
import { gatedStore, unreachable } from './store-access.ts'
import { startProcess, type World } from './world.ts'

export function startBot(world: World, name: string): void {
  const { process, gate } = startProcess(world, name, () => startBot(world, name))
  followDayEnds(world, process, gate)
  void runBot(world, process, gate).catch((error: unknown) =>
    world.checks.fail('bot', `the bot ended: ${String(error)}`),
  )
}

async function runBot(world: World, process: SimProcess, gate: Gate): Promise<void> {
  const { log, pace, chat } = world
  const { wall } = gatedClocks(process, gate)
  const { leases, posts } = gatedStore(world, gate)
  const ports = {
    source: feedSource(world, process, gate),
    store: posts,
    channel: chatPorts(chat, gate),
    reports: { document: (accountId: string, date: string | null) => readDocument(world, gate, accountId, date) },
    draw: () =>
      gate.reach({
        site: 'chart.draw',
        perform: () => ({ png: new Uint8Array(), alt: '' }),
        fail: (): never => {
          throw new Error('the chart could not be drawn')
        },
      }),
    wall,
    log,
  }
  const options = { name: BOT_LEASE, owner: process.name, ...pace.lease }
  const forEver = new AbortController()
  await holdLease(leases, options, { wall, log }, forEver.signal, async ({ epoch }, signal) => {
    const publisher = createPublisher(ports, { ...PUBLISHER_DEFAULTS, scanEvery_ms: pace.feedScan_ms, epoch })
    await publisher.run(signal)
  })
}

function readDocument({ store }: World, gate: Gate, accountId: string, date: string | null) {
  const perform = () => documentOf(store.sessions.journal(accountId, date ?? store.sessions.dates(accountId)[0] ?? ''))
  return gate.reach({ site: 'report.read', perform, fail: unreachable })
}

function feedSource({ store, bell }: World, process: SimProcess, gate: Gate): FeedSource {
  const grown = new Set<string>()
  let wake: () => void = () => undefined
  const stopped = new WeakSet<AbortSignal>()
  bell.listen(process, (accountId) => {
    grown.add(accountId)
    wake()
  })
  const take = (): readonly string[] => {
    const accounts = [...grown]
    grown.clear()
    return accounts
  }
  return {
    accounts: () => gate.reach({ site: 'feed.accounts', perform: () => store.sessions.accounts(), fail: unreachable }),
    feed: (accountId, after, count) => {
      const perform = () => store.sessions.feed(accountId, after, count)
      return gate.reach({ site: 'feed.read', perform, fail: unreachable })
    },
    async waitForFeed(timeout_ms, signal) {
      await gate.wait('feed.wait', async (late_ms) => {
        if (grown.size > 0 || signal.aborted) return process.sleep(late_ms)
        // Once for each signal: there are many waits under one.
        if (!stopped.has(signal)) signal.addEventListener('abort', () => wake(), { once: true })
        stopped.add(signal)
        const waking = process.nap(timeout_ms + late_ms)
        wake = waking.end
        await waking.over
      })
      return take()
    },
  }
}
