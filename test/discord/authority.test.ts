import { describe, expect, test } from 'vitest'
import { DRILL_SWITCH_MAX_MS } from '../../src/approval/drills.ts'
import { systemWallClock } from '../../src/config/wall-clock.ts'
import { journalAudits } from '../../src/discord/approval/journal-audits.ts'
import { createAuditor } from '../../src/discord/audit.ts'
import type { AuditLine } from '../../src/store/authority-store.ts'
import { HOUR_MS } from '../../src/time/units.ts'
import { log, OLIVIA, START_MS, useAuthorityBench } from '../support/authority-bench.ts'

const bench = useAuthorityBench()

describe('a drill whose bot died', () => {
  test('has its switch put back by the next one', async () => {
    const desk = bench.current
    await desk.arm({ type: 'drill_started', drillId: 'd1', actor: OLIVIA })
    await desk.made().pass()
    expect(desk.jobs).toEqual([])
    const next = desk.made()
    await next.pass()
    desk.now_ms += DRILL_SWITCH_MAX_MS
    await next.pass()
    expect(desk.jobs).toMatchObject([{ kind: 'drill', step: 'restore', drillId: 'd1', profile: '25k' }])
    await desk.arm({ type: 'drill_restored', drillId: 'd1', restored: true })
    await next.pass()
    expect(desk.jobs).toHaveLength(1)
  })

  test.each([-1, 1])('is waited for as long where the clocks of bot and worker are %s h apart', async (hours) => {
    const desk = bench.current
    await desk.arm({ type: 'drill_started', drillId: 'd1', actor: OLIVIA })
    desk.wrong_ms = hours * HOUR_MS
    desk.now_ms += desk.wrong_ms
    const bot = desk.made()
    await bot.pass()
    expect(desk.jobs).toEqual([])
    desk.now_ms += DRILL_SWITCH_MAX_MS
    await bot.pass()
    expect(desk.jobs).toHaveLength(1)
  })
})

describe('a drill that a bot runs', () => {
  test('is left to it, however long it takes', async () => {
    const desk = bench.current
    const [own, other] = [desk.made(), desk.made()]
    own.ownDrills.add('d1')
    await desk.arm({ type: 'drill_started', drillId: 'd1', actor: OLIVIA })
    await Promise.all([own.pass(), other.pass()])
    desk.now_ms += DRILL_SWITCH_MAX_MS
    await own.pass()
    expect(desk.jobs).toEqual([])
    await other.pass()
    expect(desk.jobs).toHaveLength(1)
  })
})

describe('audit lines', () => {
  const line = (interactionId: string): AuditLine => ({
    interactionId,
    actor: OLIVIA,
    what: '/status',
    options: {},
    outcome: 'done',
    code: null,
    at_wall_ms: START_MS,
    profile: null,
  })

  test('wait for the first account, and are journalled once, in order', async () => {
    const desk = bench.current
    const wall = { ...systemWallClock, now_ms: () => desk.now_ms }
    const auditor = createAuditor(desk.store, { wall, log })
    auditor.note(line('i1'))
    auditor.note(line('i2'))
    await auditor.close(2_000)
    await desk.redis.lpush(desk.auditsKey, '{"a line of": "another version"}')
    await journalAudits(desk.store, log)
    await desk.arm()
    await Promise.all([journalAudits(desk.store, log), journalAudits(desk.store, log)])
    await journalAudits(desk.store, log)
    expect(
      (await desk.eventsOf('command_audited')).map((event) => 'interactionId' in event && event.interactionId),
    ).toEqual(['i1', 'i2'])
    expect(await desk.store.audits(10)).toEqual([])
  })
})
