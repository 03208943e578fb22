/**
 * `/start`: arms a campaign on the account of a profile.
 *
 * 1. The same command run twice (a retried job) arms once: the campaign's id is derived from the command's.
 * 2. Whatever is missing or unreadable refuses, with what to do.
 */
import type { Logger } from 'pino'
import type { Broker, BrokerAccount, BrokerError } from '../broker/port.ts'
import type { MarketClock, WallClock } from '../config/clock.ts'
import type { StrategySettings } from '../config/config.ts'
import { accountRefusal } from '../session/account-check.ts'
import type { Campaign } from '../session/campaign.ts'
import type { Plan } from '../session/events.ts'
import type { Refusal, RefusalCode } from '../session/refusal.ts'
import type { SessionStore } from '../store/port.ts'
import { centsOf, midOf } from '../strategy/exact.ts'
import { trueMaxLossCents } from '../strategy/structure.ts'
import type { ProfileName, Structure } from '../strategy/types.ts'
import type { Brokers } from './brokers.ts'
import type { CommandJob, CommandResult, SessionJob } from './jobs.ts'
import { type TradingDays, upcomingDays } from './trading-days.ts'

export type StartCommand = Extract<CommandJob, { kind: 'start' }>

export interface CampaignDeps {
  readonly brokers: Brokers
  readonly store: SessionStore
  readonly clock: MarketClock
  readonly wall: WallClock
  readonly log: Logger
  settingsFor(profile: ProfileName): StrategySettings
  addSession(job: SessionJob): Promise<void>
}

type Refused = { readonly ok: false; readonly refusal: Refusal }

export function refused(code: RefusalCode, message: string, numbers: Refusal['numbers'] = {}): Refused {
  return { ok: false, refusal: { code, message, numbers } }
}

export async function startCampaign(job: StartCommand, deps: CampaignDeps): Promise<CommandResult> {
  const broker = deps.brokers.of(job.profile)
  if (broker === null) return noCredentials(job.profile)
  const account = await broker.account()
  if (!account.ok) return brokerRefused(account.error)
  const known = await deps.store.campaign(account.value.id)
  if (known.value?.campaignId === campaignId(job)) return armedAnswer(known.value, deps)
  if (known.value?.active) return alreadyRunning(known.value)
  const prepared = await prepareCampaign(job, broker, account.value, deps)
  if ('ok' in prepared) return prepared
  return arm(prepared, known.seq, deps)
}

async function arm(campaign: Campaign, expectedSeq: number, deps: CampaignDeps): Promise<CommandResult> {
  const { session, plan, source } = campaign
  const committed = await deps.store.commit({
    accountId: campaign.accountId,
    profile: plan.profile,
    source,
    date: session.date,
    atMarket_ms: deps.clock.now_ms() ?? session.open_ms,
    atWall_ms: deps.wall.now_ms(),
    events: [
      { type: 'campaign_armed', actor: campaign.armedBy, campaignId: campaign.campaignId, plan, next: { ...session } },
    ],
    epoch: null,
    session: null,
    campaign: { expectedSeq, value: campaign },
    openGuard: null,
  })
  return committed.ok ? armedAnswer(campaign, deps) : alreadyRunning(campaign)
}

function campaignId(job: StartCommand): string {
  return `campaign-${job.id}`
}

async function armedAnswer(campaign: Campaign, deps: CampaignDeps): Promise<CommandResult> {
  const { session, plan, accountId } = campaign
  await deps.addSession({ accountId, date: session.date })
  const now_ms = deps.clock.now_ms()
  const when =
    now_ms !== null && now_ms >= session.open_ms ? `today, ${session.date}` : `on ${session.date}, 9:30 New York`
  return {
    ok: true,
    accountId,
    message: `Armed ${plan.profile}: ${plan.structure} with ${plan.contracts} contracts, trading ${when}, every trading day until /stop.`,
    plan,
  }
}

