/** The real bot against the chat simulator, with a made-up desk behind it. */
import { pino } from 'pino'
import { HANDLERS } from '../../commands/index.ts'
import type { WallClock } from '../../src/config/clock.ts'
import type { DiscordConfig } from '../../src/config/config.ts'
import { systemWallClock } from '../../src/config/wall-clock.ts'
import type { CommandSubmitter } from '../../src/discord/desk.ts'
import type { Handlers } from '../../src/discord/handlers.ts'
import { LATE_WAIT_MS } from '../../src/discord/late-wait.ts'
import { type BotDeps, runBot } from '../../src/discord/main.ts'
import type { CommandJob, CommandResult } from '../../src/queue/jobs.ts'
import { drawChart } from '../../src/report/charts.ts'
import { buildDayDocument } from '../../src/report/day/day-document.ts'
import type { DeskReader } from '../../src/report/views.ts'
import type { ReviewDesk } from '../../src/review/port.ts'
import type { Middleware } from '../../src/sim/discord/rest/route.ts'
import { type DiscordSim, startDiscordSim } from '../../src/sim/discord/server.ts'
import type { AuthorityStore } from '../../src/store/authority-store.ts'
import type { Lease, Leases } from '../../src/store/lease.ts'
import { createAuthorityMemory } from './authority-memory.ts'
import { ACCOUNT_ID, DATE, PLAN, SOURCE } from './desk-samples.ts'
import { tapped } from './discord-wire.ts'
import { FeedMemory } from './feed-memory.ts'
import { CONFIG, HEALTH } from './health-samples.ts'
import { journalOf } from './journal-samples.ts'
import { simulatedServer } from './simulated-server.ts'
import { REPORT, STATUS } from './view-samples.ts'

const READER: DeskReader = {
  lookaheads: async () => [],
  accounts: async () => [{ accountId: ACCOUNT_ID, profile: '25k', source: SOURCE, armed: true }],
  status: async () => STATUS,
  report: async (_accountId, date) => (date === null || date === DATE ? REPORT : null),
  document: async (_accountId, date) => (date === null || date === DATE ? buildDayDocument(journalOf()) : null),
  dates: async () => [DATE, '2026-07-16', '2026-07-15'],
  feed: async () => [],
  latestFeed: async () => journalOf().filter(({ feedNo }) => feedNo !== null),
  journal: async (_accountId, date) => (date === DATE ? journalOf() : []),
  reviews: async () => [],
  config: async () => CONFIG,
  feedProgress: async () => ({ feedNo: 6, postedNo: 6 }),
  health: async () => HEALTH.store,
}

/** Of a desk without a closed trade. */
const NO_REVIEWS: ReviewDesk = {
  policy: { needed: 2, tags: ['late-exit', 'news'] },
  record: async () => null,
  submit: async () => ({ kind: 'refused', reason: 'not_closed' }),
}

export const ARMED: CommandResult = { ok: true, accountId: ACCOUNT_ID, message: 'Armed 25k.', plan: PLAN }
/** What is answered first on a paper account. */
export const ASKING = {
  ok: true,
  accountId: ACCOUNT_ID,
  message: '25k on paper account PA3: put_spread. Nothing is started yet.',
  plan: PLAN,
  isAsking: true,
} as const satisfies CommandResult
/** A worker that asks, and arms when it is told to. */
export const asksFirst =
  (asking: CommandResult = ASKING) =>
  async (job: CommandJob): Promise<CommandResult> =>
    job.kind === 'start' && job.ask === true ? asking : ARMED

/** Hears every job and gives one answer. */
class FakeCommands implements CommandSubmitter {
  readonly jobs: CommandJob[] = []
  readonly lateJobs: CommandJob[] = []
  answer: (job: CommandJob) => Promise<CommandResult | 'pending'>
  /** The answer to one that was not answered at once. */
  late: (job: CommandJob) => Promise<CommandResult | 'pending'> = () => new Promise(() => undefined)

