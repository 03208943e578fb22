/** A stored session of the day under the campaign that stands now: pure. Entry point: `underCampaign`. */
import type { Campaign } from './campaign.ts'
import type { SessionMode } from './mode.ts'
import { createSession, type SessionState } from './state.ts'

const STRICTNESS: readonly SessionMode[] = ['ACTIVE', 'REDUCING', 'HALTED']

/**
 * A session that was begun under another campaign (the store lost its data, and the account was adopted) is this one's
 * from now on: what the switch and the limits say is counted anew with it, and of the two modes the stricter one holds.
 */
export function underCampaign(stored: SessionState | null, campaign: Campaign): SessionState {
  if (stored === null) return createSession(campaign)
  const { campaignId, control } = campaign
  if (stored.campaignId === campaignId) return stored
  const isStricter = STRICTNESS.indexOf(control.mode) > STRICTNESS.indexOf(stored.mode)
  const mode = isStricter ? { mode: control.mode, modeReason: control.reason } : {}
  return { ...stored, ...mode, campaignId, control, limitsSeq: 0 }
}
