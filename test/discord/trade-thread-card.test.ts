import { describe, expect, it } from 'vitest'
import type { JournalEntry } from '../../src/session/events.ts'

import { DAY, ENDED, HELD, NOTES, OPENED, only, TRADE_ID, titleOf, worldAt } from './trade-worlds.ts'

describe('the card', () => {
  it('is edited at most every four seconds, and its chart drawn seldom; the last state always lands', async () => {
    const world = worldAt(OPENED)
    const keeper = world.keeper()
    let edits = 0
    const { edit } = world.channel
    world.channel.edit = async (id, message) => {
      edits += 1
      return edit(id, message)
    }
    for (let second = 0; second < 60; second += 1) {
      world.journal = DAY.slice(0, OPENED + second)
      await keeper.pass()
      world.now_ms += 1_000
    }
    expect(edits).toBeGreaterThan(5)
    expect(edits).toBeLessThanOrEqual(15)
    expect(world.drawn).toBeLessThanOrEqual(4)
    world.journal = DAY
    world.phase = 'done'
    for (let second = 0; second < 6; second += 1) {
      await keeper.pass()
      world.now_ms += 1_000
    }
    expect(titleOf(world)).toContain('Closed')
  })

  it('that somebody deleted comes back under the thread it had', async () => {
    const world = worldAt(OPENED)
    const keeper = world.keeper()
    await world.settle(keeper)
    const [old] = world.cards.splice(0)
    world.journal = DAY.slice(0, HELD)
    await world.settle(keeper)
    expect(world.cards).toHaveLength(1)
    expect([...world.threads.keys()]).toEqual([old?.id])
    expect(world.cards[0]?.message.embed.description).toContain(`Its thread: <#${old?.id}>`)
    world.journal = DAY
    await world.settle(keeper)
    expect(world.told(old?.id ?? '')).toHaveLength(NOTES)
  })

  it('that Discord does not edit for its age is edited later, not posted again', async () => {
    const world = worldAt(OPENED)
    const keeper = world.keeper()
    await world.settle(keeper)
    world.editAnswer = 'too_old'
    world.journal = DAY
    await world.settle(keeper)
    expect(titleOf(world)).toContain('Open')
    world.editAnswer = null
    world.now_ms += 600_000
    await world.settle(keeper)
    expect(titleOf(world)).toContain('Closed')
    only(world)
  })

  it('of a position open at the close waits for its settlement, also when the next day has begun', async () => {
    const world = worldAt(HELD)
    const base = DAY.at(-1)
    const closed = DAY.find(({ event }) => event.type === 'trade_closed')
    if (base === undefined || closed?.event.type !== 'trade_closed') throw new Error('expected events')
    const ended: JournalEntry = { ...base, event: { ...ENDED, status: 'incomplete' } }
    world.journal = [...DAY.slice(0, HELD), ended]
    world.phase = 'done'
    const keeper = world.keeper()
    await world.settle(keeper)
    expect(titleOf(world)).toContain('Open at the close')
    expect(world.records.get(TRADE_ID)?.settled).toBe(false)
    world.today = '2026-07-20'
    await world.settle(keeper)
    const settlement = { qty: 25, price: '0', officialClose: '745', assignedQty: 0, by: 'official_close' } as const
    const settled = { ...closed, event: { ...closed.event, reason: 'expired' as const, settlement } }
    world.journal = [...DAY.slice(0, HELD), ended, settled, { ...base, event: ENDED }]
    world.now_ms += 120_000
    await world.settle(keeper)
    expect(titleOf(world)).toContain('Closed')
    expect(world.told(only(world)).join('\n')).toContain('25 held past the close: lapsed, settled at $0.00 a share')
  })

  it('of a position that is never settled is left alone in the end', async () => {
    const world = worldAt(HELD)
    const base = DAY.at(-1)
    if (base === undefined) throw new Error('expected events')
    world.journal = [...DAY.slice(0, HELD), { ...base, event: { ...ENDED, status: 'incomplete' } }]
    world.phase = 'done'
    const keeper = world.keeper()
    await world.settle(keeper)
    world.now_ms += 10 * 86_400_000
    await world.settle(keeper)
    expect(world.records.get(TRADE_ID)?.settled).toBe(true)
  })

  it('of an entry that was given up says so, and its thread goes to the archive when the day is over', async () => {
    const world = worldAt(0)
    const base = DAY[19]
    if (base === undefined) throw new Error('expected events')
    const event = { type: 'entry_abandoned', tradeId: TRADE_ID, reason: 'order canceled', attempts: 3 } as const
    const givenUp = [...DAY.slice(0, 21), { ...base, event }]
    world.journal = givenUp
    const keeper = world.keeper()
    await world.settle(keeper)
    const id = only(world)
    expect(titleOf(world)).toContain('Given up')
    expect(world.threads.get(id)?.isArchived).toBe(false)
    const ended = DAY.at(-1)
    if (ended === undefined) throw new Error('expected an end')
    world.journal = [...givenUp, ended]
    await world.settle(keeper)
    expect(world.threads.get(id)?.isArchived).toBe(true)
    expect(world.records.get(TRADE_ID)?.settled).toBe(true)
  })
})
