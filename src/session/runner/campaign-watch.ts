/** The team's side of a session: stops and the switch, as the campaign's document has them. */
import type { Logger } from 'pino'
import type { SessionStore } from '../../store/port.ts'
import type { Campaign } from '../campaign.ts'
import type { SessionInput } from '../input.ts'
import type { SessionMode } from '../mode.ts'
import type { SessionState } from '../state.ts'

export interface CampaignWatch {
  /** What the campaign asks of the session and it does not know yet. */
  news(state: SessionState): Promise<readonly SessionInput[]>
  /** The account's switch right now; null: unreadable, which counts as off. */
  controlMode(state: SessionState): Promise<SessionMode | null>
}

export function createCampaignWatch(store: SessionStore, log: Logger): CampaignWatch {
  async function campaignOf({ accountId, campaignId }: SessionState): Promise<Campaign | null> {
    try {
      const { value } = await store.campaign(accountId)
      return value?.campaignId === campaignId ? value : null
    } catch (error) {
      log.warn({ err: error }, 'the campaign could not be read')
      return null
    }
  }

  return {
    async news(state) {
      const campaign = await campaignOf(state)
      if (campaign === null) return []
      const { stop, control } = campaign
      const inputs: SessionInput[] = []
      if (control.seq > state.control.seq) inputs.push({ kind: 'control', control })
      if (stop !== null && state.stop === null) inputs.push({ kind: 'stop', request: stop })
      return inputs
    },
    async controlMode(state) {
      const campaign = await campaignOf(state)
      if (campaign === null) return null
      return campaign.stop === null ? campaign.control.mode : 'REDUCING'
    },
  }
}
