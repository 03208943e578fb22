import { EventEmitter } from 'node:events'
import { type Client, Events } from 'discord.js'
import { expect, test } from 'vitest'
import { systemWallClock } from '../../src/config/wall-clock.ts'
import { watchReturns } from '../../src/discord/returns.ts'

const LONG_MS = 60_000
// Of a client only its events are listened to.
const client = () => new EventEmitter() as unknown as Client

test('who waits for Discord is woken when it is back, by a new connection or the old one', async () => {
  const discord = client()
  const returns = watchReturns(discord, systemWallClock)
  for (const [index, event] of [Events.ShardReady, Events.ShardResume].entries()) {
    const both = Promise.all([returns.sleep(LONG_MS), returns.sleep(LONG_MS, new AbortController().signal)])
    discord.emit(event as Events.ShardReady, 0, undefined)
    await both
    expect(returns.count()).toBe(index + 1)
  }
})

test('who is told to stop waits no longer, and a short wait ends by itself', async () => {
  const returns = watchReturns(client(), systemWallClock)
  const stop = new AbortController()
  const asleep = returns.sleep(LONG_MS, stop.signal)
  stop.abort()
  await asleep
  await returns.sleep(LONG_MS, stop.signal)
  await returns.sleep(1)
  expect(returns.count()).toBe(0)
})
