import { describe, expect, test } from 'vitest'
import type { Control } from '../../src/session/campaign.ts'
import type { SessionMode } from '../../src/session/mode.ts'
import { createSession } from '../../src/session/state.ts'
import { underCampaign } from '../../src/session/under-campaign.ts'
import { armedCampaign } from '../support/armed-campaign.ts'
import { holdingDesk, OPERATOR } from '../support/session.ts'

const control = (seq: number, mode: SessionMode): Control => ({ seq, mode, actor: OPERATOR, reason: `is ${mode}` })
const stored = (mode: SessionMode) => ({ ...holdingDesk().state, mode, control: control(7, mode), limitsSeq: 3 })
const other = (mode: SessionMode) => ({
  ...armedCampaign(0),
  campaignId: 'campaign-adopted',
  control: control(1, mode),
})

describe('a session of the day', () => {
  test('that is not stored is begun', () => {
    const campaign = armedCampaign(0)
    expect(underCampaign(null, campaign)).toEqual(createSession(campaign))
  })

  test('of the same campaign is taken as it is stored', () => {
    const state = stored('ACTIVE')
    expect(underCampaign(state, { ...armedCampaign(0), campaignId: state.campaignId })).toBe(state)
  })

  test('of another campaign hears that one’s switch from now on, however high its own number was', () => {
    const state = underCampaign(stored('ACTIVE'), other('REDUCING'))
    expect(state).toMatchObject({ campaignId: 'campaign-adopted', mode: 'REDUCING', modeReason: 'is REDUCING' })
    expect(state.control.seq).toBe(1)
    expect(state.limitsSeq).toBe(0)
    expect(state.trade).toEqual(stored('ACTIVE').trade)
  })

  test.each([
    ['ACTIVE', 'ACTIVE', 'ACTIVE'],
    ['HALTED', 'ACTIVE', 'HALTED'],
    ['HALTED', 'REDUCING', 'HALTED'],
    ['REDUCING', 'HALTED', 'HALTED'],
  ] as const)('%s under a campaign that is %s is %s: the stricter of the two', (had, has, expected) => {
    expect(underCampaign(stored(had), other(has)).mode).toBe(expected)
  })
})
