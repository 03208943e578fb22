import { randomUUID } from 'node:crypto'
import { type APIMessage, SnowflakeUtil } from 'discord.js'
import { Redis } from 'ioredis'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { systemWallClock } from '../../src/config/wall-clock.ts'
import type { CardChannel } from '../../src/discord/card/channel.ts'
import { CardKeeper } from '../../src/discord/card/keeper.ts'
import type { StatusView } from '../../src/report/views.ts'
import { BOT_TOKEN, CHANNEL_ID, OLIVIA } from '../../src/sim/discord/fixtures.ts'
import type { Middleware } from '../../src/sim/discord/rest/route.ts'
import type { DiscordSim } from '../../src/sim/discord/server.ts'
import { type CardStore, createCardStore } from '../../src/store/card-store.ts'
import { BOT_LEASE } from '../../src/store/feed-store.ts'
import { createKeys } from '../../src/store/keys.ts'
import { createLeases } from '../../src/store/lease.ts'
import { StoreUnreachable } from '../../src/store/port.ts'
import { type BotInTest, startBot, startSim } from '../support/bot-in-test.ts'
import { ChatUser, textOf } from '../support/chat-user.ts'
import { ACCOUNT_ID, SOURCE } from '../support/desk-samples.ts'
import { EPOCH } from '../support/feed-memory.ts'
import { STATUS } from '../support/view-samples.ts'
import { eventually, until } from '../support/waits.ts'

let redis: Redis
let cards: CardStore
const cleanUps: (() => unknown)[] = []

beforeAll(() => {
  redis = new Redis(process.env.TEST_REDIS_URL ?? '')
})
afterAll(() => redis.disconnect())
beforeEach(async () => {
  const prefix = `test-${randomUUID()}`
  const leases = createLeases(redis, prefix)
  cards = createCardStore(redis, createKeys(prefix), leases)
  await redis.set(leases.epochKey(BOT_LEASE), EPOCH)
})
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

/** A desk whose state the test sets, and a person who looks at the channel. */
async function startCardBot(middleware: readonly Middleware[] = []) {
  let view: StatusView = STATUS
  const sim = await startSim({ middleware })
  cleanUps.push(() => sim.close())
  const olivia = await ChatUser.connect(sim.url, OLIVIA.id)
  cleanUps.push(() => olivia.close())
  const reader = { status: async () => view }
  const start = async (): Promise<BotInTest> => {
    const bot = await startBot({ sim, reader, parts: { cards } })
    cleanUps.push(() => bot.stop())
    return bot
  }
  const found = () =>
    olivia.messages().filter((message) => textOf(message).includes('live card') && !message.interaction_metadata)
  return {
    sim,
    olivia,
    start,
    cards: found,
    set: (over: Partial<StatusView>) => {
      view = { ...view, ...over }
    },
    /** The one card of which this is true. */
    card: (what: string, of: (message: APIMessage) => boolean = () => true) =>
      eventually(what, () => found().find(of) ?? null),
    pins: () => pinsOf(sim),
  }
}

async function pinsOf(sim: DiscordSim): Promise<readonly string[]> {
  const answer = await fetch(`${sim.apiUrl}/v10/channels/${CHANNEL_ID}/messages/pins`, {
    headers: { authorization: `Bot ${BOT_TOKEN}` },
  })
  const { items } = (await answer.json()) as { items: { message: { id: string } }[] }
  return items.map(({ message }) => message.id)
}

const footer = (message: APIMessage): string => message.embeds[0]?.footer?.text ?? ''

describe('the live card in the channel', () => {
  test('is posted and pinned once, edited in place, and kept by a bot that starts anew', async () => {
    const desk = await startCardBot()
    const bot = await desk.start()
    const first = await desk.card('a card')
    expect(textOf(first)).toContain('holding a position')
    await until('it to be pinned', async () => (await desk.pins()).includes(first.id))
    desk.set({ feedNo: 7, spot: 733.25 })
    const edited = await desk.card('an edit', (message) => footer(message).endsWith('feed at #7'))
    expect(edited.id).toBe(first.id)
    expect(textOf(edited)).toContain('733.25')
    await bot.stop()
    desk.set({ phase: 'exiting', feedNo: 8 })
    await desk.start()
    const later = await desk.card('another edit', (message) => footer(message).endsWith('feed at #8'))
    expect(later.id).toBe(first.id)
    expect(desk.cards()).toHaveLength(1)
    expect(await desk.pins()).toEqual([first.id])
  })

  test('that somebody deleted comes back, pinned', async () => {
    const desk = await startCardBot()
    await desk.start()
    const first = await desk.card('a card')
    await until('it to be pinned', async () => (await desk.pins()).length === 1)
    const url = `${desk.sim.apiUrl}/v10/channels/${CHANNEL_ID}/messages/${first.id}`
    expect((await fetch(url, { method: 'DELETE', headers: { authorization: `Bot ${BOT_TOKEN}` } })).status).toBe(204)
    desk.set({ feedNo: 9 })
    const second = await desk.card('another card', (message) => footer(message).includes('live card 2'))
    await until('the new pin', async () => (await desk.pins()).includes(second.id))
  })

  test('that Discord edits no more for its age is replaced: the new one is pinned, the old one is not', async () => {
    let refused: string | null = null
    const tooOld: Middleware = async (call, next) => {
      if (call.method === 'PATCH' && refused !== null && call.path.endsWith(refused)) {
        return {
          status: 400,
          body: { code: 30046, message: 'Maximum number of edits to messages older than 1 hour reached.' },
        }
      }
      return next()
    }
    const desk = await startCardBot([tooOld])
    await desk.start()
    const first = await desk.card('a card')
    refused = first.id
    desk.set({ feedNo: 10 })
    const second = await desk.card('another card', (message) => footer(message).includes('live card 2'))
    await until('the new pin alone', async () => (await desk.pins()).join() === second.id)
  })

  test('shows the newest state after an outage of Discord', async () => {
    const desk = await startCardBot()
    await desk.start()
    const first = await desk.card('a card')
    desk.sim.world.outage.begin(2)
    desk.set({ feedNo: 11 })
    const edited = await desk.card('the edit after it', (message) => footer(message).endsWith('#11'))
    expect(edited.id).toBe(first.id)
  })
})

