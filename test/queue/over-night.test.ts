/** The account's switch from one trading day to the next; the store in memory. */
import { beforeEach, describe, expect, test } from 'vitest'
import { DRILL_REASON } from '../../src/approval/drills.ts'
import { keptControl } from '../../src/queue/kept-control.ts'
import { updateCampaign } from '../../src/queue/update-campaign.ts'
import { holdsOf } from '../../src/session/holds.ts'
import { createSession } from '../../src/session/state.ts'
import { AMIR, type ApprovalDesk, armedDesk } from '../support/approval-desk.ts'
import { codeOf } from '../support/command-world.ts'
import { MONDAY } from '../support/preflight-samples.ts'
import { holdingDesk } from '../support/session.ts'

let desk: ApprovalDesk
beforeEach(async () => {
  desk = await armedDesk()
})

const campaign = () => desk.campaign()

describe('the switch over night', () => {
  test('a resume that was asked for before the close waits for what was held through it', async () => {
    await desk.control('2', 'HALTED')
    expect(await desk.control('3', 'ACTIVE')).toMatchObject({ approvals: [{ approvalId: '3-25k' }] })
    const { accountId } = await campaign()
    await desk.session({ phase: 'ended', mode: 'HALTED', trade: holdingDesk().state.trade })
    await updateCampaign(accountId, desk.deps, (current) => ({
      campaign: { ...current, session: MONDAY, next: null },
      events: [],
    }))
    await desk.decide('3-25k', 'approved', AMIR)
    const answer = await desk.apply('3-25k')
    expect(codeOf(answer)).toBe('approval_outdated')
    expect(answer).toMatchObject({ refusal: { message: expect.stringContaining('past the close of 2026-07-17') } })
    expect((await campaign()).control.mode).toBe('HALTED')
  })

  test('a breach that somebody paused on top of still takes two to resume', async () => {
    await desk.control('2', 'REDUCING')
    const { control, ...rest } = await campaign()
    const ended = { ...createSession({ ...rest, control }), phase: 'ended', breachedDay: true } as const
    expect(keptControl(control, ended)).toMatchObject({ mode: 'REDUCING', guard: { cause: 'breach' } })
  })

  test('a halt during a drill does not go with the drill, whose switch is put back the next day', async () => {
    const { control: before, ...rest } = await campaign()
    const drill = { id: 'd1', before }
    const control = { seq: before.seq + 1, mode: 'HALTED', actor: AMIR, reason: DRILL_REASON, drill } as const
    const drilled = createSession({ ...rest, control })
    expect(keptControl(control, { ...drilled, phase: 'ended' })).toEqual(control)
    const why = 'a position was open at the close'
    const kept = keptControl(control, { ...drilled, phase: 'ended', modeReason: why })
    expect(kept).toMatchObject({ mode: 'HALTED', reason: why, guard: { cause: 'halt', why } })
    expect(kept.drill).toBeUndefined()
  })

  test('what was resumed after the day ended stays resumed, by whoever knew what held it back', async () => {
    const { control, ...rest } = await campaign()
    const ended = { ...createSession({ ...rest, control }), mode: 'REDUCING', breachedDay: true } as const
    const resumed = { ...control, seq: control.seq + 1 }
    expect(keptControl(resumed, ended)).toMatchObject({ mode: 'REDUCING', guard: { cause: 'breach' } })
    const knowing = { ...resumed, lifts: holdsOf(ended) }
    expect(keptControl(knowing, ended)).toEqual(knowing)
    expect(keptControl(control, ended)).toMatchObject({ mode: 'REDUCING', guard: { cause: 'breach' } })
  })
})