  constructor(answer: CommandResult | 'pending') {
    this.answer = async () => answer
  }

  async depths() {
    return HEALTH.queues
  }

  submit(job: CommandJob, wait_ms: number): Promise<CommandResult | 'pending'> {
    if (wait_ms === LATE_WAIT_MS) {
      this.lateJobs.push(job)
      return this.late(job)
    }
    this.jobs.push(job)
    return this.answer(job)
  }
}

/** A lease nobody else wants. */
function soleLease(feed: FeedMemory): Leases {
  return {
    acquire: async (name, owner): Promise<Lease> => ({ name, owner, epoch: feed.epoch }),
    renew: async () => true,
    release: async () => true,
    holder: async () => 'test',
    epochKey: (name) => name,
  }
}

export interface BotInTest {
  readonly sim: DiscordSim
  readonly feed: FeedMemory
  readonly commands: FakeCommands
  readonly discord: DiscordConfig
  /** Everything the bot logged, one JSON object a line. */
  readonly log: readonly string[]
  stop(): Promise<void>
}

export interface BotInTestOptions {
  readonly reader?: Partial<DeskReader>
  readonly answer?: CommandResult | 'pending'
  /** Of what was not answered at once; absent: never. */
  readonly lateAnswer?: CommandResult
  readonly discord?: Partial<DiscordConfig>
  readonly handlers?: Handlers
  readonly feed?: FeedMemory
  readonly sim?: DiscordSim
  readonly middleware?: readonly Middleware[]
  readonly authority?: AuthorityStore
  readonly wall?: WallClock
  readonly hasRateLimits?: boolean
  /** Also serves the local page at the simulator's address. */
  readonly hasPage?: boolean
  /** The parts that most tests do without. */
  readonly parts?: Partial<Pick<BotDeps, 'cards' | 'tradeCards' | 'schedule' | 'studies' | 'reviews'>>
}

export function startSim(
  options: Pick<BotInTestOptions, 'middleware' | 'hasRateLimits' | 'hasPage'> & { port?: number } = {},
) {
  return startDiscordSim({
    port: options.port ?? 0,
    log: {
      info: () => undefined,
      error: (details, message) => process.stderr.write(`${message} ${String(Object.values(details)[0])}\n`),
    },
    ...(options.hasPage === true ? {} : { pageFolder: null }),
    hasRateLimits: options.hasRateLimits ?? false,
    middleware: tapped(options.middleware ?? []),
  })
}

/** Resolves when the bot is logged in. A simulator that was handed in is left running by `stop`. */
export async function startBot(options: BotInTestOptions = {}): Promise<BotInTest> {
  const sim = options.sim ?? (await startSim(options))
  const feed = options.feed ?? new FeedMemory()
  const commands = new FakeCommands(options.answer ?? ARMED)
  const { lateAnswer } = options
  if (lateAnswer !== undefined) commands.late = async () => lateAnswer
  const log: string[] = []
  const discord = { ...simulatedServer(sim.apiUrl), ...options.discord }
  const stop = new AbortController()
  let activated = (): void => undefined
  const active = new Promise<void>((resolve) => {
    activated = resolve
  })
  const running = runBot(
    {
      discord,
      handlers: options.handlers ?? HANDLERS,
      reader: { ...READER, ...options.reader },
      commands,
      source: feed.source,
      feedStore: feed.store,
      leases: soleLease(feed),
      engines: null,
      reviews: NO_REVIEWS,
      authority: options.authority ?? createAuthorityMemory(),
      ...options.parts,
      draw: drawChart,
      wall: options.wall ?? systemWallClock,
      log: pino({ level: 'debug' }, { write: (line) => log.push(line) }),
      owner: 'test',
      onState: (state) => state === 'active' && activated(),
    },
    stop.signal,
  )
  await Promise.race([active, running])
  return {
    sim,
    feed,
    commands,
    discord,
    log,
    stop: async () => {
      stop.abort()
      await running
      if (options.sim === undefined) await sim.close()
    },
  }
}
