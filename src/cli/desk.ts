/** The desk from a terminal: the same jobs and views as the slash commands. */
import { randomUUID } from 'node:crypto'
import { userInfo } from 'node:os'
import type { Config } from '../config/config.ts'
import { createLogger } from '../config/logger.ts'
import { systemWallClock } from '../config/wall-clock.ts'
import { createCommandBus } from '../queue/commands.ts'
import type { CommandJob } from '../queue/jobs.ts'
import { periodText } from '../report/day/period-text.ts'
import { rangeOf, readPeriod } from '../report/day/read-period.ts'
import { shownAccounts } from '../report/shown-accounts.ts'
import type { DeskReader, StatusView } from '../report/views.ts'
import type { SessionMode } from '../session/mode.ts'
import { KEY_PREFIX, openStore } from '../store/open-store.ts'
import type { ProfileName, Structure } from '../strategy/types.ts'
import { documentText, type ShownStatus, statusText } from './desk-text.ts'
import { EXIT, refuse, UsageError } from './usage.ts'

interface DeskOptions {
  readonly account?: ProfileName
  readonly json?: boolean
}

const ANSWER_WAIT_MS = 15_000

export function runStart(config: Config, options: DeskOptions & { structure?: Structure | 'auto' }): Promise<number> {
  const { account } = options
  if (account === undefined) throw new UsageError('expected --account 2k or 25k')
  return submit(config, options, {
    ...newCommand(),
    kind: 'start',
    profile: account,
    structure: options.structure ?? null,
  })
}

export function runStop(config: Config, options: DeskOptions & { mode: 'flatten' | 'drain' }): Promise<number> {
  const { mode, account } = options
  return submit(config, options, { ...newCommand(), kind: 'stop', profile: account ?? null, mode })
}

export function runControl(
  config: Config,
  options: DeskOptions & { mode: SessionMode; reason?: string },
): Promise<number> {
  const { mode, account, reason } = options
  const job = { ...newCommand(), kind: 'control', profile: account ?? null, mode } as const
  return submit(config, options, { ...job, reason: reason ?? 'asked for in a terminal' })
}

/** The accounts armed, or the one started last; with `all` every one of the store, whatever became of its market. */
export function runStatus(config: Config, options: DeskOptions & { all?: boolean }): Promise<number> {
  return read(config, options, async (reader) => {
    const all = await wanted(reader, options)
    const accounts = options.all === true ? all : shownAccounts(all, options.account ?? null)
    const views = await Promise.all(accounts.map((account) => reader.status(account.accountId)))
    const known = views.filter((view) => view !== null)
    if (known.length === 0) return `no session has run${ofAccount(options)}; start one with phase4d start`
    const isOne = options.account !== undefined && options.all !== true
    const shown = await Promise.all(known.map((view) => withReviews(view, reader)))
    return { document: isOne ? shown[0] : shown, text: shown.map(statusText).join('\n\n') }
  })
}

export function runReport(config: Config, options: DeskOptions & { date: string | null }): Promise<number> {
  return read(config, options, async (reader) => {
    const { date } = options
    for (const { accountId } of await wanted(reader, options)) {
      const document = await reader.document(accountId, date)
      if (document !== null) return { document, text: documentText(document) }
    }
    if (date === null) return `no session has run${ofAccount(options)}; start one with phase4d start`
    return `no session of ${date} is known${ofAccount(options)}; without --date the latest is shown`
  })
}

interface PeriodOptions extends DeskOptions {
  readonly unit: 'week' | 'month' | null
  /** Of a range; of a week or month, any day of it: the latest session's by default. */
  readonly date: string | null
  readonly from: string | null
  readonly to: string | null
}

/** Several days together: a week, a month or any range. */
export function runPeriodReport(config: Config, options: PeriodOptions): Promise<number> {
  return read(config, options, async (reader) => {
    for (const { accountId } of await wanted(reader, options)) {
      const dates = await reader.dates(accountId)
      const [last, first] = [dates[0], dates.at(-1)]
      if (last === undefined || first === undefined) continue
      const range =
        options.unit === null
          ? { from: options.from ?? first, to: options.to ?? last }
          : rangeOf(options.unit, options.date ?? last)
      const period = await readPeriod(reader, accountId, range)
      if (period !== null) return { document: period, text: periodText(period) }
    }
    return `no session of those days is known${ofAccount(options)}`
  })
}

function newCommand(): Pick<CommandJob, 'id' | 'actor' | 'requestedAt_ms'> {
  const { username } = userInfo()
  return {
    id: randomUUID(),
    actor: { id: username, name: username, via: 'cli' },
    requestedAt_ms: systemWallClock.now_ms(),
  }
}

async function submit(config: Config, options: DeskOptions, job: CommandJob): Promise<number> {
  const bus = await createCommandBus(redisUrlOf(config), KEY_PREFIX)
  try {
    const result = await bus.submit(job, ANSWER_WAIT_MS)
    if (result === 'pending') {
      return no(options, 'no_answer', 'no worker has answered yet; the command is on the queue. Is a worker running?')
    }
    const text = result.ok ? result.message : `${result.refusal.message} (${result.refusal.code})`
    print(options, result, text)
    return result.ok ? EXIT.done : EXIT.no
  } finally {
    await bus.close()
  }
}

/** What is to be shown; in its place a string: why there is nothing. */
interface Answer {
  readonly document: unknown
  readonly text: string
}

/** With how many closed trades wait for the team's review. */
async function withReviews(view: StatusView, reader: Pick<DeskReader, 'reviews'>): Promise<ShownStatus> {
  const reviews = await reader.reviews(view.accountId)
  return { ...view, reviewsWaiting: reviews.filter(({ state }) => state === 'waiting').length }
}

async function read(
  config: Config,
  options: DeskOptions,
  answer: (reader: DeskReader) => Promise<Answer | string>,
): Promise<number> {
  const log = await createLogger({ level: 'silent', name: 'cli' })
  const store = await openStore({ redisUrl: redisUrlOf(config), wall: systemWallClock, log })
  try {
    const found = await answer(store.reader)
    if (typeof found === 'string') return no(options, 'no_data', `nothing to show: ${found}`)
    print(options, found.document, found.text)
    return EXIT.done
  } finally {
    store.close()
  }
}

async function wanted(reader: DeskReader, { account }: DeskOptions): ReturnType<DeskReader['accounts']> {
  return (await reader.accounts()).filter(({ profile }) => account === undefined || profile === account)
}

function redisUrlOf(config: Config): string {
  if (config.redisUrl === null) throw new UsageError('no REDIS_URL, and no desk runs here: type npm start first')
  return config.redisUrl
}

function ofAccount({ account }: DeskOptions): string {
  return account === undefined ? '' : ` for ${account}`
}

/** The document has the shape of a refused command's. */
function no({ json }: DeskOptions, code: string, message: string): number {
  return refuse({ out: process.stdout, err: process.stderr, json }, code, message)
}

function print(options: DeskOptions, document: unknown, text: string): void {
  process.stdout.write(`${options.json === true ? JSON.stringify(document) : text}\n`)
}
