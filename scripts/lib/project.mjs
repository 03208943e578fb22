/** Where the project is, how to say something to the person, and how to run a child. Needs nothing installed. */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** Progress goes to stderr: stdout belongs to the command's own output. */
export const say = (line) => process.stderr.write(`${line}\n`)

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP']

/**
 * Runs a child with its stdout on our stderr; resolves to its exit status. A signal meanwhile is passed on, and ends
 * this process once the child has ended: a package manager left alone would go on writing.
 */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: ROOT, stdio: ['ignore', 2, 2], ...options })
    let told = null
    const passOn = (signal) => {
      told = signal
      child.kill(signal)
    }
    for (const signal of SIGNALS) process.on(signal, passOn)
    const finish = () => {
      for (const signal of SIGNALS) process.off(signal, passOn)
    }
    child.on('error', (error) => {
      finish()
      reject(error)
    })
    child.on('exit', (status, signal) => {
      finish()
      // With the default handler back, the signal ends this process as it would have at first.
      if (told !== null) process.kill(process.pid, told)
      else resolve(signal === null ? (status ?? 1) : 1)
    })
  })
}

const LOCK_WAIT_MAX_MS = 10 * 60_000
const LOCK_STALE_MS = 15 * 60_000
const LOCK_POLL_MS = 200

/** Runs `work` while holding a lock directory, so that two terminals do not install or compile at once. */
export async function withLock(name, work) {
  const data = join(ROOT, '.data')
  mkdirSync(data, { recursive: true })
  const lock = join(data, `${name}.lock`)
  const deadline = Date.now() + LOCK_WAIT_MAX_MS
  let told = false
  for (;;) {
    try {
      mkdirSync(lock)
      break
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    if (isAbandoned(lock)) {
      rmSync(lock, { recursive: true, force: true })
      continue
    }
    if (Date.now() > deadline)
      throw new Error(`${lock} is still held after 10 minutes: delete it if nothing is running`)
    if (!told) say(`Waiting for another terminal (${name}) ...`)
    told = true
    await sleep(LOCK_POLL_MS)
  }
  writeFileSync(join(lock, 'pid'), String(process.pid))
  try {
    return await work()
  } finally {
    rmSync(lock, { recursive: true, force: true })
  }
}

function isAbandoned(lock) {
  try {
    const age_ms = Date.now() - statSync(lock).mtimeMs
    if (age_ms > LOCK_STALE_MS) return true
    // The pid is written right after the directory: give the owner a moment before judging it dead.
    if (!existsSync(join(lock, 'pid'))) return age_ms > 5000
    return !isAlive(Number(readFileSync(join(lock, 'pid'), 'utf8')))
  } catch {
    return false // released meanwhile
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}
