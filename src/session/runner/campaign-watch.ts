/** The team's side of a session: stops and the switch, as the campaign's document has them. */
import type { Logger } from 'pino'
import type { SessionStore } from '../../store/port.ts'
import type { Campaign } from '../campaign.ts'
import type { SessionInput } from '../input.ts'
import type { SessionMode } from '../mode.ts'
import type { SessionState, StopRequest } from '../state.ts'

export interface CampaignWatch {
  /**
   * What the campaign asks of the session and it does not know yet. `gone`: the store has no campaign any more;
   * `other`: it has another one for this day, which the session has to be taken up under, or an earlier day to end
   * first.
   */
  news(state: SessionState): Promise<readonly SessionInput[] | 'gone' | 'other'>
  /** The account's switch right now; null: unreadable, which counts as off. */
  controlMode(state: SessionState): Promise<SessionMode | null>
  /** The campaign as last read. */
  last(): Campaign
}

function isStopNews(stop: StopRequest | null, state: SessionState): stop is StopRequest {
  if (stop === null || state.stop !== null) return false
  return stop.kind !== 'drain' || state.drain === undefined
}

export function createCampaignWatch(store: SessionStore, log: Logger, campaign: Campaign): CampaignWatch {
  let last = campaign

  /** `gone`: the store does not know the account any more, which only a store that lost its data says. */
  async function read({ accountId, campaignId, session }: SessionState): Promise<Campaign | 'gone' | 'other' | null> {
    try {
      const { value } = await store.campaign(accountId)
      if (value === null) return 'gone'
      if (value.session.date < session.date) return 'other'
      if (value.campaignId !== campaignId) return value.session.date === session.date ? 'other' : null
      last = value
      return value
    } catch (error) {
      log.warn({ err: error }, 'the campaign could not be read')
      return null
    }
  }

  return {
    async news(state) {
      const current = await read(state)
      if (current === null) return []
      // The account was adopted while the store had lost this session, or an ended day is open again.
      if (current === 'other') log.warn('the account is at another campaign or an earlier day now; the session is left')
      if (current === 'gone' || current === 'other') return current
      const { stop, control, dayLimits, strategy } = current
      const inputs: SessionInput[] = []
      if (control.seq > state.control.seq) inputs.push({ kind: 'control', control })
      if (dayLimits?.date === state.session.date && dayLimits.seq > (state.limitsSeq ?? 0)) {
        inputs.push({ kind: 'limits', limits: dayLimits, configured: strategy })
      }
      if (isStopNews(stop, state)) inputs.push({ kind: 'stop', request: stop })
      return inputs
    },
    async controlMode(state) {
      const current = await read(state)
      if (current === null || current === 'gone' || current === 'other') return null
      return current.stop === null ? current.control.mode : 'REDUCING'
    },
    last: () => last,
  }
}
