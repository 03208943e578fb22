/** A whole desk inside one test: market simulator, worker and store, talking over the real protocols. */
import { randomUUID } from 'node:crypto'
import { pino } from 'pino'
import { createAlpacaBroker } from '../../src/broker/alpaca-broker.ts'
import type { MarketClock } from '../../src/config/clock.ts'
import { type AlpacaConfig, configHash } from '../../src/config/config.ts'
import { simMarketClock } from '../../src/config/market-clock.ts'
import { systemWallClock } from '../../src/config/wall-clock.ts'
import { decisionMark } from '../../src/discord/approval/authority.ts'
import { endpointOf } from '../../src/preflight/facts.ts'
import type { PreflightReport } from '../../src/preflight/line.ts'
import { createBrokers } from '../../src/queue/brokers.ts'
import { type CommandBus, createCommandBus } from '../../src/queue/commands.ts'
import { type DeskWorker, startDeskWorker } from '../../src/queue/desk-worker.ts'
import type { CommandJob, CommandResult } from '../../src/queue/jobs.ts'
import { DEFAULT_ENGINE_LIMITS, type EngineLimits } from '../../src/session/engine-limits.ts'
import type { SessionMode } from '../../src/session/mode.ts'
import { type AlpacaSim, startAlpacaSim } from '../../src/sim/alpaca/index.ts'
import type { AlpacaSimOptions } from '../../src/sim/alpaca/options.ts'
import { createAuthorityStore } from '../../src/store/authority-store.ts'
import { KEY_PREFIX, openStore, type Store } from '../../src/store/open-store.ts'
import { followRules } from '../../src/store/tape/rule-follower.ts'
import { tapesIn } from '../../src/store/tape/tape-files.ts'
import { PROFILES } from '../../src/strategy/profiles.ts'
import { DEFAULT_LIMITS, DEFAULT_WIDTH } from '../../src/strategy/rules.ts'
import type { ProfileName, Structure } from '../../src/strategy/types.ts'
import { COMES_MS_MAX, until } from './waits.ts'

export interface TestDeskOptions {
  readonly source: AlpacaSimOptions['source']
  readonly accounts?: AlpacaSimOptions['accounts']
  readonly structure?: Structure | 'auto'
  readonly speed?: number
  readonly paused?: boolean
  readonly engine?: Partial<EngineLimits>
  /** How long a second person has to decide. */
  readonly approvalExpires_ms?: number
  /** Where worker processes are to find the desk too: the program's own prefix, in a database of its own. */
  readonly database?: number
  /** Where the workers keep their decision tapes; absent: none is kept. */
  readonly dataDir?: string
  /** Of the record of backtests; one by default. */
  readonly variantsTried?: number
  /** A Redis of the test's own, under the program's own prefix. */
  readonly redisUrl?: string
}

export interface TestDesk {
  readonly sim: AlpacaSim
  readonly store: Store
  readonly bus: CommandBus
  readonly prefix: string
  readonly redisUrl: string
  start(profile: ProfileName): Promise<CommandResult>
  /** The worker's part of a preflight. */
  validate(profile: ProfileName | null): Promise<PreflightReport>
  /** Sets the switch of every armed account. */
  control(mode: SessionMode): Promise<CommandResult>
  /** Resumes every armed account; where that takes two persons, Amir is the second. */
  resume(): Promise<void>
  addWorker(): Promise<DeskWorker>
  /** Moves a market that is `paused` on to `time` (RFC 3339) at once, and lets it go on from there. */
  beginAt(time: string): Promise<void>
  /** Waits until every worker's market clock shows `t_ms` or later: they read the simulator's a few times a second. */
  clockAt(t_ms: number): Promise<void>
  close(): Promise<void>
}

const log = pino({ level: process.env.TEST_LOG_LEVEL ?? 'silent' }, pino.destination(2))

const actor = { id: 'u1', name: 'Olivia', via: 'discord' } as const
const APPROVER = { id: 'u2', name: 'Amir', via: 'discord' } as const

type Asked = CommandJob extends infer Job
  ? Job extends CommandJob
    ? Omit<Job, 'id' | 'actor' | 'requestedAt_ms'>
    : never
  : never

/** A worker over the real protocols, with the settings of the test. */
async function startWorker(
  { sim, store, prefix, redisUrl }: Pick<TestDesk, 'sim' | 'store' | 'prefix' | 'redisUrl'>,
  { dataDir, approvalExpires_ms, ...options }: TestDeskOptions,
): Promise<{ readonly worker: DeskWorker; readonly clock: MarketClock; close(): Promise<void> }> {
  const wall = systemWallClock
  const clock = simMarketClock({ url: sim.clockUrl, poll_ms: 5, wall })
  const brokers = createBrokers(
    (profile) => testBroker(sim, profile, clock),
    (profile) => endpointOf(testAlpaca(sim), profile),
  )
  await clock.start()
  const open = dataDir === undefined ? null : tapesIn({ dataDir, wall, log })
  const follower = open === null ? null : followRules({ open, brokers, clock, wall, log })
  const worker = await startDeskWorker({
    redisUrl,
    store,
    brokers,
    clock,
    wall,
    log,
    prefix,
    ...(follower === null ? {} : { openTape: follower.openTape }),
    ...(approvalExpires_ms === undefined ? {} : { approvalExpires_ms }),
    verdictFacts: {
      feeds: { option: 'indicative', stock: 'iex' },
      strategyVersion: 'of-the-test',
      triedWith: async () => ({ variants: options.variantsTried ?? 1, runs: 0 }),
    },
    settingsFor: (profile) => settingsOf(profile, options),
  })
  return {
    worker,
    clock,
    async close() {
      await worker.stop()
      follower?.stop()
      await Promise.allSettled([brokers.close(), clock.close()])
    },
  }
}

