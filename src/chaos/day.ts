/**
 * One simulated day: two workers and two bots of the real desk, its broker, store and chat in memory, all on virtual
 * time. Entry point: `runDay`. The same seed and number give the same day, to the last call.
 */
import { type Logger, pino } from 'pino'
import type { TradeUpdate } from '../broker/port.ts'
import { type RandomSequence, sequence } from '../config/prng.ts'
import { MINUTE_MS } from '../time/units.ts'
import { DataStreams } from './broker/data-streams.ts'
import { DayMarket } from './broker/day-market.ts'
import { SimBroker } from './broker/sim-broker.ts'
import { SimChat } from './chat/sim-chat.ts'
import { startBot } from './desk/bot.ts'
import { FeedBell } from './desk/feed-bell.ts'
import { JobQueue } from './desk/job-queue.ts'
import { Misfortunes } from './desk/misfortunes.ts'
import { type DaySetup, daySetup } from './desk/setup.ts'
import { StoreLoss } from './desk/store-loss.ts'
import { Team } from './desk/team.ts'
import { SimWorker } from './desk/worker.ts'
import { type ChaosPace, FAST_PACE, SILENT, type World } from './desk/world.ts'
import { FaultCounts, type FaultPlan } from './faults/fault.ts'
import { randomPlan, type Stretch } from './faults/random-plan.ts'
import { isListed } from './faults/sites.ts'
import { Checks } from './invariants/checks.ts'
import { checkEndOfDay, isFullDay, isUndisturbed } from './invariants/end-of-day.ts'
import type { Violation } from './invariants/violation.ts'
import { createMemoryStore } from './store/memory-store.ts'
import { VirtualTime } from './time/virtual-time.ts'

/** Virtual time begins this long before the open. */
const BEFORE_OPEN_MS = 12 * MINUTE_MS
const AFTER_CLOSE_MS = 25 * MINUTE_MS
/** No faults while the last positions are closed, and while the last posts go out. */
const CALM_BEFORE_CLOSE_MS = 20 * MINUTE_MS
const FAULTS_AFTER_CLOSE_MS = 4 * MINUTE_MS
/** Of what is published, so much is not heard. */
const UNHEARD_SHARE = 0.15
const WORKERS = ['worker-1', 'worker-2'] as const
const BOTS = ['bot-1'] as const
/** Of a minute, when its data come: the bar of the one before and quotes; with a position, quotes twice more. */
const DATA_AT_MS = [400, 20_400, 40_400] as const

export interface DayOptions {
  readonly seed: string
  readonly day: number
  /** Instead of faults, commands and restarts by chance. */
  readonly plan?: FaultPlan
  /** A day of this length instead of the exchange's. */
  readonly minutes?: number
  readonly pace?: ChaosPace
  readonly trace?: (line: string) => void
}

export interface DayResult {
  readonly violation: Violation | null
  readonly counts: FaultCounts
  /** Entry decisions and checks of the exits. */
  readonly decisions: number
  readonly entryDecisions: number
  /** A whole day that nobody stopped, without an opening. */

  readonly isUndisturbed: boolean
  /** As long as the exchange's usual one. */
  readonly isFullDay: boolean
  readonly exits: readonly string[]
  /** Misfortunes that came about. */
  readonly befell: readonly string[]
  readonly trades: number
  readonly orders: number
  readonly fenced: number
  readonly duplicates: number
  readonly posts: number
}

export async function runDay(options: DayOptions): Promise<DayResult> {
  const { world, setup, workers, stretches, start_ms } = buildWorld(options)
  const { time, broker, checks, counts, market, streams } = world
  const { session, account } = setup
  const close_ms = session.close_ms - start_ms
  setup.arm(world)
  for (const name of WORKERS) startWorker(world, name, workers)
  for (const name of BOTS) startBot(world, name)
  if (options.plan === undefined) {
    const all = (): readonly SimWorker[] => [...workers.values()]
    new Team(world, all).plan(stretches[0])
    new Misfortunes(world, all).plan(stretches[0])
  }
  feedMarket(world, start_ms)
  let wasOpen = false
  time.at(close_ms, () => {
    wasOpen = broker.close()
  })
  await time.run(close_ms + AFTER_CLOSE_MS)
  const unlisted = counts.sites().filter((site) => !isListed(site))
  if (unlisted.length > 0) checks.fail('bug', `expected every call site in faults/sites.ts, got ${unlisted.join(', ')}`)
  if (checks.violation === null) {
    checkEndOfDay(world, { wasOpen, startCashCents: Math.round(Number(account.cash) * 100) })
  }
  return {
    violation: checks.violation,
    counts,
    decisions: checks.journal.decisions + streams.optionQuotes,
    entryDecisions: checks.journal.decisions,
    isUndisturbed: isUndisturbed(world),
    isFullDay: isFullDay(market),
    exits: checks.journal.closed.map(({ reason }) => reason),
    befell: [...checks.befell],
    trades: checks.journal.closed.length,
    orders: broker.allOrders().length,
    fenced: checks.fenced,
    duplicates: checks.orders.duplicates,
    posts: checks.feed.posted,
  }
}

