/**
 * `/start`: arms a campaign on the account of a profile.
 *
 * 1. The same command run twice (a retried job) arms once: the campaign's id is derived from the command's.
 * 2. The broker's and the store's part of the preflight goes before; a check that fails refuses, with what to do.
 */
import type { BrokerAccount, BrokerError } from '../broker/port.ts'
import type { MarketClock, WallClock } from '../config/clock.ts'
import type { StrategySettings } from '../config/config.ts'
import { spotOf, upcomingDays } from '../preflight/days.ts'
import type { StoreFacts } from '../preflight/facts.ts'
import type { PreflightReport } from '../preflight/line.ts'
import { chooseStructure } from '../preflight/structure.ts'
import { clockMinute, dayName, structureName } from '../report/format.ts'
import { type Campaign, CONTROL_ACTIVE, type Control, isPlanTold } from '../session/campaign.ts'
import type { EventOf, Plan } from '../session/events.ts'
import { type FeedFloorDeps, feedFloorOf } from '../session/runner/feed-floor.ts'
import type { TradingDays } from '../session/trading-days.ts'
import type { SessionStore } from '../store/port.ts'
import { centsOf } from '../strategy/exact.ts'
import { trueMaxLossCents } from '../strategy/structure.ts'
import type { ProfileName, Structure } from '../strategy/types.ts'
import type { Brokers } from './brokers.ts'
import type { CommandJob, CommandResult, SessionJob } from './jobs.ts'
import { keptControl } from './kept-control.ts'
import { preflightRefusal, runPreflight } from './preflight.ts'
import { readableSession } from './readable-session.ts'
import { type Refused, refused } from './refused.ts'
import { registrationFor, registrationNote, type VerdictFacts } from './register-campaign.ts'

export type StartCommand = Extract<CommandJob, { kind: 'start' }>

export interface CampaignDeps extends FeedFloorDeps {
  readonly brokers: Brokers
  readonly store: SessionStore
  readonly clock: MarketClock
  readonly wall: WallClock
  /** How long a second person has to decide; absent: a quarter of an hour. */
  readonly approvalExpires_ms?: number
  settingsFor(profile: ProfileName): StrategySettings
  addSession(job: SessionJob): Promise<void>
  /** How Redis is set up, for the preflight. */
  readStore(): Promise<StoreFacts>
  /** For the registration of a campaign and the proof of its days; absent: none is made. */
  readonly verdictFacts?: VerdictFacts
}

export async function startCampaign(job: StartCommand, deps: CampaignDeps): Promise<CommandResult> {
  const broker = deps.brokers.of(job.profile)
  if (broker === null) return noCredentials(job.profile)
  const account = await broker.account()
  if (!account.ok) return brokerRefused(account.error)
  const known = await deps.store.campaign(account.value.id)
  if (known.value?.campaignId === campaignId(job)) return armedAnswer(known.value, deps)
  if (known.value?.active) return alreadyRunning(known.value)
  const prepared = await prepareCampaign(job, account.value, deps)
  if ('ok' in prepared) return prepared
  if (job.ask === true && account.value.source.kind === 'PAPER') return askingAnswer(prepared)
  // What paused or halted the account holds for the new campaign too.
  const campaign = { ...prepared.campaign, control: await controlOf(known.value, deps) }
  const found = await registrationFor(campaign, known.value, deps)
  const { report } = prepared
  if (found === null) return withPreflight(await arm(campaign, {}, known.seq, deps), report)
  const { registered, isNew } = found
  const armed = await arm({ ...campaign, registered }, { registered: { ...registered, isNew } }, known.seq, deps)
  return withPreflight(armed, report)
}

/** Also where a desk went down between a day's end and what follows it, and was restored: the day still holds. */
async function controlOf(before: Campaign | null, { store }: CampaignDeps): Promise<Control> {
  if (before === null) return CONTROL_ACTIVE
  const { value } = await readableSession(before.accountId, before.session.date, store)
  return value?.phase === 'ended' ? keptControl(before.control, value) : before.control
}

function withPreflight(answer: CommandResult, preflight: PreflightReport): CommandResult {
  return answer.ok ? { ...answer, preflight } : answer
}

