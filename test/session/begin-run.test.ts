/** What a run of a session begins with: taken over, or failed so often that it may only close. */
import { describe, expect, test } from 'vitest'
import { beginRun } from '../../src/session/runner/begin-run.ts'
import type { SessionStart } from '../../src/session/runner/runner.ts'
import { armedCampaign } from '../support/armed-campaign.ts'
import { handHold } from '../support/lease-holds.ts'
import { holdingDesk } from '../support/session.ts'

const start = (over: Partial<SessionStart> = {}): SessionStart => ({
  ...{
    state: holdingDesk().state,
    campaign: armedCampaign(0),
    seq: 1,
    epoch: 3,
    resumed: false,
    failures: 0,
    hold: handHold(),
  },
  ...over,
})
const typesOf = (began: ReturnType<typeof beginRun>) => began.events.map(({ type }) => type)

describe('a run', () => {
  test('of a session that is new says nothing', () => {
    const began = beginRun(start(), 'w')
    expect(began.events).toEqual([])
    expect(began.state.mode).toBe('ACTIVE')
  })

  test('of a session that was begun before says who continues it, and whether it was handed over', () => {
    const { state } = start()
    const began = beginRun(start({ resumed: true, state: { ...state, handedOver: true } }), 'w')
    expect(began.events).toEqual([{ type: 'session_resumed', worker: 'w', epoch: 3, handedOver: true }])
    expect(began.state.handedOver).toBe(false)
  })

  test('after one that failed goes on as ever, after two it opens nothing and closes what is open', () => {
    expect(beginRun(start({ failures: 1 }), 'w').state.mode).toBe('ACTIVE')
    const began = beginRun(start({ resumed: true, failures: 2 }), 'w')
    expect(began.state).toMatchObject({ mode: 'HALTED', modeReason: 'session_failing' })
    expect(typesOf(began)).toEqual(['session_resumed', 'engine_alert'])
    expect(began.events[1]).toMatchObject({ code: 'session_failing', critical: true })
  })

  test('that is halted already is not told of a second time', () => {
    const { state } = start()
    expect(typesOf(beginRun(start({ failures: 9, state: { ...state, mode: 'HALTED' } }), 'w'))).toEqual([])
  })
})
