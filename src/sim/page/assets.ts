/**
 * Builds the page for the browser: the client's TypeScript and styles into one folder of static files.
 *
 * Entry point: `pageAssets`.
 * 1. Works from `src/` and from `build/src/` alike: it looks for the repository's root and always bundles `src/`.
 * 2. Builds once for the same sources: the folder carries a hash of them, and is complete once it has its name.
 * 3. Nothing of the page is loaded from elsewhere.
 */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const CLIENT = 'src/sim/page/client'
/** What goes into the bundle from outside the client's own folder. */
const SHARED = ['src/sim/discord/page-api.ts', 'package-lock.json']
const KEPT_BUILDS_MAX = 3
const PARENTS_MAX = 8

let running: Promise<string> | null = null

/** Folder with `index.html`, `app.js` and `app.css`, built if the sources changed. Throws when they do not compile. */
export function pageAssets(): Promise<string> {
  running ??= buildAssets().catch((error: unknown) => {
    running = null
    throw error
  })
  return running
}

async function buildAssets(): Promise<string> {
  const root = repositoryRoot()
  const cache = join(root, '.data', 'page')
  const folder = join(cache, await hashOf(root))
  if (existsSync(join(folder, 'index.html'))) return folder
  await mkdir(cache, { recursive: true })
  const unfinished = await mkdtemp(join(cache, 'building-'))
  await bundle(root, unfinished)
  try {
    await rename(unfinished, folder)
  } catch (error) {
    // Another process was faster; its build is as good.
    await rm(unfinished, { recursive: true, force: true })
    if (!existsSync(join(folder, 'index.html'))) throw error
  }
  await removeOld(cache, folder)
  return folder
}

async function bundle(root: string, folder: string): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints: { app: join(CLIENT, 'main.ts') },
    outdir: folder,
    bundle: true,
    format: 'esm',
    target: 'es2022',
    minify: true,
    sourcemap: 'linked',
    logLevel: 'silent',
    tsconfig: join(CLIENT, 'tsconfig.json'),
  })
  await build({
    absWorkingDir: root,
    entryPoints: { app: join(CLIENT, 'styles/app.css') },
    outdir: folder,
    bundle: true,
    minify: true,
    logLevel: 'silent',
  })
  await cp(join(root, CLIENT, 'index.html'), join(folder, 'index.html'))
}

function repositoryRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  for (let i = 0; i < PARENTS_MAX; i += 1) {
    if (existsSync(join(folder, 'package.json')) && existsSync(join(folder, CLIENT, 'index.html'))) return folder
    folder = dirname(folder)
  }
  throw new Error(`expected ${CLIENT} beside a package.json above ${import.meta.url}; run from a full checkout`)
}

async function hashOf(root: string): Promise<string> {
  const hash = createHash('sha256')
  const files = await readdir(join(root, CLIENT), { recursive: true, withFileTypes: true })
  const paths = files.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name))
  for (const path of [...paths.sort(), ...SHARED.map((name) => join(root, name))]) {
    hash
      .update(path.slice(root.length))
      .update('\0')
      .update(await readFile(path).catch(() => ''))
  }
  return hash.digest('hex').slice(0, 16)
}

async function removeOld(cache: string, current: string): Promise<void> {
  const names = (await readdir(cache)).filter((name) => !name.startsWith('building-')).map((name) => join(cache, name))
  const dated = await Promise.all(names.map(async (path) => ({ path, at_ms: (await stat(path)).mtimeMs })))
  const old = dated.filter(({ path }) => path !== current).sort((a, b) => b.at_ms - a.at_ms)
  await Promise.all(old.slice(KEPT_BUILDS_MAX - 1).map(({ path }) => rm(path, { recursive: true, force: true })))
}