/** What would be armed; nothing is. */
function askingAnswer({ campaign, report }: Prepared): CommandResult {
  const { plan, session, accountId, source } = campaign
  const message = `${plan.profile} on paper account ${source.label}: ${structureName(plan.structure)} with ${plan.contracts} contracts, from ${dayName(session.date)}. Nothing is started yet.`
  return { ok: true, accountId, message, plan, preflight: report, isAsking: true }
}

async function arm(
  campaign: Campaign,
  registration: Pick<EventOf<'campaign_armed'>, 'registered'>,
  expectedSeq: number,
  deps: CampaignDeps,
): Promise<CommandResult> {
  const { session, plan, source, armedBy: actor, campaignId } = campaign
  const committed = await deps.store.commit({
    accountId: campaign.accountId,
    profile: plan.profile,
    source,
    date: session.date,
    atMarket_ms: deps.clock.now_ms() ?? session.open_ms,
    atWall_ms: deps.wall.now_ms(),
    events: [{ type: 'campaign_armed', actor, campaignId, plan, next: { ...session }, ...registration }],
    epoch: null,
    session: null,
    campaign: { expectedSeq, value: campaign },
    openGuard: null,
    feedFloor: expectedSeq === 0 ? await feedFloorOf(campaign.accountId, deps) : 0,
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
    now_ms !== null && now_ms >= session.open_ms
      ? `today, ${dayName(session.date)}`
      : `from ${dayName(session.date)} ${clockMinute(session.open_ms)} New York`
  return {
    ok: true,
    accountId,
    message: `Armed ${plan.profile}: ${structureName(plan.structure)} with ${plan.contracts} contracts, trading ${when}, every trading day until /stop.${registeredNote(campaign)}${pausedNote(campaign)}`,
    plan,
  }
}

/** A registration that is of this day was made with this arming. */
function registeredNote({ registered, session }: Campaign): string {
  return registrationNote(registered === undefined ? null : { registered, isNew: registered.from === session.date })
}

/** An account that was paused or halted stays so. */
function pausedNote({ control }: Campaign): string {
  if (control.mode === 'ACTIVE') return ''
  return ` It opens nothing yet: ${control.mode} since ${control.actor.name} (${control.reason}); /resume allows entries.`
}

interface Prepared {
  readonly campaign: Campaign
  readonly report: PreflightReport
}

async function prepareCampaign(
  job: StartCommand,
  account: BrokerAccount,
  deps: CampaignDeps,
): Promise<Prepared | (Refused & { readonly preflight?: PreflightReport })> {
  const now_ms = deps.clock.now_ms()
  if (now_ms === null) return refused('broker_unreachable', 'The market clock does not answer yet; repeat in a moment.')
  const preflight = await runPreflight(job.profile, deps, {
    account: { ok: true, value: account },
    structure: job.structure,
  })
  const refusal = preflightRefusal(preflight)
  if (refusal !== null) return { ...refusal, preflight: preflight.report }
  const { settings, wanted, readings } = preflight.facts
  const calendar = readings?.calendar.ok ? readings.calendar.value : []
  let days = upcomingDays(calendar, now_ms, settings.limits)
  // A day whose session was stopped is over: it is not traded a second time.
  const todays = days === null ? null : (await deps.store.session(account.id, days.session.date)).value
  if (days !== null && todays?.phase === 'ended') days = upcomingDays(calendar, days.session.close_ms, settings.limits)
  if (days === null) return refused('no_trading_day', 'The market has no trading day ahead; repeat in a moment.')
  // Null before a first quote.
  const spot = spotOf(readings?.snapshot?.result ?? null)
  const plan = planOf(settings, chooseStructure(wanted, account, settings, spot), account, spot)
  const campaign = newCampaign(job, account, settings, plan, days, deps)
  const told = isPlanTold(days.session, now_ms) ? { planToldFor: days.session.date } : {}
  return { campaign: { ...campaign, armedAtMarket_ms: now_ms, ...told }, report: preflight.report }
}

export function planOf(
  settings: StrategySettings,
  structure: Structure,
  account: BrokerAccount,
  spot: number | null,
): Plan {
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
    control: CONTROL_ACTIVE,
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

function brokerRefused(error: BrokerError): Refused {
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
