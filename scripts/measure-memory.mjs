/**
 * Prints what worker and bot occupy after loading their code: compiled or through tsx, with and without the flags
 * that `npm start` gives them. Linux only. The figures of docs/decisions/0001 come from here.
 */
import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ensureBuilt } from './lib/build.mjs'
import { ROOT } from './lib/project.mjs'

const RUNS = 3

function statusField(pid, name) {
  const line = readFileSync(`/proc/${pid}/status`, 'utf8').match(new RegExp(`^${name}:\\s+(\\d+)`, 'm'))
  return Number(line?.[1] ?? 0)
}

/** Resident kilobytes of a process and all below it. */
function treeRss(pid) {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  const children = pids.filter((other) => {
    try {
      return statusField(other, 'PPid') === pid
    } catch {
      return false // ended meanwhile
    }
  })
  return statusField(pid, 'VmRSS') + children.reduce((sum, child) => sum + treeRss(Number(child)), 0)
}

/** Loads `modules` in a fresh process and answers its tree's megabytes and the milliseconds until then. */
function measure(flags, modules) {
  const imports = modules.map((file) => `await import(${JSON.stringify(pathToFileURL(file).href)})`).join('\n')
  const script = `${imports}\nprocess.stdout.write('loaded')\nsetInterval(() => {}, 1000)`
  const began = performance.now()
  const child = spawn(process.execPath, [...flags, '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (status) => reject(new Error(`the measured process ended (${status})`)))
    child.stdout.once('data', () => {
      const ms = performance.now() - began
      const mb = treeRss(child.pid) / 1024
      child.removeAllListeners('exit')
      child.kill('SIGKILL')
      resolve({ mb, ms })
    })
  })
}

await ensureBuilt()
const { NODE_FLAGS } = await import('../build/src/cli/supervisor/node-flags.js')
const ways = {
  'tsx, from src/': [['--import', 'tsx'], 'src', '.ts'],
  compiled: [[], 'build/src', '.js'],
  'compiled, with its flags': [NODE_FLAGS.worker, 'build/src', '.js'],
}
for (const name of ['worker', 'bot']) {
  for (const [way, [flags, folder, extension]] of Object.entries(ways)) {
    const results = []
    for (let run = 0; run < RUNS; run += 1) {
      results.push(await measure(flags, [join(ROOT, folder, 'cli', `${name}${extension}`)]))
    }
    const median = (key) => results.map((result) => result[key]).sort((a, b) => a - b)[Math.floor(RUNS / 2)]
    process.stdout.write(
      `${name.padEnd(7)} ${way.padEnd(26)} ${median('mb').toFixed(0).padStart(4)} MB  ${median('ms').toFixed(0).padStart(5)} ms\n`,
    )
  }
}
