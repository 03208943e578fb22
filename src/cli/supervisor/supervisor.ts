/**
 * Runs a whole desk on this machine: Redis, simulators, worker, bot, watchdog.
 *
 * Entry point: `new Supervisor(options).run()`.
 *
 * 1. Start order: Redis, simulators (each must answer), then worker, bot and watchdog. Stop order: worker (it closes
 *    positions and reports), watchdog, bot (it posts the rest), simulators, Redis. Each stop is bounded.
 * 2. Worker, bot and watchdog are restarted when they end unasked. A simulator or Redis that ends takes the desk down: its
 *    market, its messages or its memory are gone, and a desk that goes on without would only pretend.
 */
import { join } from 'node:path'
import type { WallClock } from '../../config/clock.ts'
import type { Config } from '../../config/config.ts'
import type { Environment } from '../../config/env.ts'
import { LOOPBACK_HOST } from '../../config/hosts.ts'
import { freePort } from '../../config/programs.ts'
import { pollUntil } from '../../config/wall-clock.ts'
import { EXIT } from '../usage.ts'
import { Child, type ChildEvents, type ChildSpec } from './child.ts'
import { NODE_FLAGS } from './node-flags.ts'
import {
  chatArguments,
  type DeskAddresses,
  deskEnvironment,
  type MarketOptions,
  marketArguments,
  pageAddress,
  watchdogEnvironment,
  workerDefaults,
  workerEnvironment,
} from './plan.ts'
import { type DeskRedis, provideRedis } from './redis.ts'
import { removeRunningDesk, writeRunningDesk } from './running-desk.ts'
import { stopRequests } from './stop-requests.ts'

export interface SupervisorOptions {
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
const STOP_WORKER_MS = 45_000
const STOP_WATCHDOG_MS = 8_000
const STOP_BOT_MS = 12_000
const STOP_SIMULATOR_MS = 4_000

class StartFailed extends Error {}

export class Supervisor {
  readonly #options: SupervisorOptions
  readonly #children: Child[] = []
  readonly #failure = new AbortController()
  #redis: DeskRedis | null = null
  #stopping = false
  /** Nothing was left open by a worker that had to end. */
  #isSafe = true

  constructor(options: SupervisorOptions) {
    this.#options = options
  }

