/** The watchdog as a process of its own beside real workers and a running market. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startWatchedDesk, type WatchedDesk } from '../support/watched-desk.ts'

describe('the watchdog of the workers', () => {
  let desk: WatchedDesk

  beforeEach(async () => {
    desk = await startWatchedDesk()
  })
  afterEach(() => desk.close())

  test('refuses to run without keys or without workers to ask', async () => {
    const lonely = desk.addLonelyWatchdog()
    expect(await lonely.exited).toBe(2)
  })

  test('refuses a time in which no other worker could have taken over', async () => {
    expect(await desk.addWatchdog(9).exited).toBe(2)
  })
})
