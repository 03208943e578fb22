/** An armed account in a store, and the signs of life of its engine, without a worker. */
import type { Campaign } from '../../src/session/campaign.ts'
import type { LiveRecord, SessionStore } from '../../src/store/port.ts'
import { newSession } from './session.ts'

/** A session knows all of its campaign but who armed it; what else it knows does no harm here. */
export function armedCampaign(armedAt_ms: number): Campaign {
  const armedBy = { id: 'u1', name: 'Olivia', via: 'discord' } as const
  return { ...newSession(), armedBy, armedAt_ms, stop: null, active: true }
}

export function liveOf(campaign: Campaign, atWall_ms: number): LiveRecord {
  return {
    accountId: campaign.accountId,
    worker: 'worker-1',
    atWall_ms,
    now_ms: campaign.session.open_ms,
    spot: null,
    data_ms: null,
    mid: null,
    close: null,
    rulePnlCents: null,
    netPnlCents: null,
    reconciledAtWall_ms: null,
    streams: { orders: 'connected', stock: 'connected', options: 'connected' },
  }
}

export async function saveCampaign(store: SessionStore, value: Campaign): Promise<void> {
  const { accountId, plan, source, session } = value
  const { seq } = await store.campaign(accountId)
  await store.commit({
    accountId,
    profile: plan.profile,
    source,
    date: session.date,
    atMarket_ms: session.open_ms,
    atWall_ms: value.armedAt_ms,
    events: [],
    epoch: null,
    session: null,
    campaign: { expectedSeq: seq, value },
    openGuard: null,
  })
}
