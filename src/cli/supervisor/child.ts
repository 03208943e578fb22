/**
 * One child process of `phase4d up`: started, watched, restarted, stopped.
 *
 * 1. Its output goes straight to its log file, so that nothing is lost when the parent is killed.
 * 2. It has a process group of its own: a Ctrl+C in the terminal reaches the parent alone, which stops the children in
 *    order.
 * 3. Restarts are bounded: see `RESTARTS`. One that was crashed on purpose (`crash`) does not count.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { WallClock } from '../../config/clock.ts'
import { PROJECT_ROOT } from '../../config/paths.ts'
import { MINUTE_MS } from '../../time/units.ts'
import { isReadyMessage } from '../ready.ts'
import { EXIT } from '../usage.ts'
import { type RestartLimits, Restarts } from './restarts.ts'

export interface ChildSpec {
  readonly name: string
  /** Arguments of the command line, e.g. `['sim', 'alpaca', '--port', '4410']`. */
  readonly args: readonly string[]
  readonly env: NodeJS.ProcessEnv
  readonly nodeFlags: readonly string[]
  /** Asked when it ended unasked: whether it is started again. */
  readonly restart: () => boolean
}

export interface ChildEvents {
  /** It ended unasked and will start again in `wait_ms`. */
  onRestart(event: { readonly how: string; readonly wait_ms: number }): void
  /** It ended unasked and stays down. `status`: null where it was killed. */
  onGaveUp(event: { readonly how: string; readonly status: number | null }): void
}

const RESTARTS: RestartLimits = { max: 8, window_ms: 5 * MINUTE_MS, waitFirst_ms: 500, waitMax_ms: 15_000 }
const LOG_SIZE_MAX = 10_000_000
const LOG_TAIL_LINES = 8
/** The answer to bad input may name many lines of a file. */
const LOG_TAIL_LINES_INPUT = 40

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
  readonly #restarts = new Restarts(RESTARTS)
  #ready = false
  /** This run is ended by `crash`. */
  #isCrashed = false

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
    this.#isCrashed = false
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
    // Bad configuration does not get better by trying again.
    const isHopeless = !this.spec.restart() || status === EXIT.usage
    const wait_ms = isHopeless ? null : this.#isCrashed ? RESTARTS.waitFirst_ms : this.#nextRestart_ms()
    if (wait_ms === null) {
      this.#events.onGaveUp({ how, status })
      return
    }
    this.#events.onRestart({ how, wait_ms })
    void this.#wall.sleep(wait_ms, this.#stopping.signal).then(() => this.start())
  }

  #nextRestart_ms(): number | null {
    return this.#restarts.next_ms(this.#wall.monotonic_ms())
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

  /** Ends the process at once, as a crash would: it starts again. False: it does not run, or is being stopped. */
  crash(): boolean {
    if (!this.running || this.#stopping.signal.aborted) return false
    this.#isCrashed = true
    this.#endGroup()
    return true
  }

  /** Ends the process and whatever it started, at once and for good. */
  kill(): void {
    this.#stopping.abort()
    this.#endGroup()
  }

  #endGroup(): void {
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
  logTail(lines = this.#status === EXIT.usage ? LOG_TAIL_LINES_INPUT : LOG_TAIL_LINES): readonly string[] {
    if (!existsSync(this.#logFile)) return []
    const thisRun = readFileSync(this.#logFile).subarray(this.#logStart).toString('utf8')
    return thisRun.trimEnd().split('\n').slice(-lines)
  }
}

/** Keeps one earlier file, so that logs of a desk that runs for months stay bounded. */
function rotate(file: string): void {
  if (existsSync(file) && statSync(file).size > LOG_SIZE_MAX) renameSync(file, `${file}.1`)
}