interface BuiltWorld {
  readonly world: World
  readonly setup: DaySetup
  readonly workers: Map<string, SimWorker>
  /** When faults may happen. */
  readonly stretches: readonly [Stretch, Stretch]
  readonly start_ms: number
}

function buildWorld({ seed, day, minutes, plan: given, pace, trace }: DayOptions): BuiltWorld {
  const random = sequence(`${seed}/${day}`)
  const time = new VirtualTime()
  const setup = daySetup(random, minutes ?? null)
  const { session, account, campaign } = setup
  const start_ms = session.open_ms - BEFORE_OPEN_MS
  const now_ms = (): number => start_ms + time.now_ms
  const line = trace === undefined ? null : (text: string): void => trace(`${clockOf(now_ms())} ${text}`)
  const stretches = stretchesOf(session.close_ms - start_ms)
  const faults = { random: sequence(`${seed}/${day}/faults`), stretches, intensity: setup.intensity }
  const plan = given ?? randomPlan(faults)
  const counts = new FaultCounts()
  const market = new DayMarket(session, random, BEFORE_OPEN_MS)
  const workers = new Map<string, SimWorker>()
  const { store, bell } = sharedStore(time, random, workers)
  const checks: Checks = new Checks({
    facts: () => ({
      broker,
      market,
      contracts: campaign.plan.contracts,
      now_ms: now_ms(),
      campaign: store.sessions.campaign(account.id).value,
    }),
    now_ms: () => time.now_ms,
    onViolation: () => time.stop(),
  })
  const streams = new DataStreams(market, { plan, counts, trace: line })
  const onUpdate = (update: TradeUpdate): void => streams.update(update)
  const broker: SimBroker = new SimBroker({ account, market, random, time, now_ms, watch: checks.orders, onUpdate })
  const chat = new SimChat(time, (message) => checks.feed.add(message))
  const epochs = { wall_ms: start_ms, market_ms: start_ms, marketEnd_ms: session.close_ms + AFTER_CLOSE_MS }
  const queue = new JobQueue(time)
  const log = line === null ? SILENT : tracedLog(line)
  const shared = { time, epochs, market, broker, streams, chat, store, queue, bell, plan, counts, checks, random, log }
  const late = sequence(`${seed}/${day}/late`)
  const befalls = { late, loss: new StoreLoss(), absence: { until_ms: 0 }, settings: setup.settings }
  const world: World = { ...shared, ...befalls, pace: pace ?? FAST_PACE, trace: line, accountId: account.id, now_ms }
  return { world, setup, workers, stretches, start_ms }
}

function stretchesOf(close_ms: number): readonly [Stretch, Stretch] {
  return [
    { from_ms: 0, to_ms: close_ms - CALM_BEFORE_CLOSE_MS },
    { from_ms: close_ms, to_ms: close_ms + FAULTS_AFTER_CLOSE_MS },
  ]
}

/** What is published while somebody's connection is down is never heard. */
function sharedStore(time: VirtualTime, random: RandomSequence, workers: ReadonlyMap<string, SimWorker>) {
  const bell = new FeedBell()
  const isHeard = (): boolean => random.uniform() > UNHEARD_SHARE
  const store = createMemoryStore({
    now_ms: () => time.now_ms,
    onFeed: (accountId) => {
      if (isHeard()) bell.ring(accountId)
    },
    onCampaign: (accountId) => {
      for (const worker of workers.values()) if (isHeard()) worker.campaignChanged(accountId)
    },
  })
  return { store, bell }
}

function startWorker(world: World, name: string, workers: Map<string, SimWorker>): void {
  const { time, absence } = world
  const again = (): void => startWorker(world, name, workers)
  if (time.now_ms < absence.until_ms) time.at(absence.until_ms, again)
  else workers.set(name, new SimWorker(world, name, again))
}

/** Quotes and bars, minute by minute, until the close. */
function feedMarket({ time, market, streams }: World, start_ms: number): void {
  const { open_ms, close_ms } = market.session
  const minute = (at_ms: number): void => {
    if (at_ms > close_ms) return
    for (const wait_ms of DATA_AT_MS) {
      time.at(at_ms + wait_ms - start_ms, () => {
        if (wait_ms === DATA_AT_MS[0] && at_ms > open_ms) streams.bar(at_ms - MINUTE_MS)
        if (wait_ms === DATA_AT_MS[0] || streams.isWatched) streams.quotes(at_ms + wait_ms)
      })
    }
    time.at(at_ms + MINUTE_MS - start_ms, () => minute(at_ms + MINUTE_MS))
  }
  minute(open_ms)
}

function clockOf(now_ms: number): string {
  return new Date(now_ms).toISOString().slice(11, 23)
}

function tracedLog(trace: (line: string) => void): Logger {
  const write = (line: string): void => {
    const { msg, err, level: _level, time: _time, pid: _pid, hostname: _host, ...rest } = JSON.parse(line)
    trace(`  log: ${msg}${err === undefined ? '' : ` (${err.message})`} ${JSON.stringify(rest)}`)
  }
  return pino({ level: 'debug' }, { write })
}
