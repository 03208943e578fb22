/** `npm ci` when, and only when, node_modules does not hold what package-lock.json says. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT, run, say, withLock } from './project.mjs'

/**
 * Names of packages that are missing or differ. npm writes `installed` (node_modules/.package-lock.json) at the very end
 * of an installation, so an interrupted one counts as missing everything.
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
    const npm = process.env.npm_execpath
    const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']
    const status = npm ? await run(process.execPath, [npm, ...args]) : await run('npm', args)
    if (status !== 0) throw new Error('npm ci failed: see above; check the network and run the same command again')
  })
}
