/** Which campaign a verdict is about when none is named. Pure. Entry point: `latestCampaign`. */
import { sessionsBetween } from '../strategy/exchange-calendar.ts'
import { campaignsOf, type VerdictCampaign } from './verdict/campaigns.ts'
import type { VerdictDay } from './verdict/day.ts'

const sessions = (from: string, to: string): readonly string[] => sessionsBetween(from, to).map(({ date }) => date)

/**
 * The newest one; PAPER goes before what is made up, unless another source is asked for. Null: no day has ended yet.
 * @throws DayError for days that cannot be counted.
 */
export function latestCampaign(
  days: readonly VerdictDay[],
  source: VerdictDay['source']['kind'] | null,
): VerdictCampaign | null {
  const campaigns = campaignsOf(days, sessions)
  const wanted = (kind: string): VerdictCampaign | undefined => campaigns.findLast((one) => one.source.kind === kind)
  if (source !== null) return wanted(source) ?? null
  return wanted('PAPER') ?? campaigns.at(-1) ?? null
}
