import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { StaleEpoch } from '../../src/feed/publish-entry.ts'
import { ACCOUNT_ID } from '../support/desk-samples.ts'
import { diesAt } from '../support/faulty.ts'
import { EPOCH } from '../support/feed-memory.ts'
import { ANN, BEN, said } from '../support/review-samples.ts'
import { TradeWorld } from '../support/trade-world.ts'

import {
  CLOSED_AT,
  DAY,
  first,
  HELD,
  NOTES,
  OPENED,
  OVER,
  only,
  REVIEWED,
  review,
  second,
  TRADE_ID,
  titleOf,
  WAITING,
  worldAt,
} from './trade-worlds.ts'

describe("a trade's card and thread", () => {
  it('follow the trade from the proposal to the review, in one message and one thread, archived at the end', async () => {
    const world = new TradeWorld()
    const keeper = world.keeper()
    const titles: string[] = []
    for (const entries of [19, 21, OPENED, 66, 120, CLOSED_AT, OVER]) {
      world.journal = DAY.slice(0, entries)
      await world.settle(keeper, 2)
      titles.push(titleOf(world).split(':')[0] ?? '')
    }
    world.reviews = REVIEWED
    await world.settle(keeper, 3)
    titles.push(titleOf(world).split(':')[0] ?? '')
    expect(titles).toEqual([
      '📝 Proposed',
      '⏳ Working',
      '🟢 Open',
      '🟠 At risk',
      '🟢 Open',
      '🏁 Closed',
      '🏁 Closed',
      '☑️ Reviewed',
    ])
    const id = only(world)
    expect(world.told(id)).toHaveLength(NOTES + 3)
    expect(new Set(world.told(id)).size).toBe(NOTES + 3)
    expect(world.threads.get(id)).toMatchObject({ isArchived: true, timesArchived: 1 })
    expect(world.records.get(TRADE_ID)).toMatchObject({ settled: true, threadId: id })
  })

  it('are one, whole and in order, when the bot is killed between any two steps', async () => {
    for (const noncesKept of [true, false]) {
      for (let at = 1; ; at += 1) {
        const world = worldAt(CLOSED_AT, REVIEWED)
        world.noncesKept = noncesKept
        const killed = await diesAt(at, (hook) => world.settle(world.keeper(hook), 4))
        await world.settle()
        const id = only(world)
        expect(titleOf(world), `killed at step ${at}`).toContain('Reviewed')
        expect(world.told(id), `killed at step ${at}`).toHaveLength(NOTES + 3)
        expect(new Set(world.told(id)).size).toBe(NOTES + 3)
        expect(world.threads.get(id)?.isArchived).toBe(true)
        if (!killed) break
      }
    }
  })

  it('prop_one_card_one_thread: any sequence of kills while the trade goes on leaves one of each, with every note once', async () => {
    const kills = fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(kills, fc.boolean(), async (steps, noncesKept) => {
        const world = worldAt(19)
        world.noncesKept = noncesKept
        const lengths = [OPENED, HELD, CLOSED_AT, OVER]
        for (const [index, at] of steps.entries()) {
          world.journal = DAY.slice(0, lengths[index] ?? OVER)
          await diesAt(at, (hook) => world.settle(world.keeper(hook), 3))
        }
        world.journal = DAY
        world.reviews = REVIEWED
        await world.settle()
        const id = only(world)
        expect(titleOf(world)).toContain('Reviewed')
        const told = world.told(id)
        expect([told.length, new Set(told).size]).toEqual([NOTES + 3, NOTES + 3])
      }),
      { numRuns: 60 },
    )
  })

  it('survive failures of Discord and of the store at every third call', async () => {
    const world = worldAt(CLOSED_AT, REVIEWED)
    world.noncesKept = false
    let calls = 0
    const keeper = world.keeper(() => {
      calls += 1
      if (calls % 3 === 0 && calls < 300) throw new Error('outage')
    })
    for (let pass = 0; pass < 150; pass += 1) {
      await keeper.pass().catch(() => undefined)
      world.now_ms += 60_000
    }
    const told = world.told(only(world))
    expect([told.length, new Set(told).size]).toEqual([NOTES + 3, NOTES + 3])
  })

  it('are found again when the store has lost what it knew of them', async () => {
    const world = worldAt(HELD)
    await world.settle()
    world.records.clear()
    world.noncesKept = false
    world.journal = DAY.slice(0, CLOSED_AT)
    await world.settle()
    const id = only(world)
    expect(titleOf(world)).toContain('Closed')
    expect(world.told(id)).toHaveLength(NOTES)
  })

  it('are left alone by a bot whose lease another one has', async () => {
    const world = worldAt(CLOSED_AT)
    world.epoch = EPOCH + 1
    await expect(world.keeper().pass()).rejects.toThrow(StaleEpoch)
    expect(world.cards).toEqual([])
  })
})