export async function startTestDesk(options: TestDeskOptions): Promise<TestDesk> {
  const shared = process.env.TEST_REDIS_URL ?? ''
  const ofDatabase = options.database === undefined ? shared : `${shared.replace(/\/$/, '')}/${options.database}`
  const redisUrl = options.redisUrl ?? ofDatabase
  const prefix = options.database === undefined && options.redisUrl === undefined ? `test-${randomUUID()}` : KEY_PREFIX
  const wall = systemWallClock
  const sim = await startAlpacaSim({
    port: 0,
    requestsPerMinute: 1_000_000,
    source: options.source,
    speed: options.speed ?? 80,
    paused: options.paused ?? false,
    ...(options.accounts === undefined ? {} : { accounts: options.accounts }),
  })
  const store = await openStore({ redisUrl, wall, log, prefix })
  if (options.database !== undefined) await store.redis.flushdb()
  const bus = await createCommandBus(redisUrl, prefix)
  const clocks: MarketClock[] = []
  const workers: { close(): Promise<void> }[] = []

  async function addWorker(): Promise<DeskWorker> {
    const { worker, clock, close } = await startWorker({ sim, store, prefix, redisUrl }, options)
    clocks.push(clock)
    workers.push({ close })
    return worker
  }

  async function submit(asked: Asked): Promise<CommandResult> {
    const job = { ...asked, id: randomUUID(), actor, requestedAt_ms: wall.now_ms() }
    const result = await bus.submit(job, COMES_MS_MAX)
    if (result === 'pending') throw new Error(`expected an answer to ${job.kind}, got none`)
    return result
  }

  return {
    sim,
    store,
    bus,
    prefix,
    redisUrl,
    addWorker,
    async beginAt(time) {
      await postTo(`${sim.url}/sim/step`, { to: time })
      await postTo(sim.clockUrl, { paused: false })
    },
    async clockAt(t_ms) {
      const reached = () => clocks.every((clock) => (clock.now_ms() ?? 0) >= t_ms)
      await until('the market clocks to follow', reached)
    },
    async validate(profile) {
      const id = randomUUID()
      const result = await bus.submit(
        { kind: 'validate', id, actor, requestedAt_ms: wall.now_ms(), profile },
        COMES_MS_MAX,
      )
      if (result === 'pending' || !result.ok || result.preflight === undefined) throw new Error('expected a preflight')
      return result.preflight
    },
    start: (profile) => submit({ kind: 'start', profile, structure: null }),
    control: (mode) => submit({ kind: 'control', profile: null, mode, reason: 'a test' }),
    async resume() {
      const asked = await submit({ kind: 'control', profile: null, mode: 'ACTIVE', reason: 'a test' })
      if (!asked.ok) throw new Error(asked.refusal.message)
      const authority = createAuthorityStore({ ...store, feed: store.reader.feed, wall })
      for (const { accountId, approvalId } of asked.approvals ?? []) {
        const date = (await authority.campaign(accountId))?.session.date ?? ''
        const decided = { type: 'approval_decided', approvalId, decision: 'approved', actor: APPROVER } as const
        await authority.commit(accountId, [decided], decisionMark(approvalId), date)
        const applied = await submit({ kind: 'approved', profile: null, accountId, date, approvalId })
        if (!applied.ok) throw new Error(applied.refusal.message)
      }
    },
    async close() {
      for (const worker of workers) await worker.close()
      await bus.close()
      store.close()
      await sim.close()
    },
  }
}

function testAlpaca(sim: AlpacaSim) {
  return {
    credentials: {
      '25k': { keyId: 'PKSIM25K', secret: 'sim' },
      '2k': { keyId: 'PKSIM2K', secret: 'sim' },
    },
    tradingUrl: sim.url,
    dataUrl: sim.url,
    tradingStreamUrl: sim.streamUrls.trading,
    stockStreamUrl: sim.streamUrls.stock,
    optionStreamUrl: sim.streamUrls.option,
    optionFeed: 'indicative',
    stockFeed: 'iex',
  } as const satisfies AlpacaConfig
}

/** Asks a simulator for something; rejects with its reason where it refuses. */
export async function postTo(url: string, body: object): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`)
}

function testBroker(sim: AlpacaSim, profile: ProfileName, clock: ReturnType<typeof simMarketClock>) {
  const { credentials, stockFeed: _, ...addresses } = testAlpaca(sim)
  return createAlpacaBroker({
    ...credentials[profile],
    ...addresses,
    requestsPerMinute: 1_000_000,
    log,
    wallClock: systemWallClock,
    marketClock: clock,
  })
}

function settingsOf(profile: ProfileName, options: TestDeskOptions) {
  const settings = {
    profile: PROFILES[profile],
    limits: DEFAULT_LIMITS,
    engine: { ...DEFAULT_ENGINE_LIMITS, ...options.engine },
    structure: options.structure ?? 'auto',
    width: DEFAULT_WIDTH,
  } as const
  return { ...settings, configHash: configHash(settings) }
}

/**
 * Slows the market down to 1× in the moment an account holds something. It looks from the simulator's own process,
 * between its ticks: no busy machine lets the position run into its stop before the test has seen it.
 */
export async function slowOnceHeld({ sim }: Pick<TestDesk, 'sim'>, timeout_ms: number): Promise<void> {
  const isHeld = () => sim.accounts.some(({ positions }) => positions.size > 0)
  await until('a position at the broker', isHeld, timeout_ms)
  await postTo(sim.clockUrl, { speed: 1 })
}
