/**
 * Runs a whole desk on this machine: Redis, simulators, worker, bot, watchdog.
 *
 * Entry point: `new Supervisor(options).run()`.
 *
 * 1. Start order: Redis, simulators (each must answer), then worker, bot and watchdog. How it ends: `shut-down.ts`.
 * 2. What ends unasked is started again, a bounded number of times: worker, bot, watchdog; Redis at the same address
 *    with the same files; the chat simulator at the same address, with an empty channel, as messages are in its memory
 *    alone.
 * 3. A market simulator that ends takes the desk down: a new one would be a new account, and the old one's position,
 *    orders and day are gone. So does what failed too often.
 * 4. The page may have the worker killed (`worker-control.ts`), on a simulated market only.
 */
import { join } from 'node:path'
import { LOOPBACK_HOST } from '../../broker/hosts.ts'
import type { WallClock } from '../../config/clock.ts'
import type { Config } from '../../config/config.ts'
import type { Environment } from '../../config/env.ts'
import { freePort } from '../../config/programs.ts'
import { pollUntil } from '../../config/wall-clock.ts'
import { EXIT, UsageError } from '../usage.ts'
import { Child, type ChildEvents, type ChildSpec } from './child.ts'
import { joinedHaveLeft } from './joined-workers.ts'
import { NODE_FLAGS } from './node-flags.ts'
import {
  chatArguments,
  chatControlEnvironment,
  type DeskAddresses,
  deskEnvironment,
  type HealthPorts,
  JOINING_WORKERS_MAX,
  type MarketOptions,
  marketArguments,
  pageAddress,
  simulatorEnvironment,
  watchdogEnvironment,
  workerDefaults,
  workerEnvironment,
} from './plan.ts'
import { type DeskRedis, provideRedis } from './redis.ts'
import { removeRunningDesk, writeRunningDesk } from './running-desk.ts'
import { type Gone, shutDown } from './shut-down.ts'
import { stopRequests } from './stop-requests.ts'
import { CHAT_LOST, inputProblem, MARKET_LOST, titleOf } from './words.ts'
import { startWorkerControl, type WorkerControl, type WorkerControlOptions } from './worker-control.ts'

interface SupervisorOptions {
  readonly config: Config
  /** What `config` was parsed from: the children get the same, whatever happens to the `.env` file meanwhile. */
  readonly environment: Environment
  readonly market: MarketOptions
  /** Address the page listens on. */
  readonly host: string
  readonly wall: WallClock
  /** Prints a line for the person at the terminal. */
  readonly say: (line: string) => void
}

const ANSWER_TIMEOUT_MS = 20_000
const READY_TIMEOUT_MS = 20_000
const POLL_MS = 50
/** From the second Ctrl+C to the end, at most. */
const KILL_MS = 3_000

class StartFailed extends Error {}

export class Supervisor {
  readonly #options: SupervisorOptions
  readonly #children: Child[] = []
  /** Those of the children that do the desk's work. */
  #desk: readonly Child[] = []
  readonly #failure = new AbortController()
  #redis: DeskRedis | null = null
  #control: WorkerControl | null = null
  #gone: Gone = null
  /** What a part said of the input it was given. */
  #badInput: string | null = null
  #stopping = false
  /** Nothing was left open by a worker that had to end. */
  #isSafe = true

  constructor(options: SupervisorOptions) {
    this.#options = options
  }