describe('the review', () => {
  const asked = (world: TradeWorld): readonly string[] =>
    world.asks(only(world)).map(({ content }) => content.split('\n')[0] ?? '')

  it('is asked for in the thread once the trade is closed, with who has answered, until it is done', async () => {
    const world = worldAt(HELD)
    const keeper = world.keeper()
    await world.settle(keeper)
    expect(asked(world)).toEqual([])
    world.journal = DAY.slice(0, CLOSED_AT)
    world.reviews = review()
    await world.settle(keeper)
    expect(asked(world)).toEqual(['📝 **Review: 0 of 2 in**'])
    expect(JSON.stringify(world.asks(only(world))[0]?.buttons)).toContain(`review:${ACCOUNT_ID}:${TRADE_ID}:off`)
    world.reviews = WAITING
    await world.settle(keeper)
    expect(asked(world)).toEqual(['📝 **Review: 1 of 2 in (Ann)**'])
    world.reviews = REVIEWED
    await world.settle(keeper)
    expect(asked(world)).toEqual(['📝 **Reviewed by Ann, Ben: split**'])
    expect(world.threads.get(only(world))).toMatchObject({ isArchived: true, timesArchived: 1 })
  })

  it('is asked for once, wherever the bot is killed, and shows at last what the card shows', async () => {
    for (const noncesKept of [true, false]) {
      for (let at = 1; ; at += 1) {
        const world = worldAt(CLOSED_AT, WAITING)
        world.noncesKept = noncesKept
        const killed = await diesAt(at, (hook) => world.settle(world.keeper(hook), 4))
        world.reviews = REVIEWED
        const dies = await diesAt(Math.ceil(at / 2), (hook) => world.settle(world.keeper(hook), 4))
        await world.settle()
        const told = world.asks(only(world)).length
        // Killed before it could ask, it has nothing to ask for any more.
        expect(told, `killed at step ${at}`).toBeLessThanOrEqual(1)
        if (told === 1) expect(asked(world)).toEqual(['📝 **Reviewed by Ann, Ben: split**'])
        expect(world.threads.get(only(world))?.isArchived).toBe(true)
        if (!killed && !dies) break
      }
    }
  })

  it('of a trade that a bot before kept, which did not ask in threads, is asked for while it waits alone', async () => {
    for (const reviews of [WAITING, REVIEWED]) {
      const world = worldAt(OVER, reviews)
      await world.settle()
      const id = only(world)
      const record = world.records.get(TRADE_ID)
      const thread = world.threads.get(id)
      if (record === undefined || thread === undefined) throw new Error('expected a trade that is kept')
      thread.notes.splice(0, thread.notes.length, ...thread.notes.filter(({ message }) => message.buttons === null))
      world.records.set(TRADE_ID, { ...record, ask: null, told: { ...record.told, asks: 0 } })
      await world.settle(world.keeper())
      expect(world.asks(id)).toHaveLength(reviews === WAITING ? 1 : 0)
      expect(thread.timesArchived).toBe(reviews === WAITING ? 0 : 1)
    }
  })

  it('is not asked for again where somebody deleted the message', async () => {
    const world = worldAt(OVER, WAITING)
    const keeper = world.keeper()
    await world.settle(keeper)
    const thread = world.threads.get(only(world))
    thread?.notes.splice(0, thread.notes.length, ...thread.notes.filter(({ message }) => message.buttons === null))
    world.reviews = REVIEWED
    await world.settle(keeper)
    expect(asked(world)).toEqual([])
    expect(thread?.isArchived).toBe(true)
  })
})

describe('the thread', () => {
  it('shows no grade while a review waits, though the card says who is in', async () => {
    const world = worldAt(OVER, WAITING)
    await world.settle()
    const id = only(world)
    expect(world.told(id)).toHaveLength(NOTES)
    expect(world.cards[0]?.message.embed.description).toContain('Review: 1 of 2 in (Ann)')
    expect(world.cards[0]?.message.buttons).not.toBeNull()
    expect(world.threads.get(id)?.isArchived).toBe(false)
  })

  it('that somebody wakes by writing stays awake; a changed review is told and archives it again', async () => {
    const world = worldAt(OVER, REVIEWED)
    const keeper = world.keeper()
    await world.settle(keeper)
    const id = only(world)
    const thread = world.threads.get(id)
    if (thread === undefined) throw new Error('expected a thread')
    thread.isArchived = false
    await world.settle(keeper)
    expect(thread).toMatchObject({ isArchived: false, timesArchived: 1 })
    world.reviews = review(first, second, [ANN, said(5, 2, 5)])
    await world.settle(keeper)
    expect(world.told(id).at(-1)).toContain('**Ann** changed the review')
    expect(thread).toMatchObject({ isArchived: true, timesArchived: 2 })
    // So does a bot that starts anew.
    world.reviews = review(first, second, [ANN, said(5, 2, 5)], [BEN, said(1, 5, 5)])
    await world.settle(world.keeper())
    expect(thread.timesArchived).toBe(3)
  })

  it('that somebody deleted is not made again', async () => {
    const world = worldAt(HELD)
    const keeper = world.keeper()
    await world.settle(keeper)
    world.threads.clear()
    world.journal = DAY
    world.reviews = REVIEWED
    await world.settle(keeper)
    expect(world.threads.size).toBe(0)
    expect(titleOf(world)).toContain('Reviewed')
    expect(world.records.get(TRADE_ID)).toMatchObject({ threadGone: true, settled: true })
  })

  it('that may not be made is asked for again later; the card goes on meanwhile', async () => {
    const world = worldAt(HELD)
    world.threadAnswer = 'refused'
    const keeper = world.keeper()
    await world.settle(keeper)
    world.journal = DAY
    await world.settle(keeper)
    expect(world.threads.size).toBe(0)
    expect(titleOf(world)).toContain('Closed')
    world.threadAnswer = null
    world.now_ms += 600_000
    await world.settle(keeper)
    expect(world.told(only(world))).toHaveLength(NOTES)
  })
})
