/** The two account profiles with their defaults; configuration may change every number. */
import type { Profile, ProfileName } from './types.ts'

export const PROFILES: Readonly<Record<ProfileName, Profile>> = {
  '2k': {
    name: '2k',
    contracts: 2,
    targetDailyPnl: 34.38,
    maxDailyLoss: 500,
    maxLossPerTrade: 200,
    commissionPerContract: 0.65,
    bidAskCostPct: 3,
    slippagePct: 0.5,
    accountEquity: 2000,
  },
  '25k': {
    name: '25k',
    contracts: 25,
    targetDailyPnl: 341.77,
    maxDailyLoss: 1500,
    maxLossPerTrade: 1000,
    commissionPerContract: 0.65,
    bidAskCostPct: 3.5,
    slippagePct: 0.8,
    accountEquity: 25_000,
  },
}
