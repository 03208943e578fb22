/** An armed account in a store, and the signs of life of its engine, without a worker. */
import type { Campaign } from '../../src/session/campaign.ts'
import type { NewSession, SessionState } from '../../src/session/state.ts'
import { EVENTS_ALONE, type LiveRecord, type SessionStore } from '../../src/store/port.ts'
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
  const { seq } = await store.campaign(value.accountId)
  await store.commit({ ...envelope(value), ...EVENTS_ALONE, campaign: { expectedSeq: seq, value } })
}

/** The first state of a session, as whoever may write it writes it. */
export async function saveSession(store: SessionStore, value: SessionState): Promise<void> {
  await store.commit({ ...envelope(value), ...EVENTS_ALONE, session: { expectedSeq: 0, value } })
}

function envelope({ accountId, plan, source, session }: NewSession) {
  const { date, open_ms } = session
  return { accountId, profile: plan.profile, source, date, atMarket_ms: open_ms, atWall_ms: open_ms, events: [] }
}