  /** Runs until Ctrl+C, SIGTERM, or a part that cannot be replaced is gone; the exit status. */
  async run(): Promise<number> {
    const stop = stopRequests(this.#options.wall, () => this.#killAll())
    const over = AbortSignal.any([stop.signal, this.#failure.signal])
    let status: number = EXIT.done
    try {
      await this.#start(over)
      if (!over.aborted)
        await new Promise<void>((resolve) => over.addEventListener('abort', () => resolve(), { once: true }))
    } catch (error) {
      if (!(error instanceof StartFailed)) throw error
      this.#options.say(error.message)
      status = EXIT.no
    } finally {
      await this.#stop()
      stop.close()
    }
    return this.#failure.signal.aborted || !this.#isSafe ? EXIT.no : status
  }

  async #start(over: AbortSignal): Promise<void> {
    const { config, say } = this.#options
    const redis = await provideRedis(config, say)
    if (!redis.ok) throw new StartFailed(redis.problem)
    this.#redis = redis.redis
    void redis.redis.ended.then(() => this.#fail('Redis ended unexpectedly'))
    const addresses: DeskAddresses = {
      redisUrl: redis.redis.url,
      marketPort: config.alpaca === null ? await freePort() : null,
      chatPort: config.discord === null ? config.port || (await freePort()) : null,
    }
    if (over.aborted) return
    await this.#startSimulators(addresses, over)
    if (over.aborted) return
    const page = addresses.chatPort === null ? null : pageAddress(addresses.chatPort)
    this.#startDesk(addresses, page, await freePort())
    this.#announce(page)
    await this.#waitForDesk(over)
  }

  async #startSimulators({ marketPort, chatPort }: DeskAddresses, over: AbortSignal): Promise<void> {
    const env = simulatorEnvironment(this.#options.config)
    const waits: Promise<void>[] = []
    if (marketPort !== null) {
      const args = marketArguments(marketPort, this.#options.market)
      const child = this.#add({ name: 'market', args, env, nodeFlags: NODE_FLAGS.simulator, restart: false })
      waits.push(this.#answers(child, `http://${LOOPBACK_HOST}:${marketPort}/sim/clock`, over))
    }
    if (chatPort !== null) {
      const args = chatArguments(chatPort, this.#options.host, marketPort)
      const child = this.#add({ name: 'chat', args, env, nodeFlags: NODE_FLAGS.simulator, restart: false })
      waits.push(this.#answers(child, `http://${LOOPBACK_HOST}:${chatPort}/`, over))
    }
    await Promise.all(waits)
  }

  #startDesk(addresses: DeskAddresses, page: string | null, healthPort: number): void {
    const { config } = this.#options
    const environment = deskEnvironment(addresses)
    const env = { ...this.#options.environment, ...environment, ENV_FILE: 'none' }
    writeRunningDesk(config.dataDir, { pid: process.pid, page, environment })
    const defaults = workerDefaults(this.#options.market.recorded !== null)
    const workerEnv = { ...defaults, ...env, ...workerEnvironment(healthPort) }
    const watchdogEnv = { ...env, ...watchdogEnvironment(healthPort, config.watchdog.workers) }
    this.#add({ name: 'worker', args: ['worker'], env: workerEnv, nodeFlags: NODE_FLAGS.worker, restart: true })
    this.#add({ name: 'bot', args: ['bot'], env, nodeFlags: NODE_FLAGS.bot, restart: true })
    this.#add({ name: 'watchdog', args: ['watchdog'], env: watchdogEnv, nodeFlags: NODE_FLAGS.watchdog, restart: true })
  }

  #add(spec: ChildSpec): Child {
    const { config, wall, say } = this.#options
    const events: ChildEvents = {
      onRestart: (_, how, wait_ms) => say(`The ${spec.name} ${how}; starting it again in ${wait_ms / 1000} s.`),
      onGaveUp: (_, how) => this.#fail(`The ${spec.name} ${how}`, child),
    }
    const child: Child = new Child(spec, { logDir: join(config.dataDir, 'logs'), wall, events })
    this.#children.push(child)
    child.start()
    return child
  }

  #fail(what: string, child?: Child): void {
    if (this.#stopping || this.#failure.signal.aborted) return
    this.#options.say(`${what}; shutting down.`)
    if (child !== undefined) {
      for (const line of child.logTail()) this.#options.say(`  ${line}`)
      this.#options.say(`  (from ${child.logFile})`)
    }
    this.#failure.abort()
  }

  async #answers(child: Child, url: string, over: AbortSignal): Promise<void> {
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
    if (answered === null && !over.aborted) this.#fail(`The ${child.spec.name} does not answer at ${url}`, child)
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
    const pending = this.#children.filter((child) => child.spec.restart)
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
    const { config, say } = this.#options
    const named = (name: string): Child[] => this.#children.filter((child) => child.spec.name === name)
    const stop = async (children: readonly Child[], limit_ms: number): Promise<void> => {
      const ends = await Promise.all(children.map((child) => child.stop(limit_ms)))
      children.forEach(({ spec }, index) => {
        if (ends[index] === 'killed') say(`The ${spec.name} did not end in time and was killed.`)
        if (spec.name === 'worker' && ends[index] !== 'done') this.#isSafe = false
      })
    }
    if (named('worker').some((child) => child.running)) say('Stopping: closing positions ...')
    await stop(named('worker'), STOP_WORKER_MS)
    await stop(named('watchdog'), STOP_WATCHDOG_MS)
    await stop(named('bot'), STOP_BOT_MS)
    await stop([...named('market'), ...named('chat')], STOP_SIMULATOR_MS)
    await this.#redis?.stop()
    removeRunningDesk(config.dataDir)
    if (!this.#isSafe)
      say('A POSITION MAY STILL BE OPEN: the worker could not close everything. Check the account by hand.')
    if (this.#children.length > 0) say('Stopped.')
  }

  #killAll(): void {
    this.#options.say('Killing everything.')
    for (const child of this.#children) child.kill()
  }
}

/** Simulators need no credentials, so they get none. */
function simulatorEnvironment(config: Config): NodeJS.ProcessEnv {
  const kept = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'TZ', 'INIT_CWD', 'NODE_OPTIONS', 'LD_LIBRARY_PATH', 'CI']
  const inherited = Object.fromEntries(kept.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])))
  return {
    ...inherited,
    NODE_ENV: 'production',
    LOG_LEVEL: config.logLevel,
    DATA_DIR: config.dataDir,
    ENV_FILE: 'none',
  }
}
