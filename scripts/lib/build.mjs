/** Compiles src/ and commands/ to build/ when a source is newer. Types are checked by `npm test`, not here. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
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

/** Output whose source is gone must not be importable any more. */
function removeOrphans() {
  for (const folder of ['src', 'commands']) {
    const built = join(ROOT, 'build', folder)
    if (!existsSync(built)) continue
    for (const entry of readdirSync(built, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !entry.name.endsWith('.js')) continue
      const out = join(entry.parentPath ?? entry.path, entry.name)
      const source = join(ROOT, out.slice(join(ROOT, 'build/').length)).replace(/\.js$/, '.ts')
      if (!existsSync(source)) rmSync(out)
    }
  }
}

export async function ensureBuilt() {
  if (isFresh()) return
  await withLock('build', async () => {
    if (isFresh()) return
    say('Compiling ...')
    const digest = sourceDigest()
    const status = await run(process.execPath, [
      join(ROOT, 'node_modules/typescript/bin/tsc'),
      '-p',
      join(ROOT, 'tsconfig.build.json'),
    ])
    if (status !== 0) throw new Error('compiling failed: see above')
    removeOrphans()
    mkdirSync(dirname(join(ROOT, STAMP)), { recursive: true })
    writeFileSync(join(ROOT, STAMP), digest)
  })
}
