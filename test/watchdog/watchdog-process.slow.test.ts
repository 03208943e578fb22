/** The watchdog as a process of its own beside real workers and a running market. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { systemWallClock } from '../../src/config/wall-clock.ts'
import { eventually } from '../support/desk-in-test.ts'
import { startWatchedDesk, type WatchedDesk } from '../support/watched-desk.ts'

describe('the watchdog of the workers', () => {
  let desk: WatchedDesk

  beforeEach(async () => {
    desk = await startWatchedDesk()
  }, 60_000)
  afterEach(() => desk.close())

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
  }, 60_000)
})
