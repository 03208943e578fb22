/**
 * One child process of `phase4d up`: started, watched, restarted, stopped.
 *
 * 1. Its output goes straight to its log file, so that nothing is lost when the parent is killed.
 * 2. It has a process group of its own: a Ctrl+C in the terminal reaches the parent alone, which stops the children in
 *    order.
 * 3. Restarts are bounded: `RESTARTS_MAX` within `RESTART_WINDOW_MS`.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { WallClock } from '../../config/clock.ts'
import { PROJECT_ROOT } from '../../config/paths.ts'
import { isReadyMessage } from '../ready.ts'
import { EXIT } from '../usage.ts'

export interface ChildSpec {
  readonly name: string
  /** Arguments of the command line, e.g. `['sim', 'alpaca', '--port', '4410']`. */
  readonly args: readonly string[]
  readonly env: NodeJS.ProcessEnv
  readonly nodeFlags: readonly string[]
  readonly restart: boolean
}

export interface ChildEvents {
  /** It ended unasked and will start again in `wait_ms`. */
  onRestart(spec: ChildSpec, how: string, wait_ms: number): void
  /** It ended unasked and stays down. */
  onGaveUp(spec: ChildSpec, how: string): void
}

const RESTARTS_MAX = 8
const RESTART_WINDOW_MS = 5 * 60_000
const BACKOFF_FIRST_MS = 500
const BACKOFF_MAX_MS = 15_000
const LOG_SIZE_MAX = 10_000_000
const LOG_TAIL_LINES = 8

export class Child {
  readonly spec: ChildSpec
  readonly #logFile: string
  readonly #wall: WallClock
  readonly #events: ChildEvents
  readonly #stopping = new AbortController()
  #process: ChildProcess | null = null
  #exited: Promise<void> = Promise.resolve()
  #status: number | null = null
  /** Where this run's lines begin in the log file. */
  #logStart = 0
  #restarts_ms: readonly number[] = []
  #ready = false

  constructor(spec: ChildSpec, options: { logDir: string; wall: WallClock; events: ChildEvents }) {
    this.spec = spec
    this.#wall = options.wall
    this.#events = options.events
    mkdirSync(options.logDir, { recursive: true })
    this.#logFile = join(options.logDir, `${spec.name}.log`)
  }

  start(): void {
    if (this.#stopping.signal.aborted) return
    rotate(this.#logFile)
    const log = openSync(this.#logFile, 'a')
    this.#logStart = statSync(this.#logFile).size
    const main = join(PROJECT_ROOT, 'build', 'src', 'cli', 'main.js')
    const child = spawn(process.execPath, [...this.spec.nodeFlags, main, ...this.spec.args], {
      cwd: PROJECT_ROOT,
      env: this.spec.env,
      stdio: ['ignore', log, log, 'ipc'],
      detached: true,
    })
    closeSync(log)
    this.#process = child
    this.#ready = false
    child.on('message', (message) => {
      if (isReadyMessage(message)) this.#ready = true
    })
    this.#exited = new Promise((resolve) => {
      let ended = false
      const finish = (how: string, status: number | null): void => {
        if (ended) return
        ended = true
        if (this.#process === child) this.#process = null
        this.#status = status
        this.#afterExit(how, status)
        resolve()
      }
      child.on('error', (error) => finish(`could not be started (${error.message})`, null))
      child.on('exit', (status, signal) =>
        finish(signal === null ? `ended (${status})` : `was killed (${signal})`, status),
      )
    })
  }

  #afterExit(how: string, status: number | null): void {
    if (this.#stopping.signal.aborted) return
    const now_ms = this.#wall.monotonic_ms()
    this.#restarts_ms = this.#restarts_ms.filter((at_ms) => now_ms - at_ms < RESTART_WINDOW_MS)
    const count = this.#restarts_ms.length
    // Bad configuration does not get better by trying again.
    if (!this.spec.restart || status === EXIT.usage || count >= RESTARTS_MAX) {
      this.#events.onGaveUp(this.spec, how)
      return
    }
    this.#restarts_ms = [...this.#restarts_ms, now_ms]
    const wait_ms = Math.min(BACKOFF_FIRST_MS * 2 ** count, BACKOFF_MAX_MS)
    this.#events.onRestart(this.spec, how, wait_ms)
    void this.#wall.sleep(wait_ms, this.#stopping.signal).then(() => this.start())
  }

  get running(): boolean {
    return this.#process !== null
  }

  /** True once the running process has said that it does its work. */
  get ready(): boolean {
    return this.#ready && this.running
  }

  /**
   * Asks the process to end, kills it when it has not after `limit_ms`. `failed`: it ended by itself, and said with its
   * exit status that not all was well.
   */
  async stop(limit_ms: number): Promise<'done' | 'failed' | 'killed'> {
    this.#stopping.abort()
    const child = this.#process
    if (child === null) return 'done'
    // One that had not begun its work yet has nothing to finish, and ends by the signal itself.
    const wasReady = this.#ready
    child.kill('SIGTERM')
    const timeout = new AbortController()
    const ended = await Promise.race([
      this.#exited.then(() => true),
      this.#wall.sleep(limit_ms, timeout.signal).then(() => false),
    ])
    timeout.abort()
    if (!ended) this.kill()
    await this.#exited
    if (!ended) return 'killed'
    return this.#status === EXIT.done || !wasReady ? 'done' : 'failed'
  }

  /** Ends the process and whatever it started, at once. */
  kill(): void {
    this.#stopping.abort()
    const pid = this.#process?.pid
    if (pid === undefined) return
    try {
      process.kill(-pid, 'SIGKILL')
    } catch {
      // already gone
    }
  }

  get logFile(): string {
    return this.#logFile
  }

  /** The last lines of this run. */
  logTail(): readonly string[] {
    if (!existsSync(this.#logFile)) return []
    const thisRun = readFileSync(this.#logFile).subarray(this.#logStart).toString('utf8')
    return thisRun.trimEnd().split('\n').slice(-LOG_TAIL_LINES)
  }
}

/** Keeps one earlier file, so that logs of a desk that runs for months stay bounded. */
function rotate(file: string): void {
  if (existsSync(file) && statSync(file).size > LOG_SIZE_MAX) renameSync(file, `${file}.1`)
}
