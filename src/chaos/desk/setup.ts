/** Which day is simulated, for whom, and how badly it goes: drawn once, before anything happens. */
import type { BrokerAccount } from '../../broker/port.ts'
import type { StrategySettings } from '../../config/config.ts'
import type { RandomSequence } from '../../config/prng.ts'
import { type Campaign, CONTROL_ACTIVE } from '../../session/campaign.ts'
import { DEFAULT_ENGINE_LIMITS } from '../../session/engine-limits.ts'
import type { Plan } from '../../session/events.ts'
import { centsOf } from '../../strategy/exact.ts'
import { nextSession, sessionsBetween } from '../../strategy/exchange-calendar.ts'
import { PROFILES } from '../../strategy/profiles.ts'
import { DEFAULT_LIMITS, DEFAULT_WIDTH } from '../../strategy/rules.ts'
import type { SessionHours, StrategyConfig, Structure } from '../../strategy/types.ts'
import { MINUTE_MS } from '../../time/units.ts'
import type { World } from './world.ts'

export interface DaySetup {
  readonly session: SessionHours
  readonly account: BrokerAccount
  readonly campaign: Campaign
  readonly settings: StrategySettings
  /** How often faults happen: 1 is the usual rate. */
  readonly intensity: number
  /** Puts the campaign into the store and its job on the queue, as `/start` does. */
  arm(world: World): void
}

/** Two years of days: both changes of the clocks, and the half days. */
const DAYS = sessionsBetween('2026-01-02', '2027-12-30')
const INTENSITIES = [0.2, 0.5, 1, 1, 1, 2, 4] as const
/** A rule that lets the desk trade again makes a day of decisions to its end, and more of what can go wrong. */
const TRADES_A_DAY = [12, 12, 12, 12, 12, 12, 12, 4, 1] as const

const pick = <T>(random: RandomSequence, from: readonly T[]): T => {
  const picked = from[Math.floor(random.uniform() * from.length)]
  if (picked === undefined) throw new Error('expected something to pick from, got nothing')
  return picked
}

/** `minutes`: a day of this length instead of the exchange's. */
export function daySetup(random: RandomSequence, minutes: number | null = null): DaySetup {
  const hours = pick(random, DAYS)
  const session = minutes === null ? hours : { ...hours, close_ms: hours.open_ms + minutes * MINUTE_MS }
  const profile = pick(random, [PROFILES['25k'], PROFILES['25k'], PROFILES['2k']])
  const structure: Structure = random.uniform() < 0.8 ? 'put_spread' : 'short_put'
  const limits = { ...DEFAULT_LIMITS, maxDailyTrades: pick(random, TRADES_A_DAY) }
  const strategy: StrategyConfig = { profile, limits, structure, width: DEFAULT_WIDTH }
  const account = accountFor(strategy)
  return {
    session,
    account,
    campaign: campaignFor(strategy, account, session),
    settings: { ...strategy, engine: DEFAULT_ENGINE_LIMITS, configHash: 'chaos' },
    intensity: pick(random, INTENSITIES),
    arm: (world) => arm(world, campaignFor(strategy, account, session)),
  }
}

function accountFor({ profile, structure }: StrategyConfig): BrokerAccount {
  const cash = structure === 'short_put' ? profile.contracts * 100_000 : profile.accountEquity
  return {
    id: 'account-1',
    number: 'SIM-1',
    source: { kind: 'SIM', label: 'chaos' },
    status: 'ACTIVE',
    blocked: false,
    equity: String(cash),
    cash: String(cash),
    optionsBuyingPower: String(cash),
    optionsLevel: 3,
  }
}

function campaignFor(strategy: StrategyConfig, account: BrokerAccount, session: SessionHours): Campaign {
  return {
    campaignId: 'campaign-1',
    accountId: account.id,
    source: account.source,
    strategy,
    engine: DEFAULT_ENGINE_LIMITS,
    plan: planFor(strategy, account),
    armedBy: { id: 'u1', name: 'Olivia', via: 'discord' },
    armedAt_ms: session.open_ms,
    session,
    next: nextSession(session.date),
    stop: null,
    control: CONTROL_ACTIVE,
    active: true,
  }
}

function planFor({ profile, structure, width }: StrategyConfig, account: BrokerAccount): Plan {
  return {
    profile: profile.name,
    structure,
    width,
    contracts: profile.contracts,
    targetDailyCents: centsOf(profile.targetDailyPnl),
    maxDailyLossCents: centsOf(profile.maxDailyLoss),
    maxLossPerTradeCents: centsOf(profile.maxLossPerTrade),
    trueMaxLossCents: null,
    equityCents: centsOf(account.equity),
    optionsBuyingPowerCents: centsOf(account.optionsBuyingPower),
    optionsLevel: account.optionsLevel,
    configHash: 'chaos',
  }
}

function arm({ store, checks, queue, now_ms }: World, campaign: Campaign): void {
  const { accountId, plan, source, session, armedBy, campaignId } = campaign
  const commit = {
    accountId,
    profile: plan.profile,
    source,
    date: session.date,
    atMarket_ms: now_ms(),
    atWall_ms: now_ms(),
    events: [{ type: 'campaign_armed', actor: armedBy, campaignId, plan, next: { ...session } }],
    epoch: null,
    session: null,
    campaign: { expectedSeq: 0, value: campaign },
    openGuard: null,
  } as const
  checks.committed(commit, store.sessions.commit(commit))
  queue.add({ accountId, date: session.date })
}