async function prepareCampaign(
  job: StartCommand,
  broker: Broker,
  account: BrokerAccount,
  deps: CampaignDeps,
): Promise<Campaign | Refused> {
  const settings = deps.settingsFor(job.profile)
  const now_ms = deps.clock.now_ms()
  if (now_ms === null) return refused('broker_unreachable', 'The market clock does not answer yet; repeat in a moment.')
  const days = await upcomingDays(broker, now_ms, settings.limits)
  if (!days.ok) return brokerRefused(days.error)
  if (days.value === null) {
    return refused(
      'no_trading_day',
      'The market has no trading day ahead; with recorded days, start the simulator anew.',
    )
  }
  const spot = await spotNow(broker, days.value)
  const structure = chooseStructure(job.structure ?? settings.structure, account, settings, spot)
  const plan = planOf(settings, structure, account, spot)
  const refusal = accountRefusal(account, plan, spot)
  if (refusal !== null) return { ok: false, refusal }
  return newCampaign(job, account, settings, plan, days.value, deps)
}

/** For the buying power of a put alone; null before a first quote. */
async function spotNow(broker: Broker, days: TradingDays): Promise<number | null> {
  const snapshot = await broker.snapshot(days.session.date, 1)
  if (!snapshot.ok) return null
  const { bid, ask } = snapshot.value.spot
  return bid === null || ask === null || bid <= 0 ? null : midOf(bid, ask)
}

function chooseStructure(
  wanted: Structure | 'auto',
  account: BrokerAccount,
  settings: StrategySettings,
  spot: number | null,
): Structure {
  if (wanted !== 'auto') return wanted
  const plan = { structure: 'short_put', width: settings.width, contracts: settings.profile.contracts } as const
  return spot !== null && accountRefusal(account, plan, spot) === null ? 'short_put' : 'put_spread'
}

function planOf(settings: StrategySettings, structure: Structure, account: BrokerAccount, spot: number | null): Plan {
  const { profile, width, configHash } = settings
  const { contracts } = profile
  const worst =
    structure === 'put_spread'
      ? trueMaxLossCents({ structure, width, credit: 0, contracts })
      : spot === null
        ? null
        : trueMaxLossCents({ structure, strike: Math.ceil(spot), credit: 0, contracts })
  return {
    profile: profile.name,
    structure,
    width,
    contracts,
    targetDailyCents: centsOf(profile.targetDailyPnl),
    maxDailyLossCents: centsOf(profile.maxDailyLoss),
    maxLossPerTradeCents: centsOf(profile.maxLossPerTrade),
    trueMaxLossCents: worst,
    equityCents: centsOf(account.equity),
    optionsBuyingPowerCents: centsOf(account.optionsBuyingPower),
    optionsLevel: account.optionsLevel,
    configHash,
  }
}

function newCampaign(
  job: StartCommand,
  account: BrokerAccount,
  settings: StrategySettings,
  plan: Plan,
  days: TradingDays,
  deps: CampaignDeps,
): Campaign {
  const { profile, limits, width, engine } = settings
  return {
    campaignId: campaignId(job),
    accountId: account.id,
    source: account.source,
    strategy: { profile, limits, width, structure: plan.structure },
    engine,
    plan,
    armedBy: job.actor,
    armedAt_ms: deps.wall.now_ms(),
    session: days.session,
    next: days.next,
    stop: null,
    active: true,
  }
}

function noCredentials(profile: ProfileName): Refused {
  const names = `ALPACA_API_KEY_${profile.toUpperCase()} and ALPACA_SECRET_KEY_${profile.toUpperCase()}`
  return refused('no_credentials', `There are no Alpaca paper keys for ${profile}: set ${names}, then start again.`)
}

function alreadyRunning(campaign: Campaign): Refused {
  const { profile, structure } = campaign.plan
  const message =
    campaign.stop === null
      ? `${profile} is already armed (${structure}, by ${campaign.armedBy.name}); /status shows it, /stop ends it.`
      : `${profile} is being stopped and is not flat yet; /status shows how far it is, then start again.`
  return refused('already_running', message)
}

export function brokerRefused(error: BrokerError): Refused {
  switch (error.kind) {
    case 'unauthorised':
      return refused('unauthorised', 'Alpaca refuses the keys; check that they are paper keys and belong together.')
    case 'forbidden_host':
      return refused('live_credentials', `${error.message} This desk trades on paper only.`)
    default:
      return refused(
        'broker_unreachable',
        `The broker does not answer (${error.message}); nothing was started. Try again.`,
      )
  }
}
