/** The watchdog as a process of its own beside real workers and a running market. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { systemWallClock } from '../../src/config/wall-clock.ts'
import { eventually } from '../support/waits.ts'
import { startWatchedDesk, type WatchedDesk } from '../support/watched-desk.ts'

/** From the end of the configured time: one look of the watchdog, its requests, and a busy machine. */
const BOUND_MS = 5000

describe('the watchdog of the workers', () => {
  let desk: WatchedDesk

  beforeEach(async () => {
    desk = await startWatchedDesk()
  })
  afterEach(() => desk.close())

  test('does nothing beside a living worker, and flattens once, in time, when it is killed', async () => {
    const worker = desk.addWorker()
    await desk.holdPosition()
    const silent_s = 10
    const watchdog = desk.addWatchdog(silent_s)
    expect(await desk.health()).toMatchObject({
      pid: worker.child.pid,
      store: 'ok',
      queue: 'ok',
      sessions: [{ profile: '25k', phase: 'holding', mode: 'ACTIVE', streams: { options: 'connected' } }],
    })
    await systemWallClock.sleep((silent_s + 2) * 1000)
    expect(await desk.closes()).toEqual([])
    const held = await desk.positions()
    expect(held.length).toBeGreaterThan(0)

    worker.child.kill('SIGKILL')
    const killed_ms = systemWallClock.monotonic_ms()
    const isFlat = async () => ((await desk.positions()).length === 0 ? true : null)
    await eventually('a flat account', isFlat, silent_s * 1000 + BOUND_MS)
    expect(systemWallClock.monotonic_ms() - killed_ms).toBeGreaterThan(silent_s * 1000 - 1000)
    expect(await desk.closes()).toMatchObject([{ client_order_id: 'p4d-25k-20261123-close-1', status: 'filled' }])
    watchdog.child.kill('SIGTERM')
    expect(await watchdog.exited).toBe(0)
  })

  test('leaves the position to a worker that comes back within the time', async () => {
    const first = desk.addWorker()
    await desk.holdPosition()
    desk.addWatchdog(14)
    first.child.kill('SIGKILL')
    await first.exited
    const second = desk.addWorker()
    const watched = async () => {
      const answer = await desk.health().catch(() => null)
      const age_ms = answer?.sessions[0]?.lastTickAge_ms ?? null
      return answer?.pid === second.child.pid && age_ms !== null ? true : null
    }
    await eventually('the session at the other worker', watched, 12_000)
    // Past the moment at which the watchdog would have acted on the first one's death.
    await systemWallClock.sleep(8000)
    expect(await desk.closes()).toEqual([])
    expect((await desk.positions()).length).toBeGreaterThan(0)
  })
})
