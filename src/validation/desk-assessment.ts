/**
 * A campaign's assessment as the desk makes it. Entry points: `assessOnDesk`, `assessWithOthers`, `accountCampaign`.
 *
 * 1. What decides the word was registered when the campaign was armed, and is read from there.
 * 2. The costs beside the estimates are those that the account's configuration assumes now; so is the dearest premium,
 *    which only days without a registration are judged by.
 */

import type { DeskReader } from '../report/views.ts'
import { PROFILES } from '../strategy/profiles.ts'
import { DEFAULT_LIMITS } from '../strategy/rules.ts'
import { assessAside } from './assess-aside.ts'
import { type Assessment, standing } from './assessment.ts'
import { campaignsElsewhere, latestCampaign } from './latest-campaign.ts'
import { type DaysReader, daysOfStore } from './stored-days.ts'
import type { VerdictCampaign } from './verdict/campaigns.ts'
import type { VerdictDay } from './verdict/day.ts'

/** The same days give the same figures again. @throws StoreUnreachable */
export async function assessOnDesk(
  campaign: VerdictCampaign,
  variants: number,
  reader: Pick<DeskReader, 'config' | 'lookaheads'>,
): Promise<Assessment> {
  const [first] = campaign.days
  const strategy = (await reader.config(campaign.accountId))?.strategy
  const options = {
    variants,
    premiumMax: (strategy?.limits ?? DEFAULT_LIMITS).premiumMax,
    entriesPerDay: (strategy?.limits ?? DEFAULT_LIMITS).maxDailyTrades,
    assumptions: strategy?.profile ?? PROFILES[first?.plan.profile ?? '25k'],
    // Days that do not tell their feed prove nothing that only the better one would.
    optionFeed: null,
    lookaheads: await reader.lookaheads(),
    isOfDesk: true,
  }
  return assessAside({ campaign, options })
}

/** The same with where campaigns on other accounts stand; `days` of all accounts. @throws StoreUnreachable */
export async function assessWithOthers(
  campaign: VerdictCampaign,
  days: readonly VerdictDay[],
  variants: number,
  reader: Pick<DeskReader, 'config' | 'lookaheads'>,
): Promise<Assessment> {
  const others = await Promise.all(
    campaignsElsewhere(days, campaign).map((other) => assessOnDesk(other, variants, reader)),
  )
  return { ...(await assessOnDesk(campaign, variants, reader)), elsewhere: others.map(standing) }
}

/**
 * The account's running campaign up to `lastDate`; null before its first day has ended. @throws DayError,
 * StoreUnreachable
 */
export async function accountCampaign(
  reader: DaysReader,
  accountId: string,
  lastDate: string,
): Promise<VerdictCampaign | null> {
  const days = await daysOfStore(reader, (account) => account.accountId === accountId)
  return latestCampaign(
    days.filter(({ date }) => date <= lastDate),
    null,
    lastDate,
  )
}
