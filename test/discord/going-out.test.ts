/** The real client, which holds requests back for its rate limits and further tries. */
import { pino } from 'pino'
import { afterAll, describe, expect, it } from 'vitest'
import { systemWallClock } from '../../src/config/wall-clock.ts'
import { connect, createClient } from '../../src/discord/client.ts'
import { createFeedChannel } from '../../src/discord/feed-channel.ts'
import { fallbackPost } from '../../src/feed/fallback.ts'
import { NotSent } from '../../src/feed/port.ts'
import { BOT_TOKEN, CHANNEL_ID, GUILD_ID } from '../../src/sim/discord/fixtures.ts'
import { startSim } from '../support/bot-in-test.ts'
import { DAY_ENTRIES } from '../support/desk-samples.ts'

const sim = await startSim()
const client = createClient(sim.apiUrl, pino({ level: 'silent' }))

afterAll(async () => {
  await client.destroy()
  await sim.close()
})

describe('a post that may not go out any more', () => {
  it('is asked about as its request leaves, and not sent', async () => {
    await connect(client, BOT_TOKEN, systemWallClock)
    const channel = createFeedChannel(client, { guildId: GUILD_ID, channelId: CHANNEL_ID, pingRoleIds: [] })
    const [entry] = DAY_ENTRIES
    if (entry === undefined) throw new Error('expected an entry')
    const post = fallbackPost(entry, { nowWall_ms: entry.atWall_ms, document: null })
    let asked = 0
    const notAnyMore = (): boolean => {
      asked += 1
      return false
    }
    await expect(channel.send(post, 'n1', null, notAnyMore)).rejects.toThrow(NotSent)
    expect(asked).toBe(1)
    expect(await channel.newestMessageId()).toBeNull()
    const sent = await channel.send(post, 'n1', null, () => true)
    expect(await channel.newestMessageId()).toBe(sent.messageId)
  })
})
