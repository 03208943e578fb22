import { expect, it } from 'vitest'
import type { Campaign } from '../../src/session/campaign.ts'
import { createSession, type SessionState } from '../../src/session/state.ts'
import { statusView } from '../../src/store/status-view.ts'
import { DAY_MS } from '../../src/time/units.ts'
import { armedCampaign, liveOf } from '../support/armed-campaign.ts'

const campaign = armedCampaign(1)
const prices = { spot: 740.25, mid: 1.2, data_ms: campaign.session.open_ms }
const viewOf = (now_ms: number) =>
  statusView({
    campaign,
    session: null,
    live: { ...liveOf(campaign, 1_000), ...prices, now_ms },
    feedNo: 1,
    wall_ms: 2_000,
  })

it('a status shows the market of the day it is about, and of no other day', () => {
  const { open_ms } = campaign.session
  expect(viewOf(open_ms)).toMatchObject({ now_ms: open_ms, spot: 740.25, dataAge_s: 0 })
  const other = viewOf(open_ms - DAY_MS)
  expect(other).toMatchObject({ date: campaign.session.date, now_ms: null, spot: null, dataAge_s: null })
  expect(other.health).toMatchObject({ worker: 'worker-1', heartbeatAge_ms: 1_000 })
})

const actor = { id: 'u1', name: 'Olivia', via: 'discord' } as const
const heldBack = (over: Partial<Campaign>, session: SessionState | null = null) =>
  statusView({ campaign: { ...campaign, ...over }, session, live: null, feedNo: 1, wall_ms: 2_000 })
const control = { seq: 3, mode: 'REDUCING', actor, reason: 'lunch' } as const

it('an account paused before its session says so', () => {
  expect(heldBack({ control })).toMatchObject({ mode: 'REDUCING', modeReason: 'lunch' })
  expect(heldBack({ control }).guard).toBeUndefined()
})

it('a breach needs two persons until somebody resumed, and a pause lifts no halt', () => {
  const modeReason = 'the daily loss limit was reached'
  const breached: SessionState = { ...createSession(campaign), mode: 'REDUCING', modeReason, breachedDay: true }
  expect(heldBack({}, breached)).toMatchObject({ mode: 'REDUCING', guard: { cause: 'breach' } })
  expect(heldBack({ control }, { ...breached, mode: 'HALTED' })).toMatchObject({ mode: 'HALTED', modeReason })
  expect(heldBack({ control: { ...control, mode: 'ACTIVE' } }, breached)).toMatchObject({ mode: 'ACTIVE' })
})

it("limits of the day are shown beside the campaign's own, and those of another day not at all", () => {
  const { date } = campaign.session
  const dayLimits = { seq: 1, date, values: { max_daily_loss: 700 } }
  const configured = campaign.strategy.profile.maxDailyLoss
  expect(heldBack({ dayLimits }).dayLimits).toEqual([{ limit: 'max_daily_loss', value: 700, configured }])
  expect(heldBack({ dayLimits: { ...dayLimits, date: '2026-01-02' } }).dayLimits).toBeUndefined()
})
