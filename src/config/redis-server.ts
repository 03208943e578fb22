/**
 * A Redis server of our own: on loopback, with a password, in a folder of its own.
 *
 * Entry point: `startRedis`.
 *
 * 1. Two servers never write the same folder: one that still runs there is either refused (its owner lives) or told to
 *    save and stop (its owner is gone).
 * 2. The server does not outlive its owner by more than `orphanGrace_s`, even when the owner is killed.
 */
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { constants } from 'node:os'
import { join } from 'node:path'
import { freePort } from './programs.ts'
import { codeOf } from './reason.ts'
import { type RedisProgram, redisEnvironment } from './redis-program.ts'
import { pollUntil } from './wall-clock.ts'

export interface StartRedisOptions {
  readonly program: RedisProgram
  /** Folder of the server's files, created where missing. */
  readonly dir: string
  /** Append-only file, synced on every write. Off only for throw-away servers. */
  readonly durable: boolean
  /** How long the server goes on after its owner died, so that others can finish; seconds. */
  readonly orphanGrace_s: number
  /** Of an earlier server that ended: its clients find the new one there. By default a free port and a new password. */
  readonly address?: RedisAddress
}

interface RedisAddress {
  readonly port: number
  readonly password: string
}

export interface RedisServer {
  readonly url: string
  readonly address: RedisAddress
  /** Resolves when the server has ended, for whatever reason; says how. */
  readonly ended: Promise<string>
  /** Saves and stops; kills after `STOP_TIMEOUT_MS`. */
  stop(): Promise<void>
}

type StartRedisResult =
  | { readonly ok: true; readonly server: RedisServer }
  | { readonly ok: false; readonly problem: string }

interface Instance extends RedisAddress {
  readonly ownerPid: number
}

const START_TIMEOUT_MS = 30_000
const STOP_TIMEOUT_MS = 10_000
const POLL_MS = 20
const ASK_TIMEOUT_MS = 1_000
const SIGNAL_STATUS = 128

/**
 * Runs the server ("$@") and ends it when our end of the pipe closes, which a dying process does whatever kills it. The
 * shell costs next to nothing; a second Node process would cost 40 MB.
 */
const GUARD = `
exec 3<&0
"$@" </dev/null 3<&- &
server=$!
( read -r _ <&3; sleep "$ORPHAN_GRACE_S"; kill -TERM $server ) 2>/dev/null &
guard=$!
trap 'kill -TERM $server 2>/dev/null' TERM INT HUP
wait $server
status=$?
while kill -0 $server 2>/dev/null; do wait $server; status=$?; done
kill $guard 2>/dev/null
exit $status
`