describe('the keeper of the cards', () => {
  const log = pino({ level: 'silent' })
  const said: string[] = []
  let now_ms = 0
  let view: StatusView
  beforeEach(() => {
    said.splice(0)
    now_ms = 1_800_000_000_000
    view = STATUS
  })
  const wall = { ...systemWallClock, now_ms: () => now_ms, monotonic_ms: () => now_ms }
  const channel: CardChannel = {
    id: CHANNEL_ID,
    find: async () => null,
    newestMessageId: async () => null,
    send: async (embed) => {
      said.push(`send ${embed.footer?.text?.slice(-2)}`)
      return String(SnowflakeUtil.generate({ timestamp: now_ms }))
    },
    edit: async (_id, embed) => {
      said.push(`edit ${embed.description?.includes('last known') ? 'outdated' : embed.footer?.text?.slice(-2)}`)
      return 'edited'
    },
    pin: async () => 'done',
    unpin: async () => 'done',
  }
  const keeperOf = (over: Partial<CardChannel> = {}, epoch = EPOCH, store = cards) =>
    new CardKeeper(
      {
        store,
        channel: { ...channel, ...over },
        reader: {
          accounts: async () => [{ accountId: ACCOUNT_ID, profile: '25k', source: SOURCE, armed: true }],
          status: async () => view,
        },
        wall,
        log,
      },
      epoch,
    )

  test('edits at most every four seconds while the market is open, and seldom when it is closed', async () => {
    const keeper = keeperOf()
    for (let second = 0; second <= 20; second += 1) {
      view = { ...view, spot: 700 + second }
      await keeper.pass()
      now_ms += 1_000
    }
    expect(said.filter((what) => what.startsWith('edit'))).toHaveLength(5)
    said.splice(0)
    // Discord edits what is older than an hour less often.
    now_ms += 3600_000
    for (let second = 0; second < 31; second += 1) {
      view = { ...view, spot: 800 + second }
      await keeper.pass()
      now_ms += 1_000
    }
    expect(said).toHaveLength(3)
    said.splice(0)
    view = { ...view, phase: 'waiting', now_ms: STATUS.close_ms + 3600_000 }
    for (let second = 0; second < 180; second += 1) {
      view = { ...view, health: { ...view.health, heartbeatAge_ms: second * 1000 } }
      await keeper.pass()
      now_ms += 1_000
    }
    expect(said.length).toBeLessThanOrEqual(5)
    said.splice(0)
    // What the team must see is not waited for.
    view = { ...view, mode: 'HALTED' }
    now_ms += 15_000
    await keeper.pass()
    expect(said).toHaveLength(1)
  })

  test('killed between sending and writing it down, it finds its card again', async () => {
    const sent: string[] = []
    const dies: CardChannel['send'] = async (_embed, nonce) => {
      sent.push(nonce)
      throw new Error('killed')
    }
    await keeperOf({ send: dies }).pass()
    const find: CardChannel['find'] = async ({ nonce }) =>
      sent.includes(nonce) ? { channelId: CHANNEL_ID, messageId: '77' } : null
    await keeperOf({ find }).pass()
    expect(said).toEqual(['edit #6'])
    expect((await cards.read()).get(ACCOUNT_ID)).toMatchObject({ messageId: '77', posting: null, number: 1 })
  })

  test('a bot that lost its lease posts nothing', async () => {
    await keeperOf({}, EPOCH - 1).pass()
    expect(said).toEqual([])
    expect((await cards.read()).size).toBe(0)
  })

  test('without the store the card says that it is outdated, once, and is current again after it', async () => {
    let isAway = false
    const store: CardStore = {
      ...cards,
      read: async () => {
        if (isAway) throw new StoreUnreachable(new Error('away'))
        return cards.read()
      },
    }
    const keeper = keeperOf({}, EPOCH, store)
    await keeper.pass()
    isAway = true
    await expect(keeper.pass()).rejects.toThrow(StoreUnreachable)
    await keeper.showOutdated()
    await keeper.showOutdated()
    isAway = false
    await keeper.pass()
    expect(said).toEqual(['send #6', 'edit outdated', 'edit #6'])
  })

  test('a card that cannot be pinned is a card all the same', async () => {
    const keeper = keeperOf({ pin: async () => 'refused' })
    await keeper.pass()
    now_ms += 5_000
    view = { ...view, feedNo: 7 }
    await keeper.pass()
    expect(said).toEqual(['send #6', 'edit #7'])
  })

  test('the card of an account that is no longer shown is unpinned and forgotten', async () => {
    const gone = { channelId: CHANNEL_ID, number: 1, messageId: '5', pinned: true, posting: null, retired: ['4'] }
    await cards.write('an old market', gone, EPOCH)
    const unpinned: string[] = []
    const unpin: CardChannel['unpin'] = async (messageId) => {
      unpinned.push(messageId)
      return 'done'
    }
    await keeperOf({ unpin }).pass()
    expect(unpinned).toEqual(['5', '4'])
    expect([...(await cards.read()).keys()]).toEqual([ACCOUNT_ID])
  })
})