  /**
   * Runs until Ctrl+C, SIGTERM, or a part that cannot be replaced is gone; the exit status.
   * @throws UsageError when a part refused its input, like a damaged file of recorded quotes.
   */
  async run(): Promise<number> {
    const killed = new AbortController()
    const stop = stopRequests(this.#options.wall, () => {
      this.#killAll()
      killed.abort()
    })
    try {
      const status = await Promise.race([this.#run(stop.signal), this.#afterKill(killed.signal)])
      return stop.killStatus() ?? status
    } finally {
      stop.close()
    }
  }

  async #run(stop: AbortSignal): Promise<number> {
    const over = AbortSignal.any([stop, this.#failure.signal])
    let status: number = EXIT.done
    try {
      await this.#start(over)
      await aborted(over)
    } catch (error) {
      if (!(error instanceof StartFailed)) throw error
      this.#options.say(error.message)
      status = EXIT.no
    } finally {
      await this.#stop()
    }
    if (this.#badInput !== null) throw new UsageError(this.#badInput)
    return this.#failure.signal.aborted || !this.#isSafe ? EXIT.no : status
  }

  /** What is still being started or stopped is not waited for any longer. */
  async #afterKill(killed: AbortSignal): Promise<number> {
    await aborted(killed)
    await this.#options.wall.sleep(KILL_MS)
    return EXIT.no
  }

  async #start(over: AbortSignal): Promise<void> {
    const { config, wall, say } = this.#options
    const redis = await provideRedis({ config, wall, say })
    if (!redis.ok) throw new StartFailed(redis.problem)
    this.#redis = redis.redis
    void redis.redis.lost.then((why) => {
      this.#gone ??= 'redis'
      this.#fail(why)
    })
    const addresses: DeskAddresses = {
      redisUrl: redis.redis.url,
      marketPort: config.alpaca === null ? await freePort() : null,
      chatPort: config.discord === null ? config.port || (await freePort()) : null,
    }
    if (over.aborted) return
    await this.#startSimulators(addresses, over)
    if (over.aborted) return
    const page = addresses.chatPort === null ? null : pageAddress(addresses.chatPort)
    const joiningPorts = await Promise.all(Array.from({ length: JOINING_WORKERS_MAX }, freePort))
    this.#startDesk(addresses, page, { healthPort: await freePort(), joiningPorts })
    this.#announce(page)
    await this.#waitForDesk(over)
  }

  async #startSimulators({ marketPort, chatPort }: DeskAddresses, over: AbortSignal): Promise<void> {
    const env = simulatorEnvironment(this.#options.config, process.env)
    if (marketPort !== null && chatPort !== null) this.#control = await startWorkerControl(this.#controlOptions())
    const waits: Promise<unknown>[] = []
    if (marketPort !== null) {
      const args = marketArguments(marketPort, this.#options.market)
      const child = this.#add({ name: 'market', args, env, nodeFlags: NODE_FLAGS.simulator, restart: () => false })
      waits.push(this.#answers(child, `http://${LOOPBACK_HOST}:${marketPort}/sim/clock`, over))
    }
    if (chatPort !== null) {
      const args = chatArguments(chatPort, this.#options.host, marketPort)
      const chatEnv = { ...env, ...chatControlEnvironment(this.#control?.url ?? null) }
      let answered = false
      const restart = (): boolean => answered
      const child = this.#add({ name: 'chat', args, env: chatEnv, nodeFlags: NODE_FLAGS.simulator, restart })
      const waitForPage = async (): Promise<void> => {
        answered = await this.#answers(child, `http://${LOOPBACK_HOST}:${chatPort}/`, over)
      }
      waits.push(waitForPage())
    }
    await Promise.all(waits)
  }

  #controlOptions(): WorkerControlOptions {
    const killWorker = (): boolean => this.#desk.find(({ spec }) => spec.name === 'worker')?.crash() ?? false
    return { wall: this.#options.wall, killWorker }
  }

  #startDesk(addresses: DeskAddresses, page: string | null, ports: HealthPorts): void {
    const { config } = this.#options
    const { healthPort, joiningPorts } = ports
    const environment = deskEnvironment(addresses)
    const env = { ...this.#options.environment, ...environment, ENV_FILE: 'none' }
    const ownsRedis = config.redisUrl === null
    writeRunningDesk(config.dataDir, { pid: process.pid, page, environment, ...ports, ownsRedis })
    const defaults = workerDefaults(this.#options.market.recorded !== null)
    const workerEnv = { ...defaults, ...env, ...workerEnvironment(healthPort) }
    const watchdogEnv = { ...env, ...watchdogEnvironment([healthPort, ...joiningPorts], config.watchdog.workers) }
    const restart = (): boolean => true
    this.#desk = [
      this.#add({ name: 'worker', args: ['worker'], env: workerEnv, nodeFlags: NODE_FLAGS.worker, restart }),
      this.#add({ name: 'bot', args: ['bot'], env, nodeFlags: NODE_FLAGS.bot, restart }),
      this.#add({ name: 'watchdog', args: ['watchdog'], env: watchdogEnv, nodeFlags: NODE_FLAGS.watchdog, restart }),
    ]
  }

  #add(spec: ChildSpec): Child {
    const { config, wall, say } = this.#options
    const title = titleOf(spec.name)
    const events: ChildEvents = {
      onRestart: ({ how, wait_ms }) => {
        const lost = spec.name === 'chat' ? ` ${CHAT_LOST}` : ''
        say(`The ${title} ${how}; starting it again in ${wait_ms / 1000} s.${lost}`)
      },
      onGaveUp: ({ how, status }) => {
        const lost = spec.name === 'market' && this.#desk.length > 0 ? ` ${MARKET_LOST}` : ''
        if (lost !== '') this.#gone ??= 'market'
        if (status === EXIT.usage) this.#badInput ??= inputProblem(title, child.logTail())
        // What was killed said nothing about it.
        else this.#tellFailure(`The ${title} ${how}; shutting down.${lost}`, status === null ? undefined : child)
        this.#failure.abort()
      },
    }
    const child: Child = new Child(spec, { logDir: join(config.dataDir, 'logs'), wall, events })
    this.#children.push(child)
    child.start()
    return child
  }

  #fail(what: string, child?: Child): void {
    this.#tellFailure(`${what}; shutting down.`, child)
    this.#failure.abort()
  }

  /** The first failure is said; what follows from it is not. */
  #tellFailure(what: string, child?: Child): void {
    const { say } = this.#options
    if (this.#stopping || this.#failure.signal.aborted) return
    say(what)
    if (child === undefined) return
    for (const line of child.logTail()) say(`  ${line}`)
    say(`  (from ${child.logFile})`)
  }

  async #answers(child: Child, url: string, over: AbortSignal): Promise<boolean> {
    const answered = await pollUntil(
      async () => {
        if (over.aborted || !child.running) return 'ended'
        const ok = await fetch(url, { signal: AbortSignal.timeout(2_000) }).then(
          (response) => response.ok,
          () => false,
        )
        return ok ? 'answers' : null
      },
      { timeout_ms: ANSWER_TIMEOUT_MS, every_ms: POLL_MS, signal: over },
    )
    if (answered === null && !over.aborted)
      this.#fail(`The ${titleOf(child.spec.name)} does not answer at ${url}`, child)
    return answered === 'answers'
  }

  #announce(page: string | null): void {
    const { config, say } = this.#options
    const market = config.alpaca === null ? 'a market simulator' : 'Alpaca paper trading'
    const chat = config.discord === null ? 'a chat simulator' : 'Discord'
    say('')
    say(`  Phase4D runs on ${market} and ${chat}.`)
    if (page !== null) say(`  Open ${page} and type /start 25k`)
    else say('  Type /start 25k in the channel.')
    say(`  Ctrl+C stops it: positions are closed first. Logs: ${join(config.dataDir, 'logs')}`)
    say('')
  }

  async #waitForDesk(over: AbortSignal): Promise<void> {
    const pending = this.#desk
    const late = await pollUntil(async () => (pending.every((child) => child.ready) ? true : null), {
      timeout_ms: READY_TIMEOUT_MS,
      every_ms: POLL_MS,
      signal: over,
    })
    if (over.aborted) return
    if (late !== null) return this.#options.say('Worker and bot are ready.')
    const names = pending.filter((child) => !child.ready).map((child) => child.spec.name)
    this.#options.say(`Still waiting for the ${names.join(' and the ')}; see the logs.`)
  }

  async #stop(): Promise<void> {
    this.#stopping = true
    const { config, wall, say } = this.#options
    await this.#control?.close()
    const haveLeft = await joinedHaveLeft({ dataDir: config.dataDir, gone: this.#gone, wall, say })
    const isSafe = await shutDown({ children: this.#children, redis: this.#redis, gone: this.#gone, say })
    if (!isSafe || !haveLeft) this.#isSafe = false
    removeRunningDesk(config.dataDir)
    if (this.#desk.length > 0) say('Stopped.')
  }

  #killAll(): void {
    this.#options.say('Killing everything.')
    for (const child of this.#children) child.kill()
  }
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}
