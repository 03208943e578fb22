/** `npm ci` when, and only when, node_modules does not hold what package-lock.json says. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT, run, say, withLock } from './project.mjs'

/**
 * Names of packages that are missing or differ. npm writes `installed` (node_modules/.package-lock.json) at the very
 * end of an installation, so an interrupted one counts as missing everything.
 */
export function packagesToInstall(wanted, installed) {
  const have = installed?.packages ?? {}
  return Object.entries(wanted.packages ?? {})
    .filter(([path, entry]) => {
      if (path === '' || entry.link) return false
      const present = have[path]
      // Packages for other platforms, and optional peers, are left out by npm itself.
      if (present === undefined) return !entry.optional && !entry.devOptional && !entry.peer
      return present.version !== entry.version || present.integrity !== entry.integrity
    })
    .map(([path]) => path)
}

function readJson(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined
}

export async function ensureInstalled() {
  const missing = () =>
    packagesToInstall(
      readJson(join(ROOT, 'package-lock.json')) ?? {},
      readJson(join(ROOT, 'node_modules', '.package-lock.json')),
    )
  if (missing().length === 0) return
  await withLock('install', async () => {
    const count = missing().length
    if (count === 0) return
    say(`Installing ${count} packages (once) ...`)
    if ((await npm('ci')) === 0) return
    // A registry that misses a package of some other platform makes `npm ci` call the lock file out of date.
    say('npm ci failed; trying npm install ...')
    if ((await npm('install', '--no-save')) === 0) return
    throw new Error('installing the packages failed: see above; check the network and run the same command again')
  })
}

function npm(...command) {
  const args = [...command, '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']
  const script = process.env.npm_execpath
  return script ? run(process.execPath, [script, ...args]) : run('npm', args)
}
