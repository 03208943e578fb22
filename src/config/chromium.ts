/**
 * A Chromium for the browser test: CHROMIUM_PATH, an installed one, or the distribution's package.
 *
 * Entry point: `findChromium`. Nothing here is needed to run the desk.
 */
import { accessSync, constants, existsSync } from 'node:fs'
import { join } from 'node:path'
import { downloadAndUnpack, isDebianLike, libraryPath, type Say } from './debian-packages.ts'
import { DATA_DIR } from './paths.ts'
import { findOnPath, runProgram } from './programs.ts'

/** What to start it with; fits playwright's `launch`. */
interface Chromium {
  readonly executablePath: string
  readonly args: readonly string[]
  /** Beside the process's own environment. */
  readonly env: Readonly<Record<string, string>>
}

type FindChromiumResult =
  | { readonly ok: true; readonly chromium: Chromium }
  | { readonly ok: false; readonly problem: string }

/** A page without any font shows no text. */
const PACKAGES = ['chromium', 'fonts-dejavu-core']
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const MAC = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'
const INSTALL_TIMEOUT_MS = 600_000
const VERSION_TIMEOUT_MS = 30_000

/** The test's pages are local: nothing else is to be asked for, least of all in the background. */
const ARGS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
]

interface FindChromiumOptions {
  /** CHROMIUM_PATH. */
  readonly chosen: string | undefined
  /** Value of PATH to search; the process's own by default. */
  readonly path?: string
  readonly dataDir?: string
  /** User id that decides whether packages may be installed; the process's own by default. */
  readonly uid?: number
  readonly say: Say
}

export async function findChromium(options: FindChromiumOptions): Promise<FindChromiumResult> {
  const uid = options.uid ?? process.getuid?.() ?? 1000
  if (options.chosen) {
    if (isExecutable(options.chosen)) return { ok: true, chromium: installed(options.chosen, uid) }
    return { ok: false, problem: `CHROMIUM_PATH: expected a program, got "${options.chosen}"` }
  }
  const there = findOnPath(NAMES, options.path) ?? (isExecutable(MAC) ? MAC : null)
  if (there !== null) return { ok: true, chromium: installed(there, uid) }
  const root = join(options.dataDir ?? DATA_DIR, 'chromium', 'root')
  if (await runs(unpacked(root))) return { ok: true, chromium: unpacked(root) }
  if (!isDebianLike()) return { ok: false, problem: missingMessage('none was found on the path') }
  if (uid === 0) return install(options, uid)
  options.say("No Chromium on this machine: unpacking the distribution's into .data (once) ...")
  const workDir = join(options.dataDir ?? DATA_DIR, 'chromium', 'apt')
  const say = options.say
  const problem = await downloadAndUnpack({ packages: PACKAGES, into: root, workDir, withDependencies: true, say })
  if (problem !== null) return { ok: false, problem: missingMessage(problem) }
  if (await runs(unpacked(root))) return { ok: true, chromium: unpacked(root) }
  return { ok: false, problem: missingMessage('the unpacked one does not start') }
}

async function install(options: FindChromiumOptions, uid: number): Promise<FindChromiumResult> {
  options.say('No Chromium on this machine: installing the package chromium ...')
  const settings = { timeout_ms: INSTALL_TIMEOUT_MS, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }
  const args = ['install', '-qq', '-y', '--no-install-recommends', ...PACKAGES]
  let result = await runProgram('apt-get', args, settings)
  if (!result.ok) {
    await runProgram('apt-get', ['update', '-qq'], settings)
    result = await runProgram('apt-get', args, settings)
  }
  const there = findOnPath(NAMES)
  if (result.ok && there !== null) return { ok: true, chromium: installed(there, uid) }
  return {
    ok: false,
    problem: missingMessage(`apt-get install failed: ${result.stderr.trim().split('\n').slice(-2).join(' / ')}`),
  }
}

function installed(executablePath: string, uid: number): Chromium {
  // Chromium's sandbox refuses to work for root.
  return { executablePath, args: uid === 0 ? [...ARGS, '--no-sandbox'] : ARGS, env: {} }
}

/** The sandbox's helper would have to belong to root; the test visits nothing but its own pages. */
function unpacked(root: string): Chromium {
  const folder = join(root, 'usr/lib/chromium')
  return {
    executablePath: join(folder, 'chromium'),
    args: [...ARGS, '--no-sandbox'],
    env: {
      LD_LIBRARY_PATH: [folder, libraryPath(root)].join(':'),
      // Fonts were unpacked only where the machine had none.
      ...(existsSync(join(root, 'usr/share/fonts')) ? { FONTCONFIG_SYSROOT: root } : {}),
    },
  }
}

async function runs(chromium: Chromium): Promise<boolean> {
  if (!existsSync(chromium.executablePath)) return false
  const env = { ...process.env, ...chromium.env }
  const args = [...chromium.args, '--version']
  return (await runProgram(chromium.executablePath, args, { timeout_ms: VERSION_TIMEOUT_MS, env })).ok
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function missingMessage(why: string): string {
  return `no Chromium for the browser test: ${why}. Install one (Debian: sudo apt-get install chromium), or set CHROMIUM_PATH.`
}
