/** Every kind of post, and a bot that dies or falls asleep at any step of it: another one takes over. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { render } from '../../src/feed/render/index.ts'
import { type JournalEntry, type JournalEvent, journalEventSchema, PUBLISHABLE } from '../../src/session/events.ts'
import { entryOf } from '../support/desk-samples.ts'
import { diesAt, type Hook } from '../support/faulty.ts'
import { EPOCH } from '../support/feed-memory.ts'
import { FeedWorld, publisher } from '../support/feed-world.ts'
import { DOCUMENT } from '../support/journal-samples.ts'
import { arbitraryOf } from '../support/schema-arbitrary.ts'

const DRAIN_MS = 60_000
const SAMPLES = 60

/** One of each kind of event that is posted: posts with pictures, with buttons and without. */
function oneOfEach(): readonly JournalEntry[] {
  const schemas = new Map(journalEventSchema.options.map((schema) => [schema.shape.type.value, schema]))
  return [...PUBLISHABLE].map((type, index) => {
    const schema = schemas.get(type)
    if (schema === undefined) throw new Error(`expected a schema of ${type}, got none`)
    const events = fc.sample(arbitraryOf(schema as z.ZodType<JournalEvent>), { seed: index, numRuns: SAMPLES })
    const entries = events.map((event) => entryOf(event, 1))
    // Of the kinds that may have a picture, one with it.
    const pictured = entries.find((entry) => render(entry, { nowWall_ms: 0, document: DOCUMENT })?.chart != null)
    const [first] = entries
    if (first === undefined) throw new Error('expected a sample')
    return pictured ?? first
  })
}

const EACH = oneOfEach()
const picturesOf = (entry: JournalEntry): number =>
  render(entry, { nowWall_ms: 0, document: DOCUMENT })?.chart == null ? 0 : 1

/** A feed's few entries: every step of each is tried, and each step is a feed of its own. */
const FEED_LENGTH = 4
const FEEDS = Array.from({ length: Math.ceil(EACH.length / FEED_LENGTH) }, (_, index) =>
  EACH.slice(index * FEED_LENGTH, (index + 1) * FEED_LENGTH).map(({ event }, at) => entryOf(event, at + 1)),
)

function worldOf(entries: readonly JournalEntry[], noncesKept: boolean): FeedWorld {
  const world = new FeedWorld()
  world.noncesKept = noncesKept
  world.entries.push(...entries)
  return world
}

/** Footers of the posts, in the channel's order. */
const footers = (world: FeedWorld) => world.messages.map(({ footer }) => footer)
const expected = ({ length }: readonly JournalEntry[]) =>
  Array.from({ length }, (_, index) => `SIM seed 7 · 25k · #${index + 1}`)

/** The next holder of the bot's lease posts what is left. */
async function takeOver(world: FeedWorld): Promise<void> {
  world.epoch = EPOCH + 1
  expect(await publisher(world, () => undefined, EPOCH + 1).drain(DRAIN_MS)).toBe(true)
}

describe('every kind of post', () => {
  it('is there, those with a picture too', () => {
    expect(EACH.map(({ event }) => event.type)).toEqual([...PUBLISHABLE])
    expect(EACH.filter((entry) => picturesOf(entry) > 0).length).toBeGreaterThanOrEqual(2)
  })

  it.each(FEEDS.map((feed) => [feed.map(({ event }) => event.type).join(', '), feed] as const))(
    'stands once, in order and with its picture, when the bot is killed at any step and another takes over: %s',
    async (_name, feed) => {
      for (const noncesKept of [true, false]) {
        for (let at = 1; ; at += 1) {
          const world = worldOf(feed, noncesKept)
          const killed = await diesAt(at, (hook) => publisher(world, hook).drain(DRAIN_MS))
          await takeOver(world)
          expect(footers(world), `killed at step ${at}`).toEqual(expected(feed))
          expect(world.messages.map(({ pictures }) => pictures)).toEqual(feed.map(picturesOf))
          expect(world.recorded.size).toBe(feed.length)
          if (!killed) break
        }
      }
    },
  )

  it.each(FEEDS.map((feed) => [feed.map(({ event }) => event.type).join(', '), feed] as const))(
    'stands once when a bot that was only asleep wakes up after another took over: %s',
    async (_name, feed) => {
      for (let at = 1; ; at += 1) {
        const world = worldOf(feed, true)
        const { hook, asleep, wake } = sleepsAt(at)
        const old = publisher(world, hook)
          .drain(DRAIN_MS)
          .catch(() => false)
        if (!(await Promise.race([asleep.then(() => true), old.then(() => false)]))) break
        await takeOver(world)
        wake()
        await old
        expect(footers(world), `asleep at step ${at}`).toEqual(expected(feed))
        expect(world.recorded.size).toBe(feed.length)
      }
    },
  )
})

/** A hook that pauses its process once, at its `at`-th call. */
function sleepsAt(at: number): { readonly hook: Hook; readonly asleep: Promise<void>; wake(): void } {
  let seen = 0
  let fallAsleep = (): void => undefined
  let wake = (): void => undefined
  const asleep = new Promise<void>((resolve) => {
    fallAsleep = resolve
  })
  const awake = new Promise<void>((resolve) => {
    wake = resolve
  })
  const hook = () => {
    seen += 1
    if (seen !== at) return undefined
    fallAsleep()
    // It goes on when it is woken; nobody looks at what the promise gives.
    return awake as Promise<never>
  }
  return { hook, asleep, wake: () => wake() }
}