export async function startRedis(options: StartRedisOptions): Promise<StartRedisResult> {
  mkdirSync(options.dir, { recursive: true, mode: 0o700 })
  const occupied = await clearPrevious(options.dir)
  if (occupied !== null) return { ok: false, problem: occupied }
  const address = options.address ?? { port: await freePort(), password: randomBytes(24).toString('hex') }
  const instance = { ownerPid: process.pid, ...address }
  writeFileSync(join(options.dir, 'redis.conf'), configuration(options, instance), { mode: 0o600 })
  const child = spawn('/bin/sh', ['-c', GUARD, 'redis-guard', options.program.path, join(options.dir, 'redis.conf')], {
    env: { ...redisEnvironment(options.program), ORPHAN_GRACE_S: String(options.orphanGrace_s) },
    stdio: ['pipe', 'ignore', 'ignore'],
    // Its own process group: a Ctrl+C in the terminal is not for it.
    detached: true,
  })
  // Only the closing of the pipe matters; writing to a server that is gone would raise EPIPE.
  child.stdin.on('error', () => undefined)
  let running = true
  const ended = new Promise<string>((resolve) => {
    const finish = (how: string): void => {
      running = false
      resolve(how)
    }
    child.on('error', (error) => finish(`could not be started (${error.message})`))
    child.on('exit', (status, signal) => finish(howItEnded(status, signal)))
  })
  writeFileSync(instanceFile(options.dir), JSON.stringify(instance), { mode: 0o600 })
  const answered = await pollUntil(
    async () => (running ? ((await ask(instance, 'PING')).startsWith('+PONG') ? 'ready' : null) : 'ended'),
    { timeout_ms: START_TIMEOUT_MS, every_ms: POLL_MS },
  )
  if (answered !== 'ready') {
    child.kill('SIGTERM')
    return { ok: false, problem: `Redis did not start: ${logTail(options.dir)}` }
  }
  const stop = async (): Promise<void> => {
    if (running) child.kill('SIGTERM')
    const stopped = await pollUntil(async () => (running ? null : true), {
      timeout_ms: STOP_TIMEOUT_MS,
      every_ms: POLL_MS,
    })
    if (stopped === null && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
    rmSync(instanceFile(options.dir), { force: true })
  }
  const url = `redis://:${instance.password}@127.0.0.1:${instance.port}`
  return { ok: true, server: { url, address, ended, stop } }
}

/** The shell that guards the server ends with its status: over 128 where a signal ended it. */
function howItEnded(status: number | null, signal: NodeJS.Signals | null): string {
  const number = status === null ? 0 : status - SIGNAL_STATUS
  const name = signal ?? Object.entries(constants.signals).find(([, value]) => value === number)?.[0]
  return name === undefined ? `ended (${status})` : `was killed (${name})`
}

function instanceFile(dir: string): string {
  return join(dir, 'instance.json')
}

function configuration(options: StartRedisOptions, instance: Instance): string {
  return [
    'bind 127.0.0.1',
    'protected-mode yes',
    `port ${instance.port}`,
    `requirepass ${instance.password}`,
    `dir "${options.dir}"`,
    `logfile "${join(options.dir, 'redis.log')}"`,
    'daemonize no',
    'maxmemory-policy noeviction',
    'save ""',
    ...(options.durable ? ['appendonly yes', 'appendfsync always'] : ['appendonly no']),
    '',
  ].join('\n')
}

/** Stops a server that a dead owner left behind. Returns the reason where the folder is in use. */
async function clearPrevious(dir: string): Promise<string | null> {
  const file = instanceFile(dir)
  if (!existsSync(file)) return null
  const previous = readInstance(file)
  if (previous === null || !(await ask(previous, 'PING')).startsWith('+')) {
    rmSync(file, { force: true })
    return null
  }
  if (previous.ownerPid !== process.pid && isAlive(previous.ownerPid)) {
    return `Phase4D already runs in this folder (process ${previous.ownerPid}): stop it first, or use its page`
  }
  await ask(previous, 'SHUTDOWN')
  const gone = await pollUntil(async () => ((await ask(previous, 'PING')) === '' ? true : null), {
    timeout_ms: STOP_TIMEOUT_MS,
    every_ms: POLL_MS,
  })
  if (gone === null) return `a Redis server of an earlier run still writes to ${dir} and does not stop`
  rmSync(file, { force: true })
  return null
}

function readInstance(file: string): Instance | null {
  try {
    const value: Partial<Instance> = JSON.parse(readFileSync(file, 'utf8'))
    const { ownerPid, port, password } = value
    if (typeof ownerPid !== 'number' || typeof port !== 'number' || typeof password !== 'string') return null
    return { ownerPid, port, password }
  } catch {
    return null
  }
}

/** The first line of the answer to one command; empty when there is no server, or none of ours. */
function ask(instance: Pick<Instance, 'port' | 'password'>, command: 'PING' | 'SHUTDOWN'): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(instance.port, '127.0.0.1', () => {
      socket.write(`AUTH ${instance.password}\r\n${command}\r\n`)
    })
    let text = ''
    const finish = (): void => {
      socket.destroy()
      resolve(text.split('\r\n')[1] ?? '')
    }
    socket.setTimeout(ASK_TIMEOUT_MS, finish)
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
      if (text.split('\r\n').length > 2) finish()
    })
    socket.on('error', finish)
    socket.on('close', finish)
  })
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return codeOf(error) === 'EPERM'
  }
}

function logTail(dir: string): string {
  const file = join(dir, 'redis.log')
  if (!existsSync(file)) return 'it ended without a word'
  // Each line begins with process, time and level, which say nothing to a person.
  const lines = readFileSync(file, 'utf8').trim().split('\n').slice(-1)
  return lines.map((line) => line.replace(/^\d+:\w .*?\d\d:\d\d:\d\d\.\d+ [.*#-] /, '')).join(' / ')
}
