import { describe, expect, test } from 'vitest'
import type { DayReported } from '../../src/day-end/judge.ts'
import { CHECKS_WAIT_MS, DayEnds, unreported } from '../../src/day-end/pass.ts'
import type { JournalEvent } from '../../src/session/events.ts'
import { DAY_MS, HOUR_MS } from '../../src/time/units.ts'
import { DATE, DAY_EVENTS, entryOf } from '../support/desk-samples.ts'
import { CHECKS, ENDED_WALL_MS, endedDays } from './ended-days.ts'

const NEXT = '2026-07-20'

describe('the report of a day that has ended', () => {
  const { clock, ports, commit, trade, check, journal, told, reported, feedCounter } = endedDays()

  test('comes once the decisions were run again, numbered after the end, and holds what they showed', async () => {
    await trade()
    const ends = new DayEnds(ports())
    await ends.pass()
    expect(await told()).toEqual([])
    await check(CHECKS)
    await ends.pass()
    await ends.pass()
    const entries = await told()
    const end = (await journal()).find(({ event }) => event.type === 'session_ended')
    expect(entries.map(({ event, feedNo }) => [event.type, feedNo])).toEqual([['day_reported', (end?.feedNo ?? 0) + 1]])
    expect(await reported()).toMatchObject({
      endNo: end?.feedNo,
      netPnlCents: 131_000,
      rules: {
        parity: { reproduced: 205, decisions: 205, complete: true },
        breaches: 0,
        minutesMissed: 3,
        hands: [],
        booksDifferenceCents: 0,
        booksTold: [],
      },
      verdict: { word: 'INSUFFICIENT', days: 1, meanCents: 131_000, targetCents: 34_177 },
      light: { day: 'red', recent: 'red', recentDays: 1 },
    })
    expect((await reported()).verdict?.wouldChange[0]).toContain('CONSISTENT: a lower bound above $0')
  })

  test('waits for the run of the decisions no longer than a moment, then says that there was none', async () => {
    await trade()
    const ends = new DayEnds(ports())
    await ends.pass()
    clock.now_ms += CHECKS_WAIT_MS - 1
    await ends.pass()
    expect(await told()).toEqual([])
    clock.now_ms += 1
    await ends.pass()
    expect((await reported()).rules).toMatchObject({
      parity: null,
      parityReason: expect.stringContaining('run again when the session has ended'),
    })
  })

  test.each([-2, 2])('waits as long where the clock of its machine is %s h from that of the worker', async (hours) => {
    await trade()
    clock.now_ms = ENDED_WALL_MS + hours * HOUR_MS
    const ends = new DayEnds(ports())
    await ends.pass()
    expect(await told()).toEqual([])
    await check(CHECKS)
    await ends.pass()
    expect((await reported()).rules.parity).toMatchObject({ complete: true })
  })

  test('light and verdict are held against the last reported day, and told with the report', async () => {
    await trade()
    const before = DAY_EVENTS.find((event): event is DayReported => event.type === 'day_reported')
    await check(CHECKS)
    await new DayEnds(ports()).pass()
    const first = await reported()
    if (before === undefined || first.verdict === null) throw new Error('expected reports')
    // Another bot's report of a later end of the same day, that saw it otherwise.
    const { verdict } = first
    await commit(
      [
        {
          ...first,
          endNo: 500,
          verdict: { ...verdict, word: 'CONSISTENT' },
          light: { ...first.light, recent: 'green' },
        },
      ],
      DATE,
    )
    await feedCounter(600)
    await trade(NEXT)
    await check(CHECKS, NEXT)
    await new DayEnds(ports()).pass()
    expect((await told(NEXT)).map(({ event }) => event)).toMatchObject([
      { type: 'day_reported', verdict: { days: 2 } },
      { type: 'light_changed', from: 'green', to: 'red', days: 2 },
      { type: 'verdict_changed', from: 'CONSISTENT', to: 'INSUFFICIENT' },
    ])
  })

  test('a change across a day that could not be judged is told against the last one that was', async () => {
    await trade()
    await check(CHECKS)
    await new DayEnds(ports()).pass()
    const first = await reported()
    if (first.verdict === null) throw new Error('expected a verdict')
    const [between, last] = ['2026-07-20', '2026-07-21'] as const
    const green = { ...first, light: { ...first.light, recent: 'green' } } as const
    await commit([{ ...green, endNo: 500, verdict: { ...first.verdict, word: 'CONSISTENT' } }], DATE)
    await commit([{ ...first, endNo: 550, verdict: null, verdictReason: 'a bug' }], between)
    await feedCounter(600)
    await trade(last)
    await check(CHECKS, last)
    await new DayEnds(ports()).pass()
    expect((await told(last)).map(({ event }) => event)).toMatchObject([
      { type: 'day_reported' },
      { type: 'light_changed', from: 'green', to: 'red' },
      { type: 'verdict_changed', from: 'CONSISTENT', to: 'INSUFFICIENT' },
    ])
  })

  test('an end that put another one right takes its place; told before, both are', () => {
    const end = pick('session_ended')
    const corrects = { status: 'incomplete', dayNetPnlCents: 0, dayBrokerPnlCents: 0 } as const
    const open = entryOf({ ...end, status: 'incomplete' }, 7)
    const settled = entryOf({ ...end, corrects }, 12)
    const told = entryOf({ ...pick('day_reported'), endNo: 7 }, 8)
    const numbers = (...entries: readonly (typeof open)[]) =>
      unreported(entries, open.atWall_ms).map(({ feedNo }) => feedNo)
    expect(numbers(open)).toEqual([7])
    expect(numbers(open, settled)).toEqual([12])
    expect(numbers(open, told, settled)).toEqual([12])
    // Another day's is another matter, and so is an end that came after.
    expect(numbers(open, { ...settled, date: '2026-07-20' })).toEqual([7, 12])
    expect(numbers(settled, { ...open, feedNo: 20 })).toEqual([12, 20])
  })

  test('ends are due until they are reported on or too old for anybody to care', () => {
    const end = entryOf({ ...pick('session_ended') }, 7)
    const other = entryOf({ ...pick('session_ended') }, 30)
    const report = entryOf({ ...pick('day_reported'), endNo: 7 }, 8)
    expect(unreported([end, report, other], ENDED_WALL_MS).map(({ feedNo }) => feedNo)).toEqual([30])
    expect(unreported([other], ENDED_WALL_MS + 5 * DAY_MS)).toEqual([])
  })

  const pick = <T extends JournalEvent['type']>(type: T): Extract<JournalEvent, { type: T }> => {
    const found = DAY_EVENTS.find((event): event is Extract<JournalEvent, { type: T }> => event.type === type)
    if (found === undefined) throw new Error(`expected a sample of ${type}`)
    return found
  }
})
