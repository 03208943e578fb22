/** Compiles src/ and commands/ to build/ when a source is newer. Types are checked by `npm test`, not here. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ROOT, run, say, withLock } from './project.mjs'

const STAMP = 'build/.stamp'

/** Every source file under `folder`, as paths relative to the root, sorted. */
function sources(root, folder) {
  if (!existsSync(join(root, folder))) return []
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|json)$/.test(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(root.length))
    .sort()
}

/** A digest of names, sizes and modification times: two milliseconds, against some seconds of compiling. */
export function sourceDigest(root = ROOT) {
  const hash = createHash('sha256')
  const files = [...sources(root, 'src'), ...sources(root, 'commands'), 'tsconfig.json', 'tsconfig.build.json']
  for (const file of [...files, 'package-lock.json']) {
    const stat = statSync(join(root, file), { throwIfNoEntry: false })
    hash.update(`${file}\0${stat?.size}\0${stat?.mtimeMs}\n`)
  }
  return hash.digest('hex')
}

function isFresh() {
  const stamp = join(ROOT, STAMP)
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === sourceDigest()
}

/**
 * Moves what changed from the fresh output to build/, and removes what has no source any more. Each file changes in one
 * step, so that a process that loads code at that moment never reads half a file.
 */
function publish(fresh, built) {
  const files = (folder) =>
    !existsSync(folder)
      ? []
      : readdirSync(folder, { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(folder.length + 1))
  const current = new Set(files(fresh))
  for (const file of current) {
    const [from, to] = [join(fresh, file), join(built, file)]
    if (existsSync(to) && readFileSync(to).equals(readFileSync(from))) continue
    mkdirSync(dirname(to), { recursive: true })
    renameSync(from, to)
  }
  for (const file of files(built)) {
    if (!current.has(file) && file.endsWith('.js')) rmSync(join(built, file))
  }
  rmSync(fresh, { recursive: true, force: true })
}

export async function ensureBuilt() {
  if (isFresh()) return
  await withLock('build', async () => {
    if (isFresh()) return
    say('Compiling ...')
    const digest = sourceDigest()
    const fresh = join(ROOT, '.data', 'build-fresh')
    rmSync(fresh, { recursive: true, force: true })
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
    const status = await run(process.execPath, [tsc, '-p', join(ROOT, 'tsconfig.build.json'), '--outDir', fresh])
    if (status !== 0) throw new Error('compiling failed: see above')
    publish(fresh, join(ROOT, 'build'))
    writeFileSync(join(ROOT, STAMP), digest)
  })
}
