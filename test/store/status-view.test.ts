import { expect, it } from 'vitest'
import { statusView } from '../../src/store/status-view.ts'
import { armedCampaign, liveOf } from '../support/armed-campaign.ts'

const DAY_MS = 86_400_000
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
