import fc from 'fast-check'
import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { fallbackPost } from '../../src/feed/fallback.ts'
import { type FeedChannel, PostRefused } from '../../src/feed/port.ts'
import type { Post } from '../../src/feed/post.ts'
import { postKey } from '../../src/feed/post-key.ts'
import { createPublisher, PUBLISHER_DEFAULTS } from '../../src/feed/publisher.ts'
import { DAY_ENTRIES, entryOf } from '../support/desk-samples.ts'
import { diesAt } from '../support/faulty.ts'
import { EPOCH } from '../support/feed-memory.ts'
import { FeedWorld, NO_SLEEP, publisher } from '../support/feed-world.ts'
import { DOCUMENT } from '../support/journal-samples.ts'

const footers = (world: FeedWorld) => world.messages.map(({ footer }) => footer)
const expected = (count: number) => Array.from({ length: count }, (_, i) => `SIM seed 7 · 25k · #${i + 1}`)

/** Runs a publisher that dies at its `at`-th hook. Returns whether it got that far. */
const runAndKill = (world: FeedWorld, at: number): Promise<boolean> =>
  diesAt(at, (hook) => publisher(world, hook).drain(60_000))

describe('the feed', () => {
  it('posts every entry once, in order, and records where', async () => {
    const world = new FeedWorld()
    world.entries.push(...DAY_ENTRIES)
    expect(await publisher(world).drain(60_000)).toBe(true)
    expect(footers(world)).toEqual(expected(DAY_ENTRIES.length))
    expect(world.recorded.size).toBe(DAY_ENTRIES.length)
  })

  it('posts once and in order when it is killed between any two steps', async () => {
    for (const noncesKept of [true, false]) {
      for (let at = 1; ; at += 1) {
        const world = new FeedWorld()
        world.noncesKept = noncesKept
        world.entries.push(...DAY_ENTRIES.slice(0, 3))
        const killed = await runAndKill(world, at)
        await publisher(world).drain(60_000)
        expect(footers(world), `killed at step ${at}`).toEqual(expected(3))
        expect(world.recorded.size).toBe(3)
        if (!killed) break
      }
    }
  })

  it('prop_once_in_order: any sequence of kills posts everything once, in order', async () => {
    const kills = fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(kills, fc.boolean(), async (steps, noncesKept) => {
        const world = new FeedWorld()
        world.noncesKept = noncesKept
        world.entries.push(...DAY_ENTRIES.slice(0, 5))
        for (const at of steps) await runAndKill(world, at)
        await publisher(world).drain(60_000)
        expect(footers(world)).toEqual(expected(5))
      }),
      { numRuns: 60 },
    )
  })

  it('goes on after any number of failures of Discord and of the store, without a double', async () => {
    let calls = 0
    const world = new FeedWorld()
    world.noncesKept = false
    world.entries.push(...DAY_ENTRIES)
    const flaky = publisher(world, () => {
      calls += 1
      if (calls % 3 !== 0 && calls < 400) throw new Error('outage')
    })
    expect(await flaky.drain(60_000)).toBe(true)
    expect(footers(world)).toEqual(expected(DAY_ENTRIES.length))
  })

  it('keeps accounts apart: each has its own numbers', async () => {
    const world = new FeedWorld()
    const other = DAY_ENTRIES.slice(0, 2).map((entry) => ({ ...entry, accountId: 'other', profile: '2k' as const }))
    world.entries.push(...DAY_ENTRIES.slice(0, 2), ...other)
    await publisher(world).drain(60_000)
    expect(footers(world)).toEqual([...expected(2), 'SIM seed 7 · 2k · #1', 'SIM seed 7 · 2k · #2'])
  })

  it('does not take the post of an older market with the same seed for its own', async () => {
    const world = new FeedWorld()
    world.noncesKept = false
    world.entries.push(...DAY_ENTRIES.slice(0, 2))
    await publisher(world).drain(60_000)
    world.entries.push(...DAY_ENTRIES.slice(0, 2).map((entry) => ({ ...entry, accountId: 'fresh market' })))
    await runAndKill(world, 12)
    await publisher(world).drain(60_000)
    expect(footers(world)).toEqual([...expected(2), ...expected(2)])
  })

  it('stops, without a record, when a newer epoch publishes', async () => {
    const world = new FeedWorld()
    world.entries.push(...DAY_ENTRIES)
    world.epoch = EPOCH + 1
    const old = publisher(world)
    expect(await old.run(new AbortController().signal)).toBe('stale_epoch')
    expect(world.messages).toEqual([])
  })

  it('a try that arrives after it was looked for, and a process that stands still before the next: once all the same', async () => {
    const world = new FeedWorld()
    world.noncesKept = false
    world.entries.push(...DAY_ENTRIES.slice(0, 1))
    const { send } = world.channel
    let now_ms = 0
    const sends: (() => Promise<unknown>)[] = []
    const held: FeedChannel = {
      ...world.channel,
      send: async (post, nonce, chart, mayGoOut) => {
        sends.push(() => send(post, nonce, chart))
        if (sends.length === 1) throw new Error('no answer')
        // The first try arrives, and then nothing runs here for three minutes.
        if (sends.length === 2) await sends[0]?.()
        now_ms += sends.length === 2 ? 180_000 : 0
        return send(post, nonce, chart, mayGoOut)
      },
    }
    const wall = { ...NO_SLEEP, monotonic_ms: () => now_ms }
    await publisher(Object.assign(world, { channel: held }), undefined, EPOCH, wall).drain(60_000)
    expect(footers(world)).toEqual(expected(1))
    expect(world.recorded.size).toBe(1)
    expect(sends).toHaveLength(2)
  })

  it('replaces a post that Discord refuses by a plain one under the same number', async () => {
    const world = new FeedWorld()
    world.entries.push(...DAY_ENTRIES.slice(0, 3))
    const send = world.channel.send
    const refusing = {
      ...world.channel,
      send: async (post: Post, nonce: string) => {
        // The drawn post's title has a sign before the words, the plain one's has not.
        if (post.embed.title?.includes('📋 Session started')) throw new PostRefused(new Error('Invalid Form Body'))
        return send(post, nonce, null)
      },
    }
    const made = createPublisher(
      {
        source: world.source,
        store: world.store,
        channel: refusing,
        reports: { document: async () => null },
        draw: async () => ({ png: new Uint8Array(), alt: '' }),
        wall: NO_SLEEP,
        log: pino({ level: 'silent' }),
      },
      { ...PUBLISHER_DEFAULTS, epoch: EPOCH },
    )
    await made.drain(60_000)
    expect(footers(world)).toEqual(expected(3))
    expect(world.messages[1]?.post.embed.title).toBe('Session started')
  })

  it('a plain post mentions whom the refused one would have, says how late it is, and has its button', async () => {
    const breach = { type: 'engine_alert', code: 'engine_silent', message: 'x', critical: true } as const
    const post = fallbackPost(entryOf(breach, 1, { atWall_ms: 0 }), { nowWall_ms: 3_600_000, document: null }, 'ping')
    expect(post.tier).toBe('ping')
    expect(post.embed.fields?.[0]).toMatchObject({ name: 'Delivered late' })
    expect(post.buttons?.map(({ label }) => label)).toEqual(['Acknowledge'])
    const world = new FeedWorld()
    world.entries.push(entryOf(breach, 1))
    const send = world.channel.send
    let refused = 0
    const refusing: FeedChannel = {
      ...world.channel,
      send: async (tried, nonce) => {
        refused += 1
        if (refused === 1) throw new PostRefused(new Error('Invalid Form Body'))
        return send(tried, nonce, null)
      },
    }
    await publisher(Object.assign(world, { channel: refusing })).drain(60_000)
    expect(world.messages.map(({ post: { tier } }) => tier)).toEqual(['ping'])
  })

  it('an account whose feed lacks a number waits, which is told once; the others go on', async () => {
    const world = new FeedWorld()
    const other = DAY_ENTRIES.slice(0, 2).map((entry) => ({ ...entry, accountId: 'other', profile: '2k' as const }))
    const [first, , third] = DAY_ENTRIES
    if (first === undefined || third === undefined) throw new Error('expected entries')
    world.entries.push(first, third, ...other)
    const made = publisher(world)
    await made.drain(60_000)
    await made.drain(60_000)
    expect(footers(world)).toEqual([...expected(1), 'feed', 'SIM seed 7 · 2k · #1', 'SIM seed 7 · 2k · #2'])
    expect(world.messages[1]?.post).toMatchObject({ tier: 'ping' })
    expect(world.messages[1]?.post.embed.description).toContain('lacks #2')
  })

  it('posts the report without its picture when drawing fails', async () => {
    const world = new FeedWorld()
    const ended = DAY_ENTRIES.at(-1)
    if (ended === undefined) throw new Error('expected entries')
    world.entries.push(entryOf(ended.event, 1))
    const made = createPublisher(
      {
        source: world.source,
        store: world.store,
        channel: world.channel,
        reports: { document: async () => DOCUMENT },
        draw: async () => Promise.reject(new Error('no fonts')),
        wall: NO_SLEEP,
        log: pino({ level: 'silent' }),
      },
      { ...PUBLISHER_DEFAULTS, epoch: EPOCH },
    )
    await made.drain(60_000)
    expect(world.messages[0]?.post.embed.image).toBeUndefined()
  })

  it('derives a nonce of at most 25 characters that differs by account and number', () => {
    const nonces = [postKey('a', 1), postKey('a', 2), postKey('b', 1), postKey('a', 999_999_999_999)]
    expect(new Set(nonces).size).toBe(4)
    for (const nonce of nonces) expect(nonce.length).toBeLessThanOrEqual(25)
  })
})
