/** What a drill does to an account's switch, and what it leaves alone; the store in memory. */
import { beforeEach, describe, expect, test } from 'vitest'
import { drillCampaign } from '../../src/queue/drill-campaign.ts'
import { updateCampaign } from '../../src/queue/update-campaign.ts'
import { nextSession } from '../../src/strategy/exchange-calendar.ts'
import { type ApprovalDesk, armedDesk } from '../support/approval-desk.ts'
import { ACTOR, codeOf } from '../support/command-world.ts'

let desk: ApprovalDesk
beforeEach(async () => {
  desk = await armedDesk()
})

const campaign = () => desk.campaign()

describe('a drill', () => {
  const drill = (step: 'begin' | 'restore', drillId = 'd1') =>
    drillCampaign(
      { id: `${drillId}-${step}`, actor: ACTOR, requestedAt_ms: 0, profile: '25k', kind: 'drill', drillId, step },
      desk.deps,
    )

  test('sets the switch, and puts it back as it was', async () => {
    await desk.control('2', 'REDUCING')
    const before = (await campaign()).control
    expect(await drill('begin')).toMatchObject({ ok: true, drill: { deniedWith: 'kill_switch', controlSeq: 2 } })
    expect((await campaign()).control).toMatchObject({ mode: 'REDUCING', drill: { id: 'd1' } })
    expect(codeOf(await drill('restore'))).toBe('done')
    expect((await campaign()).control).toEqual({ ...before, seq: 3, lifts: [] })
    expect((await desk.events()).at(-1)).toMatchObject({ type: 'drill_restored', restored: true })
  })

  test('that was over before the day changed is told as it ended, however late it is asked for again', async () => {
    await drill('begin')
    await drill('restore')
    await updateCampaign((await campaign()).accountId, desk.deps, (current) => ({
      campaign: { ...current, session: nextSession(current.session.date) },
      events: [],
    }))
    expect(await drill('restore')).toMatchObject({ ok: true, drill: { restored: true } })
  })

  test('puts the switch of an account back that was stopped meanwhile', async () => {
    await drill('begin')
    await updateCampaign((await campaign()).accountId, desk.deps, (current) => ({
      campaign: { ...current, active: false },
      events: [],
    }))
    expect(codeOf(await drill('restore'))).toBe('done')
    expect((await campaign()).control).toMatchObject({ mode: 'ACTIVE', seq: 2 })
    expect((await campaign()).control.drill).toBeUndefined()
  })

  test('whose account was halted and then stopped is over all the same: nobody goes on putting it back', async () => {
    await drill('begin')
    await desk.control('2', 'HALTED')
    await updateCampaign((await campaign()).accountId, desk.deps, (current) => ({
      campaign: { ...current, active: false },
      events: [],
    }))
    expect(codeOf(await drill('restore'))).toBe('done')
    expect((await campaign()).control).toMatchObject({ mode: 'HALTED', guard: { cause: 'halt' } })
    expect((await desk.events()).at(-1)).toEqual({ type: 'drill_restored', drillId: 'd1', restored: false })
    expect(codeOf(await drill('begin', 'd2'))).toBe('not_running')
  })

  test.each(['REDUCING', 'ACTIVE'] as const)('leaves %s alone, which somebody set meanwhile', async (mode) => {
    await drill('begin')
    await desk.control('2', mode)
    const { control } = await campaign()
    expect(control).toMatchObject({ mode, reason: 'x', seq: 2 })
    expect(await drill('restore')).toMatchObject({ ok: true, drill: { restored: false } })
    expect((await campaign()).control).toEqual(control)
  })

  test('leaves alone what somebody set, or the desk held back, meanwhile', async () => {
    await drill('begin')
    await desk.control('2', 'HALTED')
    await drill('restore')
    expect((await campaign()).control).toMatchObject({ mode: 'HALTED', guard: { cause: 'halt' } })
    expect((await desk.events()).at(-1)).toMatchObject({ type: 'drill_restored', restored: false })
    desk = await armedDesk()
    await drill('begin')
    await desk.session({ mode: 'REDUCING', modeReason: 'the daily loss limit', breachedDay: true })
    await drill('restore')
    expect((await campaign()).control.mode).toBe('REDUCING')
    expect(await desk.control('3', 'ACTIVE')).toMatchObject({ approvals: [{}] })
  })

  test.each([
    ['an order is at work', { phase: 'entering' }],
    ['a position is open on a paper account', { phase: 'holding', trade: {} as never }],
    ['the account is held back', { mode: 'REDUCING', modeReason: 'x', breachedDay: true }],
  ] as const)('is refused while %s', async (why, over) => {
    await desk.session(over)
    const answer = await drill('begin')
    expect(codeOf(answer)).toBe('not_now')
    expect(JSON.stringify(answer)).toContain(why)
    expect((await campaign()).control.seq).toBe(0)
  })

  test('is one at a time', async () => {
    await drill('begin')
    expect(codeOf(await drill('begin', 'd2'))).toBe('not_now')
    expect(codeOf(await drill('begin'))).toBe('done')
  })
})
